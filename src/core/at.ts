/** Elements that must be there: a number in place of one that is missing (`?? 0` after the brackets) would go unseen. */

/**
 * The element at a place where there must be one.
 *
 * @throws RangeError where there is none: a fault of this package, never of what it was given.
 */
export function at<T>(values: ArrayLike<T>, index: number): T {
  const value = values[index]
  if (value === undefined) throw missing(values, index)
  return value
}

/**
 * `at`, for loops whose time counts. V8 compiles the reading in a function for the kinds of arrays that it has met there; `at` meets too many, and takes
 * 8 ns an element, where this one takes what `values[index]` does.
 */
export function float64At(values: Float64Array, index: number): number {
  const value = values[index]
  if (value === undefined) throw missing(values, index)
  return value
}

/** `at`, for loops whose time counts, over arrays of any kind: the caller reads the element, as in `present(values[i], values, i)`. */
export function present<T>(value: T | undefined, values: ArrayLike<T>, index: number): T {
  if (value === undefined) throw missing(values, index)
  return value
}

const missing = ({ length }: ArrayLike<unknown>, index: number): RangeError =>
  new RangeError(`there is no element ${index} in an array of ${length}: this is a fault of espalier, not of what it was given`)
