// Claims of a publication, and the rule that judges them.

import type { Interval } from '../study/statistics/bootstrap.ts'
import { detectable, repeatsFor } from './power.ts'
import { meanOf, type Quantity, type Side } from './quantity.ts'

/** What a publication claims, and the rule that decides it, stated before anything is measured. */
export interface Claim {
  /** `A4`. */
  readonly id: string
  readonly claim: string
  /** The publication's numbers. */
  readonly published: string
  readonly test: string
}

/** A condition that must be true for a claim to hold. */
export interface Comparison {
  /** `adam over sgd, test accuracy`. */
  readonly what: string
  readonly quantity: Quantity
  readonly side: Side
  readonly bound: number
}

/** The outcome of a comparison; `open`: the interval does not decide it. */
export type Outcome = 'holds' | 'fails' | 'open'

/** One comparison of a claim, as measured. */
export interface Evidence {
  readonly what: string
  readonly value: number
  /** Two-sided, 90 %: each end is the 5 % that the rule speaks of. */
  readonly interval: Interval
  readonly side: Side | 'equal'
  readonly bound: number
  readonly p: number
  readonly outcome: Outcome
  /** How far from its bound the truth must lie for the test to find it with a power of 80 %. NaN where it is no t-test. */
  readonly detectable: number
  /** Repeats with which the test would decide an open comparison with that power, if mean and scatter are as measured. NaN where it is no t-test, or is decided. */
  readonly repeats: number
}

/** What the evidence makes of a claim. */
export type Verdict = 'reproduced' | 'not reproduced' | 'undecided'

/** A claim and what the measurements make of it. */
export interface Judgement extends Claim {
  readonly verdict: Verdict
  readonly evidence: readonly Evidence[]
  /** The p value of the test that the claim does not hold: the largest of its comparisons'. NaN if one has none. */
  readonly p: number
  readonly note: string | undefined
}

/** One-sided level of every comparison. */
const LEVEL = 0.05

/** How verdicts are reached, for every claim without a rule of its own. */
export const RULE =
  'A claim is a list of comparisons, each of a mean over the seeds (differences are taken seed by seed) by a one-sided Student t-test. ' +
  'It is reproduced when every comparison holds at the 5 % level: for all of them to hold together that needs no correction ' +
  '(an intersection-union test). It is not reproduced when any comparison fails at 5 % divided by their number (Bonferroni). Else it is undecided.'

export function compare(comparisons: readonly Comparison[]): Evidence[] {
  return comparisons.map(({ what, quantity, side, bound }) => {
    const interval = quantity.interval(LEVEL)
    const strict = quantity.interval(LEVEL / comparisons.length)
    const holds = side === 'above' ? interval.low > bound : interval.high < bound
    const fails = side === 'above' ? strict.high < bound : strict.low > bound
    const outcome = holds ? 'holds' : fails ? 'fails' : 'open'
    const p = quantity.p(side, bound)
    return {
      what,
      value: quantity.value,
      interval,
      side,
      bound,
      p,
      outcome,
      ...powerOf(quantity, side, bound, outcome, comparisons.length),
    }
  })
}

/** A comparison on the right side of its bound is decided when it holds, one on the wrong side when it fails, with the level that this takes. */
function powerOf({ value, sample }: Quantity, side: Side, bound: number, outcome: Outcome, comparisons: number) {
  if (sample === undefined || sample.count < 2) return { detectable: Number.NaN, repeats: Number.NaN }
  const { count, deviation } = sample
  const distance = side === 'above' ? value - bound : bound - value
  return {
    detectable: detectable(count, deviation, LEVEL),
    repeats: outcome === 'open' ? repeatsFor(Math.abs(distance), deviation, distance > 0 ? LEVEL : LEVEL / comparisons) : Number.NaN,
  }
}

/** Whether every repeat has the number that was printed, to the decimals that were printed. The interval is from the least to the largest. */
export function equals(what: string, values: readonly number[], printed: number, decimals: number): Evidence {
  const [low, high] = values.length === 0 ? [Number.NaN, Number.NaN] : [Math.min(...values), Math.max(...values)]
  const same = values.every((value) => value.toFixed(decimals) === printed.toFixed(decimals))
  const outcome = values.length === 0 ? 'open' : same ? 'holds' : 'fails'
  return {
    what,
    value: meanOf(values).value,
    interval: { low, high },
    side: 'equal',
    bound: printed,
    p: Number.NaN,
    outcome,
    detectable: Number.NaN,
    repeats: Number.NaN,
  }
}

/** Nothing measured decides nothing. */
export function verdictOf(evidence: readonly Evidence[]): Verdict {
  if (evidence.some(({ outcome }) => outcome === 'fails')) return 'not reproduced'
  return evidence.length > 0 && evidence.every(({ outcome }) => outcome === 'holds') ? 'reproduced' : 'undecided'
}

export function judge(claim: Claim, evidence: readonly Evidence[], note?: string): Judgement {
  const ps = evidence.map(({ p }) => p)
  const p = ps.length === 0 || ps.some(Number.isNaN) ? Number.NaN : Math.max(...ps)
  return { ...claim, verdict: verdictOf(evidence), evidence, p, note }
}
