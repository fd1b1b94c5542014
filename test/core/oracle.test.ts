import { describe, expect, it } from 'vitest'
import { ACTIVATIONS, type ActivationName } from '../../src/core/activations.ts'
import type { DenseSpec } from '../../src/core/layers/dense.ts'
import type { LayerSpec } from '../../src/core/layers/index.ts'
import { splitLayer } from '../../src/core/layers/index.ts'
import { parameterLayout } from '../../src/core/layout.ts'
import { LOSSES, type LossName, type LossSpec, outputActivationOf } from '../../src/core/losses.ts'
import { DIALECTS } from '../../src/core/names.ts'
import type { Member, Topology } from '../../src/core/population.ts'
import { resolveMember, resolveTopology, splitSpec } from '../../src/core/resolve.ts'
import type { MemberSpec } from '../../src/core/spec.ts'
import { goldenCases } from '../golden/cases.ts'
import { at, expectClose, FLOAT64, type Tolerance } from '../support/close.ts'
import { evaluateOracle, trainOracle } from '../support/oracle.ts'
import { batchGradient, flatWeights, type OracleExamples, splitWeights } from '../support/oracleNetwork.ts'
import { dropoutKeeps } from '../support/oraclePass.ts'
import { makeExamples, makeWeights } from '../support/problems.ts'
import { drawFrom } from '../support/random.ts'

const NAMES = Object.keys(ACTIVATIONS) as ActivationName[]
const LOSS_NAMES = Object.keys(LOSSES) as LossName[]

/** Central differences at h = 1e-5: truncation about h^2, rounding about 1e-16 / h. */
const DIFFERENCES: Tolerance = { absolute: 1e-7, relative: 1e-6 }

const topologyOf = (loss: LossSpec, units = [6, 5, 4]): Topology => resolveTopology({ inputSize: 3, units, loss, batchSize: 8 })

type DenseOwn = Omit<DenseSpec, 'units' | 'useBias' | 'trainable'>

/** The outputs that a loss takes; poisson takes numbers above 0. */
const outputOf = ({ loss }: Topology) => outputActivationOf(loss) ?? (loss.name === 'poisson' ? 'softplus' : 'linear')

function memberOf(topology: Topology, hidden: DenseOwn, rest: Omit<MemberSpec, 'layers'> = {}, output?: DenseOwn): Member {
  const last = { activation: outputOf(topology), ...output }
  const depth = topology.layers.length
  return resolveMember({ ...rest, layers: topology.layers.map((_, l) => (l === depth - 1 ? last : hidden)) }, topology)
}

/** Compares the gradient of a batch of all rows with differences of its loss. */
function checkGradient(
  topology: Topology,
  member: Member,
  {
    gain = 1,
    examples = makeExamples(topology, 8, 1),
    weights = new Float64Array(examples.rows).fill(1),
  }: { gain?: number; examples?: OracleExamples; weights?: Float64Array } = {},
) {
  const { parameters, state } = splitWeights(makeWeights(topology, 2, gain), parameterLayout(topology))
  const rows = Array.from({ length: examples.rows }, (_, i) => i)
  const batch = (values: Float64Array) =>
    batchGradient(topology, member, values, examples, rows, weights, { epoch: 3, step: 5 }, state.slice())
  const h = 1e-5
  const differences = parameters.map((_, i) => {
    const moved = (by: number) => batch(parameters.map((value, j) => (j === i ? value + by : value))).loss
    return (moved(h) - moved(-h)) / (2 * h)
  })
  expectClose(batch(parameters).gradient, differences, 'gradient', DIFFERENCES)
  return differences
}

/** Of every kind with windows one that hangs over its images; small, since every weight is moved twice. */
const WINDOWS: readonly { readonly what: string; readonly layers: readonly LayerSpec[]; readonly inputShape: number[] }[] = [
  {
    what: 'conv1d and what pools sequences',
    layers: [
      { type: 'conv1d', filters: 3, kernelSize: 3, activation: 'tanh', padding: 'same', dilationRate: 2 },
      { type: 'maxPooling1d', poolSize: 3, strides: 2, padding: 'same' },
      { type: 'averagePooling1d', padding: 'same' },
      { type: 'globalMaxPooling1d' },
    ],
    inputShape: [6, 2],
  },
  {
    what: 'conv2d and what pools images',
    layers: [
      { type: 'conv2d', filters: 3, kernelSize: [2, 3], strides: [1, 2], activation: 'tanh', padding: 'same' },
      { type: 'maxPooling2d' },
      { type: 'averagePooling2d', poolSize: 2, strides: 1, padding: 'same' },
      { type: 'globalAveragePooling2d' },
    ],
    inputShape: [5, 6, 2],
  },
  {
    what: 'depthwiseConv2d',
    layers: [
      { type: 'depthwiseConv2d', kernelSize: 2, depthMultiplier: 2, activation: 'tanh', padding: 'same', strides: 2 },
      { type: 'globalMaxPooling2d' },
    ],
    inputShape: [4, 5, 2],
  },
  {
    what: 'separableConv2d',
    layers: [{ type: 'separableConv2d', filters: 3, kernelSize: 2, depthMultiplier: 2, activation: 'tanh' }, { type: 'flatten' }],
    inputShape: [3, 4, 2],
  },
  {
    what: 'what takes borders off',
    layers: [
      { type: 'conv2d', filters: 2, kernelSize: 2 },
      {
        type: 'cropping2d',
        cropping: [
          [1, 0],
          [2, 1],
        ],
      },
      { type: 'conv2d', filters: 2, kernelSize: 2, activation: 'tanh' },
      { type: 'globalAveragePooling2d' },
    ],
    inputShape: [4, 6, 1],
  },
  {
    what: 'what puts numbers elsewhere',
    layers: [
      { type: 'reshape', targetShape: [2, 3, 2] },
      { type: 'conv2d', filters: 2, kernelSize: 1 },
      {
        type: 'zeroPadding2d',
        padding: [
          [1, 0],
          [2, 1],
        ],
      },
      { type: 'upSampling2d', size: [1, 2] },
      { type: 'conv2d', filters: 2, kernelSize: 3, activation: 'tanh' },
      { type: 'globalAveragePooling2d' },
    ],
    inputShape: [12],
  },
]

const KINDS: readonly { readonly what: string; readonly layers: readonly LayerSpec[]; readonly inputShape?: number[] }[] = [
  { what: 'dropout', layers: [{ units: 5 }, { type: 'dropout', rate: 0.4 }, { units: 4, activation: 'tanh' }] },
  { what: 'an activation layer', layers: [{ units: 5 }, { type: 'activation', activation: 'mish' }] },
  { what: 'batch normalization', layers: [{ units: 5, activation: 'tanh' }, { type: 'batchNormalization' }, { units: 4 }] },
  {
    what: 'batch normalization of sequences',
    layers: [{ type: 'batchNormalization', scale: false }, { type: 'flatten' }],
    inputShape: [4, 3],
  },
  { what: 'prelu', layers: [{ units: 5 }, { type: 'prelu' }, { units: 4, activation: 'tanh' }] },
  {
    what: 'prelu of one alpha for all steps',
    layers: [{ units: 5 }, { type: 'prelu', sharedAxes: [1] }, { type: 'flatten' }],
    inputShape: [4, 3],
  },
  {
    what: 'residual',
    layers: [
      { units: 5, activation: 'tanh' },
      { type: 'residual', layers: [{ type: 'layerNormalization' }, { units: 5, activation: 'gelu' }] },
    ],
  },
  { what: 'residual as the first layer', layers: [{ type: 'residual', layers: [{ units: 6, activation: 'tanh' }] }] },
  {
    what: 'concatenate of steps',
    layers: [{ type: 'concatenate', branches: [[{ units: 2, activation: 'tanh' }], [], [{ units: 3 }]] }, { type: 'flatten' }],
    inputShape: [4, 3],
  },
  {
    what: 'layer normalization of sequences',
    layers: [{ units: 3 }, { type: 'layerNormalization', axis: [1, 2] }, { type: 'spatialDropout1d', rate: 0.4 }, { type: 'flatten' }],
    inputShape: [4, 3],
  },
  { what: 'noise', layers: [{ units: 5 }, { type: 'gaussianNoise', stddev: 0.3 }, { units: 4, activation: 'tanh' }] },
  {
    what: 'images that are moved',
    layers: [
      { type: 'conv2d', filters: 2, kernelSize: 2, activation: 'tanh' },
      { type: 'randomFlip' },
      { type: 'randomTranslation', heightFactor: 0.4, widthFactor: 0.4, fillMode: 'constant', fillValue: 0.5 },
      { type: 'randomRotation', factor: 0.3, fillMode: 'wrap' },
      { type: 'randomZoom', heightFactor: 0.4, fillMode: 'nearest' },
      { type: 'randomCrop', height: 3, width: 2 },
      { type: 'flatten' },
    ],
    inputShape: [5, 6, 2],
  },
  { what: 'glu', layers: [{ units: 6 }, { type: 'glu' }] },
  { what: 'dense along the last axis', layers: [{ units: 5, activation: 'gelu', dropout: 0.3 }, { type: 'flatten' }], inputShape: [4, 3] },
  ...WINDOWS,
]

describe('the float64 oracle against finite differences', () => {
  describe.each(DIALECTS)('%s', (dialect) => {
    it.each(NAMES)('differentiates %s, hidden and as an output', (activation) => {
      const topology = topologyOf('meanSquaredError')
      // Exponentials of exponentials outgrow the differences' digits; tanhShrink is flat around 0.
      const gain = ({ exponential: 0.5, tanhShrink: 3 } as Partial<Record<ActivationName, number>>)[activation] ?? 1
      const differences = checkGradient(topology, memberOf(topology, { activation }, { dialect }, { activation }), { gain })
      expect(Math.max(...differences.map(Math.abs))).toBeGreaterThan(0.01)
    })

    it.each(LOSS_NAMES)('differentiates %s', (loss) => {
      const topology = topologyOf(loss)
      checkGradient(topology, memberOf(topology, { activation: 'tanh' }, { dialect }))
    })

    it('differentiates categoricalCrossentropy of soft targets, whose sum need not be 1', () => {
      const topology = topologyOf('categoricalCrossentropy')
      const draw = drawFrom(4)
      const examples = { ...makeExamples(topology, 8, 1), targets: Float64Array.from({ length: 32 }, draw.uniform) }
      checkGradient(topology, memberOf(topology, { activation: 'tanh' }, { dialect }), { examples })
    })

    it.each(['binaryCrossentropy', 'categoricalCrossentropy'] as const)('differentiates %s far out, where keras2.2 clips', (loss) => {
      const topology = topologyOf(loss, [6, 4])
      const member = memberOf(topology, { activation: 'linear' }, { dialect })
      const outputs = evaluateOracle(
        topology,
        member,
        flatWeights(makeWeights(topology, 2, 5)),
        makeExamples(topology, 8, 1),
      ).outputs.flat()
      expect(outputs.some((p) => p < 1e-7)).toBe(true)
      checkGradient(topology, member, { gain: 5 })
    })

    it.each(KINDS)('differentiates $what', ({ layers, inputShape = [6] }) => {
      const halves = layers.map((layer) => splitLayer(layer))
      const topology = resolveTopology({
        inputShape,
        layers: [...halves.map(({ shape }) => shape), { units: 3 }],
        loss: 'categoricalCrossentropy',
        batchSize: 8,
      })
      const member = resolveMember({ layers: [...halves.map(({ own }) => own), { activation: 'softmax' }], dialect, seed: 4 }, topology)
      checkGradient(topology, member)
    })

    it('differentiates penalties, weighted rows and dropout', () => {
      const topology = topologyOf('categoricalCrossentropy')
      const member = memberOf(topology, { activation: 'selu', l1: 0.03, l2: 0.02, dropout: 0.4 }, { dialect }, { l1: 0.01, l2: 0.05 })
      checkGradient(topology, member, { weights: Float64Array.of(1, 0, 2.5, 0.1, 1, 0, 3, 1) })
    })
  })

  it('takes 0 as the slope of |w| at 0', () => {
    const topology = topologyOf('meanSquaredError', [1])
    const member = memberOf(topology, {}, {}, { l1: 0.5 })
    const examples = { features: [0, 0, 0], targets: [0], rows: 1 }
    const { gradient, loss } = batchGradient(topology, member, Float64Array.of(0, 2, -3, 0), examples, [0], [1])
    expect(loss).toBe(2.5)
    expect([...gradient]).toEqual([0, 0.5, -0.5, 0])
  })
})

describe('the float64 oracle against the golden runs', () => {
  it('has 37 of them', () => expect(goldenCases.length).toBe(37))

  it.each(goldenCases)('$name', ({ spec, initialWeights, train, expected }) => {
    const split = splitSpec(spec)
    const topology = resolveTopology(split.topology)
    const run = trainOracle(topology, resolveMember(split.member, topology), initialWeights, train)
    expectClose(run.stepLosses, expected.stepLosses, 'stepLosses', FLOAT64)
    expectClose(run.parameters, expected.finalWeights, 'finalWeights', FLOAT64)
  })
})

describe('what the golden runs leave out', () => {
  const topology = topologyOf('categoricalCrossentropy')
  const layer = { activation: 'relu' } as const

  it('divides weighted losses by the rows in keras3, by the rows that count in keras2.2', () => {
    const examples = makeExamples(topology, 4, 1)
    const parameters = flatWeights(makeWeights(topology, 2))
    const loss = (dialect: 'keras3' | 'keras2.2', rows: number[], weights: number[]) =>
      batchGradient(topology, memberOf(topology, layer, { dialect }), parameters, examples, rows, weights).loss
    const single = [0, 1, 2, 3].map((row) => loss('keras3', [row], [1]))
    const sum = 2 * at(single, 0) + 0.5 * at(single, 2)
    expect(loss('keras3', [0, 1, 2, 3], [2, 0, 0.5, 0])).toBeCloseTo(sum / 4, 12)
    expect(loss('keras2.2', [0, 1, 2, 3], [2, 0, 0.5, 0])).toBeCloseTo(sum / 2, 12)
    expect(loss('keras2.2', [0, 1], [0, 0])).toBe(0)
  })

  it('drops about the part it is told to, differently in each layer, step and epoch', () => {
    const member = memberOf(topology, { ...layer, dropout: 0.3 }, { seed: 9 })
    const keeps = (layerIndex: number, epoch: number, step: number) => dropoutKeeps(member.seed, 0.3, layerIndex, { epoch, step }, 11, 4001)
    const kept = keeps(0, 1, 2).filter(Boolean).length
    // Binomial(4001, 0.7): standard deviation 29.
    expect(Math.abs(kept - 2800.7)).toBeLessThan(4 * 29)
    expect(keeps(0, 1, 2)).toEqual(keeps(0, 1, 2))
    expect(keeps(1, 1, 2)).not.toEqual(keeps(0, 1, 2))
    expect(keeps(0, 2, 2)).not.toEqual(keeps(0, 1, 2))
    expect(keeps(0, 1, 3)).not.toEqual(keeps(0, 1, 2))
  })

  it('takes adamw as adam after a decay of every parameter', () => {
    const examples = makeExamples(topology, 8, 1)
    const weights = makeWeights(topology, 2)
    const trained = (optimizer: MemberSpec['optimizer']) =>
      trainOracle(topology, memberOf(topology, layer, { optimizer }), weights, examples, [0.01]).parameters
    const decayed = trained({ name: 'adamw', weightDecay: 0.1 })
    const adam = trained('adam')
    expectClose(
      decayed,
      adam.map((value, i) => value - 0.01 * 0.1 * at(flatWeights(weights), i)),
      'adamw',
      FLOAT64,
    )
  })

  it('trains on the epoch order and the last, smaller batch', () => {
    const examples = makeExamples(topology, 11, 1)
    const member = memberOf(topology, layer, { optimizer: 'sgd', seed: 3 })
    const run = trainOracle(topology, member, makeWeights(topology, 2), examples, [0, 0])
    // At a rate of 0 the steps see the same network: the epoch's loss is the mean of all rows, whatever their order.
    const all = evaluateOracle(topology, member, flatWeights(makeWeights(topology, 2)), examples)
    expect(run.stepLosses).toHaveLength(4)
    expectClose(run.loss, [all.loss, all.loss], 'loss', FLOAT64)
    expectClose(run.accuracy, [all.accuracy, all.accuracy], 'accuracy', FLOAT64)
    expect(run.stepLosses[0]).not.toBeCloseTo(run.stepLosses[2] ?? Number.NaN, 9)
  })
})
