import pLimit from 'p-limit'
import { EspalierError } from '../core/errors.ts'
import { ATTRIBUTE } from './attributes.ts'
import type { Definition } from './definition.ts'
import { constraintAttribute } from './feasibility.ts'
import { EntryWriter } from './journal/entries.ts'
import { isShared, type Journal, type JournalEntry, type SharedJournal } from './journal/journal.ts'
import { Replay, type StudyRecord } from './journal/replay.ts'
import type { Distribution, Params } from './space/distributions.ts'
import { type Attributes, type Direction, isFinished, type Json, type Trial } from './trial.ts'

interface Identity {
  readonly name: string
  readonly directions: readonly Direction[]
  readonly seed: number
}

/**
 * One study of a journal, read and written. Writing collects entries, which count at once in what is read; `commit` appends them together.
 * What the journal says already is not written again, so whoever repeats a study's steps after a crash adds only what is missing.
 */
export class StudyLog {
  /** Who writes. */
  readonly worker: string
  readonly #journal: Journal
  readonly #name: string
  readonly #oneAtATime = pLimit(1)
  readonly #writer: EntryWriter
  #replay: Replay
  #pending: JournalEntry[] = []

  private constructor(journal: Journal, { name, seed }: Identity) {
    this.#journal = journal
    this.#name = name
    // Alone it is the same in every process, as nothing of a study may hang on which one wrote it.
    this.worker = `espalier-${isShared(journal) ? crypto.randomUUID() : seed}`
    this.#writer = new EntryWriter({ worker: this.worker, now: () => new Date() })
    this.#replay = new Replay()
  }

  /** @throws EspalierError when the journal's study of this name has other directions */
  static async open(journal: Journal, identity: Identity): Promise<StudyLog> {
    const log = new StudyLog(journal, identity)
    await log.sync()
    await log.commit(() => {
      if (log.#replay.study(identity.name) === undefined) log.#write(log.#writer.createStudy(identity.name, identity.directions))
    })
    const { directions } = log.#study
    if (directions.join() !== identity.directions.join()) {
      throw new EspalierError(
        `${journal.description} holds a study "${identity.name}" with the directions ${directions.join(', ')}; these are ${identity.directions.join(', ')}`,
      )
    }
    return log
  }

  get #study(): StudyRecord {
    const study = this.#replay.study(this.#name)
    if (study === undefined) throw new EspalierError(`study "${this.#name}" was deleted from ${this.#journal.description}`)
    return study
  }

  get trials(): readonly Trial[] {
    return this.#study.trials
  }

  get userAttrs(): Attributes {
    return this.#study.userAttrs
  }

  /** What the study was created with; undefined for a new one, and for one that Optuna made. */
  get definition(): Definition | undefined {
    return this.#study.systemAttrs[ATTRIBUTE.definition] as Definition | undefined
  }

  async define(definition: Definition): Promise<void> {
    await this.commit(() => {
      if (same(this.#study.systemAttrs[ATTRIBUTE.definition], definition)) return
      this.#write(this.#writer.setStudySystemAttr(this.#study.id, ATTRIBUTE.definition, definition))
    })
  }

  /** The journal, where other workers run the study at the same time. */
  get shared(): SharedJournal | undefined {
    return isShared(this.#journal) ? this.#journal : undefined
  }

  trial(number: number): Trial {
    const trial = this.trials[number]
    if (trial === undefined) throw new EspalierError(`there is no trial ${number}; the study has ${this.trials.length}`)
    return trial
  }

  /** Whether there is more to write of a trial: it has not ended, and no other worker has taken it. */
  holds(number: number): boolean {
    const trial = this.trial(number)
    const worker = workerOf(trial)
    return !isFinished(trial) && (worker === undefined || worker === this.worker)
  }

  /** Numbers of the trials that were asked for together last. */
  lastBatch(): number[] {
    const last = this.trials.findLast(({ systemAttrs }) => systemAttrs[ATTRIBUTE.batch] !== undefined)
    return last === undefined ? [] : this.batchOf(last.number)
  }

  /** Numbers of the trials that were asked for together with this one. */
  batchOf(number: number): number[] {
    const first = this.trial(number).systemAttrs[ATTRIBUTE.batch]
    return this.trials.filter(({ systemAttrs }) => systemAttrs[ATTRIBUTE.batch] === first).map((trial) => trial.number)
  }

  /** What a trial's checkpoints are kept under. */
  checkpointKey(number: number): string {
    return `${this.#name}-${number}`
  }

  /** @param batch number of the trial that its batch begins with
   *  @param taken whether this worker trains it, and nobody else may */
  create(params: Params, distributions: Readonly<Record<string, Distribution>>, batch: number, taken: boolean): void {
    const datetimeStart = new Date()
    const empty = { values: undefined, intermediateValues: new Map<number, number>(), userAttrs: {}, datetimeComplete: undefined }
    this.#write(
      this.#writer.createTrial(this.#study.id, {
        ...empty,
        state: 'running',
        params,
        distributions,
        systemAttrs: { [ATTRIBUTE.batch]: batch, ...(taken && { [ATTRIBUTE.worker]: this.worker }) },
        datetimeStart,
      }),
    )
  }

  /** Takes a trial from whoever has it. */
  take(number: number): void {
    if (isFinished(this.trial(number)) || workerOf(this.trial(number)) === this.worker) return
    this.#write(this.#writer.setTrialSystemAttr(this.#id(number), ATTRIBUTE.worker, this.worker))
  }

  report(number: number, step: number, value: number): void {
    if (!this.holds(number) || this.trial(number).intermediateValues.has(step)) return
    this.#write(this.#writer.setTrialIntermediateValue(this.#id(number), step, value))
  }

  setUserAttr(number: number, key: string, value: Json): void {
    if (!this.holds(number) || same(this.trial(number).userAttrs[key], value)) return
    this.#write(this.#writer.setTrialUserAttr(this.#id(number), key, value))
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

  /** Ends a trial. One with a value of NaN has failed, whatever it was to be; Infinity is a value. Optuna holds it so, too. */
  finish(number: number, state: 'complete' | 'pruned', values: readonly number[]): void {
    if (!this.holds(number)) return
    const wrong = values.find((value) => Number.isNaN(value))
    if (wrong !== undefined && state === 'complete') this.fail(number, new EspalierError(`its value is ${wrong}`))
    else this.#write(this.#writer.setTrialState(this.#id(number), state, values))
  }

  fail(number: number, reason: unknown): void {
    if (!this.holds(number)) return
    const text = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason)
    if (this.trial(number).systemAttrs[ATTRIBUTE.reason] === undefined)
      this.#write(this.#writer.setTrialSystemAttr(this.#id(number), ATTRIBUTE.reason, text))
    this.#write(this.#writer.setTrialState(this.#id(number), 'fail'))
  }

  /**
   * Appends what `work` writes as one; resolves when it would survive the process. In a shared journal `work` sees all that others have
   * written, and is called again on it when they come first: it must be a function of what it reads here.
   */
  async commit(work: () => void): Promise<void> {
    return this.#oneAtATime(async () => {
      const { shared } = this
      if (shared !== undefined) return this.#commitAmongOthers(shared, work)
      work()
      return this.#flush()
    })
  }

  /** Reads what others have written. */
  async sync(): Promise<void> {
    await this.#oneAtATime(async () => {
      await this.#flush()
      await this.#read()
    })
  }

  async #commitAmongOthers(journal: SharedJournal, work: () => void): Promise<void> {
    for (let appended = false; !appended; ) {
      await this.#read()
      const before = this.#replay.clone()
      try {
        work()
        appended = this.#pending.length === 0 || (await journal.appendAt(before.entriesRead, this.#pending))
      } finally {
        this.#pending = []
        if (!appended) this.#replay = before
      }
    }
  }

  async #flush(): Promise<void> {
    const written = this.#pending
    if (written.length === 0) return
    this.#pending = []
    await this.#journal.append(written)
    const since = await this.#journal.read(this.#replay.entriesRead - written.length)
    if (since.length === written.length && since.every((entry, i) => same(entry, written[i]))) return
    // Somebody else writes, too, and came first: what was taken for granted is read again.
    this.#replay = new Replay()
    this.#replay.apply(await this.#journal.read(0))
  }

  async #read(): Promise<void> {
    this.#replay.apply(await this.#journal.read(this.#replay.entriesRead))
  }

  #id(number: number): number {
    const id = this.#study.trialIds[number]
    if (id === undefined) throw new EspalierError(`there is no trial ${number}`)
    return id
  }

  #write(entry: JournalEntry): void {
    const [refusal] = this.#replay.apply([entry])
    if (refusal !== undefined) throw new EspalierError(`${this.#journal.description} would refuse an entry: ${refusal.reason}`)
    this.#pending.push(entry)
  }
}

const workerOf = ({ systemAttrs }: Trial): Json | undefined => systemAttrs[ATTRIBUTE.worker]

/** As JSON, where NaN is null on both sides. */
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
