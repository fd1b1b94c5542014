// Pareto dominance, fronts and hypervolume.

import { missing } from '../core/at.ts'
import { isFeasible } from './feasibility.ts'
import type { Direction, Trial } from './trial.ts'

const at = (values: readonly number[], i: number): number => values[i] ?? missing(values, i)

/** Values as losses, where lower is better; NaN becomes Infinity. */
export const toLosses = (values: readonly number[], directions: readonly Direction[]): number[] =>
  directions.map((direction, i) => {
    const value = values[i] ?? Number.NaN
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : direction === 'minimize' ? value : -value
  })

/** Whether losses a are nowhere worse than b and somewhere better. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let better = false
  for (let i = 0; i < a.length; i++) {
    const one = at(a, i)
    const other = at(b, i)
    if (one > other) return false
    if (one < other) better = true
  }
  return better
}

/**
 * The places of the points by fronts, ascending in each: first those that no point dominates, then those that none of the remaining ones does, and so on (Deb,
 * Pratap, Agarwal, Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002). A front is found when it is asked for. As points are gone
 * through from the lowest first loss on, only earlier ones can dominate (Zhang, Tian, Cheng, Jin, "An efficient approach to nondominated sorting", IEEE Trans.
 * Evolutionary Computation 19, 2015), and of two objectives only the last one that is in the front.
 * @param losses (points) x (objectives)
 */
export function* frontsOf(losses: readonly (readonly number[])[]): Generator<number[]> {
  const point = (i: number): readonly number[] => losses[i] ?? missing(losses, i)
  let left = [...losses.keys()].sort((a, b) => compareInOrder(point(a), point(b)))
  while (left.length > 0) {
    const front: number[] = []
    const others: number[] = []
    for (const i of left) {
      const one = point(i)
      const rivals = one.length > 2 ? front : front.slice(-1)
      const isDominated = rivals.some((j) => dominates(point(j), one))
      if (isDominated) others.push(i)
      else front.push(i)
    }
    yield front.sort((a, b) => a - b)
    left = others
  }
}

/** By the first objective, of equals by the second, and so on. */
function compareInOrder(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [at(a, i), at(b, i)]
    if (one !== other) return one < other ? -1 : 1
  }
  return 0
}

/**
 * The complete trials that meet their outcome constraints and that no other such trial dominates, in the order of their numbers; with one objective,
 * the best and those equal to it.
 */
export function paretoFront(trials: readonly Trial[], directions: readonly Direction[]): Trial[] {
  const complete = trials.flatMap((trial) =>
    trial.state === 'complete' && trial.values !== undefined && isFeasible(trial)
      ? [{ trial, losses: toLosses(trial.values, directions) }]
      : [],
  )
  const [first = []] = frontsOf(complete.map(({ losses }) => losses))
  return first.flatMap((i) => complete[i]?.trial ?? [])
}

/**
 * The volume that the points dominate below a reference point, exactly (While, Bradstreet, Barone, "A fast way of calculating exact
 * hypervolumes", IEEE Trans. Evolutionary Computation 16, 2012). Points that are not below it in every objective add nothing; one that is endlessly far below in
 * one makes the volume infinite, as in Optuna.
 * @param losses (points) x (objectives), lower is better
 * @param reference (objectives)
 */
export function hypervolume(losses: readonly (readonly number[])[], reference: readonly number[]): number {
  const inside = losses.filter((point) => point.every((loss, i) => loss < at(reference, i)))
  const isEndless = inside.some((point) => point.some((loss, i) => at(reference, i) - loss === Number.POSITIVE_INFINITY))
  return isEndless ? Number.POSITIVE_INFINITY : volume(inside, reference)
}

function volume(points: readonly (readonly number[])[], reference: readonly number[]): number {
  if (reference.length <= 2) return area(points, reference)
  const front = points.filter((point, i) => !points.some((other, j) => dominates(other, point) || (j < i && isSame(other, point))))
  // The worst in the last objective first: then the later points leave little of a point.
  const sorted = [...front].sort((a, b) => at(b, b.length - 1) - at(a, a.length - 1))
  return sorted.reduce((sum, point, i) => {
    const box = point.reduce((product, loss, d) => product * (at(reference, d) - loss), 1)
    const limited = sorted.slice(i + 1).map((other) => other.map((loss, d) => Math.max(loss, at(point, d))))
    return sum + box - volume(limited, reference)
  }, 0)
}

/**
 * For each candidate the volume that it dominates together with the points that were chosen: the bits of `hypervolume`, without sorting all of them for
 * each where there are two objectives.
 */
export function volumesWith(
  chosen: readonly (readonly number[])[],
  candidates: readonly (readonly number[])[],
  reference: readonly number[],
): number[] {
  if (reference.length !== 2) return candidates.map((one) => hypervolume([...chosen, one], reference))
  const isInside = (point: readonly number[]): boolean => point.every((loss, i) => loss < at(reference, i))
  const sorted = chosen.filter(isInside).sort(compareInOrder)
  return candidates.map((one) => {
    if (!isInside(one)) return strips(sorted, reference)
    const place = sorted.findIndex((other) => compareInOrder(one, other) <= 0)
    return strips(place < 0 ? [...sorted, one] : sorted.toSpliced(place, 0, one), reference)
  })
}

const isSame = (a: readonly number[], b: readonly number[]): boolean => a.every((loss, i) => loss === b[i])

/** One or two objectives. */
const area = (points: readonly (readonly number[])[], reference: readonly number[]): number =>
  strips([...points].sort(compareInOrder), reference)

/** Strips from left to right, of points in order. */
function strips(sorted: readonly (readonly number[])[], [right = 0, top]: readonly number[]): number {
  let sum = 0
  let height = top ?? 1
  for (const [x = 0, y = 0] of sorted) {
    if (y >= height) continue
    sum += (right - x) * (height - y)
    height = y
  }
  return sum
}
