/** How rows are dealt to parts: by chance with their share of every class and of small and large numbers, and whole groups where rows belong together. */

import { at, missing } from '../core/at.ts'
import { Purpose, permutation } from '../core/random.ts'
import type { Steps } from '../core/steps.ts'

/**
 * A part for every row: rows are sorted by their target (by chance where it is equal), and of every `parts` neighbours one goes to each part. So every
 * part has its share of every class, and of small and large numbers.
 */
export function* deal(truth: Float64Array, parts: number, seed: number): Steps<Uint8Array> {
  const order = yield* byTruth(truth, seed)
  const dealt = new Uint8Array(truth.length)
  for (let start = 0; start < order.length; start += parts) {
    if (start % (parts * 512) === 0) yield
    const deck = permutation(seed, 1 + start, parts, Purpose.split)
    for (let k = 0; k < parts && start + k < order.length; k++) dealt[at(order, start + k)] = deck[k] ?? missing(deck, k)
  }
  return dealt
}

/** Rows by their target, and by chance where it is equal. */
function* byTruth(truth: Float64Array, seed: number): Steps<Uint32Array> {
  const chance = permutation(seed, 0, truth.length, Purpose.split)
  return yield* sorted(
    truth.length,
    (a, b) =>
      (truth[a] ?? missing(truth, a)) - (truth[b] ?? missing(truth, b)) ||
      (chance[a] ?? missing(chance, a)) - (chance[b] ?? missing(chance, b)),
  )
}

/** Places that are sorted at once. */
const RUN = 2 ** 14

/** The places of `count` values in the order of `compare`, which finds no two alike: runs are sorted and merged, with a pause after each. */
function* sorted(count: number, compare: (a: number, b: number) => number): Steps<Uint32Array> {
  let order = Uint32Array.from({ length: count }, (_, i) => i)
  for (let from = 0; from < count; from += RUN) {
    order.subarray(from, from + RUN).sort(compare)
    yield
  }
  for (let width = RUN; width < count; width *= 2) {
    const merged = new Uint32Array(count)
    for (let from = 0; from < count; from += 2 * width) {
      const [left, right] = [order.subarray(from, from + width), order.subarray(from + width, from + 2 * width)]
      let [l, r] = [0, 0]
      for (let to = from; to < from + left.length + right.length; to++) {
        const isLeft = r >= right.length || (l < left.length && compare(at(left, l), at(right, r)) < 0)
        merged[to] = isLeft ? at(left, l++) : at(right, r++)
      }
      yield
    }
    order = merged
  }
  return order
}

/** Of numbers, so many parts of equal size stand for classes. */
const STRATA = 4

/**
 * A part for every group, none of which is in two: those whose rows are spread least evenly over the classes come first, each to the part that makes the parts'
 * shares of all classes most alike (scikit-learn's StratifiedGroupKFold). Of numbers their quarters are the classes.
 * @param groups (rows), each row's group, from 0
 * @param classes 0 of numbers
 * @returns (rows)
 */
export function* dealGroups(truth: Float64Array, classes: number, groups: Int32Array, parts: number, seed: number): Steps<Uint8Array> {
  const strata = classes > 0 ? truth : yield* quartersOf(truth, seed)
  const width = classes > 0 ? classes : STRATA
  const count = groups.reduce((most, group) => Math.max(most, group + 1), 0)
  // counts is (groups, strata), dealt (parts, strata)
  const counts = new Float64Array(count * width)
  const totals = new Float64Array(width)
  for (const [row, group] of groups.entries()) {
    const stratum = at(strata, row)
    counts[group * width + stratum] = at(counts, group * width + stratum) + 1
    totals[stratum] = at(totals, stratum) + 1
  }
  yield
  const spread = Float64Array.from({ length: count }, (_, group) => {
    const own = counts.subarray(group * width, (group + 1) * width)
    const mean = own.reduce((a, b) => a + b, 0) / width
    return own.reduce((sum, one) => sum + (one - mean) ** 2, 0)
  })
  const chance = permutation(seed, 0, count, Purpose.split)
  const order = yield* sorted(count, (a, b) => at(spread, b) - at(spread, a) || at(chance, a) - at(chance, b))
  const dealt = new Float64Array(parts * width)
  const partOf = new Uint8Array(count)
  for (const [i, group] of order.entries()) {
    if (i % 4096 === 0) yield
    // The squares of the parts' shares are least where those are alike: what this group would add to their sum.
    const costs = Float64Array.from({ length: parts }, (_, part) => {
      let cost = 0
      for (let c = 0; c < width; c++) {
        const own = at(counts, group * width + c)
        if (own > 0) cost += (own * (2 * at(dealt, part * width + c) + own)) / at(totals, c) ** 2
      }
      return cost
    })
    // The first have a part each, so that none is left without.
    const part = i < parts ? i : costs.indexOf(costs.reduce((least, cost) => Math.min(least, cost), Number.POSITIVE_INFINITY))
    partOf[group] = part
    for (let c = 0; c < width; c++) dealt[part * width + c] = at(dealt, part * width + c) + at(counts, group * width + c)
  }
  return Uint8Array.from(groups, (group) => at(partOf, group))
}

/** (rows), which quarter of all numbers a row's is in. */
function* quartersOf(truth: Float64Array, seed: number): Steps<Float64Array> {
  const order = yield* byTruth(truth, seed)
  const quarters = new Float64Array(truth.length)
  for (const [place, row] of order.entries()) quarters[row] = Math.floor((STRATA * place) / truth.length)
  return quarters
}
