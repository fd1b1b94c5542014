/** Which category a word is. In a file of its own, which a page that predicts can load alone. */

// Each digit can be read in one way only: `\d+\.?\d*` takes quadratic time to find that a text is not a number.
export const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/** Words that come in two; the first says no. */
export const BOOLEANS: readonly (readonly [no: string, yes: string])[] = [
  ['false', 'true'],
  ['no', 'yes'],
  ['f', 't'],
  ['n', 'y'],
  ['off', 'on'],
  ['nein', 'ja'],
  ['non', 'oui'],
  ['falsch', 'wahr'],
  ['faux', 'vrai'],
]

/** Whether they are a no and a yes, which are read in upper and lower case alike. */
function areBooleans(categories: readonly string[]): boolean {
  const words = categories.map((category) => category.toLowerCase())
  return words.length === 2 && BOOLEANS.some((pair) => pair.every((word) => words.includes(word)))
}

/** `1`, `1.0` and `01` are one category where all categories are numbers, `Yes` and `yes` where they are no and yes; other text is compared as it stands. */
export function categoryIndex(categories: readonly string[]): (cell: string) => number | undefined {
  const numeric = categories.every((category) => decimal.test(category))
  const folded = areBooleans(categories)
  const key = (cell: string) => (numeric && decimal.test(cell) ? String(Number(cell)) : folded ? cell.toLowerCase() : cell)
  const index = new Map(categories.map((category, i) => [key(category), i]))
  return (cell) => index.get(key(cell))
}
