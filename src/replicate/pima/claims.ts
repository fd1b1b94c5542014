// The claims of the Pima study.

import { mean } from 'simple-statistics'
import { standardDeviation } from '../../study/statistics/summary.ts'
import { type Claim, type Comparison, compare, type Judgement, judge } from '../claims.ts'
import type { CurveName, Curves } from '../curves.ts'
import { meanDifference, meanOf, type Side } from '../quantity.ts'
import type { PimaExperiment } from './protocol.ts'
import type { PimaResult } from './result.ts'

/** The share of the larger class, as the study states it. */
const MAJORITY = 0.651

/** What the study found, and what decides it. Accuracies are of the training rows; a value that failed to train decides nothing. */
const PIMA_CLAIMS = {
  B1: {
    id: 'B1',
    claim: 'Batches of 5 and 10 pass 0.72 training accuracy within 100 epochs; 16 and 32 stay below it.',
    published: '5 and 10: above 0.72; 16 and 32: below',
    test: 'The highest training accuracy of all epochs, mean over the seeds: above 0.72 for 5 and 10, below it for 16 and 32',
  },
  B2: {
    id: 'B2',
    claim: 'Small batches are the more volatile: over epochs 80 to 100, batches of 16 and 32 vary less.',
    published: 'curves only',
    test: 'The standard deviation of the training accuracy over the last fifth of the epochs, seed by seed: larger with 5 and with 10 than with 16 and with 32',
  },
  B3: {
    id: 'B3',
    claim: 'Sigmoid and tanh hidden layers hardly learn (near the majority class, 0.651); relu and leaky relu do.',
    published: 'sigmoid, tanh: about 0.651; relu, leaky relu: above',
    test: 'The mean training accuracy of the last fifth of the epochs: below 0.671, the majority class and two points, for sigmoid and tanh; above it for relu and leaky relu',
  },
  B4: {
    id: 'B4',
    claim: 'SGD at 0.001 does not reach 0.70 training accuracy in 100 epochs; RMSprop, Adamax and Adam do, well before.',
    published: 'sgd: below 0.70; rmsprop, adamax, adam: above, early',
    test: 'The highest training accuracy of all epochs: below 0.70 for sgd, above it for the others; and the first epoch at 0.70 (one more than all where none is), mean over the seeds, in the first half of the epochs',
  },
} as const satisfies Readonly<Record<string, Claim>>

/** @param results the experiments on one scaling; claims of experiments that did not run are left out */
export function judgePima(results: readonly PimaResult[], epochs: number): Judgement[] {
  const of = (experiment: PimaExperiment, value: string | number): readonly Curves[] =>
    results.find((result) => result.experiment === experiment)?.rows.find((row) => row.value === String(value))?.repeats ?? []
  const judges: Readonly<Record<PimaExperiment, () => Judgement[]>> = {
    batchSize: () => [batchesPass(of), batchesVary(of, epochs)],
    activation: () => [activationsLearn(of, epochs)],
    optimizer: () => [optimizersReach(of, epochs)],
  }
  return results.flatMap(({ experiment }) => judges[experiment]()).sort((a, b) => (a.id < b.id ? -1 : 1))
}

type Lookup = (experiment: PimaExperiment, value: string | number) => readonly Curves[]

const highest = (repeats: readonly Curves[]): number[] => repeats.map(({ accuracy }) => Math.max(...accuracy))
/** Of the last fifth of the epochs: 80 to 100 of the study's 100. */
const late = (values: readonly number[], epochs: number): number[] => values.slice(Math.max(0, Math.round(0.8 * epochs) - 1))

const accuracyIs = (what: string, values: readonly number[], side: Side, bound: number): Comparison => ({
  what,
  quantity: meanOf(values),
  side,
  bound,
})

function batchesPass(of: Lookup): Judgement {
  const sides = { 5: 'above', 10: 'above', 16: 'below', 32: 'below' } as const
  const comparisons = Object.entries(sides).map(([size, side]) =>
    accuracyIs(`batches of ${size}: highest training accuracy`, highest(of('batchSize', size)), side, 0.72),
  )
  const passed = Object.keys(sides).map((size) => `${shareOf(highest(of('batchSize', size)), (top) => top > 0.72)} with ${size}`)
  return judge(PIMA_CLAIMS.B1, compare(comparisons), `Seeds that pass 0.72: ${passed.join(', ')}.`)
}

function batchesVary(of: Lookup, epochs: number): Judgement {
  const variation = (size: number, name: CurveName): number[] =>
    of('batchSize', size).map((curves) => standardDeviation(late(curves[name], epochs)))
  const pairs = [5, 10].flatMap((small) => [16, 32].map((large) => [small, large] as const))
  const comparisons = pairs.map(
    ([small, large]): Comparison => ({
      what: `batches of ${small} less ${large}: deviation of the late training accuracy`,
      quantity: meanDifference(variation(small, 'accuracy'), variation(large, 'accuracy')),
      side: 'above',
      bound: 0,
    }),
  )
  const test = [5, 10, 16, 32].map((size) => `${meanOf(variation(size, 'testAccuracy')).value.toFixed(4)} with ${size}`)
  return judge(PIMA_CLAIMS.B2, compare(comparisons), `The same deviation of the test accuracy: ${test.join(', ')}.`)
}

function activationsLearn(of: Lookup, epochs: number): Judgement {
  const bound = MAJORITY + 0.02
  const sides = { sigmoid: 'below', tanh: 'below', relu: 'above', leakyRelu: 'above' } as const
  const comparisons = Object.entries(sides).map(([name, side]) => {
    const values = of('activation', name).map(({ accuracy }) => mean(late(accuracy, epochs)))
    return accuracyIs(`${name}: late training accuracy`, values, side, bound)
  })
  return judge(PIMA_CLAIMS.B3, compare(comparisons))
}

function optimizersReach(of: Lookup, epochs: number): Judgement {
  const others = ['rmsprop', 'adamax', 'adam']
  const firstAt = ({ accuracy }: Curves): number => {
    const epoch = accuracy.findIndex((value) => value >= 0.7)
    return epoch < 0 ? epochs + 1 : epoch + 1
  }
  const comparisons = [
    accuracyIs('sgd: highest training accuracy', highest(of('optimizer', 'sgd')), 'below', 0.7),
    ...others.flatMap((name) => [
      accuracyIs(`${name}: highest training accuracy`, highest(of('optimizer', name)), 'above', 0.7),
      accuracyIs(`${name}: first epoch at 0.70`, of('optimizer', name).map(firstAt), 'below', epochs / 2),
    ]),
  ]
  return judge(PIMA_CLAIMS.B4, compare(comparisons))
}

const shareOf = (values: readonly number[], holds: (value: number) => boolean): string =>
  `${values.filter(holds).length} of ${values.length}`
