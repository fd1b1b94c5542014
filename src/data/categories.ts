/** Which category a word is. In a file of its own, which a page that predicts can load alone. */

// Each digit can be read in one way only: `\d+\.?\d*` takes quadratic time to find that a text is not a number.
export const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/** `1`, `1.0` and `01` are one category where all categories are numbers; other text is compared as it stands. */
export function categoryIndex(categories: readonly string[]): (cell: string) => number | undefined {
  const numeric = categories.every((category) => decimal.test(category))
  const key = (cell: string) => (numeric && decimal.test(cell) ? String(Number(cell)) : cell)
  const index = new Map(categories.map((category, i) => [key(category), i]))
  return (cell) => index.get(key(cell))
}
