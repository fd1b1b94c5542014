import type { Checkpoint, FitResult, MemberSpec, Session } from 'espalier'
import { splitSpec } from '../../../src/core/resolve.ts'
import { trainSpecSchema } from '../../../src/core/spec.ts'
import { parseSpec } from '../../../src/core/validate.ts'
import { expectEqual, expectTrue, rejectionOf } from '../../support/close.ts'
import { makeExamples } from '../../support/problems.ts'
import { type Api, type Backend, type BackendCase, type Data, type FitSpec, resolveSpec } from '../api.ts'
import { expectSameRun } from './same.ts'

/** However an epoch is interrupted, the history and the state that come back are of the same epoch. */

const ROWS = 45
const SPEC: FitSpec = {
  network: {
    inputSize: 7,
    loss: 'binaryCrossentropy',
    layers: [
      { units: 6, activation: 'tanh' },
      { units: 1, activation: 'sigmoid' },
    ],
  },
  optimizer: 'adam',
  batchSize: 8,
  epochs: 6,
  seed: 4,
  metrics: ['f1'],
  recordStepLosses: true,
}
const STEPS = Math.ceil(ROWS / 8)
const { topology: shapes } = resolveSpec({ ...SPEC, metrics: undefined, recordStepLosses: undefined })
const DATA: Required<Data> = { train: makeExamples(shapes, ROWS, 1), test: makeExamples(shapes, 20, 2) }
const { topology, member } = splitSpec(parseSpec(trainSpecSchema, SPEC))

/** A backend whose sessions, from a moment on, answer nothing any more, as one that is disposed of or lost its workers. */
function mortal(backend: Backend): { backend: Backend; end: () => void } {
  let ended = false
  const alive = <T>(call: () => Promise<T>): Promise<T> => (ended ? Promise.reject(new Error('the session has ended')) : call())
  const wrap = (session: Session): Session => ({
    population: session.population,
    train: (order) => alive(() => session.train(order)),
    evaluate: (index) => alive(() => session.evaluate(index)),
    predict: (index, features) => alive(() => session.predict(index, features)),
    readState: (index) => alive(() => session.readState(index)),
    writeState: (index, state) => alive(() => session.writeState(index, state)),
    dispose: () => session.dispose(),
  })
  return {
    backend: {
      name: backend.name,
      description: backend.description,
      arithmetic: backend.arithmetic,
      createSession: async (population, data) => wrap(await backend.createSession(population, data)),
      dispose: () => backend.dispose(),
    },
    end() {
      ended = true
    },
  }
}

interface Moment {
  readonly controller: AbortController
  readonly end: () => void
}

/** What happens in the callback of the third epoch. */
const WAYS: Readonly<Record<string, (moment: Moment) => unknown>> = {
  'an abort': ({ controller }) => controller.abort(),
  'an abort for a reason that is no error': ({ controller }) => controller.abort('enough'),
  'an abort, and an error': ({ controller }) => {
    controller.abort()
    throw new Error('the page is gone')
  },
  'an abort, and a promise that the signal rejects': ({ controller }) =>
    new Promise((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason))
      setTimeout(() => controller.abort(), 1)
    }),
  'an abort, and the end of the backend': ({ controller, end }) => {
    controller.abort()
    end()
  },
  'the end of the backend, and an abort later': async ({ controller, end }) => {
    end()
    await new Promise((resolve) => setTimeout(resolve, 1))
    controller.abort()
  },
}

function expectOneEpoch({ checkpoint, history }: FitResult, what: string): void {
  const { epoch, state } = checkpoint
  expectEqual(state.steps, STEPS * epoch, `${what}: updates of the state`)
  const { loss, accuracy, testLoss, testAccuracy, learningRate, testMetrics, stepLosses } = history
  const lengths = [loss, accuracy, testLoss, testAccuracy, learningRate, testMetrics.f1 ?? []].map((series) => series.length)
  expectEqual([...new Set(lengths)].join(), String(epoch), `${what}: entries of the history`)
  expectEqual(stepLosses?.length, STEPS * epoch, `${what}: losses of steps`)
}

/** Trains `seeds.length` networks, by `fit` where it is one. */
async function train(backend: Backend, api: Api, seeds: readonly number[], rest: Partial<FitSpec>, resume?: readonly Checkpoint[]) {
  const { callbacks, signal, earlyStopping } = rest
  const options = { metrics: ['f1'] as const, recordStepLosses: true, callbacks, signal }
  const [only] = seeds
  if (seeds.length === 1) return [await api.fit(backend, { ...SPEC, ...rest, seed: only, resume: resume?.[0] }, DATA)]
  const members = seeds.map((seed): MemberSpec => ({ ...member, seed, ...(earlyStopping && { earlyStopping }) }))
  return api.fitPopulation(backend, topology, members, DATA, { ...options, ...(resume && { resume }) })
}

const interrupted = Object.entries(WAYS).flatMap(([way, act]) =>
  ([[4], [4, 5, 6]] as const).map(
    (seeds): BackendCase => ({
      name: `history and state are of one epoch after ${way}: ${seeds.length === 1 ? 'fit' : 'fitPopulation'}`,
      async run(backend, api) {
        for (const earlyStopping of [undefined, { patience: 50 }]) {
          const whole = await train(backend, api, seeds, { earlyStopping })
          const begun = await train(backend, api, seeds, {
            earlyStopping,
            callbacks: { onEpoch: ({ epoch }) => (epoch === 0 ? 'stop' : undefined) },
          })
          for (const resume of [undefined, begun.map(({ checkpoint }) => structuredClone(checkpoint))]) {
            const controller = new AbortController()
            const { backend: weak, end } = mortal(backend)
            const callbacks = {
              onEpoch: (event: { epoch: number; member: number }) =>
                event.epoch === 2 && event.member === 0 ? act({ controller, end }) : undefined,
            }
            const run = train(weak, api, seeds, { earlyStopping, callbacks, signal: controller.signal }, resume)
            const error = await rejectionOf(run, 'an aborted run')
            expectEqual(error.name, 'AbortError', 'the name of the error')
            expectTrue('results' in error && Array.isArray(error.results), 'an error with results')
            const results = error.results as FitResult[]
            expectEqual(results.length, seeds.length, 'results')
            for (const [i, result] of results.entries()) {
              expectOneEpoch(result, `member ${i}`)
              expectEqual(result.checkpoint.epoch, 3, 'epochs done')
            }
            const again = results.map(({ checkpoint }) => structuredClone(checkpoint))
            const resumed = await train(backend, api, seeds, { earlyStopping }, again)
            for (const [i, result] of resumed.entries()) {
              const undisturbed = whole[i]
              expectTrue(undisturbed !== undefined, 'a result a member')
              expectSameRun(result, undisturbed, `member ${i}, resumed`)
            }
          }
        }
      },
    }),
  ),
)

const thrown: BackendCase = {
  name: 'what a callback throws ends the training, and is what it rejects with',
  async run(backend, api) {
    const wanted = new Error('mine')
    const throwing = () => {
      throw wanted
    }
    const rejecting = () => Promise.reject(wanted)
    for (const callbacks of [{ onEpoch: throwing }, { onEpoch: rejecting }, { onProgress: throwing }]) {
      const error = await rejectionOf(api.fit(backend, { ...SPEC, callbacks }, DATA), 'a fit whose callback throws')
      expectTrue(error === wanted, `the error of the callback, not ${error}`)
    }
  },
}

const beforeBegun: BackendCase = {
  name: 'an abort before the first epoch is over gives the initial state',
  async run(backend, api) {
    const controller = new AbortController()
    const callbacks = { onProgress: () => controller.abort() }
    const error = await rejectionOf(api.fit(backend, { ...SPEC, callbacks, signal: controller.signal }, DATA), 'an aborted fit')
    expectEqual(error.name, 'AbortError', 'the name of the error')
    for (const result of 'results' in error ? (error.results as FitResult[]) : []) expectOneEpoch(result, 'the result')
  },
}

const RESUMES: readonly [string, Partial<FitSpec>, Data, RegExp][] = [
  [
    'without test rows',
    { metrics: undefined },
    { train: DATA.train },
    /resume\[0\] was trained with test rows, and this would continue without them/,
  ],
  ['other metrics', { metrics: ['auc'] }, DATA, /resume\[0\] recorded f1, and this would continue with auc/],
  ['no metrics', { metrics: undefined }, DATA, /resume\[0\] recorded f1, and this would continue with no metrics/],
  ['more metrics', { metrics: ['f1', 'recall'] }, DATA, /resume\[0\] recorded f1, and this would continue with f1, recall/],
  [
    'no losses of steps',
    { recordStepLosses: false },
    DATA,
    /resume\[0\] was trained with recordStepLosses, and this would continue without it/,
  ],
]

const otherRecording: BackendCase = {
  name: 'a resume that would leave gaps in the history is refused by name, and never longer in one series than in another',
  async run(backend, api) {
    const half = await api.fit(backend, { ...SPEC, epochs: 2 }, DATA)
    const resume = structuredClone(half.checkpoint)
    for (const [what, rest, data, message] of RESUMES) {
      const error = await rejectionOf(api.fit(backend, { ...SPEC, ...rest, resume }, data), what)
      expectEqual(error.name, 'InvalidSpecError', what)
      expectTrue(message.test(error.message), `${what}: ${error.message}`)
    }
    const plain = await api.fit(backend, { ...SPEC, epochs: 2, metrics: undefined, recordStepLosses: undefined }, { train: DATA.train })
    const error = await rejectionOf(
      api.fit(backend, { ...SPEC, metrics: undefined, recordStepLosses: undefined, resume: plain.checkpoint }, DATA),
      'with test rows',
    )
    expectTrue(/was trained without test rows, and this would continue with them/.test(error.message), error.message)
    const ahead = structuredClone(half.checkpoint)
    const torn = await rejectionOf(api.fit(backend, { ...SPEC, resume: { ...ahead, epoch: 1 } }, DATA), 'a history that is ahead')
    expectTrue(/is of epoch 1, and its history is of 2 epochs/.test(torn.message), torn.message)
    const same = await api.fit(backend, { ...SPEC, resume }, { ...DATA, test: makeExamples(shapes, 11, 9) })
    expectOneEpoch(same, 'other test rows')
  },
}

/** Of optimizers that keep as many arrays: what the first kept, what the second would take it for. */
const STATES: readonly [before: FitSpec['optimizer'], now: FitSpec['optimizer'], message: RegExp][] = [
  [
    { name: 'rmsprop', momentum: 0.9 },
    { name: 'rmsprop', centered: true },
    /resume\[0\] holds optimizer state of rmsprop with momentum; the member's has centered/,
  ],
  [
    { name: 'adam', amsgrad: true },
    { name: 'adam', gradientAccumulationSteps: 2 },
    /resume\[0\] holds optimizer state of adam with amsgrad; the member's has gradientAccumulationSteps/,
  ],
  [
    { name: 'sgd', gradientAccumulationSteps: 5 },
    { name: 'sgd', momentum: 0.9 },
    /resume\[0\] holds optimizer state of sgd with gradientAccumulationSteps; the member's has momentum/,
  ],
  // Two epochs of six batches: two wait for the third update.
  [
    { name: 'sgd', gradientAccumulationSteps: 5 },
    { name: 'sgd', gradientAccumulationSteps: 2 },
    /resume\[0\] holds the gradients of 2 batches that wait for an update; gradientAccumulationSteps is 2, and must be more/,
  ],
]

const otherState: BackendCase = {
  name: 'a resume of an optimizer whose state is of other things is refused by name',
  async run(backend, api) {
    for (const [before, now, message] of STATES) {
      const { checkpoint } = await api.fit(backend, { ...SPEC, optimizer: before, epochs: 2 }, DATA)
      const what = JSON.stringify({ before, now })
      const error = await rejectionOf(api.fit(backend, { ...SPEC, optimizer: now, resume: checkpoint }, DATA), what)
      expectEqual(error.name, 'InvalidSpecError', what)
      expectTrue(message.test(error.message), `${what}: ${error.message}`)
    }
    const slower = { ...SPEC, optimizer: { name: 'sgd', gradientAccumulationSteps: 5 } } as const
    const { checkpoint } = await api.fit(backend, { ...slower, epochs: 2 }, DATA)
    const { optimizer: _, ...rest } = slower
    const faster = await api.fit(backend, { ...rest, optimizer: { name: 'sgd', gradientAccumulationSteps: 3 }, resume: checkpoint }, DATA)
    expectEqual(faster.checkpoint.state.steps, 2 + Math.floor((2 + 4 * STEPS) / 3), 'updates in all')
  },
}

export const interruptions = [...interrupted, thrown, beforeBegun, otherRecording, otherState]
