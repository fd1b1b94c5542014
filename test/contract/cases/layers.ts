import { ACTIVATIONS, type ActivationName } from '../../../src/core/activations.ts'
import type { LayerSpec } from '../../../src/core/layers/index.ts'
import { LOSSES, type LossName, outputActivationOf, resolveLoss } from '../../../src/core/losses.ts'
import type { OptimizerSpec } from '../../../src/core/optimizers.ts'
import { resolveTopology, splitSpec } from '../../../src/core/resolve.ts'
import type { TrainSpec } from '../../../src/core/spec.ts'
import { expectEqual, expectSame } from '../../support/close.ts'
import { FIRST_ACTIVATIONS } from '../../support/fingerprint.ts'
import { makeExamples } from '../../support/problems.ts'
import { type BackendCase, type Data, expectOracle, flat32, resolveSpec } from '../api.ts'
import { expectSameRun } from './same.ts'

/** Layers beside dense, and what networks got after version 0.1.0, against the float64 oracle. */

const soft: LayerSpec = { units: 3, activation: 'softmax' }
const base = {
  dialect: 'keras3',
  batchSize: 7,
  epochs: 2,
  optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.5 },
  seed: 11,
} as const

export function network(layers: readonly LayerSpec[], inputShape: number[], rest: Partial<TrainSpec> = {}): TrainSpec {
  return { ...base, network: { inputShape, loss: 'categoricalCrossentropy', layers: [...layers, soft] }, ...rest }
}

export function oracleCase(name: string, spec: TrainSpec): BackendCase {
  let data: Data | undefined
  return {
    name,
    async run(backend, api) {
      const { topology } = resolveSpec(spec)
      data ??= { train: makeExamples(topology, 25, 1), test: makeExamples(topology, 19, 2) }
      await expectOracle(backend, api, spec, data)
    },
  }
}

/** Widths around the panels of 8 numbers, and primes; one number, and several positions. */
const WIDTHS = [1, 7, 8, 9, 17]
const NORMALIZED: LayerSpec = { type: 'batchNormalization', momentum: 0.8 }

const KINDS: Readonly<Record<string, (width: number) => LayerSpec[]>> = {
  dropout: (units) => [
    { units, activation: 'tanh' },
    { type: 'dropout', rate: 0.4 },
    { units: 5, activation: 'relu', dropout: 0.2 },
  ],
  'an activation that reads its sums': (units) => [{ units }, { type: 'activation', activation: 'silu' }, { units: 5, activation: 'tanh' }],
  'an activation of whole rows': (units) => [{ units }, { type: 'activation', activation: 'logSoftmax' }, { units: 5 }],
  'batch normalization': (units) => [
    { units, useBias: false },
    NORMALIZED,
    { type: 'activation', activation: 'relu' },
    { units: 5, activation: 'tanh' },
  ],
  'batch normalization without gamma and beta': (units) => [
    { units, activation: 'tanh' },
    { type: 'batchNormalization', scale: false, center: false },
  ],
  'batch normalization that is not trained': (units) => [
    { units, activation: 'tanh' },
    { type: 'batchNormalization', trainable: false },
  ],
  prelu: (units) => [{ units }, { type: 'prelu', initializer: { name: 'constant', value: 0.2 } }],
  glu: (units) => [{ units: 2 * units }, { type: 'glu' }, { units: 4, activation: 'tanh' }],
  'a dense layer that is not trained, below and above others': (units) => [
    { units, activation: 'tanh', trainable: false, l2: 0.1 },
    { units: 6, activation: 'relu' },
    { units: 5, activation: 'tanh', trainable: false },
  ],
}

const kinds = Object.entries(KINDS).flatMap(([what, layers]) =>
  WIDTHS.map((width) => oracleCase(`${what}, ${width} wide`, network(layers(width), [6]))),
)

const rowsWithDropout = (['softmax', 'logSoftmax', 'sparsemax'] as const).flatMap((activation) =>
  WIDTHS.map((units) =>
    oracleCase(
      `dense layers of ${activation}, ${units} wide, with dropout`,
      network(
        [
          { units, activation, dropout: 0.3 },
          { units: 4, activation },
        ],
        [6],
      ),
    ),
  ),
)

const FIRST: Readonly<Record<string, LayerSpec[]>> = {
  dropout: [{ type: 'dropout', rate: 0.3 }],
  'an activation': [{ type: 'activation', activation: 'gelu' }],
  'batch normalization': [{ type: 'batchNormalization', momentum: 0.7 }],
  prelu: [{ type: 'prelu' }],
  glu: [{ type: 'glu' }],
}
const firsts = Object.entries(FIRST).map(([what, layers]) => oracleCase(`${what} as the first layer`, network(layers, [6])))

const steps: readonly BackendCase[] = [
  oracleCase(
    'dense layers along the steps of sequences',
    network([{ units: 9, activation: 'gelu', dropout: 0.3 }, { units: 4 }, { type: 'flatten' }], [5, 3]),
  ),
  oracleCase('a first layer of steps', network([NORMALIZED, { type: 'prelu', sharedAxes: [1] }, { type: 'flatten' }], [5, 3])),
  oracleCase(
    'prelu with an alpha for each step',
    network([{ units: 4 }, { type: 'prelu' }, { type: 'dropout', rate: 0.2 }, { type: 'flatten' }], [5, 3]),
  ),
  oracleCase(
    'glu of steps, and softmax of each',
    network([{ units: 6 }, { type: 'glu' }, { units: 3, activation: 'softmax' }, { type: 'flatten' }], [4, 2]),
  ),
]

const LATER = (Object.keys(ACTIVATIONS) as ActivationName[]).filter((name) => !FIRST_ACTIVATIONS.includes(name))
/** Where numbers grow fast: of an exponential, or of divisions by targets near 0. */
const slow = { optimizer: { name: 'sgd', learningRate: 0.001, momentum: 0.5 } } as const

const activations = LATER.flatMap((activation) => [
  oracleCase(
    `activation ${activation}`,
    network(
      [
        { units: 11, activation, dropout: 0.2 },
        { units: 5, activation },
      ],
      [6],
      slow,
    ),
  ),
  oracleCase(`activation ${activation} of the output`, {
    ...base,
    ...slow,
    network: {
      inputSize: 6,
      loss: 'meanSquaredError',
      layers: [
        { units: 11, activation },
        { units: 4, activation },
      ],
    },
  }),
])

/** sparseCategoricalCrossentropy is the same loss of class numbers: formulas.ts has it. */
const NAMES = (Object.keys(LOSSES) as LossName[]).filter((name) => name !== 'sparseCategoricalCrossentropy')

const losses = NAMES.flatMap((name) => {
  const loss = resolveLoss(name)
  const activation = outputActivationOf(loss) ?? (name === 'poisson' || name === 'meanSquaredLogarithmicError' ? 'softplus' : 'linear')
  return [4, 5, 8].flatMap((units) => {
    if (name === 'gaussianLikelihood' && units % 2 === 1) return []
    const layers: LayerSpec[] = [
      { units: 9, activation: 'tanh' },
      { units, activation },
    ]
    return [oracleCase(`loss ${name} of ${units} outputs`, { ...base, ...slow, network: { inputSize: 6, loss: name, layers } })]
  })
})

const SPELLED = [
  { name: 'categoricalCrossentropy', labelSmoothing: 0.2 },
  { name: 'binaryCrossentropy', labelSmoothing: 0.2 },
  { name: 'categoricalCrossentropy', fromLogits: true },
  { name: 'binaryCrossentropy', fromLogits: true },
  { name: 'categoricalFocalCrossentropy', fromLogits: true, alpha: 0.5, gamma: 1.5, labelSmoothing: 0.1 },
  { name: 'binaryFocalCrossentropy', fromLogits: true, alpha: 0.3, gamma: 1, applyClassBalancing: true },
  { name: 'huber', delta: 0.3 },
  { name: 'quantile', quantile: 0.8 },
] as const
const spelled = SPELLED.map((loss) =>
  oracleCase(`loss ${JSON.stringify(loss)}`, {
    ...base,
    network: {
      inputSize: 6,
      loss,
      layers: [
        { units: 9, activation: 'tanh' },
        { units: 5, activation: outputActivationOf(resolveLoss(loss)) ?? 'linear' },
      ],
    },
  }),
)

const UPDATES: readonly OptimizerSpec[] = [
  { name: 'sgd', clipValue: 0.01 },
  { name: 'adam', clipNorm: 0.05 },
  { name: 'rmsprop', globalClipNorm: 0.1 },
  { name: 'sgd', gradientAccumulationSteps: 3 },
  { name: 'nadam', gradientAccumulationSteps: 2, globalClipNorm: 0.3 },
  { name: 'adagrad', weightDecay: 0.1 },
  { name: 'adamw', weightDecay: 0.1, excludeFromWeightDecay: ['bias', 'gamma'] },
  { name: 'adam', amsgrad: true, beta2: 0.7, epsilon: 1e-3 },
  { name: 'rmsprop', centered: true, momentum: 0.6, epsilon: 1e-3 },
  { name: 'lion', learningRate: 0.003 },
  { name: 'lamb', learningRate: 0.02, epsilon: 1e-3 },
  { name: 'adafactor', learningRate: 0.05 },
]
const updates = UPDATES.map((optimizer) =>
  oracleCase(
    `optimizer ${JSON.stringify(optimizer)}`,
    network([{ units: 9, activation: 'tanh', l2: 0.01 }, NORMALIZED, { units: 5, activation: 'selu' }, { type: 'prelu' }], [6], {
      optimizer,
      epochs: 3,
    }),
  ),
)

/** A network of every kind. */
const everything = (rest: Partial<TrainSpec> = {}): TrainSpec =>
  network(
    [
      NORMALIZED,
      { units: 9, activation: 'gelu', dropout: 0.2 },
      { type: 'prelu', sharedAxes: [1] },
      { type: 'flatten' },
      { units: 10, activation: 'relu6' },
      { type: 'glu' },
      { type: 'dropout', rate: 0.1 },
      { type: 'batchNormalization' },
      { type: 'activation', activation: 'mish' },
      { units: 6, activation: 'softmax', l1: 0.001 },
    ],
    [4, 3],
    rest,
  )

/** Dense layers alone, for which small networks have kernels of their own on WebGPU. */
const denseAlone = (rest: Partial<TrainSpec> = {}): TrainSpec =>
  network(
    [
      { units: 9, activation: 'tanh', l2: 0.01 },
      { units: 5, activation: 'selu', dropout: 0.1 },
    ],
    [6],
    rest,
  )

const COMPANY: readonly OptimizerSpec[] = [
  'adam',
  { name: 'sgd', clipNorm: 0.1 },
  'lamb',
  { name: 'adam', gradientAccumulationSteps: 2 },
  { name: 'adafactor', globalClipNorm: 0.2 },
  'nadam',
]

export const company = (
  what: string,
  spec: (rest?: Partial<TrainSpec>) => TrainSpec,
  optimizers: readonly OptimizerSpec[] = COMPANY,
): BackendCase => ({
  name: `a member with ${what} has the bits it has alone, in any company`,
  async run(backend, api) {
    const specs = optimizers.map((optimizer, seed) => spec({ optimizer, seed, epochs: 3 }))
    const { topology } = resolveSpec(spec())
    const data = { train: makeExamples(topology, 31, 1), test: makeExamples(topology, 20, 2) }
    const members = specs.map((own) => splitSpec(own).member)
    const together = await api.fitPopulation(backend, splitSpec(spec()).topology, members, data)
    for (const [i, one] of specs.entries()) {
      const alone = await api.fit(backend, one, data)
      const own = together[i]
      if (own === undefined) throw new Error(`member ${i} has no result`)
      expectSame(flat32(own.weights), flat32(alone.weights), `weights of member ${i}`)
      expectSame(own.history.testLoss, alone.history.testLoss, `test losses of member ${i}`)
    }
  },
})

export const resumed = (what: string, spec: (rest?: Partial<TrainSpec>) => TrainSpec): BackendCase => ({
  name: `goes on from a checkpoint with ${what}, amid the batches of an update`,
  async run(backend, api) {
    const { topology } = resolveSpec(spec())
    const data = { train: makeExamples(topology, 31, 1), test: makeExamples(topology, 20, 2) }
    // Five batches an epoch: an update of three is half done when it ends.
    const own = spec({ optimizer: { name: 'adam', gradientAccumulationSteps: 3 }, epochs: 4 })
    const whole = await api.fit(backend, own, data)
    const half = await api.fit(backend, { ...own, epochs: 2 }, data)
    expectEqual(half.checkpoint.state.pending, 1, 'batches since the last update')
    expectSameRun(await api.fit(backend, { ...own, resume: half.checkpoint }, data), whole, 'the run that went on')
  },
})

/** Members of small networks of which some need the whole gradient first. */
export const denseCompany: readonly BackendCase[] = [company('dense layers', denseAlone), resumed('dense layers', denseAlone)]
const companies: readonly BackendCase[] = [
  company('every kind of layer', everything),
  resumed('every kind of layer', everything),
  ...denseCompany,
]

const predicted: BackendCase = {
  name: 'predicts with the moving numbers, row by row as all at once',
  async run(backend, api) {
    const { topology } = resolveSpec(everything())
    const train = makeExamples(topology, 31, 1)
    const result = await api.fit(backend, everything(), { train })
    const all = await result.predict(train.features)
    const rows = await Promise.all([0, 7, 30].map((row) => result.predict(train.features.subarray(row * 12, (row + 1) * 12))))
    for (const [i, row] of [0, 7, 30].entries()) expectSame(rows[i] ?? [], all.subarray(row * 3, (row + 1) * 3), `row ${row}`)
    const again = resolveTopology(splitSpec(everything()).topology)
    expectEqual(JSON.stringify(result.topology), JSON.stringify({ ...again, batchSize: topology.batchSize }), 'topology')
  },
}

const mixed: BackendCase = {
  name: 'a member of any activation has the bits it has alone, beside those of others',
  async run(backend, api) {
    const specs = (['gelu', 'tanh', 'sparsemax', 'relu6'] as const).map((activation, seed): TrainSpec => {
      const layers = [
        { units: 9, activation, dropout: seed % 2 === 0 ? 0.2 : 0 },
        { units: 5, activation },
        { units: 4, activation },
      ]
      return { ...base, ...slow, seed, network: { inputSize: 6, loss: 'meanAbsoluteError', layers } }
    })
    const [first] = specs
    if (first === undefined) throw new Error('there are members')
    const { topology } = resolveSpec(first)
    const data = { train: makeExamples(topology, 31, 1), test: makeExamples(topology, 20, 2) }
    const members = specs.map((spec) => splitSpec(spec).member)
    const together = await api.fitPopulation(backend, splitSpec(first).topology, members, data)
    for (const [i, spec] of specs.entries()) {
      const own = together[i]
      if (own === undefined) throw new Error(`member ${i} has no result`)
      const alone = await api.fit(backend, spec, data)
      expectSame(flat32(own.weights), flat32(alone.weights), `weights of member ${i}`)
      expectSame(own.history.testLoss, alone.history.testLoss, `test losses of member ${i}`)
    }
  },
}

/** Of dense layers alone, what came after version 0.1.0: of every kind of formula a few, each loss and every dropout of whole rows. */
export const laterKinds: readonly BackendCase[] = [...activations.slice(0, 2), ...losses, ...spelled, ...rowsWithDropout, mixed]

/** All other activations, hidden and at the output. */
export const denseNetworks: readonly BackendCase[] = activations.slice(2)

export const layers: readonly BackendCase[] = [...kinds, ...firsts, ...steps, ...updates, ...companies, predicted]
