import { at, expectClose } from '../../support/close.ts'
import { makeExamples } from '../../support/problems.ts'
import { type BackendCase, type FitSpec, resolveSpec } from '../api.ts'

/** Sums over many outputs, and data of few rows. */

/** The most there may be. Equal logits round every sum the same way, which is the worst case. */
const CLASSES = 65_535
const LOGITS = [-0.3, -0.7, -1.1]

const softmax: readonly BackendCase[] = LOGITS.map((logit) => ({
  name: `the probabilities of ${CLASSES} classes sum to 1, and their loss is right: logits ${logit}`,
  async run(backend, api) {
    const bias = new Float32Array(CLASSES).fill(logit)
    bias[0] = 0
    const spec: FitSpec = {
      network: { inputSize: 1, loss: 'sparseCategoricalCrossentropy', layers: [{ units: CLASSES, activation: 'softmax' }] },
      optimizer: { name: 'sgd', learningRate: 1e-30 },
      initialWeights: [[new Float32Array(CLASSES), bias]],
    }
    const train = { features: Float32Array.of(1, 2), rows: 2, targets: Int32Array.of(5, 0) }
    const result = await api.fit(backend, spec, { train })
    const predictions = await result.predict(train.features)
    const total = 1 + (CLASSES - 1) * Math.exp(Math.fround(logit))
    for (const row of [0, 1]) {
      const sum = predictions.subarray(row * CLASSES, (row + 1) * CLASSES).reduce((whole, p) => whole + p, 0)
      expectClose([sum], [1], 'the sum of the probabilities', { absolute: 1e-5, relative: 0 })
    }
    expectClose([at(predictions, 0), at(predictions, 1)], [1 / total, Math.exp(Math.fround(logit)) / total], 'probabilities', {
      absolute: 0,
      relative: 1e-5,
    })
    const loss = Math.log(total) - Math.fround(logit) / 2
    expectClose(result.history.loss, [loss], 'loss', { absolute: 0, relative: 1e-6 })
  },
}))

const outputs: BackendCase = {
  name: `the squared errors of ${CLASSES} outputs are added up right`,
  async run(backend, api) {
    const spec: FitSpec = {
      network: { inputSize: 1, loss: 'meanSquaredError', layers: [{ units: CLASSES }] },
      optimizer: { name: 'sgd', learningRate: 1e-30 },
      initialWeights: [[new Float32Array(CLASSES), new Float32Array(CLASSES).fill(0.3)]],
    }
    const train = { features: Float32Array.of(1), rows: 1, targets: new Float32Array(CLASSES) }
    const { history } = await api.fit(backend, spec, { train })
    expectClose(history.loss, [Math.fround(0.3) ** 2], 'loss', { absolute: 0, relative: 1e-5 })
  },
}

const few: readonly BackendCase[] = [1, 2, 4, 24, 31].map((rows) => ({
  name: `data of ${rows} rows is one batch, where no batch size is said`,
  async run(backend, api) {
    const network: FitSpec['network'] = { inputSize: 3, loss: 'meanSquaredError', layers: [{ units: 1 }] }
    const { topology } = resolveSpec({ network })
    const train = makeExamples(topology, rows, 1)
    const spec: FitSpec = { network, optimizer: 'adam', epochs: 2, seed: 1, recordStepLosses: true }
    const result = await api.fit(backend, spec, { train })
    expectClose([result.topology.batchSize, result.history.stepLosses?.length ?? 0], [rows, 2], 'batch size and steps', {
      absolute: 0,
      relative: 0,
    })
    const said = await api.fit(backend, { ...spec, batchSize: rows }, { train })
    expectClose(result.history.loss, said.history.loss, 'the loss of one batch of all rows', { absolute: 0, relative: 0 })
  },
}))

export const wide = [...softmax, outputs, ...few]
