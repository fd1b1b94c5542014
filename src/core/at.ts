/** Elements that must be there: a number in place of one that is missing (`?? 0` after the brackets) would go unseen. */

/**
 * The element at a place where there must be one.
 *
 * @throws RangeError where there is none: a fault of this package, never of what it was given.
 */
export const at = <T extends NonNullable<unknown>>(values: ArrayLike<T>, index: number): T => values[index] ?? missing(values, index)

/**
 * Throws for `at`, and for loops whose time counts, which say `values[i] ?? missing(values, i)` or have an `at` of their own in the file: V8 compiles the
 * reading in a function for the kinds of arrays that it has met there, and this `at` meets too many to be fast (8 ns an element in place of 1).
 */
export function missing({ length }: ArrayLike<unknown>, index: number): never {
  throw new RangeError(`there is no element ${index} in an array of ${length}: this is a fault of espalier, not of what it was given`)
}
