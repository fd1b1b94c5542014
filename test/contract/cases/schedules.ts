import type { EpochEvent } from 'espalier'
import { at, expectClose, expectEqual, expectSame, expectTrue } from '../../support/close.ts'
import { trainOracle } from '../../support/oracle.ts'
import { makeExamples, makeWeights } from '../../support/problems.ts'
import { type BackendCase, type Data, type FitSpec, flat32, resolveSpec } from '../api.ts'
import { expectSameRun } from './same.ts'

/** What looks at the history while training: early stopping, reduceOnPlateau, callbacks. */

/** Few rows, a fifth of whose labels are wrong: the test loss falls at first, and rises as the network learns them by heart. */
const NOISE = {
  network: {
    inputSize: 5,
    loss: 'binaryCrossentropy',
    layers: [
      { units: 16, activation: 'relu' },
      { units: 1, activation: 'sigmoid' },
    ],
  },
  batchSize: 8,
  epochs: 30,
  seed: 5,
  optimizer: { name: 'adam', learningRate: 0.02 },
} satisfies FitSpec

function noise(): Required<Data> {
  const { topology } = resolveSpec(NOISE)
  const labelled = (seed: number) => {
    const examples = makeExamples(topology, 60, seed)
    const targets = Float32Array.from({ length: examples.rows }, (_, row) => {
      const right = at(examples.features, 5 * row) + at(examples.features, 5 * row + 1) > 0
      return Number(right !== (row % 5 === 0))
    })
    return { ...examples, targets }
  }
  return { train: labelled(1), test: labelled(2) }
}

/** Keras's EarlyStopping: `wait` counts epochs without an improvement of more than minDelta. */
function stopsAt(losses: readonly number[], patience: number, minDelta: number): { epochs: number; best: number } {
  let best = 0
  let wait = 0
  for (const [epoch, loss] of losses.entries()) {
    if (epoch === 0 || loss < at(losses, best) - minDelta) {
      best = epoch
      wait = 0
    } else if (++wait >= patience) return { epochs: epoch + 1, best }
  }
  return { epochs: losses.length, best }
}

const stoppingCases = [
  { patience: 0, minDelta: 0 },
  { patience: 3, minDelta: 0 },
  { patience: 2, minDelta: 0.01 },
].map(
  ({ patience, minDelta }): BackendCase => ({
    name: `early stopping of patience ${patience} and minDelta ${minDelta} stops where it should and brings the best weights back`,
    async run(backend, api) {
      const free = await api.fit(backend, NOISE, noise())
      const losses = free.history.testLoss ?? []
      const { epochs, best } = stopsAt(losses, patience, minDelta)
      expectTrue(epochs < 30 && best > 0, 'a test loss that falls at first and rises before the end')
      const stopped = await api.fit(backend, { ...NOISE, earlyStopping: { patience, minDelta } }, noise())
      expectEqual(stopped.stopped, 'earlyStopping', 'stopped')
      expectEqual(stopped.bestEpoch, best, 'bestEpoch')
      expectSame(stopped.history.testLoss ?? [], losses.slice(0, epochs), 'testLoss')
      const upToBest = await api.fit(backend, { ...NOISE, epochs: best + 1 }, noise())
      expectSame(flat32(stopped.weights), flat32(upToBest.weights), 'weights')
      const evaluated = await stopped.evaluate(noise().test)
      expectEqual(evaluated.loss, at(losses, best), 'the loss of the weights')
      const kept = await api.fit(backend, { ...NOISE, earlyStopping: { patience, minDelta, restoreBest: false } }, noise())
      const upToEnd = await api.fit(backend, { ...NOISE, epochs }, noise())
      expectSame(flat32(kept.weights), flat32(upToEnd.weights), 'weights without restoreBest')
    },
  }),
)

const stoppingOnAccuracy: BackendCase = {
  name: 'early stopping on an accuracy takes a rise for an improvement',
  async run(backend, api) {
    const free = await api.fit(backend, NOISE, noise())
    const { epochs, best } = stopsAt(
      free.history.accuracy.map((accuracy) => -accuracy),
      2,
      0,
    )
    const stopped = await api.fit(backend, { ...NOISE, earlyStopping: { monitor: 'accuracy', patience: 2 } }, noise())
    expectEqual(stopped.history.accuracy.length, epochs, 'epochs')
    expectEqual(stopped.bestEpoch, best, 'bestEpoch')
  },
}

const completed: BackendCase = {
  name: 'early stopping that never strikes still brings the best weights back',
  async run(backend, api) {
    const result = await api.fit(backend, { ...NOISE, epochs: 4, earlyStopping: { monitor: 'loss', patience: 9 } }, noise())
    expectEqual(result.stopped, 'completed', 'stopped')
    const losses = result.history.loss
    expectEqual(result.bestEpoch, losses.indexOf(Math.min(...losses)), 'bestEpoch')
  },
}

interface Plateau {
  factor: number
  patience: number
  minDelta: number
  cooldown: number
  minimum: number
}

/** Keras's ReduceLROnPlateau: the rates of the epochs whose losses these are. */
function plateauRates(rate: number, losses: readonly number[], { factor, patience, minDelta, cooldown, minimum }: Plateau): number[] {
  let best = Number.POSITIVE_INFINITY
  let wait = 0
  let resting = 0
  let current = rate
  return losses.map((loss) => {
    const used = current
    if (resting > 0) {
      resting -= 1
      wait = 0
    }
    if (loss < best - minDelta) {
      best = loss
      wait = 0
    } else if (resting === 0) {
      wait += 1
      if (wait >= patience) {
        current = Math.max(current * factor, minimum)
        resting = cooldown
        wait = 0
      }
    }
    return used
  })
}

const plateauCases = [
  { factor: 0.5, patience: 2, minDelta: 0.001, cooldown: 0, minimum: 0 },
  { factor: 0.1, patience: 1, minDelta: 0, cooldown: 3, minimum: 1e-4 },
].flatMap((plateau) =>
  (['loss', 'testLoss'] as const).map(
    (monitor): BackendCase => ({
      name: `reduceOnPlateau of ${monitor} ${JSON.stringify(plateau)} lowers the rate as Keras does, and trains at it`,
      async run(backend, api) {
        const spec: FitSpec = { ...NOISE, optimizer: { name: 'sgd', learningRate: 2 }, epochs: 20, shuffle: false }
        const { topology, member } = resolveSpec(spec)
        const initialWeights = makeWeights(topology, 3)
        const { history, weights } = await api.fit(
          backend,
          { ...spec, initialWeights, learningRateSchedule: { name: 'reduceOnPlateau', monitor, ...plateau } },
          noise(),
        )
        const rates = plateauRates(2, history[monitor] ?? [], plateau)
        expectClose(history.learningRate, rates, 'learningRate', { absolute: 0, relative: 1e-12 })
        expectTrue(at(rates, 19) < 2, 'at least one reduction')
        const run = trainOracle(topology, member, initialWeights, noise().train, rates)
        expectClose(flat32(weights), run.parameters, 'weights', { absolute: 2e-3, relative: 2e-3 })
      },
    }),
  ),
)

const events: BackendCase = {
  name: 'onEpoch tells every epoch of every member, in order, what the history says; onProgress rises to 1',
  async run(backend, { fitPopulation }) {
    const { network, batchSize, epochs: _, ...rest } = NOISE
    const layers = network.layers.map(({ units: _units, ...layer }) => layer)
    const topology = { inputSize: network.inputSize, loss: network.loss, units: network.layers.map(({ units }) => units), batchSize }
    const seen: EpochEvent[] = []
    const progress: number[] = []
    const results = await fitPopulation(
      backend,
      topology,
      [3, 5, 2].map((epochs, seed) => ({ ...rest, layers, epochs, seed })),
      noise(),
      { metrics: ['auc'], callbacks: { onEpoch: (event) => void seen.push({ ...event }), onProgress: (done) => void progress.push(done) } },
    )
    for (const [p, { history }] of results.entries()) {
      const own = seen.filter(({ member }) => member === p)
      expectSame(
        own.map(({ epoch }) => epoch),
        history.loss.map((__, epoch) => epoch),
        `epochs of member ${p}`,
      )
      expectSame(
        own.map(({ loss }) => loss),
        history.loss,
        `losses of member ${p}`,
      )
      expectSame(
        own.map(({ testLoss }) => testLoss ?? Number.NaN),
        history.testLoss ?? [],
        `test losses of member ${p}`,
      )
      expectSame(
        own.map(({ testMetrics }) => testMetrics?.auc ?? Number.NaN),
        history.testMetrics.auc ?? [],
        `AUCs of member ${p}`,
      )
      expectSame(
        own.map(({ learningRate }) => learningRate),
        history.learningRate,
        `rates of member ${p}`,
      )
      expectTrue(
        own.every(({ epochs }) => epochs === history.loss.length),
        `the number of epochs of member ${p}`,
      )
    }
    expectTrue(
      progress.every((done, i) => done >= (progress[i - 1] ?? 0)),
      `progress that rises: ${progress.join(' ')}`,
    )
    expectEqual(progress.at(-1), 1, 'the last progress')
  },
}

const stoppingByCallback: BackendCase = {
  name: "onEpoch's 'stop' ends that member after that epoch",
  async run(backend, api) {
    const callbacks = { onEpoch: ({ epoch }: { epoch: number }) => (epoch === 2 ? 'stop' : undefined) } as const
    const stopped = await api.fit(backend, { ...NOISE, callbacks }, noise())
    expectEqual(stopped.stopped, 'callback', 'stopped')
    const short = await api.fit(backend, { ...NOISE, epochs: 3 }, noise())
    expectSameRun({ ...stopped, stopped: 'completed' }, short, 'the run')
  },
}

export const schedules: readonly BackendCase[] = [
  ...stoppingCases,
  stoppingOnAccuracy,
  completed,
  ...plateauCases,
  events,
  stoppingByCallback,
]
