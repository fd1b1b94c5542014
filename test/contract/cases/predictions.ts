import { outputSizeOf } from '../../../src/core/layout.ts'
import { METRICS } from '../../../src/core/names.ts'
import { at, expectClose, expectEqual, expectSame, expectTrue } from '../../support/close.ts'
import { evaluateOracle } from '../../support/oracle.ts'
import { flatWeights } from '../../support/oracleNetwork.ts'
import { makeExamples } from '../../support/problems.ts'
import { type BackendCase, type FitSpec, flat32, resolveSpec } from '../api.ts'
import { expectSameRun } from './same.ts'

const softmaxOf = (classes: number, inputSize = 6): FitSpec => ({
  network: {
    inputSize,
    loss: 'categoricalCrossentropy',
    layers: [
      { units: 11, activation: 'elu', dropout: 0.2, l2: 0.01 },
      { units: classes, activation: 'softmax' },
    ],
  },
  batchSize: 8,
  epochs: 3,
  optimizer: 'adam',
  seed: 8,
})

const SIGMOID: FitSpec = {
  ...softmaxOf(2),
  network: {
    inputSize: 6,
    loss: 'binaryCrossentropy',
    layers: [
      { units: 11, activation: 'elu' },
      { units: 1, activation: 'sigmoid' },
    ],
  },
}

const predictEvaluate: BackendCase = {
  name: 'predict and evaluate agree with the oracle, the history, and each other',
  async run(backend, api) {
    const spec = softmaxOf(3)
    const { topology, member } = resolveSpec(spec)
    const test = makeExamples(topology, 333, 2)
    const result = await api.fit(backend, spec, { train: makeExamples(topology, 29, 1), test })
    const oracle = evaluateOracle(topology, member, flatWeights(result.weights), test)
    expectClose(await result.predict(test.features), oracle.outputs.flat(), 'predictions')
    const evaluated = await result.evaluate(test)
    expectClose([evaluated.loss, evaluated.accuracy], [oracle.loss, oracle.accuracy], 'evaluation')
    expectEqual(evaluated.loss, result.history.testLoss?.at(-1), 'the loss of the last epoch')
    expectEqual(evaluated.accuracy, result.history.testAccuracy?.at(-1), 'the accuracy of the last epoch')
    expectSame(
      await result.predict(test.features.subarray(0, 18)),
      (await result.predict(test.features)).subarray(0, 9),
      'three rows of many',
    )
  },
}

/** Area under the ROC curve by its definition: over all pairs, a positive row scores above a negative one; ties count half. */
function pairwiseAuc(scores: readonly number[], positive: readonly boolean[]): number {
  let won = 0
  let pairs = 0
  scores.forEach((high, i) => {
    scores.forEach((low, j) => {
      if (positive[i] !== true || positive[j] !== false) return
      pairs += 1
      won += high > low ? 1 : high === low ? 0.5 : 0
    })
  })
  return won / pairs
}

/** Precision, recall, F1 and AUC of one class against the others, counted row by row. */
function ofClass(index: number, actual: readonly number[], said: readonly number[], scores: readonly number[]) {
  const positive = actual.map((value) => value === index)
  const count = (rows: readonly boolean[]) => rows.filter(Boolean).length
  const hits = count(said.map((value, i) => value === index && positive[i] === true))
  const part = (whole: number) => (whole === 0 ? 0 : hits / whole)
  const [precision, recall] = [part(count(said.map((value) => value === index))), part(count(positive))]
  const f1 = hits === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { precision, recall, f1, auc: pairwiseAuc(scores, positive) }
}

const meanOver = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const metricCases = (
  [
    ['one sigmoid output, of the rarer class', SIGMOID, undefined],
    ['one sigmoid output, of the first class', SIGMOID, 0],
    ['one sigmoid output, of the second class', SIGMOID, 1],
    ['two softmax outputs, of the rarer class', softmaxOf(2), undefined],
    ['two softmax outputs, of the first class', softmaxOf(2), 0],
    ['two softmax outputs, of the second class', softmaxOf(2), 1],
    ['four softmax outputs, means over all classes', softmaxOf(4), undefined],
    ['four softmax outputs, of the third class', softmaxOf(4), 2],
  ] as const
).map(
  ([name, spec, positiveClass]): BackendCase => ({
    name: `metrics of ${name}`,
    async run(backend, api) {
      const { topology } = resolveSpec(spec)
      const outputs = outputSizeOf(topology)
      const train = makeExamples(topology, 29, 1)
      const test = makeExamples(topology, 61, 2)
      const result = await api.fit(backend, { ...spec, metrics: [...METRICS], positiveClass }, { train, test })
      const predictions = await result.predict(test.features)
      const rowsOf = (values: ArrayLike<number>, rows: number) =>
        Array.from({ length: rows }, (_, row) => Array.from({ length: outputs }, (_o, o) => at(values, row * outputs + o)))
      const classOf = (row: readonly number[]) => (outputs === 1 ? Number(at(row, 0) > 0.5) : row.indexOf(Math.max(...row)))
      const classes = outputs === 1 ? 2 : outputs
      const actual = rowsOf(test.targets, test.rows).map(classOf)
      const said = rowsOf(predictions, test.rows).map(classOf)
      const scores = (index: number) =>
        rowsOf(predictions, test.rows).map((row) => (outputs > 1 ? at(row, index) : index === 1 ? at(row, 0) : -at(row, 0)))
      const trained = rowsOf(train.targets, train.rows).map(classOf)
      const ones = trained.filter((value) => value === 1).length
      const chosen = positiveClass ?? (classes > 2 ? undefined : ones > train.rows - ones ? 0 : 1)
      expectEqual(result.positiveClass, chosen === undefined ? undefined : String(chosen), 'the class named')
      const each = Array.from({ length: classes }, (_, i) => ofClass(i, actual, said, scores(i)))
      const macro = (metric: 'precision' | 'recall' | 'f1' | 'auc') => meanOver(each.map((values) => values[metric]))
      const wanted =
        chosen === undefined ? { precision: macro('precision'), recall: macro('recall'), f1: macro('f1'), auc: macro('auc') } : each[chosen]
      expectTrue(
        each.every(({ recall }) => recall < 1) && each.some(({ precision }) => precision > 0),
        'predictions of which some are right and some wrong',
      )
      const { metrics } = await result.evaluate(test, [...METRICS])
      const meanAbsoluteError = predictions.reduce((sum, p, i) => sum + Math.abs(p - at(test.targets, i)), 0) / predictions.length
      const columns = Array.from({ length: outputs }, (_, o) => ({
        targets: rowsOf(test.targets, test.rows).map((row) => at(row, o)),
        said: rowsOf(predictions, test.rows).map((row) => at(row, o)),
      }))
      const squares = ({ targets, said: own }: (typeof columns)[number]) => meanOver(targets.map((y, i) => (y - at(own, i)) ** 2))
      const variance = ({ targets }: (typeof columns)[number]) => meanOver(targets.map((y) => (y - meanOver(targets)) ** 2))
      const truth = (row: readonly number[], index: number) => (outputs > 1 ? at(row, index) : index === 1 ? at(row, 0) : 1 - at(row, 0))
      const expected: Record<string, number> = {
        meanAbsoluteError,
        rootMeanSquaredError: meanOver(columns.map((column) => Math.sqrt(squares(column)))),
        r2: meanOver(columns.map((column) => 1 - squares(column) / variance(column))),
        balancedAccuracy: meanOver(each.map(({ recall }) => recall)),
        logLoss: meanOver(rowsOf(predictions, test.rows).map((row, i) => -Math.log(truth(row, at(actual, i))))),
        ...wanted,
      }
      for (const metric of METRICS) {
        expectClose([metrics[metric] ?? Number.NaN], [expected[metric] ?? Number.NaN], metric, { absolute: 0, relative: 1e-6 })
        expectEqual(result.history.testMetrics?.[metric]?.at(-1), metrics[metric], `${metric} in the history`)
      }
      expectEqual(result.history.testMetrics?.auc?.length, 3, 'entries of a metric')
    },
  }),
)

const noAccuracy: BackendCase = {
  name: 'meanSquaredError has no accuracy: NaN throughout',
  async run(backend, api) {
    const spec: FitSpec = { network: { inputSize: 3, loss: 'meanSquaredError', layers: [{ units: 2 }] }, epochs: 2, batchSize: 4 }
    const { topology } = resolveSpec(spec)
    const { history } = await api.fit(backend, spec, { train: makeExamples(topology, 9, 1), test: makeExamples(topology, 5, 2) })
    expectSame([...history.accuracy, ...(history.testAccuracy ?? [])], [Number.NaN, Number.NaN, Number.NaN, Number.NaN], 'accuracies')
  },
}

const bytes: BackendCase = {
  name: 'bytes with a scale give the bits of their float32 products',
  async run(backend, api) {
    const spec = softmaxOf(3, 21)
    const { topology } = resolveSpec(spec)
    const data = { train: makeExamples(topology, 29, 1), test: makeExamples(topology, 13, 2) }
    const scale = 1 / 255
    const byte = (_: unknown, i: number) => (i * 83 + (i >> 3)) % 256
    const small = {
      train: { ...data.train, features: Uint8Array.from(data.train.features, byte), scale },
      test: { ...data.test, features: Uint8Array.from(data.test.features, byte), scale },
    }
    const scaled = (values: Uint8Array) => Float32Array.from(values, (value) => value * Math.fround(scale))
    const large = {
      train: { ...data.train, features: scaled(small.train.features) },
      test: { ...data.test, features: scaled(small.test.features) },
    }
    const fromBytes = await api.fit(backend, spec, small)
    const fromFloats = await api.fit(backend, spec, large)
    expectSameRun(fromBytes, fromFloats, 'bytes')
    expectSame(await fromBytes.predict(small.test.features, scale), await fromFloats.predict(large.test.features), 'predictions')
    const unscaled = await api.fit(backend, spec, { train: { ...small.train, scale: 1 } })
    const { scale: _, ...without } = small.train
    expectSameRun(await api.fit(backend, spec, { train: without }), unscaled, 'a scale left out')
  },
}

const classNumbers: BackendCase = {
  name: 'class numbers, and one-hot rows of bytes or floats, give the same bits',
  async run(backend, api) {
    const spec = softmaxOf(3)
    const { topology } = resolveSpec(spec)
    const train = makeExamples(topology, 29, 1)
    const answers = Int32Array.from({ length: train.rows }, (_, row) => train.targets.subarray(3 * row, 3 * row + 3).indexOf(1))
    const floats = await api.fit(backend, spec, { train })
    for (const targets of [
      answers,
      Float32Array.from(answers),
      Uint8Array.from(answers),
      Uint8Array.from(train.targets),
      Int32Array.from(train.targets),
    ]) {
      expectSameRun(
        await api.fit(backend, spec, { train: { ...train, targets } }),
        floats,
        `${targets.constructor.name} of ${targets.length}`,
      )
    }
    const sparse: FitSpec = { ...spec, network: { ...spec.network, loss: 'sparseCategoricalCrossentropy' } }
    expectSameRun(await api.fit(backend, sparse, { train: { ...train, targets: answers } }), floats, 'the sparse loss')
    expectTrue(new Set(answers).size === 3 && flat32(floats.weights).every(Number.isFinite), 'three classes and finite weights')
  },
}

export const predictions: readonly BackendCase[] = [predictEvaluate, ...metricCases, noAccuracy, bytes, classNumbers]
