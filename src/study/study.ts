import * as z from 'zod/mini'
import type { Backend } from '../backend/backend.ts'
import { EspalierError, InvalidSpecError } from '../core/errors.ts'
import { nonNegative, whole } from '../core/fields.ts'
import { parseSpec } from '../core/validate.ts'
import { AbortedError, type FitResult } from '../train/result.ts'
import { type BatchTools, runBatch } from './batch.ts'
import { checkTrainable } from './check.ts'
import { checkTested, dataOfFolds, type StudyData } from './data.ts'
import { checkContinues } from './definition.ts'
import { Channel, type StudyEvent } from './events.ts'
import type { CheckpointStore } from './journal/checkpoints.ts'
import { MemoryJournal } from './journal/memory.ts'
import { StudyLog } from './log.ts'
import { metricsOf } from './objective.ts'
import { type Plan, resolveStudy, type StudyOptions } from './options.ts'
import { paretoFront } from './pareto.ts'
import { propose } from './propose.ts'
import { wouldPrune } from './pruner/asked.ts'
import { retrain } from './retrain.ts'
import type { Params } from './space/distributions.ts'
import type { Space } from './space/space.ts'
import { Trainer } from './trainer.ts'
import { bestTrial, type Direction, isFinished, type Json, type StudyView, type Trial } from './trial.ts'
import { areTrialsTaken, goneWorkers, leftBatch, pause } from './workers.ts'

/** Milliseconds between two looks at what other workers do. */
const WAIT = 500

/** When a study ends at the latest. It may end before, when its sampler has nothing left to try. */
const budgetSchema = z.strictObject({
  trials: z.optional(whole(0, Number.MAX_SAFE_INTEGER)),
  seconds: z.optional(nonNegative()),
})
export interface Budget {
  /** Trials of the study in all, those of earlier runs included. */
  readonly trials?: number | undefined
  /** Of this run; looked at between batches. */
  readonly seconds?: number | undefined
}

/** When a run ends. */
export interface RunOptions {
  readonly budget?: Budget | undefined
  /** Ends the run with an AbortedError; what was not finished continues with the next run. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens a study: a new one, or the one of this name that the journal holds, which goes on where it stopped.
 * @throws InvalidSpecError naming the field; also when the journal's study cannot go on under these options
 */
export async function createStudy(options: StudyOptions): Promise<Study> {
  const plan = resolveStudy(options)
  const directions = plan.objectives.map(({ direction }) => direction)
  const log = await StudyLog.open(options.journal ?? new MemoryJournal(), { name: plan.name, directions, seed: plan.seed })
  const before = log.definition
  if (before !== undefined) checkContinues(before, plan.definition, plan.space, log.trials, plan.name)
  await log.define(plan.definition)
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

  /** The complete trial with the best value, the earlier of equals, of those that meet the outcome constraints; of several objectives, by the first. */
  get best(): Trial | undefined {
    return bestTrial(this.trials, this.directions[0] ?? 'minimize')
  }

  /**
   * The complete trials that no other is better than in every objective, of those that meet the outcome constraints; with one objective, all of the
   * best value.
   */
  get bestTrials(): readonly Trial[] {
    return paretoFront(this.trials, this.directions)
  }

  /**
   * Trains trials until the budget is spent or the sampler has nothing left. Stopping the loop early stops the training; the next
   * run, of this or another process, goes on from the journal and ends with the same trials as if nothing had happened.
   * @throws AbortedError, DeviceLostError, DisposedError; a trial that fails is recorded, and the study goes on
   */
  async *run(backend: Backend, data: StudyData, { budget = {}, signal }: RunOptions = {}): AsyncGenerator<StudyEvent, void, void> {
    const { specOf, folds, seed, objectives, outcomeConstraints, space } = this.#plan
    if (specOf === undefined)
      throw new InvalidSpecError('train is missing; a study without it is told its values: use optimize, or ask and tell')
    if (budget.trials === undefined && budget.seconds === undefined && space.size === Number.POSITIVE_INFINITY) {
      throw new InvalidSpecError('budget is missing; the space has no end, so give { trials }, { seconds } or both')
    }
    const folded = dataOfFolds(data, folds, seed)
    const measured = [...objectives, ...outcomeConstraints]
    checkTested(measured, folded)
    checkTrainable(space, specOf, this.#plan.pruner, folded, metricsOf(measured))
    const trainer = new Trainer(backend, folded, metricsOf(measured))
    yield* this.#loop(budget, signal, (numbers, emit, stop) => {
      const stopped = signal === undefined ? stop : AbortSignal.any([stop, signal])
      const tools: BatchTools = { log: this.#log, trainer, checkpoints: this.#checkpoints, signal: stopped, view: () => this.view, emit }
      return runBatch(numbers, { ...this.#plan, specOf }, tools)
    })
  }

  /**
   * Trials of values of your own: `objective` is called for each configuration of a batch, all at once; what it throws is the reason of
   * a failed trial. The values are recorded in the order of the trials.
   */
  async *optimize(
    objective: (params: Params, trial: Trial) => number | readonly number[] | Promise<number | readonly number[]>,
    { budget = {} }: Pick<RunOptions, 'budget'> = {},
  ): AsyncGenerator<StudyEvent, void, void> {
    yield* this.#loop(budget, undefined, async (numbers, emit) => {
      const open = numbers.map((number) => this.#log.trial(number)).filter((trial) => !isFinished(trial))
      const outcomes = await Promise.allSettled(open.map(async (trial) => objective(trial.params, trial)))
      for (const [i, { number }] of open.entries()) {
        const outcome = outcomes[i]
        const values = outcome?.status === 'fulfilled' ? this.#valuesOf(number, outcome.value) : undefined
        await this.#log.commit(() => {
          if (values !== undefined) this.#log.finish(number, 'complete', values)
          else if (outcome?.status === 'rejected') this.#log.fail(number, outcome.reason)
        })
        emit({ type: 'trial', trial: this.#log.trial(number) })
      }
    })
  }

  /** The next trials, at most `count`: fewer when the sampler waits for trials that run, or has nothing left. They are running until told. */
  async ask(count = 1): Promise<Trial[]> {
    await this.#log.sync()
    let asked: readonly Trial[] = []
    await this.#log.commit(() => {
      const first = this.#log.trials.length
      this.#propose(first, first + count)
      asked = this.#log.trials.slice(first)
    })
    return [...asked]
  }

  /** An intermediate value of a running trial, for the pruner. */
  async report(number: number, step: number, value: number): Promise<void> {
    await this.#log.commit(() => this.#log.report(this.#open(number), step, value))
  }

  /**
   * An outcome constraint of a running trial, as Optuna's `set_constraint`: it is met where the value is at most 0. A trial that breaks one is
   * never the best, and samplers keep away from it. What is set first stays.
   * @throws InvalidSpecError for NaN
   */
  async setConstraint(number: number, name: string, value: number): Promise<void> {
    if (typeof value !== 'number' || Number.isNaN(value))
      throw new InvalidSpecError(`the constraint ${name} of trial ${number} is ${value}; it must be a number, at most 0 where it is met`)
    await this.#log.commit(() => this.#log.setConstraint(this.#open(number), name, value))
  }

  /**
   * Whether the pruner would stop this trial after its last report, of at most `steps`: `maxEpochs` unless said, else as many as the longest
   * complete trial has reported. A report that comes late for a rung counts for it.
   */
  shouldPrune(number: number, steps = this.#plan.maxSteps): boolean {
    return wouldPrune(this.#plan.pruner, this.view, this.#log.trial(number).number, steps)
  }

  /** Completes a running trial; `pruned` when it was stopped early. @throws InvalidSpecError */
  async tell(number: number, values: number | readonly number[], state: 'complete' | 'pruned' = 'complete'): Promise<void> {
    const list = this.#valuesOf(number, values)
    await this.#log.commit(() => this.#log.finish(this.#open(number), state, list))
  }

  /** Records that a running trial failed, and why. */
  async fail(number: number, reason: unknown): Promise<void> {
    await this.#log.commit(() => this.#log.fail(this.#open(number), reason))
  }

  /**
   * Trains a trial's network again: on the same backend and data the very same bits. One that was stopped early is trained to its end.
   * @param repeat the place of its seed and fold
   */
  async retrain(number: number, backend: Backend, data: StudyData, repeat = 0): Promise<FitResult> {
    const { specOf, repeats, folds, seed } = this.#plan
    const chosen = repeats[repeat]
    if (specOf === undefined) throw new InvalidSpecError('train is missing; this study trains no networks')
    if (chosen === undefined) throw new InvalidSpecError(`repeat is ${repeat}; it must be a whole number from 0 to ${repeats.length - 1}`)
    const fold = dataOfFolds(data, folds, seed)[chosen.fold]
    if (fold === undefined) throw new Error('every repeat has a fold')
    return retrain({ backend, data: fold, specOf, repeat: chosen, trials: this.trials }, number)
  }

  /** An attribute of the study, as Optuna's user attributes: anything JSON holds. */
  async setUserAttr(key: string, value: Json): Promise<void> {
    await this.#log.commit(() => this.#log.setStudyUserAttr(key, value))
  }

  get userAttrs(): Readonly<Record<string, Json>> {
    return this.#log.userAttrs
  }

  /** What samplers and pruners see. */
  get view(): StudyView {
    return { space: this.space, directions: this.directions, seed: this.#plan.seed, trials: this.#log.trials }
  }

  #open(number: number): number {
    const trial = this.#log.trial(number)
    if (isFinished(trial)) throw new InvalidSpecError(`trial ${number} is ${trial.state}; only a running trial can be told more`)
    if (!this.#log.holds(number)) throw new InvalidSpecError(`trial ${number} is another worker's, which will tell its values`)
    return number
  }

  #valuesOf(number: number, values: number | readonly number[]): readonly number[] {
    const list = typeof values === 'number' ? [values] : values
    if (list.length !== this.directions.length)
      throw new InvalidSpecError(`trial ${number} was told ${list.length} values; the study has ${this.directions.length} objectives`)
    return list
  }

  async *#loop(
    budget: Budget,
    signal: AbortSignal | undefined,
    execute: (numbers: readonly number[], emit: (event: StudyEvent) => void, stop: AbortSignal) => Promise<void>,
  ): AsyncGenerator<StudyEvent, void, void> {
    parseSpec(budgetSchema, budget, 'budget.', 'the budget')
    if (this.#running) throw new EspalierError('this study is running already; wait for the end of that loop, or break out of it')
    this.#running = true
    const started = performance.now()
    let leave: (() => Promise<void>) | undefined
    try {
      leave = await this.#log.shared?.announce(this.#log.worker)
      for (;;) {
        if (budget.seconds !== undefined && performance.now() - started >= 1000 * budget.seconds)
          return yield { type: 'end', reason: 'budget' }
        const numbers = await this.#openBatch(budget.trials ?? Number.POSITIVE_INFINITY)
        if (numbers.length === 0 && this.#log.shared !== undefined && areTrialsTaken(this.trials)) {
          // Others train the last trials, or those that the sampler waits for; when such a worker dies, its trials are left to this one.
          await pause(WAIT, signal)
          if (signal?.aborted) throw new AbortedError([], signal.reason)
          continue
        }
        if (numbers.length === 0) {
          const spent = this.trials.length >= (budget.trials ?? Number.POSITIVE_INFINITY)
          return yield { type: 'end', reason: spent ? 'budget' : 'exhausted' }
        }
        yield { type: 'batch', trials: numbers.map((number) => this.#log.trial(number)) }
        yield* during((emit, stop) => execute(numbers, emit, stop))
      }
    } finally {
      await leave?.()
      this.#running = false
    }
  }

  /** The trials of the batch that an earlier run left unfinished, or new ones. */
  async #openBatch(most: number): Promise<number[]> {
    await this.#log.sync()
    if (this.#log.shared !== undefined) return this.#takeBatch(most)
    const open = this.#log.lastBatch()
    const unfinished = open.some((number) => !isFinished(this.#log.trial(number)))
    const first = unfinished ? (open[0] ?? 0) : this.#log.trials.length
    const begun = open.some((number) => isFinished(this.#log.trial(number)) || this.#log.trial(number).intermediateValues.size > 0)
    if (!unfinished || !begun) await this.#log.commit(() => this.#propose(first, Math.min(first + this.#batchSize(first), most)))
    return this.#log.lastBatch().filter((number) => number >= first)
  }

  /** The same where other workers run the study as well: the batch of one that is gone, or new trials that are this one's alone. */
  async #takeBatch(most: number): Promise<number[]> {
    const gone = await goneWorkers(this.#log)
    let numbers: number[] = []
    await this.#log.commit(() => {
      numbers = leftBatch(this.#log, gone)
      for (const number of numbers) this.#log.take(number)
      if (numbers.length > 0) return
      const first = this.#log.trials.length
      this.#propose(first, Math.min(first + this.#batchSize(first), most), true)
      numbers = this.#log.trials.slice(first).map(({ number }) => number)
    })
    return numbers
  }

  #batchSize(first: number): number {
    const { sampler, pruner, batchSize, maxEpochs, repeats } = this.#plan
    return batchSize ?? pruner.batchSize(first, pruner.axis === 'epoch' ? maxEpochs : repeats.length) ?? sampler.batchSize
  }

  /** Creates trials of the batch that begins with `first` until there are `until` trials or the sampler stops. */
  #propose(first: number, until: number, taken = false): void {
    const { sampler, space } = this.#plan
    while (this.#log.trials.length < until) {
      const params = propose(sampler, this.view, this.#log.trials.length)
      if (params === 'done') return
      if (params === 'wait') {
        if (this.#log.trials.every(isFinished)) throw new EspalierError(`the sampler ${sampler.name} waits, and no trial is running`)
        return
      }
      this.#log.create(params, space.distributionsOf(params), first, taken)
    }
  }
}

/** Events of something that runs, as they come; when the loop over them ends early, it is told to stop and awaited. */
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
    // A loop that ended early has stopped it: that it was aborted is no news.
    stop.abort()
    await finished.catch(() => undefined)
  }
}
