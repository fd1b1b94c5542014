// Limits how many faults of one value are reported.

/** zod passes faults as arguments of a call, and a call takes only some ten thousand. */
export const TOO_MANY = 'it has too many faults to list'

/** Undefined where there are too many faults. */
export function safely<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
