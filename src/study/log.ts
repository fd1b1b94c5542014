// Writes a study to its journal, and reads what other processes wrote.

import pLimit from 'p-limit'
import { EspalierError, InvalidSpecError } from '../core/errors.ts'
import { ATTRIBUTE, type PositiveClass } from './attributes.ts'
import type { Definition } from './definition.ts'
import { constraintAttribute } from './feasibility.ts'
import { areCompatible } from './journal/distributions.ts'
import { EntryWriter } from './journal/entries.ts'
import { CorruptJournalError, JournalError } from './journal/errors.ts'
import { type ConditionalJournal, isConditional, isShared, type Journal, type JournalEntry, type SharedJournal } from './journal/journal.ts'
import { stringifyJson } from './journal/json.ts'
import { RebuiltStudies, type Refusal, type StudyRecord } from './journal/rebuild.ts'
import { reasonOf } from './misuse.ts'
import { type Distribution, own, type Params } from './space/distributions.ts'
import { type Attributes, type Direction, isFinished, type Json, type Trial } from './trial.ts'

interface Identity {
  readonly name: string
  readonly directions: readonly Direction[]
  /** The names of the objectives; undefined if they have none. */
  readonly metricNames: readonly string[] | undefined
  readonly seed: number
}

/** Where a trial that begins belongs. */
export interface BatchPlace {
  /** The number of the trial that its batch begins with. */
  readonly batch: number
  /** Whether `ask` gives it away. */
  readonly asked?: boolean
  /** Whether this worker trains it, and no other may. */
  readonly taken?: boolean
}

/**
 * One study of a journal, read and written. Writing collects entries, which take effect at once for reads; `commit` appends them together.
 * What the journal has already is not written again, so repeating a study's steps after a crash adds only what is missing.
 */
export class StudyLog {
  /** Who writes. */
  readonly worker: string
  readonly #journal: Journal
  readonly #name: string
  readonly #oneAtATime = pLimit(1)
  readonly #writer: EntryWriter
  readonly #rebuilt: RebuiltStudies
  #pending: JournalEntry[] = []

  private constructor(journal: Journal, { name, seed }: Identity) {
    this.#journal = journal
    this.#name = name
    // Without other workers it is the same in every process, because nothing in a study may depend on which one wrote it.
    this.worker = `espalier-${isShared(journal) ? crypto.randomUUID() : seed}`
    this.#writer = new EntryWriter({ worker: this.worker, now: () => new Date() })
    this.#rebuilt = new RebuiltStudies()
  }

  /** @throws InvalidSpecError when the journal's study of this name has other directions */
  static async open(journal: Journal, identity: Identity): Promise<StudyLog> {
    const log = new StudyLog(journal, identity)
    await log.sync()
    await log.commit(() => {
      if (log.#rebuilt.study(identity.name) === undefined) log.#write(log.#writer.createStudy(identity.name, identity.directions))
    })
    const { directions, systemAttrs } = log.#study
    if (directions.join() !== identity.directions.join()) {
      throw new InvalidSpecError(
        `${journal.description} holds a study "${identity.name}" with the directions ${directions.join(', ')}; these are ${identity.directions.join(', ')}; give it another name or journal`,
      )
    }
    const { metricNames } = identity
    // Names that were given in Optuna stay.
    if (metricNames !== undefined && systemAttrs[ATTRIBUTE.metricNames] === undefined)
      await log.commit(() => log.setSystemAttr(ATTRIBUTE.metricNames, metricNames))
    return log
  }

  get #study(): StudyRecord {
    const study = this.#rebuilt.study(this.#name)
    if (study === undefined) throw new EspalierError(`study "${this.#name}" was deleted from ${this.#journal.description}`)
    return study
  }

  get trials(): readonly Trial[] {
    return this.#study.trials
  }

  get userAttrs(): Attributes {
    return this.#study.userAttrs
  }

  get systemAttrs(): Attributes {
    return this.#study.systemAttrs
  }

  /** What the study was created with; undefined for a new one, and for one that Optuna created. */
  get definition(): Definition | undefined {
    return this.#study.systemAttrs[ATTRIBUTE.definition] as Definition | undefined
  }

  async define(definition: Definition): Promise<void> {
    await this.commit(() => this.setSystemAttr(ATTRIBUTE.definition, definition))
  }

  /**
   * Prevents other processes from running the study, unless they share it, until the returned function is called.
   * @throws JournalError when another one runs it
   */
  async claim(): Promise<() => Promise<void>> {
    const claim = this.shared === undefined ? await this.#journal.claim?.(this.#name) : undefined
    return claim ?? (async () => undefined)
  }

  /** The class that metrics are about, as the study's first run decided it; undefined before that, and in journals of 0.1. */
  get positiveClass(): PositiveClass | undefined {
    return this.#study.systemAttrs[ATTRIBUTE.positiveClass] as PositiveClass | undefined
  }

  async choosePositiveClass(chosen: PositiveClass): Promise<void> {
    await this.commit(() => {
      if (this.positiveClass === undefined)
        this.#write(this.#writer.setStudySystemAttr(this.#study.id, ATTRIBUTE.positiveClass, { ...chosen }))
    })
  }

  /** The journal, if other workers run the study at the same time. */
  get shared(): SharedJournal | undefined {
    return isShared(this.#journal) ? this.#journal : undefined
  }

  trial(number: number): Trial {
    const trial = this.trials[number]
    if (trial === undefined) throw new InvalidSpecError(`there is no trial ${number}; the study has ${this.trials.length}`)
    return trial
  }

  /** Whether there is more to write about a trial: it has not ended, and no other worker has taken it. */
  holds(number: number): boolean {
    const trial = this.trial(number)
    const worker = workerOf(trial)
    return !isFinished(trial) && (worker === undefined || worker === this.worker)
  }

  /** Numbers of the batch that a run has left unfinished; none when there is none. */
  leftBatch(): number[] {
    const left = this.trials.find((trial) => trial.state === 'running' && isOfRun(trial))
    return left === undefined ? [] : this.batchOf(left.number)
  }

  /** Numbers of the trials that were asked for together with this one. An enqueued trial that never started belongs to none. */
  batchOf(number: number): number[] {
    const first = this.trial(number).systemAttrs[ATTRIBUTE.batch]
    return this.trials
      .filter(({ state, systemAttrs }) => state !== 'waiting' && systemAttrs[ATTRIBUTE.batch] === first)
      .map((trial) => trial.number)
  }

  /** The key of a trial's checkpoints. */
  checkpointKey(number: number): string {
    return `${this.#name}-${number}`
  }

  create(params: Params, distributions: Readonly<Record<string, Distribution>>, place: BatchPlace): void {
    const datetimeStart = new Date()
    const empty = { values: undefined, intermediateValues: new Map<number, number>(), userAttrs: {}, datetimeComplete: undefined }
    const systemAttrs = Object.fromEntries(this.#placeAttrs(place))
    this.#write(this.#writer.createTrial(this.#study.id, { ...empty, state: 'running', params, distributions, systemAttrs, datetimeStart }))
  }

  /**
   * A trial for later, with values that it must have: Optuna's `enqueue_trial`.
   * @param distributions of all its values, where it has them from the start (`canBegin`)
   */
  enqueue(params: Params, { distributions, userAttrs = {} }: Partial<Pick<Trial, 'distributions' | 'userAttrs'>> = {}): void {
    this.#write(
      this.#writer.createTrial(this.#study.id, {
        state: 'waiting',
        params: distributions === undefined ? {} : params,
        distributions: distributions ?? {},
        values: undefined,
        intermediateValues: new Map(),
        userAttrs,
        systemAttrs: { [ATTRIBUTE.fixed]: params },
        datetimeStart: undefined,
        datetimeComplete: undefined,
      }),
    )
  }

  /**
   * Whether an enqueued trial can get these values. What gives a trial a parameter that earlier ones have with another kind or other choices is refused by all
   * readers, Optuna's too; a trial may begin with it.
   */
  canBegin(number: number, params: Params, distributions: Readonly<Record<string, Distribution>>): boolean {
    return Object.entries(distributions).every(([name, distribution]) => {
      if (same(own(this.trial(number).params, name), own(params, name))) return true
      const before = this.trials.find((trial) => Object.hasOwn(trial.distributions, name))?.distributions[name]
      return before === undefined || areCompatible(before, distribution)
    })
  }

  /** Starts an enqueued trial. The running state is written last, so that a crash before that leaves it in the queue. */
  begin(number: number, params: Params, distributions: Readonly<Record<string, Distribution>>, place: BatchPlace): void {
    const id = this.#id(number)
    for (const [key, value] of this.#placeAttrs(place)) this.setTrialSystemAttr(number, key, value)
    for (const [name, distribution] of Object.entries(distributions)) {
      const value = own(params, name) ?? null
      if (!same(own(this.trial(number).params, name), value)) this.#write(this.#writer.setTrialParam(id, name, value, distribution))
    }
    this.#write(this.#writer.setTrialState(id, 'running'))
  }

  /** Takes a trial from whoever has it. */
  take(number: number): void {
    if (!isFinished(this.trial(number))) this.setTrialSystemAttr(number, ATTRIBUTE.worker, this.worker)
  }

  report(number: number, step: number, value: number): void {
    if (!this.holds(number) || this.trial(number).intermediateValues.has(step)) return
    this.#write(this.#writer.setTrialIntermediateValue(this.#id(number), step, value))
  }

  setUserAttr(number: number, key: string, value: Json): void {
    if (!this.holds(number) || same(this.trial(number).userAttrs[key], value)) return
    this.#write(this.#writer.setTrialUserAttr(this.#id(number), key, value))
  }

  setTrialSystemAttr(number: number, key: string, value: Json): void {
    if (same(this.trial(number).systemAttrs[key], value)) return
    this.#write(this.#writer.setTrialSystemAttr(this.#id(number), key, value))
  }

  setConstraint(number: number, name: string, value: number): void {
    const key = constraintAttribute(name)
    if (!this.holds(number) || Object.hasOwn(this.trial(number).systemAttrs, key)) return
    this.#write(this.#writer.setTrialSystemAttr(this.#id(number), key, value))
  }

  setStudyUserAttr(key: string, value: Json): void {
    if (same(this.#study.userAttrs[key], value)) return
    this.#write(this.#writer.setStudyUserAttr(this.#study.id, key, value))
  }

  setSystemAttr(key: string, value: Json): void {
    if (same(this.#study.systemAttrs[key], value)) return
    this.#write(this.#writer.setStudySystemAttr(this.#study.id, key, value))
  }

  /** Ends a trial. One whose value is not a number has failed, whatever state was asked for; infinity is a value, as in Optuna. */
  finish(number: number, state: 'complete' | 'pruned', values: readonly number[]): void {
    if (!this.holds(number)) return
    if (state === 'complete' && values.some((value) => Number.isNaN(value))) this.fail(number, new EspalierError('its value is NaN'))
    else this.#write(this.#writer.setTrialState(this.#id(number), state, values))
  }

  fail(number: number, reason: unknown): void {
    if (!this.holds(number)) return
    if (this.trial(number).systemAttrs[ATTRIBUTE.reason] === undefined)
      this.#write(this.#writer.setTrialSystemAttr(this.#id(number), ATTRIBUTE.reason, reasonOf(reason)))
    this.#write(this.#writer.setTrialState(this.#id(number), 'fail'))
  }

  /**
   * Appends what `work` writes in one piece; resolves when it would survive the process. `work` sees everything others have written, and is called
   * again if they come first: it must be a function of what it reads here.
   * @throws what `work` throws; nothing is written then
   */
  async commit(work: () => void): Promise<void> {
    const journal = this.#journal
    return this.#oneAtATime(() => (isConditional(journal) ? this.#commitAmongOthers(journal, work) : this.#commitAlone(work)))
  }

  /** Reads what others have written. */
  async sync(): Promise<void> {
    await this.#oneAtATime(() => this.#read())
  }

  async #commitAmongOthers(journal: ConditionalJournal, work: () => void): Promise<void> {
    await this.#read()
    while (!(await this.#attempt(work, (length, entries) => journal.appendAt(length, entries)))) await this.#read()
  }

  /** Without `appendAt` nobody else may write: their entries in between would give the trials of `work` other numbers. */
  async #commitAlone(work: () => void): Promise<void> {
    await this.#attempt(work, async (length, entries) => {
      await this.#journal.append(entries)
      const since = await this.#journal.read(length)
      if (since.length === entries.length && since.every((entry, i) => same(entry, entries[i]))) return true
      throw new JournalError(
        `${this.#journal.description}: somebody else has written to this journal, which has no appendAt; what study "${this.#name}" wrote last may stand with the wrong trial`,
      )
    })
  }

  /** @returns whether it was appended; if not, nothing has happened */
  async #attempt(work: () => void, append: (length: number, entries: readonly JournalEntry[]) => Promise<boolean>): Promise<boolean> {
    const length = this.#rebuilt.entriesRead
    this.#rebuilt.begin()
    let appended = false
    try {
      work()
      appended = this.#pending.length === 0 || (await append(length, this.#pending))
      return appended
    } finally {
      this.#pending = []
      if (appended) this.#rebuilt.keep()
      else this.#rebuilt.back()
    }
  }

  async #read(): Promise<void> {
    this.#rebuilt.apply(await this.#journal.read(this.#rebuilt.entriesRead))
  }

  /** The attributes of a trial that starts. */
  #placeAttrs({ batch, asked = false, taken = false }: BatchPlace): [string, Json][] {
    return [
      [ATTRIBUTE.batch, batch],
      ...(asked ? [[ATTRIBUTE.asked, true] satisfies [string, Json]] : []),
      ...(taken ? [[ATTRIBUTE.worker, this.worker] satisfies [string, Json]] : []),
    ]
  }

  #id(number: number): number {
    const id = this.#study.trialIds[number]
    if (id === undefined) throw new EspalierError(`there is no trial ${number}`)
    return id
  }

  #write(entry: JournalEntry): void {
    const refusal = this.#tryApply(entry)
    if (refusal !== undefined) throw new EspalierError(`${this.#journal.description} would refuse an entry: ${refusal.reason}`)
    this.#pending.push(entry)
  }

  /** @throws InvalidSpecError for an entry that no reader would take: it was not read, but is about to be written */
  #tryApply(entry: JournalEntry): Refusal | undefined {
    try {
      return this.#rebuilt.apply([entry])[0]
    } catch (cause) {
      if (!(cause instanceof CorruptJournalError)) throw cause
      const reason = cause.cause instanceof Error ? cause.cause.message : cause.message
      throw new InvalidSpecError(`a journal cannot hold this: ${reason}`, { cause })
    }
  }
}

/** Whether it belongs to a run's batch, which the next run of the study finishes; `ask` gives trials out for good. */
const isOfRun = ({ systemAttrs }: Trial): boolean => systemAttrs[ATTRIBUTE.batch] !== undefined && systemAttrs[ATTRIBUTE.asked] !== true

const workerOf = ({ systemAttrs }: Trial): Json | undefined => systemAttrs[ATTRIBUTE.worker]

/** Compares as JSON, where NaN is null on both sides. */
/** Whether a journal holds the same for both: NaN is not null there, nor -0 the same as 0. */
const same = (a: Json | undefined, b: Json | undefined): boolean =>
  a === undefined || b === undefined ? a === b : stringifyJson(a) === stringifyJson(b)
