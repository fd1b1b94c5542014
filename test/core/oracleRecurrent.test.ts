import { describe, expect, it } from 'vitest'
import type { LayerSpec } from '../../src/core/layers/index.ts'
import { parameterLayout, weightsLayout } from '../../src/core/layout.ts'
import { resolveMember, resolveTopology, splitSpec } from '../../src/core/resolve.ts'
import type { TrainSpec } from '../../src/core/spec.ts'
import { layersCases } from '../golden/layers.ts'
import { expectClose, type Tolerance } from '../support/close.ts'
import { evaluateOracle, trainOracle } from '../support/oracle.ts'
import { batchGradient, flatWeights, splitWeights } from '../support/oracleNetwork.ts'
import { makeExamples, makeWeights } from '../support/problems.ts'

/** Central differences at h = 1e-5: truncation about h^2, rounding about 1e-16 / h. */
const DIFFERENCES: Tolerance = { absolute: 1e-7, relative: 1e-6 }
/** The cases are written with 12 digits, their inputs with 4. */
const KERAS: Tolerance = { absolute: 1e-9, relative: 1e-7 }

const KINDS = ['simpleRnn', 'gru', 'lstm', 'bidirectional', 'embedding']
const isOfKinds = ({ network }: TrainSpec): boolean => network.layers.some(({ type }) => KINDS.includes(type ?? 'dense'))

function resolved({ network, ...rest }: TrainSpec) {
  const { topology: given, member: own } = splitSpec({ network, ...rest })
  const topology = resolveTopology(given)
  return { topology, member: resolveMember(own, topology) }
}

const gru = { type: 'gru', units: 2 } as const

const NETWORKS: readonly { readonly what: string; readonly layers: LayerSpec[]; readonly inputShape?: number[] }[] = [
  { what: 'simpleRnn', layers: [{ type: 'simpleRnn', units: 3, l1: 0.01, l2: 0.02 }] },
  {
    what: 'simpleRnn of every step, backwards',
    layers: [{ type: 'simpleRnn', units: 3, goBackwards: true, returnSequences: true }, { type: 'flatten' }],
  },
  { what: 'gru', layers: [gru] },
  {
    what: 'gru with reset before',
    layers: [
      { ...gru, resetAfter: false, returnSequences: true },
      { ...gru, resetAfter: false },
    ],
  },
  {
    what: 'lstm',
    layers: [
      { type: 'lstm', units: 3, returnSequences: true, useBias: false },
      { type: 'lstm', units: 2 },
    ],
  },
  {
    what: 'bidirectional concat',
    layers: [
      { type: 'bidirectional', layer: { ...gru, returnSequences: true } },
      { type: 'bidirectional', layer: gru },
    ],
  },
  {
    what: 'bidirectional mul',
    layers: [{ type: 'bidirectional', mergeMode: 'mul', layer: { ...gru, returnSequences: true } }, { type: 'flatten' }],
  },
  { what: 'bidirectional ave', layers: [{ type: 'bidirectional', mergeMode: 'ave', layer: { type: 'lstm', units: 3, l2: 0.1 } }] },
  {
    what: 'masked',
    layers: [{ type: 'embedding', inputDim: 3, outputDim: 4, maskZero: true, l2: 0.1 }, { ...gru, returnSequences: true }, gru],
    inputShape: [5],
  },
]

describe.each(NETWORKS)('the gradient of $what', ({ layers, inputShape = [4, 2] }) => {
  it('is that of differences', () => {
    const network = { inputShape, loss: 'meanSquaredError', layers: [...layers, { units: 2 }] } as const
    const { topology, member } = resolved({ network: { ...network, inputShape: [...inputShape], layers: [...network.layers] } })
    const examples = makeExamples(topology, 2, 1)
    const { parameters } = splitWeights(makeWeights(topology, 2), parameterLayout(topology))
    const batch = (values: Float64Array) => batchGradient(topology, member, values, examples, [0, 1], [1, 1], { epoch: 0, step: 0 })
    const h = 1e-5
    const differences = parameters.map((_, i) => {
      const moved = (by: number) => batch(parameters.map((value, j) => (j === i ? value + by : value))).loss
      return (moved(h) - moved(-h)) / (2 * h)
    })
    expectClose(batch(parameters).gradient, differences, 'gradient', DIFFERENCES)
    expect(differences.some((d) => Math.abs(d) > 1e-3)).toBe(true)
  })
})

describe.each(layersCases.filter(({ spec }) => isOfKinds(spec)))("Keras's $name", ({ spec, initialWeights, train, expected }) => {
  it('is what the oracle trains', () => {
    const { topology, member } = resolved(spec)
    const run = trainOracle(topology, member, initialWeights, train)
    expectClose(run.stepLosses, expected.stepLosses, 'stepLosses', KERAS)
    const final = weightsLayout(parameterLayout(topology))
      .flat()
      .flatMap(({ kept, offset, size }) => [...(kept ? run.state : run.parameters).slice(offset, offset + size)])
    expectClose(final, expected.finalWeights, 'finalWeights', KERAS)
    expectClose(
      evaluateOracle(topology, member, run.parameters, train, run.state).outputs.flat(),
      expected.predictions,
      'predictions',
      KERAS,
    )
    expect(flatWeights(initialWeights).length).toBe(final.length)
  })
})
