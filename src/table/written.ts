/** How a column of numbers is written, where that is not as JavaScript writes them: numbers that are classes are called as the file has them. */

export interface Written {
  /** Digits after the decimal point: 1 of `0.0` and `1.0`. */
  readonly decimals: number
  /** Digits before it at least, with zeros in front: 2 of `01` and `12`. */
  readonly digits: number
  /** Whether numbers above 0 begin with a plus, as `+1` beside `-1`. */
  readonly plus: boolean
}

/** More is no way to write a class, and more of them are measured. */
const MOST_DECIMALS = 15
const MOST_NAMES = 30

const parts = /^([+-]?)(\d+)(?:\.(\d+))?$/

/** A number in that writing. */
export function writeNumber(value: number, { decimals, digits, plus }: Written): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.')
  const sign = value < 0 ? '-' : plus && value > 0 ? '+' : ''
  return `${sign}${whole.padStart(digits, '0')}${fraction === undefined ? '' : `.${fraction}`}`
}

/** The one writing that gives all of these texts; undefined where there is none, or it is JavaScript's own. */
export function writtenOf(texts: readonly string[]): Written | undefined {
  const different = new Set(texts)
  if (different.size > MOST_NAMES || different.size === 0) return undefined
  const found = [...different].map((text) => parts.exec(text))
  const decimals = Math.max(...found.map((one) => one?.[3]?.length ?? 0))
  const digits = Math.min(...found.map((one) => one?.[2]?.length ?? 0))
  if (decimals > MOST_DECIMALS || digits > MOST_DECIMALS) return undefined
  const written = { decimals, digits, plus: found.some((one) => one?.[1] === '+') }
  const all = [...different]
  if (all.every((text) => text === String(Number(text)))) return undefined
  return all.every((text) => text === writeNumber(Number(text), written)) ? written : undefined
}
