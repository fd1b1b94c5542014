// The claims about early epochs, stated before anything was measured.

import type { Interval } from '../../study/statistics/bootstrap.ts'
import { type Claim, compare, type Judgement, judge } from '../claims.ts'
import { meanDifference, meanOf, SHARE, type Side } from '../quantity.ts'
import type { EarlyOrder } from './early.ts'
import type { TwigResult } from './result.ts'
import { EPOCH_ONE, FULL, HYPERBAND } from './rules.ts'

/** The epoch that the claims speak of, as the first study did. */
const EARLY = 5
/** A correlation of ranks that shares half of their variance. */
const STRONG = 0.7
/** Points of accuracy or R² that matter. */
const POINT = 1
/** Full trainings: what one round of Hyperband costs. */
const BUDGET = 13

const OVER_TABLES = 'over the tables, by a t-test'

/** One table and one claim: none is judged where no table was measured. */
export function judgeTwig(results: readonly TwigResult[]): Judgement[] {
  if (results.length === 0) return []
  const early = (epoch: number, of: (order: EarlyOrder) => number): number[] =>
    results.flatMap((result) => result.early.filter((order) => order.epoch === epoch).map(of))
  const regrets = (rule: string): number[] =>
    results.flatMap((result) => result.rules.filter((one) => one.rule === rule && one.budget === BUDGET).map(({ regret }) => regret))
  const simple = (claim: Claim, what: string, values: readonly number[], side: Side, bound: number, range?: Interval): Judgement =>
    judge(claim, compare([{ what, quantity: meanOf(values, range), side, bound }]))
  return [
    simple(
      {
        id: 'T1',
        claim: `The order of configurations after ${EARLY} epochs is near the order at the end.`,
        published: 'LCBench, surrogate: median Spearman 0.78',
        test: `Spearman's correlation above ${STRONG}, the mean ${OVER_TABLES}`,
      },
      `Spearman's correlation of epoch ${EARLY} with the last`,
      early(EARLY, ({ spearman }) => spearman),
      'above',
      STRONG,
    ),
    simple(
      {
        id: 'T2',
        claim: `Early epochs tell what to discard: three of four may go after ${EARLY}, and the best at the end is still there more often than not.`,
        published: 'LCBench, surrogate: 0.44',
        test: `The chance that the final best is in the best quarter after ${EARLY} epochs above a half, the mean ${OVER_TABLES}`,
      },
      `chance that the final best is in the best quarter after ${EARLY}`,
      early(EARLY, ({ quarter }) => quarter),
      'above',
      0.5,
      SHARE,
    ),
    simple(
      {
        id: 'T3',
        claim: 'They do not tell what to choose: who keeps only the best after one epoch loses much.',
        published: 'LCBench, surrogate: 6.4 points after 2 epochs',
        test: `What keeping the best after 1 epoch costs above ${POINT} point, the mean ${OVER_TABLES}`,
      },
      'points lost by keeping the best after 1 epoch',
      early(1, ({ regret1 }) => regret1),
      'above',
      POINT,
    ),
    judge(
      {
        id: 'T4',
        claim: 'One epoch is all one needs: to stop after it and keep three is better than training fully, and no worse than Hyperband.',
        published: 'Egele and others 2023: stopping after one epoch matches the other rules',
        test: `With the cost of ${BUDGET} full trainings: less regret than full training, and less than ${POINT} point more than Hyperband, means of the differences ${OVER_TABLES}`,
      },
      compare([
        {
          what: `points lost, full training less ${EPOCH_ONE}`,
          quantity: meanDifference(regrets(FULL), regrets(EPOCH_ONE)),
          side: 'above',
          bound: 0,
        },
        {
          what: `points lost, ${EPOCH_ONE} less Hyperband`,
          quantity: meanDifference(regrets(EPOCH_ONE), regrets(HYPERBAND)),
          side: 'below',
          bound: POINT,
        },
      ]),
    ),
  ]
}
