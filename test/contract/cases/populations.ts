import type { DenseSpec } from '../../../src/core/layers/dense.ts'
import type { LossName } from '../../../src/core/losses.ts'
import { resolveTopology } from '../../../src/core/resolve.ts'
import type { MemberSpec } from '../../../src/core/spec.ts'
import { at, expectEqual, expectSame, expectTrue } from '../../support/close.ts'
import { makeExamples, makeWeights } from '../../support/problems.ts'
import { type Api, type Backend, type BackendCase, type Data, flat32 } from '../api.ts'
import { expectSameRun } from './same.ts'

/** A topology of dense layers. */
interface Shape {
  readonly inputSize: number
  readonly units: number[]
  readonly loss: LossName
  readonly batchSize: number
}

type DenseOwn = Omit<DenseSpec, 'units' | 'useBias' | 'trainable'>

/** Members as unlike each other as a topology allows. */
function sevenMembers(topology: Shape): MemberSpec[] {
  const depth = topology.units.length
  const output = ({ meanSquaredError: 'linear', binaryCrossentropy: 'sigmoid' } as const)[topology.loss as 'meanSquaredError'] ?? 'softmax'
  const member = (layer: DenseOwn, rest: Omit<MemberSpec, 'layers'>): MemberSpec => ({
    layers: topology.units.map((_, l) => (l === depth - 1 ? { activation: output, initializer: 'glorotUniform', l2: layer.l2 } : layer)),
    ...rest,
  })
  return [
    member({ activation: 'relu', initializer: 'heNormal' }, { optimizer: 'adam', seed: 1, epochs: 4 }),
    member(
      { activation: 'selu', initializer: 'lecunNormal', dropout: 0.3 },
      { optimizer: 'adamax', seed: 2, epochs: 5, dialect: 'keras2.2' },
    ),
    member(
      { activation: 'tanh', initializer: 'orthogonal', l1: 0.001, l2: 0.01 },
      { optimizer: { name: 'sgd', momentum: 0.9, nesterov: true }, seed: 3, epochs: 4 },
    ),
    member(
      { activation: { name: 'leakyRelu', negativeSlope: 0.2 }, initializer: 'randomUniform' },
      { optimizer: 'nadam', seed: 4, epochs: 3, shuffle: false },
    ),
    member(
      { activation: 'softplus', initializer: 'truncatedNormal', dropout: 0.5 },
      { optimizer: 'rmsprop', seed: 1, epochs: 4, learningRateSchedule: { name: 'cosine' } },
    ),
    member(
      { activation: 'elu', initializer: 'glorotNormal' },
      { optimizer: 'adadelta', seed: 5, epochs: 6, earlyStopping: { patience: 1 }, dialect: 'keras2.2' },
    ),
    member(
      { activation: 'hardSigmoid', initializer: 'zeros' },
      { optimizer: 'adagrad', seed: 6, epochs: 4, learningRateSchedule: { name: 'reduceOnPlateau', patience: 1, factor: 0.5 } },
    ),
  ]
}

function dataFor(topology: Shape): Required<Data> {
  const resolved = resolveTopology(topology)
  return { train: makeExamples(resolved, 43, 1), test: makeExamples(resolved, 17, 2) }
}

const TOPOLOGIES: readonly Shape[] = [
  { inputSize: 8, units: [12, 8, 1], loss: 'binaryCrossentropy', batchSize: 5 },
  { inputSize: 20, units: [33, 17, 5], loss: 'categoricalCrossentropy', batchSize: 16 },
  { inputSize: 7, units: [40, 3], loss: 'meanSquaredError', batchSize: 43 },
]

const REPORT = { recordStepLosses: true } as const

const aloneCases = TOPOLOGIES.map(
  (topology): BackendCase => ({
    name: `member p of seven is member p alone, bit for bit: ${topology.inputSize}-${topology.units.join('-')}`,
    async run(backend, { fitPopulation }) {
      const members = sevenMembers(topology)
      const data = dataFor(topology)
      const together = await fitPopulation(backend, topology, members, data, REPORT)
      expectEqual(together.length, 7, 'results')
      const distinct = new Set(together.map(({ weights }) => flat32(weights).join()))
      expectEqual(distinct.size, 7, 'distinct results')
      for (const [p, member] of members.entries()) {
        const [alone] = await fitPopulation(backend, topology, [member], data, REPORT)
        const one = together[p]
        expectTrue(alone !== undefined && one !== undefined, `a result of member ${p}`)
        expectSameRun(one, alone, `member ${p}`)
      }
    },
  }),
)

const fitIsPopulationOfOne: BackendCase = {
  name: 'fit is fitPopulation of one member',
  async run(backend, api) {
    const [topology] = TOPOLOGIES
    expectTrue(topology !== undefined, 'a topology')
    const [, member] = sevenMembers(topology)
    expectTrue(member !== undefined, 'a member')
    const data = dataFor(topology)
    const [one] = await api.fitPopulation(backend, topology, [member], data, REPORT)
    expectTrue(one !== undefined, 'a result')
    const { inputSize, units, batchSize = 32 } = topology
    const { layers, ...rest } = member
    const network = {
      inputSize,
      loss: topology.loss,
      layers: layers.map((layer, l): DenseSpec => ({ ...(layer as Omit<DenseSpec, 'units'>), units: at(units, l) })),
    }
    expectSameRun(await api.fit(backend, { ...rest, ...REPORT, batchSize, network }, data), one, 'fit')
  },
}

const ownWeights: BackendCase = {
  name: 'each member starts from its own initial weights',
  async run(backend, { fitPopulation }) {
    const topology = { inputSize: 4, units: [5, 2], loss: 'meanSquaredError', batchSize: 8 } satisfies Shape
    const still: MemberSpec = { layers: [{ activation: 'tanh' }, {}], optimizer: { name: 'sgd', learningRate: 0 } }
    const weights = [1, 2, 3].map((seed) => makeWeights(resolveTopology(topology), seed))
    const members = weights.map((initialWeights) => ({ ...still, initialWeights }))
    const results = await fitPopulation(backend, topology, members, dataFor(topology))
    weights.forEach((given, p) => {
      expectSame(flat32(results[p]?.weights ?? []), flat32(given), `member ${p}`)
    })
  },
}

/** A rate that grows a hundred million times an epoch: the loss of a linear network overflows within a few. */
const RUNAWAY: MemberSpec = {
  layers: [{}, {}],
  epochs: 8,
  optimizer: { name: 'sgd', learningRate: 1e-3 },
  learningRateSchedule: { name: 'exponential', decay: 1e8 },
}

async function expectDivergence(backend: Backend, { fitPopulation }: Api, loss: LossName): Promise<void> {
  const topology = { inputSize: 4, units: [6, 2], loss, batchSize: 8 } satisfies Shape
  const calm: MemberSpec = { layers: [{ activation: 'tanh' }, {}], epochs: 8, optimizer: 'adam' }
  const data = dataFor(topology)
  const epochsSeen: number[] = []
  const callbacks = { onEpoch: ({ member, epoch }: { member: number; epoch: number }) => void (member === 1 && epochsSeen.push(epoch)) }
  const mixed = await fitPopulation(backend, topology, [calm, RUNAWAY, { ...calm, seed: 2 }], data, { ...REPORT, callbacks })
  const without = await fitPopulation(backend, topology, [calm, { ...calm, seed: 2 }], data, REPORT)
  const [first, diverged, third] = mixed
  const [alone, other] = without
  expectTrue(
    first !== undefined && diverged !== undefined && third !== undefined && alone !== undefined && other !== undefined,
    'all results',
  )
  expectSameRun(first, alone, 'the member before')
  expectSameRun(third, other, 'the member after')
  expectEqual(diverged.stopped, 'diverged', 'stopped')
  const last = diverged.history.loss.length - 1
  expectEqual(diverged.divergedAt, last, 'divergedAt')
  expectTrue(last >= 1 && last < 7, `divergence after the first epoch and before the last, not at ${last}`)
  expectTrue(diverged.history.loss.slice(0, -1).every(Number.isFinite), 'finite losses before the last')
  expectTrue(!Number.isFinite(diverged.history.loss.at(-1)), 'a loss that is not finite at the last')
  expectEqual(epochsSeen.length, last + 1, 'epochs announced')
}

const divergence: BackendCase = {
  name: 'a diverging member stops at its epoch and the others go on unharmed',
  run: (backend, api) => expectDivergence(backend, api, 'meanSquaredError'),
}

export const populations: readonly BackendCase[] = [...aloneCases, fitIsPopulationOfOne, ownWeights, divergence]
