// The claims about how much each hyper-parameter contributes.

import { quantileSorted } from 'simple-statistics'
import { type Claim, type Comparison, compare, type Judgement, judge } from '../claims.ts'
import { estimated, meanDifference, type Quantity } from '../quantity.ts'
import type { FashionStage } from './published.ts'
import type { Importance } from './result.ts'

const CLAIM = 'What contributes most is the activation, then the optimizer, then the epochs.'

/** From the value before a stage to its winner, as printed. */
const STEPS = {
  initializer: ['glorotUniform', 'heNormal'],
  activation: ['linear', 'selu'],
  optimizer: ['sgd', 'adamax'],
  batchSize: ['none (32)', '128'],
  epochs: ['5', '20'],
} as const satisfies Readonly<Partial<Record<FashionStage, readonly [before: string, winner: string]>>>

type Stage = keyof typeof STEPS

/** The claimed order; the last two come after the epochs, in no order. */
const ORDER: readonly (readonly [more: Stage, less: Stage])[] = [
  ['activation', 'optimizer'],
  ['optimizer', 'epochs'],
  ['epochs', 'initializer'],
  ['epochs', 'batchSize'],
]

/** As the study has it: what each stage's winner gained over the value before it. */
export function contributions(values: (stage: FashionStage, label: string) => number[]): Judgement {
  const claim: Claim = {
    id: 'A9 (gains)',
    claim: CLAIM,
    published:
      'activation +0.035 (0.805 to 0.840), optimizer +0.032 (0.837 to 0.869), epochs +0.022; initialiser +0.001, batch size +0.006',
    test: "The gain in test accuracy of the published winner over the value before it: the activation's above the optimizer's, that above the epochs', that above the others'",
  }
  const gain = (step: Stage): number[] => {
    const [before, winner] = STEPS[step]
    const start = values(step, before)
    return values(step, winner).map((value, seed) => value - (start[seed] ?? Number.NaN))
  }
  return judge(claim, compare(ORDER.map(([more, less]) => moreThan(more, less, 'gain', meanDifference(gain(more), gain(less))))))
}

/** As variance: how much of it each parameter explains alone, over the space of the joint search. */
export function variances(importances: readonly Importance[]): Judgement {
  const claim: Claim = {
    id: 'A9 (variance)',
    claim: CLAIM,
    published: 'no measure given',
    test: "The share of the variance of test accuracy that each explains alone (fANOVA over the joint search's networks, zeros and ones left out, at 5, 10 and 20 epochs), in the same order; intervals from bootstrapped networks",
  }
  const of = (name: string): Importance | undefined => importances.find((one) => one.name === name)
  const difference = (more: string, less: string): Quantity => {
    const [a, b] = [of(more), of(less)]
    const drawn = (a?.resampled ?? []).map((fraction, i) => fraction - (b?.resampled[i] ?? Number.NaN)).sort((x, y) => x - y)
    return estimated((a?.fraction ?? Number.NaN) - (b?.fraction ?? Number.NaN), (level) => ({
      low: quantile(drawn, (1 - level) / 2),
      high: quantile(drawn, (1 + level) / 2),
    }))
  }
  return judge(claim, compare(ORDER.map(([more, less]) => moreThan(more, less, 'share', difference(more, less)))))
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted.length === 0 ? Number.NaN : quantileSorted([...sorted], share)

const moreThan = (more: string, less: string, what: string, quantity: Quantity): Comparison => ({
  what: `${what} of ${more} over ${less}`,
  quantity,
  side: 'above',
  bound: 0,
})
