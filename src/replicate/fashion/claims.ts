// The claims of the Fashion-MNIST study.

import { type Claim, type Comparison, compare, equals, type Judgement, judge } from '../claims.ts'
import { type CurveName, finals } from '../curves.ts'
import { meanDifference, meanOf } from '../quantity.ts'
import { contributions, variances } from './contributions.ts'
import { TEST_NOISE } from './noise.ts'
import { type FashionStage, publishedTable } from './published.ts'
import { earlyRanking } from './ranking.ts'
import type { FashionMeasurements } from './result.ts'

const FAMILY = ['elu', 'selu', 'relu']
const WORST = ['sigmoid', 'hardSigmoid']
const DEAD = ['zeros', 'ones']

const others = (stage: FashionStage, ...without: readonly string[]): string[] =>
  publishedTable(stage).rows.flatMap(({ label }) => (without.includes(label) ? [] : [label]))

/** The ten published initialisers that learn lie within 0.019 of each other, and the study saw no difference there. */
const NO_DIFFERENCE = 0.02

/** The value of every seed for a row of a table; empty if it was not measured. */
type Values = (stage: FashionStage, label: string, name?: CurveName) => number[]

type Judge = (values: Values) => Judgement

const JUDGES: Readonly<Partial<Record<FashionStage, readonly Judge[]>>> = {
  initializer: [noLearning, initializersAlike],
  activation: [activationsApart],
  optimizer: [adaptiveBeatsSgd, adamaxBest],
  batchSize: [noGainBelow128],
  epochs: [noGainAfter20, lossRises, finalAccuracy],
}

/** The verdicts on all claims whose stages were measured. */
export function judgeFashion(measured: FashionMeasurements): Judgement[] {
  const values: Values = (stage, label, name = 'testAccuracy') => {
    const row = measured.tables.find((table) => table.stage === stage)?.rows.find((one) => one.label === label)
    return row === undefined ? [] : finals(row.repeats, name)
  }
  return [
    ...measured.tables.flatMap(({ stage }) => (JUDGES[stage] ?? []).map((one) => one(values))),
    ...measured.figures.map((figure) => earlyRanking(figure, measured.epochs)),
    ...(['activation', 'optimizer', 'epochs'].every((stage) => measured.tables.some((table) => table.stage === stage))
      ? [contributions(values)]
      : []),
    ...(measured.importances.length > 0 ? [variances(measured.importances)] : []),
  ].sort((a, b) => (a.id < b.id ? -1 : 1))
}

const over = (values: Values, stage: FashionStage, better: string, worse: string): Comparison => ({
  what: `${better} over ${worse}: test accuracy`,
  quantity: meanDifference(values(stage, better), values(stage, worse)),
  side: 'above',
  bound: 0,
})

const gainOver = (values: Values, stage: FashionStage, label: string, base: string, bound: number): Comparison => ({
  ...over(values, stage, label, base),
  side: 'below',
  bound,
})

function noLearning(values: Values): Judgement {
  const claim: Claim = {
    id: 'A1',
    claim: 'Zeros and ones as initial weights do not learn.',
    published: 'zeros 0.100, loss 2.303; ones 0.100, loss 14.506',
    test: 'Every seed has the printed numbers, to the last printed digit',
  }
  const evidence = publishedTable('initializer')
    .rows.filter(({ label }) => DEAD.includes(label))
    .flatMap(({ label, accuracy, loss }) => [
      equals(`${label}: test accuracy`, values('initializer', label), accuracy, 3),
      equals(`${label}: test loss`, values('initializer', label, 'testLoss'), loss, 3),
    ])
  return judge(claim, evidence)
}

function activationsApart(values: Values): Judgement {
  const claim: Claim = {
    id: 'A2',
    claim: 'At 5 epochs sigmoid and hard sigmoid are clearly worst, and the linear-unit family (elu, selu, relu) is best.',
    published: 'sigmoid 0.605, hard sigmoid 0.506; elu 0.839, selu 0.840, relu 0.832; the others 0.805 to 0.824',
    test: 'Sigmoid and hard sigmoid below each of the others, and each of the family above each other activation, in test accuracy',
  }
  const rest = others('activation', ...WORST)
  const pairs = [
    ...rest.flatMap((better) => WORST.map((worse) => [better, worse] as const)),
    ...FAMILY.flatMap((better) => rest.filter((label) => !FAMILY.includes(label)).map((worse) => [better, worse] as const)),
  ]
  return judge(claim, compare(pairs.map(([better, worse]) => over(values, 'activation', better, worse))))
}

function initializersAlike(values: Values): Judgement {
  const claim: Claim = {
    id: 'A3',
    claim: 'The initialiser makes no significant difference, zeros and ones aside.',
    published: 'ten initialisers from 0.791 to 0.810',
    test: `The initialiser that is best here leads each of the others by less than ${NO_DIFFERENCE} in test accuracy: the study saw no difference in its 0.019`,
  }
  const learning = others('initializer', ...DEAD)
  const best = learning.reduce((one, other) =>
    meanOf(values('initializer', other)).value > meanOf(values('initializer', one)).value ? other : one,
  )
  const rest = learning.filter((label) => label !== best)
  return judge(claim, compare(rest.map((label) => gainOver(values, 'initializer', best, label, NO_DIFFERENCE))))
}

function adaptiveBeatsSgd(values: Values): Judgement {
  const claim: Claim = {
    id: 'A4 (sgd)',
    claim: 'Every adaptive optimizer beats plain SGD at 5 epochs.',
    published: 'sgd 0.837; the others 0.850 to 0.869',
    test: 'Each of the others above sgd in test accuracy',
  }
  return judge(claim, compare(others('optimizer', 'sgd').map((label) => over(values, 'optimizer', label, 'sgd'))))
}

function adamaxBest(values: Values): Judgement {
  const claim: Claim = {
    id: 'A4 (adamax)',
    claim: 'Adamax is the best optimizer at 5 epochs.',
    published: 'adamax 0.869, next adagrad 0.864',
    test: 'Adamax above each of the others in test accuracy',
  }
  return judge(claim, compare(others('optimizer', 'adamax').map((label) => over(values, 'optimizer', 'adamax', label))))
}

function noGainBelow128(values: Values): Judgement {
  const claim: Claim = {
    id: 'A5',
    claim: 'Batches smaller than 128 bring no improvement.',
    published: '128: 0.873; 64: 0.863; 32: 0.872; 16: 0.873',
    test: `64, 32 and 16 gain less than ${TEST_NOISE} in test accuracy over 128: what 10,000 images cannot tell from none`,
  }
  return judge(claim, compare(['64', '32', '16'].map((size) => gainOver(values, 'batchSize', size, '128', TEST_NOISE))))
}

function noGainAfter20(values: Values): Judgement {
  const claim: Claim = {
    id: 'A6 (accuracy)',
    claim: 'More than 20 epochs bring no improvement.',
    published: '20: 0.895; 30: 0.886; 50: 0.890',
    test: `30 and 50 epochs gain less than ${TEST_NOISE} in test accuracy over 20`,
  }
  return judge(claim, compare(['30', '50'].map((count) => gainOver(values, 'epochs', count, '20', TEST_NOISE))))
}

function lossRises(values: Values): Judgement {
  const claim: Claim = {
    id: 'A6 (loss)',
    claim: 'The test loss rises from 10 epochs on (over-fitting).',
    published: '10: 0.327; 20: 0.344; 30: 0.406; 50: 0.494',
    test: 'The test loss after 20 epochs above that after 10, after 30 above 20, after 50 above 30',
  }
  const steps = [
    ['20', '10'],
    ['30', '20'],
    ['50', '30'],
  ] as const
  const comparisons = steps.map(
    ([later, earlier]): Comparison => ({
      what: `${later} epochs less ${earlier}: test loss`,
      quantity: meanDifference(values('epochs', later, 'testLoss'), values('epochs', earlier, 'testLoss')),
      side: 'above',
      bound: 0,
    }),
  )
  return judge(claim, compare(comparisons))
}

function finalAccuracy(values: Values): Judgement {
  const claim: Claim = {
    id: 'A7',
    claim: 'The final model reaches about 0.90 test accuracy.',
    published: "0.895 after 20 epochs; the data set's own table has multi-layer perceptrons at 0.87 to 0.90",
    test: 'The mean test accuracy after 20 epochs is above 0.88 and below 0.92',
  }
  const quantity = meanOf(values('epochs', '20'))
  const what = '20 epochs: test accuracy'
  return judge(
    claim,
    compare([
      { what, quantity, side: 'above', bound: 0.88 },
      { what, quantity, side: 'below', bound: 0.92 },
    ]),
  )
}
