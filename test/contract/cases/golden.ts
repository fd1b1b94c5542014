import { type GoldenCase, goldenCases } from '../../golden/cases.ts'
import { expectClose } from '../../support/close.ts'
import { type BackendCase, flat32 } from '../api.ts'

function goldenCase({ name, spec, initialWeights, train, expected }: GoldenCase): BackendCase {
  return {
    name: `golden ${name}`,
    async run(backend, api) {
      const weights = initialWeights.map(([kernel, bias]) => [Float32Array.from(kernel), Float32Array.from(bias)] as const)
      const rows = { features: Float32Array.from(train.features), targets: Float32Array.from(train.targets), rows: train.rows }
      const { history, weights: final } = await api.fit(backend, { ...spec, initialWeights: weights }, { train: rows })
      expectClose(history.stepLosses ?? [], expected.stepLosses, 'stepLosses')
      expectClose(flat32(final), expected.finalWeights, 'finalWeights')
    },
  }
}

/** Another library's losses of every step and final weights (test/golden/README.md). */
export const goldenRuns: readonly BackendCase[] = goldenCases.map(goldenCase)
