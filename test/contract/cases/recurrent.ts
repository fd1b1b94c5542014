import type { LayerSpec } from '../../../src/core/layers/index.ts'
import { splitSpec } from '../../../src/core/resolve.ts'
import type { TrainSpec } from '../../../src/core/spec.ts'
import { expectSame } from '../../support/close.ts'
import { makeExamples } from '../../support/problems.ts'
import { type BackendCase, expectOracle, flat32, resolveSpec } from '../api.ts'

/** Recurrent layers and embeddings against the float64 oracle: widths around the panels of 8, and ways of one and two. */

const base = {
  dialect: 'keras3',
  batchSize: 7,
  epochs: 2,
  optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.5 },
  seed: 11,
} as const

function network(layers: readonly LayerSpec[], inputShape: number[], rest: Partial<TrainSpec> = {}): TrainSpec {
  const loss = 'categoricalCrossentropy'
  return { ...base, network: { inputShape, loss, layers: [...layers, { units: 3, activation: 'softmax' }] }, ...rest }
}

const oracleCase = (name: string, spec: TrainSpec): BackendCase => ({
  name,
  async run(backend, api) {
    const { topology } = resolveSpec(spec)
    await expectOracle(backend, api, spec, { train: makeExamples(topology, 25, 1), test: makeExamples(topology, 19, 2) })
  },
})

const WIDTHS = [1, 7, 8, 9, 17]
const KINDS: Readonly<Record<string, (units: number) => LayerSpec[]>> = {
  simpleRnn: (units) => [{ type: 'simpleRnn', units, activation: 'relu' }],
  gru: (units) => [{ type: 'gru', units }],
  'gru with the reset before': (units) => [
    { type: 'gru', units, resetAfter: false, returnSequences: true },
    { type: 'gru', units: 5, resetAfter: false, goBackwards: true, recurrentActivation: 'hardSigmoid' },
  ],
  lstm: (units) => [
    { type: 'lstm', units, returnSequences: true, l1: 0.001, l2: 0.01 },
    { type: 'lstm', units: 5, activation: 'softsign' },
  ],
  'bidirectional gru': (units) => [
    { type: 'bidirectional', layer: { type: 'gru', units, returnSequences: true, l2: 0.01 } },
    { type: 'bidirectional', mergeMode: 'mul', layer: { type: 'lstm', units: 6 } },
  ],
}
const kinds = Object.entries(KINDS).flatMap(([what, layers]) =>
  WIDTHS.map((units) => oracleCase(`${what}, ${units} wide`, network(layers(units), [5, units === 8 ? 9 : 3]))),
)

const tokens = (outputDim: number): LayerSpec => ({ type: 'embedding', inputDim: 6, outputDim, maskZero: true, l2: 0.01 })
const others: readonly BackendCase[] = [
  oracleCase('embedding under a dense layer', network([tokens(9), { units: 4, activation: 'tanh' }, { type: 'flatten' }], [5])),
  oracleCase(
    'embedding that is not trained, under a gru that is not',
    network(
      [
        { type: 'embedding', inputDim: 6, outputDim: 3, trainable: false },
        { type: 'gru', units: 4, trainable: false },
      ],
      [5],
    ),
  ),
  oracleCase(
    'a mask through a dense layer and a bidirectional lstm of every step',
    network(
      [
        tokens(7),
        { units: 5, activation: 'tanh' },
        { type: 'bidirectional', mergeMode: 'sum', layer: { type: 'lstm', units: 3, returnSequences: true } },
        { type: 'simpleRnn', units: 4, goBackwards: true },
      ],
      [6],
    ),
  ),
  oracleCase(
    'a gru above a dense layer of steps',
    network(
      [
        { units: 9, activation: 'gelu' },
        { type: 'gru', units: 6, useBias: false },
      ],
      [5, 3],
    ),
  ),
  ...(['lamb', 'adafactor', { name: 'adam', globalClipNorm: 0.1, gradientAccumulationSteps: 2 }] as const).map((optimizer) =>
    oracleCase(
      `recurrent layers moved by ${JSON.stringify(optimizer)}`,
      network([tokens(5), { type: 'bidirectional', mergeMode: 'ave', layer: { type: 'gru', units: 9 } }], [5], { optimizer, epochs: 3 }),
    ),
  ),
]

const company: BackendCase = {
  name: 'a member with recurrent layers has the bits it has alone, in any company',
  async run(backend, api) {
    const layers: LayerSpec[] = [
      tokens(5),
      { type: 'bidirectional', layer: { type: 'gru', units: 9, returnSequences: true } },
      { type: 'lstm', units: 7 },
    ]
    const specs = (['adam', { name: 'sgd', clipNorm: 0.1 }, 'lamb', 'nadam', 'rmsprop', 'lion', 'adadelta'] as const).map(
      (optimizer, seed) => network(layers, [6], { optimizer, seed, batchSize: 23, epochs: 3 }),
    )
    const [first] = specs
    if (first === undefined) throw new Error('there are members')
    const { topology } = resolveSpec(first)
    const data = { train: makeExamples(topology, 31, 1), test: makeExamples(topology, 20, 2) }
    const members = specs.map((own) => splitSpec(own).member)
    const together = await api.fitPopulation(backend, splitSpec(first).topology, members, data)
    for (const [i, one] of specs.entries()) {
      const alone = await api.fit(backend, one, data)
      const own = together[i]
      if (own === undefined) throw new Error(`member ${i} has no result`)
      expectSame(flat32(own.weights), flat32(alone.weights), `weights of member ${i}`)
      expectSame(own.history.testLoss, alone.history.testLoss, `test losses of member ${i}`)
    }
  },
}

export const recurrent: readonly BackendCase[] = [...kinds, ...others, company]
