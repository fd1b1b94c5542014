import { dominanceRanks, hypervolume } from '../../pareto.ts'
import type { Observation } from './observations.ts'

const TINY = 1e-12

/** Observations that TPE puts on one side, in the order of the trials' numbers. */
export interface Side {
  readonly observations: readonly Observation[]
  /** The observations' weights; undefined where they go by age (`recencyWeights`). */
  readonly weights: readonly number[] | undefined
}

/** The best `count` observations, and the rest. */
export function split(observations: readonly Observation[], count: number): { good: Side; rest: Side } {
  const several = observations.some(({ losses }) => losses.length > 1)
  const best = new Set(several ? bestFronts(observations, count) : byLoss(observations).slice(0, count))
  const good = observations.filter((one) => best.has(one))
  const rest = observations.filter((one) => !best.has(one))
  return {
    good: { observations: good, weights: several ? contributions(good.map(({ losses }) => losses)) : undefined },
    rest: { observations: rest, weights: undefined },
  }
}

const byLoss = (observations: readonly Observation[]): Observation[] =>
  [...observations].sort((a, b) => compare(a.step, b.step) || compare(a.losses[0] ?? 0, b.losses[0] ?? 0))

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Whole fronts while they fit, and of the next one the points that together dominate most, chosen one after the other (Ozaki, Tanigaki,
 * Watanabe, Onishi, "Multiobjective tree-structured Parzen estimator for computationally expensive optimization problems", GECCO 2020).
 */
function bestFronts(observations: readonly Observation[], count: number): Observation[] {
  const ranks = dominanceRanks(observations.map(({ losses }) => losses))
  const chosen: Observation[] = []
  for (let rank = 0; chosen.length < count; rank++) {
    const front = observations.filter((_, i) => ranks[i] === rank)
    chosen.push(...(chosen.length + front.length <= count ? front : mostDominating(front, count - chosen.length)))
  }
  return chosen
}

function mostDominating(front: readonly Observation[], count: number): Observation[] {
  const reference = referenceOf(front.map(({ losses }) => losses))
  const chosen: Observation[] = []
  for (let left = [...front]; chosen.length < count; ) {
    const volumes = left.map((one) =>
      hypervolume(
        [...chosen, one].map(({ losses }) => losses),
        reference,
      ),
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
  return added.map((volume) => volume / most)
}

/** A little worse than the worst finite loss of each objective, so that the worst points add something as well. */
function referenceOf(losses: readonly (readonly number[])[]): number[] {
  return (losses[0] ?? []).map((_, d) => {
    const worst = Math.max(...losses.map((point) => point[d] ?? 0).filter(Number.isFinite))
    if (!Number.isFinite(worst)) return TINY
    return Math.max(1.1 * worst, 0.9 * worst) || TINY
  })
}
