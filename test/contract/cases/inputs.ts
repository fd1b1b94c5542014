import { resolveTopology } from '../../../src/core/resolve.ts'
import type { TrainSpec } from '../../../src/core/spec.ts'
import { expectRejection, expectSame } from '../../support/close.ts'
import { makeExamples, makeWeights } from '../../support/problems.ts'
import { type Api, type Backend, type BackendCase, type Data, type FitSpec, resolveSpec } from '../api.ts'
import { expectSameRun } from './same.ts'

/** Bad input through the public functions. Each is refused by name, and the backend trains on afterwards. The wording of all is in test/core. */

const GOOD: FitSpec = {
  network: {
    inputSize: 3,
    loss: 'categoricalCrossentropy',
    layers: [
      { units: 4, activation: 'relu' },
      { units: 2, activation: 'softmax' },
    ],
  },
  batchSize: 4,
}
const REGRESSION: FitSpec = { network: { inputSize: 3, loss: 'meanSquaredError', layers: [{ units: 1 }] }, batchSize: 4 }

const dataFor = (spec: FitSpec): Required<Data> => {
  const { topology } = resolveSpec(spec)
  return { train: makeExamples(topology, 10, 1), test: makeExamples(topology, 5, 2) }
}

type Refused = (backend: Backend, api: Api) => Promise<unknown>

const refused = (name: string, error: string, words: string, attempt: Refused): BackendCase => ({
  name: `refuses ${name}`,
  async run(backend, api) {
    await expectRejection(attempt(backend, api), error, words, name)
    await api.fit(backend, GOOD, dataFor(GOOD))
  },
})

/** A spec that the types would refuse. */
const wrong = (change: object): TrainSpec => ({ ...GOOD, ...change }) as TrainSpec

const withSpec = (name: string, words: string, spec: FitSpec, data: Data = dataFor(GOOD)) =>
  refused(name, 'InvalidSpecError', words, (backend, api) => api.fit(backend, spec, data))

const withData = (name: string, words: string, change: (data: Required<Data>) => Data, spec: FitSpec = GOOD) =>
  refused(name, 'InvalidDataError', words, (backend, api) => api.fit(backend, spec, change(dataFor(spec))))

const layers = (units: number, activation: string) => ({
  network: { ...GOOD.network, layers: [{ units, activation }, ...GOOD.network.layers.slice(1)] },
})
const { train: train0, test: test0 } = dataFor(GOOD)

const specs = [
  withSpec('a width of 0', 'layers[0].units is 0; it must be a whole number from 1 to 65535', wrong(layers(0, 'relu'))),
  withSpec('an unknown activation', 'did you mean "relu"?', wrong(layers(4, 'rellu'))),
  withSpec('a misspelt key', 'batchSiz is not a field of the spec; did you mean "batchSize"?', wrong({ batchSiz: 4 })),
  withSpec('a batch larger than the data', 'batchSize is 11; it must be at most the 10 rows', { ...GOOD, batchSize: 11 }),
  withSpec('initial weights of another network', 'initialWeights[0] holds', {
    ...GOOD,
    initialWeights: makeWeights(resolveTopology({ inputSize: 5, units: [4, 2], loss: 'categoricalCrossentropy', batchSize: 4 }), 1),
  }),
  withSpec(
    'early stopping on test data there is none of',
    'it needs test data',
    { ...GOOD, earlyStopping: { monitor: 'testLoss' } },
    { train: train0 },
  ),
  withSpec(
    'a plateau of test data there is none of',
    'it needs test data',
    { ...GOOD, learningRateSchedule: { name: 'reduceOnPlateau' } },
    { train: train0 },
  ),
  withSpec(
    'early stopping on an accuracy there is none of',
    'has no accuracy',
    { ...REGRESSION, earlyStopping: { monitor: 'accuracy' } },
    dataFor(REGRESSION),
  ),
  withSpec('precision of a regression', 'metrics holds "precision"', { ...REGRESSION, metrics: ['precision'] }, dataFor(REGRESSION)),
  withSpec('metrics without test data', 'metrics', { ...GOOD, metrics: ['auc'] }, { train: train0 }),
]

const changed = (values: Float32Array, index: number, value: number): Float32Array => values.map((old, i) => (i === index ? value : old))

const data = [
  withData('NaN in the features', 'train.features has NaN in row 1, column 2', ({ train, test }) => ({
    train: { ...train, features: changed(train0.features as Float32Array, 5, Number.NaN) },
    test,
  })),
  withData('infinity in the test features', 'test.features has -Infinity in row 0, column 1', ({ train, test }) => ({
    train,
    test: { ...test, features: changed(test0.features as Float32Array, 1, Number.NEGATIVE_INFINITY) },
  })),
  withData('a class out of range', 'train.targets has 2 in row 3', ({ train }) => ({
    train: { ...train, targets: Int32Array.of(0, 1, 0, 2, 1, 1, 1, 0, 0, 0) },
  })),
  withData('rows that do not add up', 'train.features holds 30 numbers; 9 rows x 3 inputs need 27', ({ train }) => ({
    train: { ...train, rows: 9 },
  })),
  withData('targets of another shape', 'test.targets holds 9 numbers', ({ train, test }) => ({
    train,
    test: { ...test, targets: new Float32Array(9) },
  })),
  withData('negative sample weights', 'train.sampleWeights[2] is -1', ({ train }) => ({
    train: { ...train, sampleWeights: Float32Array.of(1, 1, -1, 1, 1, 1, 1, 1, 1, 1) },
  })),
]

const others = [
  refused('a population of none', 'InvalidSpecError', 'at least one member', (backend, api) =>
    api.fitPopulation(backend, { inputSize: 3, units: [2], loss: 'categoricalCrossentropy', batchSize: 4 }, [], dataFor(GOOD)),
  ),
  refused(
    'a wrong member of several, by its number',
    'InvalidSpecError',
    'members[1].layers[1].activation is "sigmoid"',
    (backend, api) => {
      const member = { layers: [{ activation: 'relu' as const }, { activation: 'softmax' as const }] }
      const bad = { layers: [{ activation: 'relu' as const }, { activation: 'sigmoid' as const }] }
      return api.fitPopulation(
        backend,
        { inputSize: 3, units: [4, 2], loss: 'categoricalCrossentropy', batchSize: 4 },
        [member, bad],
        dataFor(GOOD),
      )
    },
  ),
  refused('a checkpoint of another network', 'InvalidSpecError', 'resume', async (backend, api) => {
    const { checkpoint } = await api.fit(backend, REGRESSION, dataFor(REGRESSION))
    return api.fit(backend, { ...GOOD, epochs: 3, resume: checkpoint }, dataFor(GOOD))
  }),
  refused("another optimizer's checkpoint", 'InvalidSpecError', 'resume', async (backend, api) => {
    const { checkpoint } = await api.fit(backend, { ...GOOD, optimizer: 'sgd' }, dataFor(GOOD))
    return api.fit(backend, { ...GOOD, epochs: 3, optimizer: 'adam', resume: checkpoint }, dataFor(GOOD))
  }),
  refused('features to predict that are no whole rows', 'InvalidDataError', 'rows of', async (backend, api) => {
    const result = await api.fit(backend, GOOD, dataFor(GOOD))
    return result.predict(new Float32Array(7))
  }),
  refused('bytes to predict without their scale', 'InvalidDataError', 'no scale is given', async (backend, api) => {
    const result = await api.fit(backend, GOOD, dataFor(GOOD))
    return result.predict(new Uint8Array(6))
  }),
  refused('a session already disposed', 'DisposedError', 'session', async (backend) => {
    const { topology, member } = resolveSpec(GOOD)
    const session = await backend.createSession({ topology, members: [member] }, dataFor(GOOD))
    await session.dispose()
    return session.readState(0)
  }),
]

/** A data set as an application holds it: its examples among other fields, some of which no worker can be sent. */
const extraFields: BackendCase = {
  name: 'takes from a data set only what it needs',
  async run(backend, api) {
    const own = { name: 'mine', columns: ['a', 'b', 'c'], describe: () => 'rows' }
    const plain = dataFor(GOOD)
    const expected = await api.fit(backend, GOOD, plain)
    const result = await api.fit(backend, GOOD, { train: { ...plain.train, ...own }, test: { ...plain.test, ...own } })
    expectSameRun(result, expected, 'with more fields')
    const { loss } = await result.evaluate({ ...plain.test, ...own })
    expectSame([loss], [(await expected.evaluate(plain.test)).loss], 'evaluate')
  },
}

export const inputs: readonly BackendCase[] = [...specs, ...data, ...others, extraFields]
