import type { Checkpoint, FitResult, MemberState } from 'espalier'
import type { Population } from '../../../src/core/population.ts'
import { splitSpec } from '../../../src/core/resolve.ts'
import { expectEqual, expectSame, expectTrue, rejectionOf } from '../../support/close.ts'
import { makeExamples, makeWeights } from '../../support/problems.ts'
import { type Backend, type BackendCase, type Data, type FitSpec, flat32, resolveSpec } from '../api.ts'
import { expectSameRun } from './same.ts'

/** Stopping, going on, and sessions used directly. */

const SPEC: FitSpec = {
  network: {
    inputSize: 9,
    loss: 'categoricalCrossentropy',
    layers: [
      { units: 13, activation: 'selu', initializer: 'lecunNormal', dropout: 0.2, l2: 0.001 },
      { units: 4, activation: 'softmax' },
    ],
  },
  batchSize: 8,
  epochs: 6,
  seed: 12,
  recordStepLosses: true,
}

function dataFor(spec: FitSpec): Required<Data> {
  const { topology } = resolveSpec(spec)
  return { train: makeExamples(topology, 45, 1), test: makeExamples(topology, 20, 2) }
}

/** A checkpoint as a file or another thread would give it back. */
const copied = (checkpoint: Checkpoint): Checkpoint => structuredClone(checkpoint)

const resumeCases = (
  [
    ['sgd with momentum', { optimizer: { name: 'sgd', momentum: 0.9 } }],
    ['adam', { optimizer: 'adam' }],
    ['adamax, keras2.2', { optimizer: 'adamax', dialect: 'keras2.2' }],
    ['nadam', { optimizer: 'nadam' }],
    ['adadelta', { optimizer: 'adadelta' }],
    ['adagrad', { optimizer: 'adagrad' }],
    ['a cosine schedule', { learningRateSchedule: { name: 'cosine', warmupEpochs: 1 } }],
    [
      'reduceOnPlateau',
      {
        optimizer: { name: 'sgd', learningRate: 1 },
        learningRateSchedule: { name: 'reduceOnPlateau', patience: 1, minDelta: 0.05, factor: 0.5 },
      },
    ],
    ['early stopping', { earlyStopping: { patience: 4 } }],
  ] as const
).map(
  ([name, rest]): BackendCase => ({
    name: `a run resumed from a checkpoint is the undisturbed run, bit for bit: ${name}`,
    async run(backend, api) {
      const spec: FitSpec = { ...SPEC, ...rest }
      const whole = await api.fit(backend, spec, dataFor(spec))
      for (const epoch of [0, 2, 3]) {
        const callbacks = { onEpoch: (event: { epoch: number }) => (event.epoch === epoch ? 'stop' : undefined) }
        const part = await api.fit(backend, { ...spec, callbacks }, dataFor(spec))
        expectEqual(part.checkpoint.epoch, epoch + 1, 'epochs before')
        expectSameRun(await api.fit(backend, { ...spec, resume: copied(part.checkpoint) }, dataFor(spec)), whole, `after epoch ${epoch}`)
      }
    },
  }),
)

const pauses: BackendCase = {
  name: 'members paused at an epoch go on to the undisturbed run, bit for bit, with their schedules and their own numbers of epochs',
  async run(backend, api) {
    const { topology, member } = splitSpec({ ...SPEC, learningRateSchedule: { name: 'cosine' } })
    const members = [3, 6, 6].map((epochs, i) => ({ ...member, epochs, seed: i }))
    const whole = await api.fitPopulation(backend, topology, members, dataFor(SPEC))
    const first = await api.fitPopulation(backend, topology, members, dataFor(SPEC), { until: 2 })
    expectEqual(first.map(({ stopped }) => stopped).join(), 'paused,paused,paused', 'stopped')
    const second = await api.fitPopulation(backend, topology, members, dataFor(SPEC), {
      until: 4,
      resume: first.map(({ checkpoint }) => copied(checkpoint)),
    })
    expectEqual(second.map(({ stopped }) => stopped).join(), 'completed,paused,paused', 'stopped')
    const rest = members.slice(1)
    const resume = second.slice(1).map(({ checkpoint }) => copied(checkpoint))
    const third = await api.fitPopulation(backend, topology, rest, dataFor(SPEC), { resume })
    for (const [i, result] of [...second.slice(0, 1), ...third].entries()) {
      const undisturbed = whole[i]
      expectTrue(undisturbed !== undefined, 'a result a member')
      expectSameRun(result, undisturbed, `member ${i}`)
    }
  },
}

function abortedResults(error: Error): readonly FitResult[] {
  expectEqual(error.name, 'AbortError', 'the name of the error')
  expectTrue('results' in error && Array.isArray(error.results), 'an error with results')
  return error.results as FitResult[]
}

const abortBetweenEpochs: BackendCase = {
  name: 'an aborted run has its whole epochs, and goes on from them to the same bits',
  async run(backend, api) {
    const spec: FitSpec = { ...SPEC, optimizer: 'adam' }
    const whole = await api.fit(backend, spec, dataFor(spec))
    const controller = new AbortController()
    const callbacks = { onEpoch: ({ epoch }: { epoch: number }) => void (epoch === 2 && controller.abort()) }
    const error = await rejectionOf(api.fit(backend, { ...spec, callbacks, signal: controller.signal }, dataFor(spec)), 'an aborted fit')
    const [partial] = abortedResults(error)
    expectTrue(partial !== undefined, 'a partial result')
    expectEqual(partial.stopped, 'aborted', 'stopped')
    expectSame(partial.history.loss, whole.history.loss.slice(0, 3), 'the losses of three epochs')
    const three = await api.fit(backend, { ...spec, epochs: 3 }, dataFor(spec))
    expectSame(flat32(partial.weights), flat32(three.weights), 'the weights after three epochs')
    expectSameRun(await api.fit(backend, { ...spec, resume: copied(partial.checkpoint) }, dataFor(spec)), whole, 'resumed')
  },
}

/** 100 ms are promised; the timer that aborts and the one thread that everything shares may add as much again on a busy machine. */
const ABORT_MS = 200

const abortQuickly: BackendCase = {
  name: `an abort in a long epoch is answered within ${ABORT_MS} ms`,
  async run(backend, api) {
    const spec: FitSpec = {
      network: {
        inputSize: 200,
        loss: 'categoricalCrossentropy',
        layers: [
          { units: 256, activation: 'relu' },
          { units: 256, activation: 'relu' },
          { units: 10, activation: 'softmax' },
        ],
      },
      batchSize: 64,
      epochs: 1000,
      seed: 3,
    }
    const rows = 20_000
    const train = {
      features: Float32Array.from({ length: rows * 200 }, (_, i) => (i % 17) / 17),
      targets: Int32Array.from({ length: rows }, (_, i) => i % 10),
      rows,
    }
    const controller = new AbortController()
    let abortedAt = 0
    let begun = false
    const timer = setInterval(() => {
      if (!begun) return
      clearInterval(timer)
      abortedAt = performance.now()
      controller.abort()
    }, 300)
    const callbacks = {
      onProgress: () => {
        begun = true
      },
    }
    const error = await rejectionOf(api.fit(backend, { ...spec, callbacks, signal: controller.signal }, { train }), 'an aborted fit')
    const waited = performance.now() - abortedAt
    const [partial] = abortedResults(error)
    expectTrue(partial !== undefined && partial.history.loss.length < 1000, 'a partial result')
    expectTrue(flat32(partial.weights).every(Number.isFinite), 'finite weights')
    expectTrue(waited < ABORT_MS, `an answer within ${ABORT_MS} ms, not ${waited.toFixed(0)} ms`)
  },
}

const abortedBefore: BackendCase = {
  name: 'a signal aborted beforehand trains nothing',
  async run(backend, api) {
    const signal = AbortSignal.abort()
    const error = await rejectionOf(api.fit(backend, { ...SPEC, signal }, dataFor(SPEC)), 'a fit aborted beforehand')
    expectEqual(error.name, 'AbortError', 'the name of the error')
  },
}

function populationOf(specs: readonly FitSpec[]): Population {
  const [first] = specs
  expectTrue(first !== undefined, 'a spec')
  const { topology } = resolveSpec(first)
  return { topology, members: specs.map((spec, i) => ({ ...resolveSpec(spec).member, initialWeights: makeWeights(topology, i) })) }
}

const OPTIMIZERS = ['sgd', 'rmsprop', 'adagrad', 'adadelta', 'adam', 'adamax', 'nadam', 'adamw'] as const

const numbersOf = ({ parameters, slots, steps, products }: MemberState): Float64Array =>
  Float64Array.of(...parameters, ...slots.flatMap((slot) => [...slot]), steps, ...products)

const stateRoundTrip: BackendCase = {
  name: 'the state of a member, written into another session, goes on with the same bits',
  async run(backend) {
    const population = populationOf(OPTIMIZERS.map((optimizer) => ({ ...SPEC, optimizer })))
    const members = [...OPTIMIZERS.keys()]
    const order = (firstEpoch: number, epochs: number) => ({
      members,
      firstEpoch,
      learningRates: members.map(() => Array<number>(epochs).fill(0.01)),
    })
    const data = dataFor(SPEC)
    const one = await backend.createSession(population, data)
    const other = await backend.createSession(population, data)
    try {
      const start = await one.readState(3)
      expectSame(start.parameters, flat32(population.members[3]?.initialWeights ?? []), 'the first parameters')
      expectEqual(start.steps, 0, 'the first steps')
      await one.train(order(0, 2))
      const states = await Promise.all(members.map((member) => one.readState(member)))
      await Promise.all(states.map((state, member) => other.writeState(member, structuredClone(state))))
      await one.train(order(2, 2))
      await other.train(order(2, 1))
      await other.train(order(3, 1))
      for (const member of members) {
        const state = await one.readState(member)
        expectEqual(state.steps, 4 * 6, 'steps')
        expectSame(numbersOf(await other.readState(member)), numbersOf(state), `the state of ${OPTIMIZERS[member]}`)
        expectTrue(
          state.parameters.some((w, i) => w !== states[member]?.parameters[i]),
          'parameters that moved',
        )
      }
    } finally {
      await one.dispose()
      await other.dispose()
      await other.dispose()
    }
  },
}

const someMembers: BackendCase = {
  name: 'an order trains the members it names and leaves the others alone',
  async run(backend) {
    const population = populationOf([SPEC, SPEC, SPEC, SPEC])
    const session = await backend.createSession(population, dataFor(SPEC))
    try {
      const before = await Promise.all([0, 1, 2, 3].map((member) => session.readState(member)))
      const results = await session.train({
        members: [1, 2],
        firstEpoch: 0,
        learningRates: [
          [0.01, 0.01],
          [0.02, 0.02],
        ],
      })
      expectEqual(results.length, 2, 'results')
      expectTrue(
        results.every((epochs) => epochs.length === 2 && epochs.every(({ test, diverged }) => test !== undefined && !diverged)),
        'two epochs each',
      )
      for (const member of [0, 3])
        expectSame(numbersOf(await session.readState(member)), numbersOf(before[member] ?? before[0] ?? failure()), `member ${member}`)
      expectEqual((await session.evaluate(2)).loss, results[1]?.[1]?.test?.loss, 'the loss of member 2')
    } finally {
      await session.dispose()
    }
  },
}

function failure(): never {
  throw new Error('expected a state')
}

const besideEachOther: BackendCase = {
  name: 'fits beside each other do not meet',
  async run(backend, api) {
    const specs = [1, 2, 3, 4].map((seed): FitSpec => ({ ...SPEC, seed }))
    const together = await Promise.all(specs.map((spec) => api.fit(backend, spec, dataFor(spec))))
    for (const [i, spec] of specs.entries()) {
      const result = together[i]
      expectTrue(result !== undefined, 'a result')
      expectSameRun(await api.fit(backend, spec, dataFor(spec)), result, `seed ${spec.seed}`)
    }
  },
}

async function describes(backend: Backend): Promise<void> {
  expectTrue(backend.name === 'wasm' || backend.name === 'webgpu', 'a known name')
  expectTrue(backend.description.length > 3, 'a description')
}

export const runs: readonly BackendCase[] = [
  { name: 'a backend says what it is', run: describes },
  ...resumeCases,
  pauses,
  abortBetweenEpochs,
  abortQuickly,
  abortedBefore,
  stateRoundTrip,
  someMembers,
  besideEachOther,
]
