// `fit` and `fitPopulation`: trains members epoch by epoch, and reports on the way.

import type { Backend, EpochResult, MemberState, Session } from '../backend/backend.ts'
import { at } from '../core/at.ts'
import { InvalidSpecError } from '../core/errors.ts'
import type { GivenExamples } from '../core/examples.ts'
import type { Weights } from '../core/layout.ts'
import type { MetricName } from '../core/names.ts'
import type { Population } from '../core/population.ts'
import { type FieldNames, memberNames, resolveMember, resolveTopology, splitSpec, TRAIN_SPEC_NAMES } from '../core/resolve.ts'
import { isObject, shown } from '../core/shown.ts'
import { type MemberSpec, reportingSchema, type TopologySpec, type TrainSpec, trainSpecSchema } from '../core/spec.ts'
import { parseSpec } from '../core/validate.ts'
import { checkBackend, checkFit, type FitData, type KeptData, readData } from './check.ts'
import { type ClassReference, positiveClassOf, positiveName } from './positive.ts'
import { ProgressReporter } from './progressReporter.ts'
import { AbortedError, type Checkpoint, type FitResult } from './result.ts'
import { Trainee } from './trainee.ts'

/** An epoch of one member, as it ends. Epochs and members count from 0. */
export interface EpochEvent {
  readonly member: number
  readonly epoch: number
  readonly epochs: number
  readonly loss: number
  readonly accuracy: number
  readonly testLoss: number | undefined
  readonly testAccuracy: number | undefined
  /** The metrics asked for, of the test rows. */
  readonly testMetrics: Readonly<Partial<Record<MetricName, number>>> | undefined
  /** The class that they are about; undefined if they are means over all classes. */
  readonly positiveClass: string | undefined
  readonly learningRate: number
}

/** What is called while members train. */
export interface FitCallbacks {
  /** After every epoch of every member; 'stop' ends that member's training. */
  readonly onEpoch?: ((event: EpochEvent) => unknown) | undefined
  /** Called now and then with the part of the whole run that is done, from 0 to 1. */
  readonly onProgress?: ((done: number) => void) | undefined
}

/** Options for all members of `fitPopulation`. */
export interface PopulationOptions {
  /** Computed on the test rows after every epoch: `history.testMetrics`. */
  readonly metrics?: readonly MetricName[] | undefined
  /**
   * The class that precision, recall, F1 and AUC are about, by its name in the training data or its number, from 0. The default is, of two classes,
   * the one with fewer training rows (the second if equal); with more classes they are means over all.
   */
  readonly positiveClass?: ClassReference | undefined
  /** Whether to keep the loss before each update: `history.stepLosses`. */
  readonly recordStepLosses?: boolean | undefined
  readonly callbacks?: FitCallbacks | undefined
  /** Ends the training with an AbortedError, which holds what was trained. */
  readonly signal?: AbortSignal | undefined
  /** Checkpoints to continue from, one per member, all at the same epoch, with the same test rows, metrics and recording as before. */
  readonly resume?: readonly Checkpoint[] | undefined
  /**
   * Pauses members after this many epochs in total, although their own number is larger. What depends on that number, like a learning-rate
   * schedule, does not change, and their checkpoints continue with the same bits as without the pause.
   */
  readonly until?: number | undefined
}

/** A member of `fitPopulation`. `initialWeights` replace the initialisers: per layer kernel (inputs x units, row-major) and bias. */
export type PopulationMember = MemberSpec & { readonly initialWeights?: Weights | undefined }

/** What `fit` trains, and the callbacks it calls meanwhile. */
export interface FitSpec extends TrainSpec {
  /** Replaces the initialisers: per layer kernel (inputs x units, row-major) and bias. */
  readonly initialWeights?: Weights | undefined
  readonly callbacks?: FitCallbacks | undefined
  /** Ends the training with an AbortedError, which holds what was trained. */
  readonly signal?: AbortSignal | undefined
  /** The class that metrics are about: see `PopulationOptions`. */
  readonly positiveClass?: ClassReference | undefined
  /** A result's checkpoint to continue from, to the same bits, with the same test rows, metrics and recording; `epochs` includes those already done. */
  readonly resume?: Checkpoint | undefined
}

/** How long an order to the backend should take, in ms: long enough to make its overhead negligible, short enough to show progress. */
const ORDER_MS = 150

/**
 * Trains one network.
 * @param data `train`, and `test` rows to be evaluated after every epoch: features (rows x inputSize, row-major) and targets; or just rows to train on
 * @throws InvalidSpecError and InvalidDataError before anything is allocated; AbortedError after an abort, with what was trained
 */
export async function fit(backend: Backend, spec: FitSpec, data: FitData | GivenExamples): Promise<FitResult> {
  checkBackend(backend)
  if (!isObject(spec)) throw new InvalidSpecError(`the spec is ${shown(spec)}; it must be an object: fit(backend, { network, … }, data)`)
  const { initialWeights, callbacks, signal, resume, positiveClass, ...plain } = spec
  const parsed = parseSpec(trainSpecSchema, plain)
  const { topology, member } = splitSpec(parsed)
  const { metrics, recordStepLosses } = parsed
  const checkpoints = resume === undefined ? undefined : [resume]
  const options = { metrics, recordStepLosses, callbacks, signal, positiveClass, resume: checkpoints }
  const [result] = await trainMembers(backend, topology, [{ ...member, initialWeights }], data, options, () => TRAIN_SPEC_NAMES)
  if (result === undefined) throw new Error('a population of one has one result')
  return result
}

/** Trains P networks of one topology, stepped together. Member p's result is what it would be alone. Throws the errors of `fit`. */
export async function fitPopulation(
  backend: Backend,
  topology: TopologySpec,
  members: readonly PopulationMember[],
  data: FitData | GivenExamples,
  options: PopulationOptions = {},
): Promise<FitResult[]> {
  checkBackend(backend)
  if (!Array.isArray(members)) throw new InvalidSpecError(`members is ${shown(members)}; it must be an array, one entry a network`)
  members.forEach((member, i) => {
    if (!isObject(member)) throw new InvalidSpecError(`members[${i}] is ${shown(member)}; it must be an object: { layers, … }`)
  })
  if (!isObject(options)) throw new InvalidSpecError(`the options are ${shown(options)}; they must be an object`)
  return trainMembers(backend, topology, members, data, options, memberNames)
}

async function trainMembers(
  backend: Backend,
  topologySpec: TopologySpec,
  memberSpecs: readonly PopulationMember[],
  given: unknown,
  options: PopulationOptions,
  names: (member: number) => FieldNames,
): Promise<FitResult[]> {
  const { callbacks, signal, resume, until = Number.POSITIVE_INFINITY, positiveClass: said, ...reporting } = options
  checkTold(callbacks, signal)
  const { metrics = [], recordStepLosses = false } = parseSpec(reportingSchema, reporting)
  const data = readData(given)
  const { train, test, classNames } = data
  const topology = resolveTopology(topologySpec, names(0), train.rows)
  const members = memberSpecs.map(({ initialWeights, ...spec }, i) => resolveMember(spec, topology, initialWeights, names(i)))
  const population: Population = { topology, members }
  checkFit(topology, members, data, metrics, names)
  // Loaded by trainings that go on alone: a page that begins one need not download it.
  const resuming = resume === undefined ? undefined : await import('./resume.ts')
  resuming?.checkResume(resume, population, { test: test !== undefined, metrics, stepLosses: recordStepLosses })
  if (!(typeof until === 'number' && until >= 1))
    throw new InvalidSpecError(`until is ${shown(until)}; it must be a number of epochs of at least 1`)
  const positiveClass = classOfMetrics(said, data, population, resuming?.resumedClass(resume, population))
  if (isAborted(signal)) throw new AbortedError([], signal?.reason)

  const trainees = members.map((member, i) => new Trainee(i, member, resume?.[i], recordStepLosses, until))
  const session = await backend.createSession(population, { train, metrics, positiveClass, ...(test === undefined ? {} : { test }) })
  const parts = { backend, topology, positiveClass, classNames }
  try {
    try {
      await Promise.all((resume ?? []).map((checkpoint, i) => session.writeState(i, checkpoint.state)))
      await run(session, trainees, { callbacks, signal, recordStepLosses, positiveClass: positiveName(positiveClass, classNames) })
      return await Promise.all(trainees.map((trainee) => trainee.result(session, parts)))
    } catch (error) {
      if (!isAborted(signal)) throw error
      const kept = trainees.every(({ isKept }) => isKept) ? trainees : []
      throw new AbortedError(await Promise.all(kept.map((trainee) => trainee.result(undefined, parts))), signal?.reason)
    }
  } finally {
    await session.dispose()
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true

/** A history continues with the class that its metrics are about. @throws InvalidSpecError if another is given */
function classOfMetrics(
  said: ClassReference | undefined,
  { train, classNames }: KeptData,
  population: Population,
  before: { readonly index: number | undefined } | undefined,
): number | undefined {
  const chosen = positiveClassOf(said, train, population.topology, classNames)
  if (before === undefined) return chosen
  if (said === undefined || chosen === before.index) return before.index
  const was = before.index === undefined ? 'are means over all classes' : `are of ${positiveName(before.index, classNames)}`
  throw new InvalidSpecError(
    `positiveClass is ${positiveName(chosen, classNames)}; the metrics of resume[0] ${was}, so it must be left out`,
  )
}

/** @throws InvalidSpecError for what cannot be called or listened to */
function checkTold(callbacks: unknown, signal: unknown): void {
  if (callbacks !== undefined && !isObject(callbacks))
    throw new InvalidSpecError(`callbacks is ${shown(callbacks)}; it must be an object: { onEpoch, onProgress }`)
  for (const name of ['onEpoch', 'onProgress'] as const) {
    const callback = callbacks?.[name]
    if (callback !== undefined && typeof callback !== 'function')
      throw new InvalidSpecError(`callbacks.${name} is ${shown(callback)}; it must be a function`)
  }
  if (signal === undefined) return
  if (!isObject(signal) || typeof signal.throwIfAborted !== 'function' || typeof signal.addEventListener !== 'function') {
    const hint = isObject(signal) && 'signal' in signal ? ': pass its `signal`' : ', as `new AbortController().signal`'
    throw new InvalidSpecError(`signal is ${shown(signal)}; it must be an AbortSignal${hint}`)
  }
}

/** Epochs that need no more training: those done, and those a stopped member skips. */
const epochsBehind = (trainees: readonly Trainee[]): number =>
  trainees.reduce((sum, { stopped, epoch, goal }) => sum + (stopped === undefined ? epoch : goal), 0)

type RunOptions = Required<Pick<PopulationOptions, 'callbacks' | 'signal'>> & {
  readonly recordStepLosses: boolean
  readonly positiveClass: string | undefined
}

/** Orders epochs from the session until every trainee has stopped. */
async function run(session: Session, trainees: readonly Trainee[], options: RunOptions): Promise<void> {
  const { callbacks, signal, recordStepLosses, positiveClass } = options
  const total = trainees.reduce((sum, { goal }) => sum + goal, 0)
  const oneByOne = callbacks?.onEpoch !== undefined || trainees.some(({ controller }) => controller.watchesEpochs)
  const reporter = new ProgressReporter(callbacks, signal)
  let count = 1
  try {
    if (signal !== undefined) for (const [i, state] of (await readStates(session, trainees)).entries()) trainees[i]?.keep(state)
    for (;;) {
      reporter.signal.throwIfAborted()
      const active = trainees.filter(({ stopped }) => stopped === undefined)
      const [first] = active
      if (first === undefined) return
      const firstEpoch = first.epoch
      const epochs = Math.min(count, ...active.map(({ goal, epoch }) => goal - epoch))
      const rates = active.map((trainee) => trainee.rates(epochs))
      const before = epochsBehind(trainees)
      const started = performance.now()
      const results = await session.train({
        members: active.map(({ index }) => index),
        firstEpoch,
        learningRates: rates,
        recordStepLosses,
        signal: reporter.signal,
        onProgress: (done) => reporter.progress((before + done * epochs * active.length) / total),
      })
      const elapsed = performance.now() - started
      // Before any callback: whatever it does, history and state are of the same epoch.
      const states = signal === undefined ? [] : await readStates(session, active)
      for (const [i, trainee] of active.entries()) await trainee.accept(results[i] ?? [], rates[i] ?? [], states[i], session)
      for (const [i, trainee] of active.entries()) {
        for (const [e, result] of (results[i] ?? []).entries()) {
          const event = epochEvent(trainee, firstEpoch, result, at(at(rates, i), e), positiveClass)
          if ((await callbacks?.onEpoch?.(event)) === 'stop') trainee.stopped ??= 'callback'
        }
      }
      reporter.progress(epochsBehind(trainees) / total)
      if (!oneByOne) count = Math.max(1, Math.min(count * 8, Math.floor((epochs * ORDER_MS) / Math.max(elapsed, 0.1))))
    }
  } catch (error) {
    // Whatever a callback threw, a backend rejects with some error.
    reporter.signal.throwIfAborted()
    throw error
  } finally {
    reporter.end()
  }
}

const readStates = (session: Session, trainees: readonly Trainee[]): Promise<MemberState[]> =>
  Promise.all(trainees.map(({ index }) => session.readState(index)))

/** An order is one epoch if somebody listens to epochs: the epoch's number is that of the order's first. */
function epochEvent(
  trainee: Trainee,
  epoch: number,
  result: EpochResult,
  learningRate: number,
  positiveClass: string | undefined,
): EpochEvent {
  return {
    member: trainee.index,
    epoch,
    epochs: trainee.member.epochs,
    loss: result.loss,
    accuracy: result.accuracy,
    testLoss: result.test?.loss,
    testAccuracy: result.test?.accuracy,
    testMetrics: result.test?.metrics,
    positiveClass,
    learningRate,
  }
}
