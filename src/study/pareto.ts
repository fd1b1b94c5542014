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
 * The rank of each point: 0 if no point dominates it, then 1 if none of the remaining ones does, and so on (Deb, Pratap, Agarwal, Meyarivan,
 * "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002).
 * @param losses (points) x (objectives)
 */
export function dominanceRanks(losses: readonly (readonly number[])[]): number[] {
  const dominated = losses.map((one) => losses.flatMap((other, j) => (dominates(one, other) ? [j] : [])))
  const dominators = losses.map(() => 0)
  for (const j of dominated.flat()) dominators[j] = at(dominators, j) + 1
  const ranks = losses.map(() => 0)
  let front = [...dominators.keys()].filter((i) => dominators[i] === 0)
  for (let rank = 0; front.length > 0; rank++) {
    const next: number[] = []
    for (const i of front) {
      ranks[i] = rank
      for (const j of dominated[i] ?? []) {
        dominators[j] = at(dominators, j) - 1
        if (dominators[j] === 0) next.push(j)
      }
    }
    front = next
  }
  return ranks
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
  return complete.filter(({ losses }) => !complete.some((other) => dominates(other.losses, losses))).map(({ trial }) => trial)
}

/**
 * The volume that the points dominate below a reference point, exactly (While, Bradstreet, Barone, "A fast way of calculating exact
 * hypervolumes", IEEE Trans. Evolutionary Computation 16, 2012). Points that are not below it in every objective add nothing.
 * @param losses (points) x (objectives), lower is better
 * @param reference (objectives)
 */
export function hypervolume(losses: readonly (readonly number[])[], reference: readonly number[]): number {
  const inside = losses.filter((point) => point.every((loss, i) => loss < at(reference, i)))
  return volume(inside, reference)
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

const isSame = (a: readonly number[], b: readonly number[]): boolean => a.every((loss, i) => loss === b[i])

/** One or two objectives: strips from left to right. */
function area(points: readonly (readonly number[])[], [right = 0, top]: readonly number[]): number {
  let sum = 0
  let height = top ?? 1
  for (const [x = 0, y = 0] of [...points].sort(([ax = 0, ay = 0], [bx = 0, by = 0]) => ax - bx || ay - by)) {
    if (y >= height) continue
    sum += (right - x) * (height - y)
    height = y
  }
  return sum
}
