import type { Backend, Session } from '../backend/backend.ts'
import { InvalidSpecError } from '../core/errors.ts'
import { parameterLayout, slotCount, type Weights } from '../core/layout.ts'
import type { MetricName } from '../core/names.ts'
import type { Population } from '../core/population.ts'
import { type FieldNames, memberNames, resolveMember, resolveTopology, splitSpec, TRAIN_SPEC_NAMES } from '../core/resolve.ts'
import { type MemberSpec, reportingSchema, type TopologySpec, type TrainSpec, trainSpecSchema } from '../core/spec.ts'
import { parseSpec } from '../core/validate.ts'
import { checkFit, type FitData, onlyExamples } from './check.ts'
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
  readonly learningRate: number
}

/** What is called while members train. */
export interface FitCallbacks {
  /** After every epoch of every member; 'stop' ends that member's training. */
  readonly onEpoch?: ((event: EpochEvent) => unknown) | undefined
  /** Now and then, with the part of the whole run that is done, from 0 to 1. */
  readonly onProgress?: ((done: number) => void) | undefined
}

/** What goes for all members of `fitPopulation`. */
export interface PopulationOptions {
  /** Computed on the test rows after every epoch: `history.testMetrics`. */
  readonly metrics?: readonly MetricName[] | undefined
  /** Whether to keep the loss before each update: `history.stepLosses`. */
  readonly recordStepLosses?: boolean | undefined
  readonly callbacks?: FitCallbacks | undefined
  /** Ends the training with an AbortedError, which holds what was trained. */
  readonly signal?: AbortSignal | undefined
  /** Checkpoints to go on from, one per member, all at the same epoch. */
  readonly resume?: readonly Checkpoint[] | undefined
  /**
   * Pauses members after so many epochs in all, though their own number is larger: what hangs on that number, as a learning-rate
   * schedule, is not changed, and their checkpoints go on with the same bits as if they had never paused.
   */
  readonly until?: number | undefined
}

/** A member of `fitPopulation`. `initialWeights` take the place of the initialisers: per layer kernel (inputs x units, row-major) and bias. */
export type PopulationMember = MemberSpec & { readonly initialWeights?: Weights | undefined }

/** What `fit` trains, and what it is told meanwhile. */
export interface FitSpec extends TrainSpec {
  /** In place of the initialisers: per layer kernel (inputs x units, row-major) and bias. */
  readonly initialWeights?: Weights | undefined
  readonly callbacks?: FitCallbacks | undefined
  /** Ends the training with an AbortedError, which holds what was trained. */
  readonly signal?: AbortSignal | undefined
  /** A result's checkpoint, to go on from with the same bits; `epochs` counts those it has done. */
  readonly resume?: Checkpoint | undefined
}

/** How long an order to the backend should take, in ms: long enough to forget its cost, short enough to look alive. */
const ORDER_MS = 150

/**
 * Trains one network.
 * @param data `train`, and `test` rows to be evaluated after every epoch: features (rows x inputSize, row-major) and targets
 * @throws InvalidSpecError and InvalidDataError before anything is allocated; AbortedError after an abort, with what was trained
 */
export async function fit(backend: Backend, spec: FitSpec, data: FitData): Promise<FitResult> {
  const { initialWeights, callbacks, signal, resume, ...plain } = spec
  const parsed = parseSpec(trainSpecSchema, plain)
  const { topology, member } = splitSpec(parsed)
  const { metrics, recordStepLosses } = parsed
  const options = { metrics, recordStepLosses, callbacks, signal, resume: resume === undefined ? undefined : [resume] }
  const [result] = await trainMembers(backend, topology, [{ ...member, initialWeights }], data, options, () => TRAIN_SPEC_NAMES)
  if (result === undefined) throw new Error('a population of one has one result')
  return result
}

/** Trains P networks of one topology, stepped together; member p's result is what it would be alone. Errors as `fit`. */
export function fitPopulation(
  backend: Backend,
  topology: TopologySpec,
  members: readonly PopulationMember[],
  data: FitData,
  options: PopulationOptions = {},
): Promise<FitResult[]> {
  return trainMembers(backend, topology, members, data, options, memberNames)
}

async function trainMembers(
  backend: Backend,
  topologySpec: TopologySpec,
  memberSpecs: readonly PopulationMember[],
  data: FitData,
  options: PopulationOptions,
  names: (member: number) => FieldNames,
): Promise<FitResult[]> {
  const { callbacks, signal, resume, until = Number.POSITIVE_INFINITY, ...reporting } = options
  const { metrics = [], recordStepLosses = false } = parseSpec(reportingSchema, reporting)
  const topology = resolveTopology(topologySpec, names(0))
  const members = memberSpecs.map(({ initialWeights, ...spec }, i) => resolveMember(spec, topology, initialWeights, names(i)))
  const population: Population = { topology, members }
  checkFit(topology, members, data, metrics, names)
  checkResume(resume, population)
  if (!(until >= 1)) throw new InvalidSpecError(`until is ${until}; it must be a number of epochs of at least 1`)
  if (isAborted(signal)) throw new AbortedError([], signal?.reason)

  const trainees = members.map((member, i) => new Trainee(i, member, resume?.[i], recordStepLosses, until))
  const test = data.test === undefined ? {} : { test: onlyExamples(data.test) }
  const session = await backend.createSession(population, { train: onlyExamples(data.train), metrics, ...test })
  try {
    await Promise.all((resume ?? []).map((checkpoint, i) => session.writeState(i, checkpoint.state)))
    try {
      await run(session, trainees, { callbacks, signal, recordStepLosses })
    } catch (error) {
      if (!isAborted(signal)) throw error
      throw new AbortedError(await Promise.all(trainees.map((trainee) => trainee.result(backend, topology, undefined))), signal?.reason)
    }
    return await Promise.all(trainees.map((trainee) => trainee.result(backend, topology, session)))
  } finally {
    await session.dispose()
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true

function checkResume(resume: readonly Checkpoint[] | undefined, { topology, members }: Population): void {
  if (resume === undefined) return
  if (resume.length !== members.length)
    throw new InvalidSpecError(`resume holds ${resume.length} checkpoints; it must be ${members.length}, one a member`)
  const { parameters } = parameterLayout(topology)
  members.forEach(({ optimizer }, i) => {
    const state = resume[i]?.state
    const slots = slotCount(optimizer)
    if (resume[i]?.optimizer !== optimizer.name) {
      throw new InvalidSpecError(`resume[${i}] was made by ${resume[i]?.optimizer}; the member's optimizer is ${optimizer.name}`)
    }
    if (state === undefined || state.parameters.length !== parameters) {
      throw new InvalidSpecError(`resume[${i}] holds ${state?.parameters.length ?? 'no'} parameters; the network has ${parameters}`)
    }
    if (state.slots.length !== slots || state.slots.some((slot) => slot.length !== parameters)) {
      throw new InvalidSpecError(
        `resume[${i}] holds ${state.slots.length} arrays of optimizer state; ${optimizer.name} keeps ${slots}, of ${parameters} numbers`,
      )
    }
  })
  const epochs = new Set(resume.map(({ epoch }) => epoch))
  if (epochs.size > 1) throw new InvalidSpecError(`resume holds checkpoints of epochs ${[...epochs].join(', ')}; they must be of one epoch`)
}

/** Epochs that need no more training: those done, and those a stopped member leaves out. */
const epochsBehind = (trainees: readonly Trainee[]): number =>
  trainees.reduce((sum, { stopped, epoch, goal }) => sum + (stopped === undefined ? epoch : goal), 0)

type RunOptions = Required<Pick<PopulationOptions, 'callbacks' | 'signal'>> & { readonly recordStepLosses: boolean }

/** Orders epochs from the session until every trainee has stopped. */
async function run(session: Session, trainees: readonly Trainee[], { callbacks, signal, recordStepLosses }: RunOptions): Promise<void> {
  const total = trainees.reduce((sum, { goal }) => sum + goal, 0)
  const oneByOne = callbacks?.onEpoch !== undefined || trainees.some(({ controller }) => controller.watchesEpochs)
  let count = 1
  if (signal !== undefined) await Promise.all(trainees.map((trainee) => trainee.keep(session)))
  for (;;) {
    const active = trainees.filter(({ stopped }) => stopped === undefined)
    const [first] = active
    if (first === undefined) return
    const epochs = Math.min(count, ...active.map(({ goal, epoch }) => goal - epoch))
    const rates = active.map((trainee) => trainee.rates(epochs))
    const before = epochsBehind(trainees)
    const started = performance.now()
    const results = await session.train({
      members: active.map(({ index }) => index),
      firstEpoch: first.epoch,
      learningRates: rates,
      recordStepLosses,
      signal,
      onProgress: (done) => callbacks?.onProgress?.((before + done * epochs * active.length) / total),
    })
    const elapsed = performance.now() - started
    for (const [i, trainee] of active.entries()) {
      for (const [e, result] of (results[i] ?? []).entries()) await takeEpoch(trainee, result, rates[i]?.[e] ?? 0, session, callbacks)
    }
    callbacks?.onProgress?.(epochsBehind(trainees) / total)
    if (signal !== undefined) await Promise.all(active.map((trainee) => trainee.keep(session)))
    signal?.throwIfAborted()
    if (!oneByOne) count = Math.max(1, Math.min(count * 8, Math.floor((epochs * ORDER_MS) / Math.max(elapsed, 0.1))))
  }
}

async function takeEpoch(
  trainee: Trainee,
  result: Awaited<ReturnType<Session['train']>>[number][number],
  learningRate: number,
  session: Session,
  callbacks: FitCallbacks | undefined,
): Promise<void> {
  await trainee.accept(result, learningRate, session)
  const answer = await callbacks?.onEpoch?.({
    member: trainee.index,
    epoch: trainee.epoch - 1,
    epochs: trainee.member.epochs,
    loss: result.loss,
    accuracy: result.accuracy,
    testLoss: result.test?.loss,
    testAccuracy: result.test?.accuracy,
    testMetrics: result.test?.metrics,
    learningRate,
  })
  if (answer === 'stop') trainee.stopped ??= 'callback'
}
