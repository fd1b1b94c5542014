// `createStudy` and the class `Study`: ask, train, tell, and the results so far.

import type { Backend } from '../backend/backend.ts'
import { EspalierError, InvalidSpecError } from '../core/errors.ts'
import { parseExact, parseSpec } from '../core/validate.ts'
import { checkBackend } from '../train/check.ts'
import { AbortedError, type FitResult } from '../train/result.ts'
import { ATTRIBUTE, metricNamesOf } from './attributes.ts'
import { checkSameData, keepBasis } from './basis.ts'
import { type BatchTools, runBatch } from './batch.ts'
import { checkTrainable } from './check.ts'
import { checkTested, dataOfFolds, inputsOf, preparationOf, type StudyData } from './data.ts'
import { checkContinues } from './definition.ts'
import { checkFixed } from './enqueued.ts'
import { evaluate, type ObjectiveFunction, valuesOf } from './evaluate.ts'
import { Channel, type StudyEvent } from './events.ts'
import { begunOf, type Filled, type FillOptions, fillBatch, Proposals } from './filling.ts'
import { printOf } from './fingerprint.ts'
import type { CheckpointStore } from './journal/checkpoints.ts'
import { MemoryJournal } from './journal/memory.ts'
import { StudyLog } from './log.ts'
import { checkJson, checkWhole, shownValue } from './misuse.ts'
import { metricsOf, UNNAMED } from './objective.ts'
import { type Plan, resolveStudy, type StudyOptions } from './options.ts'
import { paretoFront } from './pareto.ts'
import { classOfStudy } from './positive.ts'
import { wouldPrune } from './pruner/asked.ts'
import { retrain } from './retrain.ts'
import { type Budget, budgetSchema, type OptimizeOptions, optimizeSchema, type RunOptions, runSchema } from './runOptions.ts'
import type { Params } from './space/distributions.ts'
import type { Space } from './space/space.ts'
import { Trainer } from './trainer.ts'
import { bestTrial, type Direction, isFinished, type Json, type StudyView, type Trial } from './trial.ts'
import { areTrialsTaken, goneWorkers, leftBatch, pause } from './workers.ts'

/** How often to look at what other workers do, in ms. */
const WAIT = 500
/** How many trials `ask` gives at once at most. */
const MOST_ASKED = 1_000_000

/**
 * Opens a study: a new one, or the one with this name in the journal, which continues where it stopped.
 * @throws InvalidSpecError naming the field; also when the journal's study cannot continue with these options
 */
export async function createStudy(options: StudyOptions): Promise<Study> {
  const plan = resolveStudy(options)
  const directions = plan.objectives.map(({ direction }) => direction)
  const metrics = plan.objectives.map(({ metric }) => metric)
  const metricNames = metrics.every((metric) => metric === UNNAMED) ? undefined : metrics
  const log = await StudyLog.open(options.journal ?? new MemoryJournal(), { name: plan.name, directions, metricNames, seed: plan.seed })
  const before = log.definition
  if (before !== undefined) checkContinues(before, plan.definition, plan.space, log.trials, plan.name)
  // A definition that has changed is kept once this process works on the study: one that is refused leaves the journal as it was.
  if (before === undefined) await log.define(plan.definition)
  return new Study(plan, log, options.checkpoints)
}

/** A search: its space, its trials so far, and what decides the next ones. Everything it knows is in its journal. */
export class Study {
  readonly name: string
  readonly space: Space
  /** One an objective. */
  readonly directions: readonly Direction[]
  readonly #plan: Plan
  readonly #log: StudyLog
  readonly #checkpoints: CheckpointStore | undefined
  /** Trials that this object has started or continues. The processes that started others may be gone, so nothing waits for those. */
  readonly #own = new Set<number>()
  #running = false

  /** @internal createStudy opens one. */
  constructor(plan: Plan, log: StudyLog, checkpoints: CheckpointStore | undefined) {
    this.name = plan.name
    this.space = plan.space
    this.directions = plan.objectives.map(({ direction }) => direction)
    this.#plan = plan
    this.#log = log
    this.#checkpoints = checkpoints
  }

  /** In the order of their numbers. */
  get trials(): readonly Trial[] {
    return this.#log.trials
  }

  /** The complete trial with the best value among those that meet the outcome constraints, the earlier of equal ones; with several objectives, by the first. */
  get best(): Trial | undefined {
    return bestTrial(this.trials, this.directions[0] ?? 'minimize')
  }

  /**
   * The complete trials that meet the outcome constraints and that no other one dominates; with one objective, all with the
   * best value.
   */
  get bestTrials(): readonly Trial[] {
    return paretoFront(this.trials, this.directions)
  }

  /** The names of the objectives, including names given in Optuna. */
  get metricNames(): readonly string[] {
    return metricNamesOf(this.#log.systemAttrs) ?? this.#plan.objectives.map(({ metric }) => metric)
  }

  /**
   * Trains trials until the budget is spent or the sampler has nothing left. Stopping the loop early stops the training; the next
   * run, in this or another process, continues from the journal and ends with the same trials as if nothing had happened.
   * @param options.file is the command line's: the study file, from which the study can be resumed
   * @throws AbortedError, DeviceLostError, DisposedError; InvalidSpecError when the trials so far used other data; JournalError when another
   * process runs the study; a trial that fails is recorded, and the study continues
   */
  async *run(
    backend: Backend,
    data: StudyData,
    options: RunOptions & { readonly file?: Json } = {},
  ): AsyncGenerator<StudyEvent, void, void> {
    parseExact(runSchema, options, '', 'the options')
    const { budget = {}, signal, file } = options
    const { specOf, folds, seed, objectives, outcomeConstraints, space } = this.#plan
    if (specOf === undefined)
      throw new InvalidSpecError('train is missing; without it the study needs your values: use optimize, or ask and tell')
    if (budget.trials === undefined && budget.seconds === undefined && space.size === Number.POSITIVE_INFINITY) {
      throw new InvalidSpecError('budget is missing; the space has no end, so give { trials }, { seconds } or both')
    }
    checkBackend(backend)
    const parts = dataOfFolds(data, folds, seed)
    const folded = parts.folds
    const measured = [...objectives, ...outcomeConstraints]
    checkTested(measured, folded)
    const shapes = checkTrainable(space, specOf, this.#plan.pruner, folded, metricsOf(measured))
    const whole = typeof data === 'function' ? folded[0] : data
    const said = this.#plan.positiveClass
    const positiveClass = whole && (await classOfStudy(this.#log, measured, said, whole, shapes))
    const trainer = new Trainer(backend, folded, metricsOf(measured), positiveClass)
    const basis = { data: parts.given.map(printOf), arithmetic: backend.arithmetic, file, preparation: preparationOf(parts) }
    const begin = async (): Promise<string[]> => {
      let notices: string[] = []
      await this.#log.commit(() => {
        notices = keepBasis(this.#log, this.name, basis)
      })
      return notices
    }
    yield* this.#loop({ budget, signal, begin }, (numbers, emit, stop) => {
      const stopped = signal === undefined ? stop : AbortSignal.any([stop, signal])
      const tools: BatchTools = { log: this.#log, trainer, checkpoints: this.#checkpoints, signal: stopped, view: () => this.view, emit }
      return runBatch(numbers, { ...this.#plan, specOf, inputs: folded.map(inputsOf) }, tools)
    })
  }

  /**
   * Runs trials with your own values: `objective` is called for each configuration of a batch, all at once. A trial fails if it throws, or if it
   * does not return one number per objective; the reason is recorded. The values are recorded in the order of the trials.
   * @throws AbortedError: trials that had not ended are evaluated by the next run; JournalError when another process runs the study
   */
  async *optimize(objective: ObjectiveFunction, options: OptimizeOptions = {}): AsyncGenerator<StudyEvent, void, void> {
    if (typeof objective !== 'function') throw new InvalidSpecError(`objective is ${shownValue(objective)}; it must be a function`)
    parseExact(optimizeSchema, options, '', 'the options')
    const { budget = {}, signal, trialSeconds: seconds } = options
    const limits = { objectives: this.directions.length, seconds, signal }
    yield* this.#loop({ budget, signal, begin: async () => [] }, async (numbers, emit) => {
      const open = numbers.map((number) => this.#log.trial(number)).filter((trial) => !isFinished(trial))
      const outcomes = await Promise.all(open.map((trial) => evaluate(objective, trial, limits)))
      for (const [i, { number }] of open.entries()) {
        const outcome = outcomes[i]
        if (outcome === undefined || outcome === 'aborted') continue
        await this.#log.commit(() => {
          if ('values' in outcome) this.#log.finish(number, 'complete', outcome.values)
          else this.#log.fail(number, outcome.failure)
        })
        emit({ type: 'trial', trial: this.#log.trial(number) })
      }
      if (signal?.aborted) throw new AbortedError([], signal.reason)
    })
  }

  /**
   * Enqueues a trial, ahead of what the sampler proposes: the next `ask` or run takes it first, here or in Optuna. The sampler fills in missing
   * parameters.
   * @returns its number
   * @throws InvalidSpecError for a name or value that is not in the space, or a complete configuration that breaks a constraint
   */
  async enqueue(params: Params): Promise<number> {
    checkFixed(this.space, params)
    let number = 0
    await this.#log.commit(() => {
      number = this.#log.trials.length
      this.#log.enqueue(params)
    })
    return number
  }

  /**
   * The next trials, at most `count`, enqueued ones first: fewer if the sampler waits for trials that were asked for here, or has nothing left.
   * They are running until `tell` ends them; other processes that ask or run leave them alone.
   */
  async ask(count = 1): Promise<Trial[]> {
    checkWhole('count', count, 0, MOST_ASKED)
    let asked: readonly number[] = []
    const options = { sizeOf: () => count, most: Number.POSITIVE_INFINITY, how: { asked: true }, proposals: new Proposals() }
    await this.#log.commit(() => {
      this.#log.setSystemAttr(ATTRIBUTE.definition, this.#plan.definition)
      asked = this.#fill([], options).numbers
    })
    for (const number of asked) this.#own.add(number)
    return asked.map((number) => this.#log.trial(number))
  }

  /**
   * An intermediate value of a running trial, for the pruner; NaN is worse than any number. A second report for the same step is ignored.
   * @throws InvalidSpecError
   */
  async report(number: number, step: number, value: number): Promise<void> {
    checkWhole('step', step, 0)
    if (typeof value !== 'number') throw new InvalidSpecError(`value is ${shownValue(value)}; it must be a number`)
    await this.#log.commit(() => this.#log.report(this.#open(number), step, value))
  }

  /**
   * An outcome constraint of a running trial, like Optuna's `set_constraint`: it is met if the value is at most 0. A trial that breaks one is
   * never the best, and samplers avoid its region. The first value that is set stays.
   * @throws InvalidSpecError for NaN
   */
  async setConstraint(number: number, name: string, value: number): Promise<void> {
    if (typeof value !== 'number' || Number.isNaN(value))
      throw new InvalidSpecError(`the constraint ${name} of trial ${number} is ${value}; it must be a number, at most 0 where it is met`)
    await this.#log.commit(() => this.#log.setConstraint(this.#open(number), name, value))
  }

  /**
   * Whether the pruner would stop this trial after its last report, of at most `steps`: by default `maxEpochs`, or as many as the longest
   * complete trial has reported. A report that comes late for a rung counts for that rung.
   */
  shouldPrune(number: number, steps = this.#plan.maxSteps): boolean {
    checkWhole('number', number, 0)
    return wouldPrune(this.#plan.pruner, this.view, this.#log.trial(number).number, steps)
  }

  /**
   * Completes a running trial; `pruned` when it was stopped early. With NaN it has failed.
   * @throws InvalidSpecError
   */
  async tell(number: number, values: number | readonly number[], state: 'complete' | 'pruned' = 'complete'): Promise<void> {
    if (state !== 'complete' && state !== 'pruned')
      throw new InvalidSpecError(`state is ${shownValue(state)}; it must be complete or pruned; \`fail\` records a failure`)
    const list = valuesOf(values, this.directions.length, `trial ${shownValue(number)} was told`)
    await this.#log.commit(() => this.#log.finish(this.#open(number), state, list))
  }

  /** Records that a running trial failed, and why; also for a trial left running by a process that is gone. @throws InvalidSpecError */
  async fail(number: number, reason: unknown): Promise<void> {
    await this.#log.commit(() => this.#log.fail(this.#open(number), reason))
  }

  /**
   * Trains a trial's network again: on the same backend and data it has exactly the same bits. One that was stopped early is trained to its end.
   * @param repeat the index of its seed and fold
   * @throws InvalidSpecError for other data than the study ran on
   */
  async retrain(number: number, backend: Backend, data: StudyData, repeat = 0): Promise<FitResult> {
    const { specOf, repeats, folds, seed } = this.#plan
    const chosen = repeats[repeat]
    if (specOf === undefined) throw new InvalidSpecError('train is missing; this study trains no networks')
    if (chosen === undefined) throw new InvalidSpecError(`repeat is ${repeat}; it must be a whole number from 0 to ${repeats.length - 1}`)
    checkBackend(backend)
    const parts = dataOfFolds(data, folds, seed)
    checkSameData(this.#log, this.name, this.#log.trial(number).number, parts.given.map(printOf))
    const fold = parts.folds[chosen.fold]
    if (fold === undefined) throw new Error('every repeat has a fold')
    return retrain({ backend, data: fold, specOf, repeat: chosen, trials: this.trials }, number)
  }

  /** An attribute of the study, like Optuna's user attributes: anything JSON can represent. @throws InvalidSpecError for anything else */
  async setUserAttr(key: string, value: Json): Promise<void> {
    if (typeof key !== 'string') throw new InvalidSpecError(`key is ${shownValue(key)}; it must be a text`)
    checkJson('value', value)
    await this.#log.commit(() => this.#log.setStudyUserAttr(key, value))
  }

  get userAttrs(): Readonly<Record<string, Json>> {
    return this.#log.userAttrs
  }

  /** What the study keeps for itself, like Optuna's system attributes: its definition, and the class that its metrics are about. */
  get systemAttrs(): Readonly<Record<string, Json>> {
    return this.#log.systemAttrs
  }

  /** What samplers and pruners see. */
  get view(): StudyView {
    return { space: this.space, directions: this.directions, seed: this.#plan.seed, trials: this.#log.trials }
  }

  /** The number of a trial that runs and may be ended from here. */
  #open(number: number): number {
    checkWhole('number', number, 0)
    const { state } = this.#log.trial(number)
    if (state === 'waiting') throw new InvalidSpecError(`trial ${number} is waiting; it runs once \`ask\` has given it`)
    if (state !== 'running') throw new InvalidSpecError(`trial ${number} is ${state}; only a running trial can be changed`)
    if (!this.#log.holds(number)) throw new InvalidSpecError(`trial ${number} is another worker's, which will report its values`)
    return number
  }

  async *#loop(
    { budget, signal, begin }: { budget: Budget; signal: AbortSignal | undefined; begin: () => Promise<readonly string[]> },
    execute: (numbers: readonly number[], emit: (event: StudyEvent) => void, stop: AbortSignal) => Promise<void>,
  ): AsyncGenerator<StudyEvent, void, void> {
    parseSpec(budgetSchema, budget, 'budget.', 'the budget')
    if (this.#running) throw new EspalierError('this study is running already; wait for the end of that loop, or break out of it')
    this.#running = true
    const started = performance.now()
    const most = budget.trials ?? Number.POSITIVE_INFINITY
    const leave: (() => Promise<void>)[] = []
    try {
      leave.push(await this.#log.claim())
      if (this.#log.shared !== undefined) leave.push(await this.#log.shared.announce(this.#log.worker))
      const notices = await begin()
      await this.#log.define(this.#plan.definition)
      for (const message of notices) yield { type: 'notice', message }
      for (;;) {
        if (signal?.aborted) throw new AbortedError([], signal.reason)
        if (budget.seconds !== undefined && performance.now() - started >= 1000 * budget.seconds)
          return yield { type: 'end', reason: 'budget' }
        const { numbers, failed } = await this.#openBatch(most)
        for (const number of failed) yield { type: 'trial', trial: this.#log.trial(number) }
        if (numbers.length === 0 && failed.length > 0) continue
        if (numbers.length === 0 && this.#log.shared !== undefined && areTrialsTaken(this.trials)) {
          // Others train the last trials, or those that the sampler waits for; if such a worker dies, this one takes over its trials.
          await pause(WAIT, signal)
          continue
        }
        if (numbers.length === 0) return yield { type: 'end', reason: begunOf(this.trials) >= most ? 'budget' : 'exhausted' }
        for (const number of numbers) this.#own.add(number)
        yield { type: 'batch', trials: numbers.map((number) => this.#log.trial(number)) }
        yield* during((emit, stop) => execute(numbers, emit, stop))
      }
    } finally {
      for (const end of leave) await end()
      this.#running = false
    }
  }

  /** The trials of the batch that an earlier run left unfinished, or new ones. */
  async #openBatch(most: number): Promise<Filled> {
    await this.#log.sync()
    if (this.#log.shared !== undefined) return this.#takeBatch(most)
    let filled: Filled = { numbers: [], failed: [] }
    const options = { sizeOf: (first: number) => this.#batchSize(first), most, how: {}, proposals: new Proposals() }
    await this.#log.commit(() => {
      const left = this.#log.leftBatch()
      const hasBegun = left.map((number) => this.#log.trial(number)).some((trial) => isFinished(trial) || trial.intermediateValues.size > 0)
      filled = hasBegun ? { numbers: left, failed: [] } : this.#fill(left, options)
    })
    return filled
  }

  /** The same if other workers run the study as well: the batch of a worker that is gone, or new trials for this worker only. */
  async #takeBatch(most: number): Promise<Filled> {
    const gone = await goneWorkers(this.#log)
    let filled: Filled = { numbers: [], failed: [] }
    const options = { sizeOf: (first: number) => this.#batchSize(first), most, how: { taken: true }, proposals: new Proposals() }
    await this.#log.commit(() => {
      filled = { numbers: leftBatch(this.#log, gone), failed: [] }
      for (const number of filled.numbers) this.#log.take(number)
      if (filled.numbers.length === 0) filled = this.#fill([], options)
    })
    return filled
  }

  #batchSize(first: number): number {
    const { sampler, pruner, batchSize, maxEpochs, repeats } = this.#plan
    return batchSize ?? pruner.batchSize(first, pruner.axis === 'epoch' ? maxEpochs : repeats.length) ?? sampler.batchSize
  }

  /** A part of a commit. */
  #fill(open: readonly number[], options: Pick<FillOptions, 'sizeOf' | 'most' | 'how' | 'proposals'>): Filled {
    return fillBatch(this.#log, open, { ...options, sampler: this.#plan.sampler, view: () => this.view, own: this.#own })
  }
}

/** Events of something that runs, as they come; when the loop over them ends early, it is stopped and awaited. */
async function* during(
  execute: (emit: (event: StudyEvent) => void, stop: AbortSignal) => Promise<void>,
): AsyncGenerator<StudyEvent, void, void> {
  const stop = new AbortController()
  const channel = new Channel<StudyEvent>()
  const finished = execute((event) => channel.push(event), stop.signal).finally(() => channel.close())
  try {
    yield* channel
    await finished
  } finally {
    // A loop that ended early has stopped it, so the abort is expected.
    stop.abort()
    await finished.catch(() => undefined)
  }
}
