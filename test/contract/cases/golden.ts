import { type GoldenCase, goldenCases } from '../../golden/cases.ts'
import { type LayersCase, layersCases } from '../../golden/layers.ts'
import { expectClose, type Tolerance } from '../../support/close.ts'
import { type BackendCase, flat32 } from '../api.ts'

function goldenCase({ name, spec, initialWeights, train, expected }: GoldenCase): BackendCase {
  return {
    name: `golden ${name}`,
    async run(backend, api) {
      const weights = initialWeights.map((layer) => layer.map((tensor) => Float32Array.from(tensor)))
      const rows = { features: Float32Array.from(train.features), targets: Float32Array.from(train.targets), rows: train.rows }
      const { history, weights: final } = await api.fit(backend, { ...spec, initialWeights: weights }, { train: rows })
      expectClose(history.stepLosses ?? [], expected.stepLosses, 'stepLosses')
      expectClose(flat32(final), expected.finalWeights, 'finalWeights')
    },
  }
}

/** Another library's losses of every step and final weights (test/golden/README.md). */
export const goldenRuns: readonly BackendCase[] = goldenCases.map(goldenCase)

/** As the README of the cases states it: |a - b| / (|b| + 0.01) below 0.002. */
const KERAS: Tolerance = { absolute: 2e-5, relative: 2e-3 }

function layersCase({ name, spec, initialWeights, train, expected }: LayersCase): BackendCase {
  return {
    name: `Keras 3: ${name}`,
    async run(backend, api) {
      const weights = initialWeights.map((layer) => layer.map((tensor) => Float32Array.from(tensor)))
      const { features, targets, rows, sampleWeights } = train
      const weighted = sampleWeights === undefined ? {} : { sampleWeights: Float32Array.from(sampleWeights) }
      const examples = { features: Float32Array.from(features), targets: Float32Array.from(targets), rows, ...weighted }
      const result = await api.fit(backend, { ...spec, initialWeights: weights }, { train: examples })
      expectClose(result.history.stepLosses ?? [], expected.stepLosses, 'stepLosses', KERAS)
      expectClose(flat32(result.weights), expected.finalWeights, 'finalWeights', KERAS)
      expectClose(await result.predict(examples.features), expected.predictions, 'predictions', KERAS)
    },
  }
}

/** Activations, losses and penalties of dense layers. */
const isDense = ({ name, spec: { network } }: LayersCase): boolean =>
  /^(activation|loss|dense)-/.test(name) &&
  network.inputShape?.length === 1 &&
  network.layers.every(({ type = 'dense' }) => type === 'dense')

/** Real Keras 3's losses, final weights and predictions, of networks of dense layers. */
export const denseRuns: readonly BackendCase[] = layersCases.filter(isDense).map(layersCase)

/** The same of all others. */
export const layersRuns: readonly BackendCase[] = layersCases.filter((given) => !isDense(given)).map(layersCase)
