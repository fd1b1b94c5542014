/** Why an answer says of one row what it says: how far each column moves the prediction from that of other rows. */

import { at } from '../../core/at.ts'
import { InvalidDataError, InvalidSpecError } from '../../core/errors.ts'
import { Purpose, permutation } from '../../core/random.ts'

/**
 * What is said of mixed rows. `own` (mixed x columns) is 1 where a column has the value of the row that is explained, else it has that of the background row
 * of this number, `background` (mixed).
 * @returns (mixed): a number, or the chance of one class
 */
export type PredictMixed = (own: Uint8Array, background: Uint32Array) => Float64Array | Promise<Float64Array>

export interface AttributionOptions {
  /** Pairs of orders in which columns get their values, each pair against one background row; 100 by default. */
  readonly pairs?: number | undefined
  /** 0 by default. */
  readonly seed?: number | undefined
}

/** A prediction as a sum. */
export interface Attribution {
  /** The mean of what is said of the background rows that were drawn. */
  readonly base: number
  /** (columns): with `base` they add up to `prediction`. */
  readonly values: Float64Array
  /** (columns), the standard error of each, for the orders and rows are a sample; NaN of one pair. */
  readonly errors: Float64Array
  readonly prediction: number
}

/**
 * Shapley values by sampling (Strumbelj and Kononenko, "Explaining prediction models and individual predictions with feature contributions", KAIS 41, 2014):
 * columns get the row's values one by one in a random order, and then in the opposite one, which takes out a part of the chance (Mitchell and others, "Sampling
 * permutations for Shapley value estimation", JMLR 23, 2022).
 * @param columns how many (groups of) columns there are
 * @param backgrounds how many background rows there are; each is used as often as any other, but for one time
 */
export async function attribute(
  columns: number,
  backgrounds: number,
  predict: PredictMixed,
  { pairs = 100, seed = 0 }: AttributionOptions = {},
): Promise<Attribution> {
  for (const [name, value] of Object.entries({ columns, backgrounds, pairs }))
    if (!(Number.isInteger(value) && value > 0)) throw new InvalidSpecError(`${name} is ${value}; it must be a whole number of at least 1`)
  const steps = columns + 1
  const mixed = pairs * 2 * steps
  const own = new Uint8Array(mixed * columns)
  const background = new Uint32Array(mixed)
  const orders: Uint32Array[] = []
  const rows = permutation(seed, 0, backgrounds, Purpose.split)
  for (let walk = 0; walk < 2 * pairs; walk++) {
    const pair = walk >> 1
    const forth = walk % 2 === 0 ? permutation(seed, pair + 1, columns, Purpose.study) : at(orders, walk - 1).toReversed()
    orders.push(forth)
    for (let step = 0; step < steps; step++) {
      const place = walk * steps + step
      background[place] = at(rows, pair % backgrounds)
      for (const column of forth.subarray(0, step)) own[place * columns + column] = 1
    }
  }
  const said = await predict(own, background)
  if (said.length !== mixed || !said.every(Number.isFinite))
    throw new InvalidDataError(`predict gave ${said.length} numbers for ${mixed} rows; it must give one finite number a row`)
  const moves = Array.from({ length: columns }, () => new Float64Array(pairs))
  for (const [walk, order] of orders.entries())
    for (const [step, column] of order.entries()) {
      const move = at(said, walk * steps + step + 1) - at(said, walk * steps + step)
      const list = at(moves, column)
      list[walk >> 1] = at(list, walk >> 1) + move / 2
    }
  const values = Float64Array.from(moves, (list) => list.reduce((sum, move) => sum + move, 0) / pairs)
  const errors = Float64Array.from(moves, (list, column) => {
    const mean = at(values, column)
    return pairs < 2 ? Number.NaN : Math.sqrt(list.reduce((sum, move) => sum + (move - mean) ** 2, 0) / (pairs - 1) / pairs)
  })
  const base = orders.reduce((sum, _, walk) => sum + at(said, walk * steps), 0) / orders.length
  return { base, values, errors, prediction: at(said, steps - 1) }
}
