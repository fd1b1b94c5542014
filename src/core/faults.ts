// Limits how many faults of one value are reported.

/** zod passes faults as arguments of a call, and a call takes only some ten thousand. */
export const TOO_MANY = 'more is wrong with it than can be told'

/** Undefined where there are too many faults. */
export function safely<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
