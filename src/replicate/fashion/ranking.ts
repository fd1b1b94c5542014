// The claim that early epochs predict the final order.

import { mean } from 'simple-statistics'
import { correlate, type Pair } from '../../study/statistics/correlation.ts'
import { type RungCorrelation, rankCorrelation, topKRegret } from '../../study/statistics/rungs.ts'
import type { Trial } from '../../study/trial.ts'
import { type Claim, compare, type Judgement, judge } from '../claims.ts'
import type { Curves } from '../curves.ts'
import { estimated, meanDifference } from '../quantity.ts'
import { TEST_NOISE } from './noise.ts'
import { FINAL_EPOCHS, STAGE_EPOCHS, scaled } from './protocol.ts'
import type { FigureResult, Measured } from './result.ts'

/** A correlation of ranks that shares half of their variance. */
const STRONG = 0.7

/** The rows that learn: constants never do, and agree about it at every epoch. */
export const ranked = ({ rows }: FigureResult): Measured[] =>
  rows.filter(({ label, repeats }) => label !== 'zeros' && label !== 'ones' && repeats.length > 0)

export const accuracyAt = (repeats: readonly Curves[], epoch: number): number[] =>
  repeats.map(({ testAccuracy }) => testAccuracy[epoch - 1] ?? Number.NaN)

/** A8 for one figure: whether the order at 5 epochs is the order at 20. */
export function earlyRanking(figure: FigureResult, epochs: number): Judgement {
  const [early, last] = [scaled(STAGE_EPOCHS, epochs), scaled(FINAL_EPOCHS, epochs)]
  const claim: Claim = {
    id: `A8 (${figure.figure})`,
    claim: `As the twig is bent: the ranking of the ${figure.figure}s at ${early} epochs is the ranking at ${last}.`,
    published: 'curves only',
    test: `Spearman's correlation of the mean test accuracies after ${early} and ${last} epochs above ${STRONG} (bootstrap over the ${figure.figure}s); and the best after ${early} epochs is after ${last} less than ${TEST_NOISE} below the best there`,
  }
  const rows = ranked(figure)
  const pairs = rows.map(({ repeats }): Pair => [mean(accuracyAt(repeats, early)), mean(accuracyAt(repeats, last))])
  const { value } = correlate(pairs, 'spearman')
  const [first, winner] = [bestAt(rows, early), bestAt(rows, last)]
  const evidence = compare([
    {
      what: `${figure.figure}: Spearman's correlation of ${early} and ${last} epochs`,
      quantity: estimated(value, (level) => correlate(pairs, 'spearman', { level })),
      side: 'above',
      bound: STRONG,
    },
    {
      what: `${winner?.label ?? 'none'}, best after ${last} epochs, over ${first?.label ?? 'none'}, best after ${early}: test accuracy after ${last}`,
      quantity: meanDifference(accuracyAt(winner?.repeats ?? [], last), accuracyAt(first?.repeats ?? [], last)),
      side: 'below',
      bound: TEST_NOISE,
    },
  ])
  return judge(claim, evidence)
}

function bestAt(rows: readonly Measured[], epoch: number): Measured | undefined {
  const at = ({ repeats }: Measured): number => mean(accuracyAt(repeats, epoch))
  return rows.reduce<Measured | undefined>((best, row) => (best === undefined || at(row) > at(best) ? row : best), undefined)
}

export interface RungRanking extends RungCorrelation {
  /** What choosing the best, or the best three, at this epoch costs in test accuracy at the last. */
  readonly regret1: number
  readonly regret3: number
}

/** How well the order at each epoch predicts the order at the last. */
export function rankings(figure: FigureResult, epochs: number): RungRanking[] {
  const last = scaled(FINAL_EPOCHS, epochs)
  const trials = ranked(figure).map((row, number) => asTrial(row, number, last))
  const steps = Array.from({ length: last }, (_, i) => i + 1)
  return rankCorrelation(trials, steps).map((rung) => ({
    ...rung,
    regret1: topKRegret(trials, rung.step, 1, 'maximize'),
    regret3: topKRegret(trials, rung.step, 3, 'maximize'),
  }))
}

/** The rank of every row at every epoch, 1 the best. */
export function ranksByEpoch(figure: FigureResult, epochs: number): { readonly name: string; readonly ranks: readonly number[] }[] {
  const rows = ranked(figure)
  const means = rows.map(({ repeats }) => Array.from({ length: scaled(FINAL_EPOCHS, epochs) }, (_, i) => mean(accuracyAt(repeats, i + 1))))
  return rows.map(({ label }, row) => ({
    name: label,
    ranks: (means[row] ?? []).map((value, i) => 1 + means.filter((other) => (other[i] ?? Number.NaN) > value).length),
  }))
}

function asTrial({ repeats, params }: Measured, number: number, last: number): Trial {
  return {
    number,
    state: 'complete',
    params,
    distributions: {},
    values: [mean(accuracyAt(repeats, last))],
    intermediateValues: new Map(Array.from({ length: last }, (_, i) => [i + 1, mean(accuracyAt(repeats, i + 1))])),
    userAttrs: {},
    systemAttrs: {},
    datetimeStart: undefined,
    datetimeComplete: undefined,
  }
}
