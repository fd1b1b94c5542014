/** Runs as unlike each other as can be, as hashes of their bits: equal on two backends where every number is. No test runner, so a page can run it. */

import type { ActivationName } from '../../src/core/activations.ts'
import { INITIALIZERS } from '../../src/core/initializers.ts'
import { DIALECTS } from '../../src/core/names.ts'
import type { OptimizerName } from '../../src/core/optimizers.ts'
import type { Examples } from '../../src/core/population.ts'
import { permutation } from '../../src/core/random.ts'
import { resolveTopology } from '../../src/core/resolve.ts'
import type { MemberSpec, TopologySpec } from '../../src/core/spec.ts'
import { type Api, type Backend, type Data, type FitResult, flat32 } from '../contract/api.ts'
import { expectSame, expectTrue } from './close.ts'
import { makeExamples } from './problems.ts'
import { drawFrom } from './random.ts'

interface Run {
  readonly topology: TopologySpec
  readonly members: readonly MemberSpec[]
  readonly data: Data
}

/** Those of version 0.1.0, which the runs below are made of: their bits must stay. */
export const FIRST_ACTIVATIONS: readonly ActivationName[] = [
  'linear',
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'softplus',
  'softsign',
  'tanh',
  'sigmoid',
  'hardSigmoid',
]
export const FIRST_OPTIMIZERS: readonly OptimizerName[] = ['sgd', 'rmsprop', 'adagrad', 'adadelta', 'adam', 'adamax', 'nadam', 'adamw']

const UPDATES = FIRST_OPTIMIZERS.flatMap((optimizer) => DIALECTS.map((dialect) => ({ optimizer, dialect }) as const))

/** The entry of a list at a number of any size, from the start again past its end. */
function cycled<T>(values: readonly T[], index: number): T {
  const value = values[index % values.length]
  if (value === undefined) throw new Error('the list is empty')
  return value
}

/** Every optimizer in both dialects; activations, initialisers, penalties, dropout and shuffling change from member to member. */
function everyUpdate(topology: TopologySpec, rows: number, output: ActivationName = 'softmax'): Run {
  const resolved = resolveTopology(topology)
  const members = UPDATES.map((update, i): MemberSpec => {
    const hidden = (l: number) => ({
      activation: cycled(FIRST_ACTIVATIONS, i + 3 * l),
      initializer: cycled(INITIALIZERS, i + 5 * l),
      dropout: cycled([0, 0.3, 0.5], i + l),
      l1: cycled([0, 0, 0.001], i),
      l2: cycled([0.01, 0], i + l),
    })
    const shuffle = i % 4 !== 3
    return { ...update, layers: [hidden(0), hidden(1), { activation: output }], seed: 100 + i, epochs: 2 + (i % 2), shuffle }
  })
  return { topology, members, data: { train: makeExamples(resolved, rows, 1), test: makeExamples(resolved, rows >> 1, 2) } }
}

/** Bytes as features, class numbers as targets, class weights. */
const pictures: Run = (() => {
  const draw = drawFrom(3)
  const examples = (rows: number): Examples => ({
    features: Uint8Array.from({ length: rows * 49 }, () => draw.index(256)),
    scale: 1 / 255,
    targets: Int32Array.from({ length: rows }, () => draw.index(5)),
    rows,
  })
  const classWeights = [1, 2, 0.5, 1, 3]
  const layers = (initializer: 'orthogonal' | 'truncatedNormal') => [
    { activation: 'selu' as const, initializer, dropout: 0.1 },
    { activation: 'softmax' as const, initializer },
  ]
  return {
    topology: { inputSize: 49, units: [50, 5], loss: 'sparseCategoricalCrossentropy', batchSize: 32 },
    members: [
      { layers: layers('orthogonal'), optimizer: 'adamax', seed: 7, epochs: 2 },
      { layers: layers('truncatedNormal'), optimizer: { name: 'sgd', momentum: 0.9, nesterov: true }, seed: 8, epochs: 2, classWeights },
      { layers: layers('truncatedNormal'), optimizer: 'nadam', seed: 9, epochs: 2, learningRateSchedule: { name: 'cosine' } },
    ],
    data: { train: examples(150), test: examples(40) },
  }
})()

/** Test rows that take several slices of time, whose weighted losses do not add up exactly: where a slice ends must not show. */
const longEvaluation: Run = (() => {
  const examples = (rows: number): Examples => ({
    features: Float32Array.from({ length: rows * 13 }, (_, i) => ((i * 37) % 101) / 50 - 1),
    targets: Float32Array.from({ length: rows * 3 }, (_, i) => ((i * 7) % 11) % 2),
    sampleWeights: Float32Array.from({ length: rows }, (_, i) => 1 / (1 + (i % 29))),
    rows,
  })
  const layers = [{ activation: 'tanh' as const }, { activation: 'sigmoid' as const }]
  return {
    topology: { inputSize: 13, units: [120, 3], loss: 'binaryCrossentropy', batchSize: 40 },
    members: [1, 2, 3].map((seed) => ({ layers, optimizer: 'adam', seed, epochs: 2 }) as const),
    data: { train: examples(100), test: examples(20_000) },
  }
})()

/** Convolutions of bytes that are moved about, with pooling and normalisation between. */
const images: Run = (() => {
  const draw = drawFrom(4)
  const examples = (rows: number): Examples => ({
    features: Uint8Array.from({ length: rows * 10 * 9 * 2 }, () => draw.index(256)),
    scale: 1 / 255,
    targets: Int32Array.from({ length: rows }, () => draw.index(4)),
    rows,
  })
  const lift = { activation: 'tanh' } as const
  return {
    topology: {
      inputShape: [10, 9, 2],
      loss: 'sparseCategoricalCrossentropy',
      batchSize: 16,
      layers: [
        { type: 'randomTranslation' },
        { type: 'conv2d', filters: 9, kernelSize: 3, padding: 'same' },
        { type: 'batchNormalization' },
        { type: 'maxPooling2d' },
        { type: 'separableConv2d', filters: 12, kernelSize: 2 },
        { type: 'flatten' },
        { units: 4 },
      ],
    },
    members: (['adam', 'rmsprop'] as const).map((optimizer, i) => ({
      layers: [
        { type: 'randomTranslation', heightFactor: 0.2, widthFactor: 0.1 },
        { type: 'conv2d', activation: i === 0 ? 'relu' : 'gelu', l2: 0.001 },
        { type: 'batchNormalization' },
        { type: 'maxPooling2d' },
        { type: 'separableConv2d', ...lift },
        { type: 'flatten' },
        { activation: 'softmax', dropout: 0 },
      ],
      optimizer,
      seed: 11 + i,
      epochs: 2,
    })),
    data: { train: examples(75), test: examples(20) },
  }
})()

/** Tokens with a mask, read both ways by an lstm, then by a gru. */
const sequences: Run = (() => {
  const draw = drawFrom(5)
  const examples = (rows: number): Examples => {
    const lengths = Array.from({ length: rows }, () => 1 + draw.index(7))
    const features = lengths.flatMap((length) => Array.from({ length: 7 }, (_, t) => (t < length ? 1 + draw.index(11) : 0)))
    return { features: Float32Array.from(features), targets: Float32Array.from(lengths, (length) => length % 2), rows }
  }
  return {
    topology: {
      inputShape: [7],
      loss: 'binaryCrossentropy',
      batchSize: 16,
      layers: [
        { type: 'embedding', inputDim: 12, outputDim: 10, maskZero: true },
        { type: 'bidirectional', layer: { type: 'lstm', units: 9, returnSequences: true } },
        { type: 'gru', units: 17 },
        { units: 1 },
      ],
    },
    members: (['adam', 'sgd'] as const).map((optimizer, i) => ({
      layers: [
        { type: 'embedding' },
        { type: 'bidirectional', layer: { type: 'lstm', activation: i === 0 ? 'tanh' : 'softsign' } },
        { type: 'gru', l2: 0.001 },
        { activation: 'sigmoid' },
      ],
      optimizer,
      seed: 21 + i,
      epochs: 2,
    })),
    data: { train: examples(75), test: examples(20) },
  }
})()

const STILL = { name: 'sgd', learningRate: 0 } as const

/** Initial weights of every initialiser, which a rate of 0 leaves as they are. */
const initialWeights: Run = {
  topology: { inputSize: 37, units: [29, 45, 2], loss: 'meanSquaredError', batchSize: 1 },
  members: INITIALIZERS.map((initializer, seed) => ({
    layers: [{ initializer, biasInitializer: 'truncatedNormal' }, { initializer }, {}],
    optimizer: STILL,
    seed,
  })),
  data: { train: { features: new Float32Array(37), targets: new Float32Array(2), rows: 1 } },
}

const hex = (bytes: ArrayBuffer): string => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** SHA-256 of numbers as little-endian float64; every NaN is one. */
async function digest(numbers: Iterable<number>): Promise<string> {
  const values = Float64Array.from(numbers, (x) => (Number.isNaN(x) ? Number.NaN : x))
  return hex(await crypto.subtle.digest('SHA-256', values))
}

function numbersOf({ weights, history }: FitResult): number[] {
  expectTrue(flat32(weights).every(Number.isFinite), 'finite weights')
  const { loss, accuracy, testLoss, testAccuracy, learningRate, stepLosses = [] } = history
  return [...flat32(weights), ...loss, ...accuracy, ...testLoss, ...testAccuracy, ...learningRate, ...stepLosses]
}

const RUNS: Readonly<Record<string, Run>> = {
  everyUpdate: everyUpdate({ inputSize: 11, units: [21, 9, 4], loss: 'categoricalCrossentropy', batchSize: 8 }, 61),
  pictures,
  longEvaluation,
  images,
  sequences,
  initialWeights,
}

/** Of a size at which threads share every layer's work (assembly/team.ts: LEAST_WORK). */
const LARGE_RUNS: Readonly<Record<string, Run>> = {
  classes: everyUpdate({ inputSize: 90, units: [150, 70, 12], loss: 'categoricalCrossentropy', batchSize: 70 }, 330),
  sides: everyUpdate({ inputSize: 70, units: [61, 90, 30], loss: 'binaryCrossentropy', batchSize: 64 }, 200, 'sigmoid'),
  numbers: everyUpdate({ inputSize: 70, units: [61, 90, 30], loss: 'meanSquaredError', batchSize: 64 }, 200, 'tanh'),
}

/** The SHA-256 of weights, losses and accuracies of every member of every run. */
export const fingerprints = (backend: Backend, api: Api): Promise<Record<string, string>> => printsOf(RUNS, backend, api)

/** The same of large networks. */
export const largeFingerprints = (backend: Backend, api: Api): Promise<Record<string, string>> => printsOf(LARGE_RUNS, backend, api)

async function printsOf(runs: Readonly<Record<string, Run>>, backend: Backend, { fitPopulation }: Api): Promise<Record<string, string>> {
  const prints: Record<string, string> = {}
  for (const [name, { topology, members, data }] of Object.entries(runs)) {
    const results = await fitPopulation(backend, topology, members, data, { recordStepLosses: true })
    for (const [p, result] of results.entries()) prints[`${name}[${p}]`] = await digest(numbersOf(result))
  }
  return prints
}

/** The SHA-256 of the initial weights of every initialiser: the one run whose weights are the same numbers on every kind of backend. */
export async function initialWeightsPrint(backend: Backend, { fitPopulation }: Api): Promise<string> {
  const { topology, members, data } = initialWeights
  const results = await fitPopulation(backend, topology, members, data)
  return digest(results.flatMap(({ weights }) => [...flat32(weights)]))
}

/** The order in which an epoch visited its rows, seen in the losses of one-row batches of a network that answers the row's number. */
async function visited(
  backend: Backend,
  { fitPopulation }: Api,
  rows: number,
  epochs: number,
  seeds: readonly number[],
): Promise<number[][]> {
  const layers = [{ initializer: 'ones' as const }]
  const numbered = { features: Float32Array.from({ length: rows }, (_, row) => row), targets: new Float32Array(rows), rows }
  const results = await fitPopulation(
    backend,
    { inputSize: 1, units: [1], loss: 'meanSquaredError', batchSize: 1 },
    seeds.map((seed) => ({ layers, optimizer: STILL, seed, epochs })),
    { train: numbered },
    { recordStepLosses: true },
  )
  return results.map(({ history }) => (history.stepLosses ?? []).map((loss) => Math.sqrt(loss)))
}

/** Throws unless the backend visits rows in core's order. Squares of row numbers up to 4096 are exact in float32. */
export async function checkEpochOrders(backend: Backend, api: Api): Promise<void> {
  const seeds = [0, 1, 77, 2 ** 32 - 1]
  const epochs = 3
  for (const rows of [1, 2, 63, 64, 65, 1000]) {
    const orders = await visited(backend, api, rows, epochs, seeds)
    for (const [i, seed] of seeds.entries()) {
      const expected = Array.from({ length: epochs }, (_, epoch) => [...permutation(seed, epoch, rows)]).flat()
      expectSame(orders[i] ?? [], expected, `the orders of ${rows} rows under seed ${seed}`)
    }
  }
}
