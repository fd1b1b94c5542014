// Splits observations into a better and a worse side.

import { missing } from '../../../core/at.ts'
import { frontsOf, hypervolume, volumesWith } from '../../pareto.ts'
import type { Observation } from './observations.ts'

const at = (values: readonly number[], i: number): number => values[i] ?? missing(values, i)

const TINY = 1e-12

/** Observations that TPE puts on one side, in the order of the trials' numbers. */
export interface Side {
  readonly observations: readonly Observation[]
  /** The observations' weights; undefined where they go by age (`recencyWeights`). */
  readonly weights: readonly number[] | undefined
}

/**
 * The best `count` observations, and the rest; fewer where too few have a finite loss. Those that break outcome constraints come after all others, by
 * how much they do, as in Optuna 5.
 */
export function split(observations: readonly Observation[], count: number): { good: Side; rest: Side } {
  const several = observations.some(({ losses }) => losses.length > 1)
  const usable = observations.filter(({ losses, violation }) => violation > 0 || !losses.includes(Number.POSITIVE_INFINITY))
  const feasible = usable.filter(({ violation }) => violation === 0)
  const chosen = several ? bestFronts(feasible, Math.min(count, feasible.length)) : byLoss(feasible).slice(0, count)
  const broken = usable.filter(({ violation }) => violation > 0).sort((a, b) => compare(a.violation, b.violation))
  const best = new Set([...chosen, ...broken.slice(0, count - chosen.length)])
  const good = observations.filter((one) => best.has(one))
  const rest = observations.filter((one) => !best.has(one))
  return {
    good: { observations: good, weights: several && feasible.length > 0 ? weightsOf(good) : undefined },
    rest: { observations: rest, weights: undefined },
  }
}

/** Of several objectives: what a point adds to the volume that they dominate, and next to nothing for one that breaks constraints. */
function weightsOf(good: readonly Observation[]): number[] {
  const feasible = good.filter(({ violation }) => violation === 0)
  const added = contributions(feasible.map(({ losses }) => losses))
  return good.map((one) => added[feasible.indexOf(one)] ?? TINY)
}

const byLoss = (observations: readonly Observation[]): Observation[] =>
  [...observations].sort((a, b) => compare(a.step, b.step) || compare(at(a.losses, 0), at(b.losses, 0)))

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Whole fronts while they fit, and of the next one the points that together dominate most, chosen one after the other (Ozaki, Tanigaki,
 * Watanabe, Onishi, "Multiobjective tree-structured Parzen estimator for computationally expensive optimization problems", GECCO 2020).
 */
function bestFronts(observations: readonly Observation[], count: number): Observation[] {
  const chosen: Observation[] = []
  for (const places of frontsOf(observations.map(({ losses }) => losses))) {
    if (chosen.length >= count) break
    const front = places.flatMap((i) => observations[i] ?? [])
    chosen.push(...(chosen.length + front.length <= count ? front : mostDominating(front, count - chosen.length)))
  }
  return chosen
}

function mostDominating(front: readonly Observation[], count: number): Observation[] {
  const reference = referenceOf(front.map(({ losses }) => losses))
  const chosen: Observation[] = []
  for (let left = [...front]; chosen.length < count; ) {
    const volumes = volumesWith(
      chosen.map(({ losses }) => losses),
      left.map(({ losses }) => losses),
      reference,
    )
    const [best] = left.splice(volumes.indexOf(Math.max(...volumes)), 1)
    if (best === undefined) break
    chosen.push(best)
  }
  return chosen
}

/** What each point adds to the volume of all, over the most that one adds. */
function contributions(losses: readonly (readonly number[])[]): number[] {
  const reference = referenceOf(losses)
  const whole = hypervolume(losses, reference)
  const added = losses.map((_, i) => whole - hypervolume(losses.toSpliced(i, 1), reference) + TINY)
  const most = Math.max(...added)
  // A loss of -Infinity dominates an infinite volume, which says nothing.
  return added.map((volume) => (Number.isFinite(most) ? volume / most : 1))
}

/** A little worse than the worst finite loss of each objective, so that the worst points add something as well. */
function referenceOf(losses: readonly (readonly number[])[]): number[] {
  return (losses[0] ?? []).map((_, d) => {
    const worst = Math.max(...losses.map((point) => at(point, d)).filter(Number.isFinite))
    if (!Number.isFinite(worst)) return TINY
    return Math.max(1.1 * worst, 0.9 * worst) || TINY
  })
}
