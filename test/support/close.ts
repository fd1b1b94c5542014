// The one tolerance of the tests.

/**
 * The one tolerance of the tests: a is close to b when |a - b| <= absolute + relative * max(|a|, |b|).
 * NaN is close to nothing; an infinity only to itself. It imports no test runner, so it also runs inside a web page.
 */
export interface Tolerance {
  readonly absolute: number
  readonly relative: number
}

/**
 * A float32 training run of a few dozen steps against the float64 one. A float32 rounding is 6e-8 relative; a sum of n products adds
 * about sqrt(n) of them, every step carries them on, and a gradient that is a small difference of large terms keeps their absolute
 * error. Measured: the golden runs and the suite's comparisons, on every WASM build, hold with a fifth of these numbers too. A wrong
 * formula (an epsilon on the other side of a root, another default) is off by far more.
 */
export const FLOAT32: Tolerance = { absolute: 1e-5, relative: 1e-4 }

/** Two float64 computations of the same formulas, one of them written with 12 digits. */
export const FLOAT64: Tolerance = { absolute: 1e-9, relative: 1e-9 }

/** The value at an index, which must exist. */
export function at(values: ArrayLike<number>, index: number): number {
  const value = values[index]
  if (value === undefined) throw new Error(`index ${index} is outside ${values.length} values`)
  return value
}

/** Throws unless `holds`, saying what was expected. */
export function expectTrue(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`expected ${what}`)
}

/** Throws unless both are the same primitive (NaN is itself). */
export function expectEqual<T extends string | number | boolean | undefined>(actual: T, expected: T, what: string): void {
  if (!Object.is(actual, expected)) throw new Error(`${what} is ${actual}; expected ${expected}`)
}

const excess = (a: number, b: number, { absolute, relative }: Tolerance): number => {
  if (a === b) return 0
  const difference = Math.abs(a - b)
  const share = difference / (absolute + relative * Math.max(Math.abs(a), Math.abs(b)))
  return Number.isNaN(share) ? Number.POSITIVE_INFINITY : share
}

/** @throws Error with the first index out of tolerance, both values, and the largest difference with its index */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string, tolerance: Tolerance = FLOAT32): void {
  if (actual.length !== expected.length) throw new Error(`${what} holds ${actual.length} numbers; expected ${expected.length}`)
  let first = -1
  let bad = 0
  let largest = { index: -1, difference: -1 }
  for (let i = 0; i < actual.length; i++) {
    const a = at(actual, i)
    const b = at(expected, i)
    const difference = a === b ? 0 : Math.abs(a - b)
    if (!(difference <= largest.difference)) largest = { index: i, difference }
    if (excess(a, b, tolerance) > 1) {
      bad += 1
      if (first < 0) first = i
    }
  }
  if (first < 0) return
  const worst = largest.index
  throw new Error(
    `${what}[${first}] is ${at(actual, first)}; expected ${at(expected, first)} ` +
      `(|a - b| <= ${tolerance.absolute} + ${tolerance.relative} max(|a|, |b|)). ${bad} of ${actual.length} differ; ` +
      `the largest difference is ${largest.difference} at [${worst}]: ${at(actual, worst)} for ${at(expected, worst)}`,
  )
}

/** Throws unless both hold the same numbers: not close, the same (0 is not -0; NaN is NaN). */
export function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  if (actual.length !== expected.length) throw new Error(`${what} holds ${actual.length} numbers; expected ${expected.length}`)
  const different = Array.from({ length: actual.length }, (_, i) => i).filter((i) => !Object.is(actual[i], expected[i]))
  const [first] = different
  if (first === undefined) return
  throw new Error(
    `${what}[${first}] is ${at(actual, first)}; expected exactly ${at(expected, first)}. ${different.length} of ${actual.length} differ`,
  )
}

/** The error a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>, what: string): Promise<Error> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof Error) return error
  throw new Error(`${what} was ${error === undefined ? 'not rejected' : `rejected with ${String(error)}`}; expected an Error`)
}

/** Throws unless the promise is rejected by an error of this name whose message holds the words. */
export async function expectRejection(promise: Promise<unknown>, name: string, words: string, what: string): Promise<void> {
  const error = await rejectionOf(promise, what)
  if (error.name === name && error.message.includes(words)) return
  throw new Error(`${what} was rejected with ${error.name}: ${error.message}; expected ${name}: … ${words} …`)
}
