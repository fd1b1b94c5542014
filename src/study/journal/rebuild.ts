// Rebuilds studies and trials from the entries of a journal.

import { parseStored } from '../../core/stored.ts'
import { type Distribution, fromInternal, own, type ParamValue } from '../space/distributions.ts'
import { type Attributes, type Direction, isFinished, type Trial } from '../trial.ts'
import { areCompatible, distributionFromJson } from './distributions.ts'
import { Operation } from './entries.ts'
import { CorruptJournalError, JournalError } from './errors.ts'
import type { Journal, JournalEntry } from './journal.ts'
import { type OperationOf, operationSchema, type ParsedOperation } from './operations.ts'

/** A study as its journal has it. It changes as entries are applied; its trials are separate values. */
export interface StudyRecord {
  readonly id: number
  readonly name: string
  readonly directions: readonly Direction[]
  readonly userAttrs: Attributes
  readonly systemAttrs: Attributes
  /** By number. */
  readonly trials: readonly Trial[]
  /** By number: the id that entries call the trial by, counted over all studies of the journal. */
  readonly trialIds: readonly number[]
}

/** An entry that changed nothing, and why, for example because another writer came first. Every reader refuses the same ones. */
export interface Refusal {
  /** Its number in the journal, from 0. */
  readonly number: number
  readonly entry: JournalEntry
  readonly reason: string
}

interface MutableStudy extends StudyRecord {
  userAttrs: Attributes
  systemAttrs: Attributes
  readonly trials: Trial[]
  readonly trialIds: number[]
}

/**
 * Studies and trials rebuilt from a journal's entries: Optuna's `JournalStorageReplayResult` (`optuna/storages/_journal/storage.py`), with
 * one difference: where Optuna throws at the writer of an entry that does not apply, `apply` returns it, so that its writer can check.
 */
export class RebuiltStudies {
  #entriesRead = 0
  #nextStudyId = 0
  readonly #studies = new Map<number, MutableStudy>()
  /** By trial id; trials of deleted studies keep their ids. */
  readonly #trials: { readonly study: MutableStudy; readonly number: number }[] = []

  /** What takes back each change since `begin`, in their order; undefined if there is no going back. */
  #undo: (() => void)[] | undefined
  #entriesBefore = 0
  /** Maps of reports that nobody has seen without what is added to them now. */
  readonly #growing = new Set<ReadonlyMap<number, number>>()
  /** By their text. */
  readonly #distributions = new Map<string, Distribution>()

  /** How many entries were applied, and so where to continue reading. */
  get entriesRead(): number {
    return this.#entriesRead
  }

  /**
   * Begins to remember how to go back; until `keep` or `back`. Reports of one trial made meanwhile are in one map, which grows: a trial that was read in between
   * shows later ones as well.
   */
  begin(): void {
    this.#undo = []
    this.#entriesBefore = this.#entriesRead
  }

  /** What was applied since `begin` stays. */
  keep(): void {
    this.#undo = undefined
    this.#growing.clear()
  }

  /** Everything is as it was at `begin`. */
  back(): void {
    for (const undo of (this.#undo ?? []).toReversed()) undo()
    this.#entriesRead = this.#entriesBefore
    this.keep()
  }

  /** In the order they were created. */
  get studies(): readonly StudyRecord[] {
    return [...this.#studies.values()]
  }

  /** The id of the next trial, whoever creates it. */
  get nextTrialId(): number {
    return this.#trials.length
  }

  study(name: string): StudyRecord | undefined {
    return this.studies.find((study) => study.name === name)
  }

  /**
   * Applies the entries that follow.
   * @returns those that changed nothing
   * @throws CorruptJournalError naming the line of an entry whose fields are not those of its operation
   */
  apply(entries: readonly JournalEntry[]): Refusal[] {
    const refusals: Refusal[] = []
    for (const entry of entries) {
      const reason = this.#applyOne(entry)
      if (reason !== undefined) refusals.push({ number: this.#entriesRead, entry, reason })
      this.#entriesRead++
    }
    if (this.#undo === undefined) this.#growing.clear()
    return refusals
  }

  /** Why the entry does not apply, or undefined when it did. */
  #applyOne(entry: JournalEntry): string | undefined {
    if (!Object.values<number>(Operation).includes(entry.op_code)) return `operation ${entry.op_code} is none of Optuna's`
    try {
      return this.#dispatch(parseStored(operationSchema, entry, (reason) => new JournalError(reason)))
    } catch (cause) {
      if (!(cause instanceof JournalError)) throw cause
      throw new CorruptJournalError(`line ${this.#entriesRead + 1} of the journal is no entry of Optuna's: ${cause.message}`, { cause })
    }
  }

  #dispatch(operation: ParsedOperation): string | undefined {
    switch (operation.op_code) {
      case Operation.createStudy:
        return this.#createStudy(operation)
      case Operation.deleteStudy:
        return this.#deleteStudy(operation.study_id)
      case Operation.setStudyUserAttr:
        return this.#updateStudy(operation.study_id, (study) => {
          study.userAttrs = { ...study.userAttrs, ...operation.user_attr }
        })
      case Operation.setStudySystemAttr:
        return this.#updateStudy(operation.study_id, (study) => {
          study.systemAttrs = { ...study.systemAttrs, ...operation.system_attr }
        })
      case Operation.createTrial:
        return this.#updateStudy(operation.study_id, (study) => this.#createTrial(study, operation))
      case Operation.setTrialParam:
        return this.#setParam(operation)
      case Operation.setTrialStateValues:
        return this.#setState(operation)
      case Operation.setTrialIntermediateValue:
        return this.#updateTrial(operation.trial_id, ({ intermediateValues }) => ({
          intermediateValues: this.#reported(intermediateValues, operation.step, operation.intermediate_value),
        }))
      case Operation.setTrialUserAttr:
        return this.#updateTrial(operation.trial_id, ({ userAttrs }) => ({ userAttrs: { ...userAttrs, ...operation.user_attr } }))
      case Operation.setTrialSystemAttr:
        return this.#updateTrial(operation.trial_id, ({ systemAttrs }) => ({ systemAttrs: { ...systemAttrs, ...operation.system_attr } }))
    }
  }

  #createStudy({ study_name: name, directions }: OperationOf<0>): string | undefined {
    if (this.study(name) !== undefined) return `there is a study "${name}" already`
    const id = this.#nextStudyId++
    this.#studies.set(id, { id, name, directions, userAttrs: {}, systemAttrs: {}, trials: [], trialIds: [] })
    this.#undo?.push(() => {
      this.#studies.delete(id)
      this.#nextStudyId--
    })
    return undefined
  }

  #deleteStudy(id: number): string | undefined {
    const before = [...this.#studies]
    if (!this.#studies.delete(id)) return noStudy(id)
    this.#undo?.push(() => {
      this.#studies.clear()
      for (const [key, study] of before) this.#studies.set(key, study)
    })
    return undefined
  }

  /** Copied once for all reports that are applied together: a copy for each would make them cost the square of their number. */
  #reported(before: ReadonlyMap<number, number>, step: number, value: number): ReadonlyMap<number, number> {
    const map = this.#growing.has(before) ? (before as Map<number, number>) : new Map(before)
    this.#growing.add(map)
    return map.set(step, value)
  }

  #createTrial(study: MutableStudy, operation: OperationOf<4>): void {
    const { state, value, values, params } = operation
    const distributions = Object.fromEntries(
      Object.entries(operation.distributions).map(([name, text]) => [name, this.#distribution(text)]),
    )
    const trial: Trial = {
      number: study.trials.length,
      state,
      params: Object.fromEntries(
        Object.entries(params).map(([name, internal]) => [name, external(own(distributions, name), internal, name)]),
      ),
      distributions,
      values: value == null ? (values ?? undefined) : [value],
      intermediateValues: new Map(Object.entries(operation.intermediate_values).map(([step, reported]) => [Number(step), reported])),
      userAttrs: operation.user_attrs,
      systemAttrs: operation.system_attrs,
      datetimeStart: operation.datetime_start ?? undefined,
      datetimeComplete: operation.datetime_complete,
    }
    study.trialIds.push(this.#trials.length)
    this.#trials.push({ study, number: trial.number })
    study.trials.push(trial)
    this.#undo?.push(() => {
      study.trialIds.pop()
      study.trials.pop()
      this.#trials.pop()
    })
  }

  /** @throws JournalError */
  #distribution(text: string): Distribution {
    const distribution = this.#distributions.get(text) ?? distributionFromJson(text)
    this.#distributions.set(text, distribution)
    return distribution
  }

  #setParam({ trial_id, param_name: name, param_value_internal: internal, distribution: text }: OperationOf<5>): string | undefined {
    const distribution = this.#distribution(text)
    return this.#updateTrial(trial_id, (trial, study) => {
      const before = study.trials.find(({ distributions }) => Object.hasOwn(distributions, name))?.distributions[name]
      if (before !== undefined && !areCompatible(before, distribution))
        return `parameter "${name}" has another kind of distribution, or other choices, in a trial before`
      return {
        params: { ...trial.params, [name]: external(distribution, internal, name) },
        distributions: { ...trial.distributions, [name]: distribution },
      }
    })
  }

  #setState({ trial_id, state, values, datetime_start, datetime_complete }: OperationOf<6>): string | undefined {
    return this.#updateTrial(trial_id, (trial) => {
      if (state === 'running' && trial.state === 'running') return `trial ${trial.number} is running already`
      return {
        state,
        values: values ?? trial.values,
        datetimeStart: state === 'running' ? datetime_start : trial.datetimeStart,
        datetimeComplete: state === 'running' || state === 'waiting' ? trial.datetimeComplete : datetime_complete,
      }
    })
  }

  #updateStudy(id: number, change: (study: MutableStudy) => void): string | undefined {
    const study = this.#studies.get(id)
    if (study === undefined) return noStudy(id)
    const { userAttrs, systemAttrs } = study
    this.#undo?.push(() => Object.assign(study, { userAttrs, systemAttrs }))
    change(study)
    return undefined
  }

  /** @param change gives the fields that are new, or why there are none */
  #updateTrial(id: number, change: (trial: Trial, study: StudyRecord) => Partial<Trial> | string): string | undefined {
    const place = this.#trials[id]
    const trial = place?.study.trials[place.number]
    if (place === undefined || trial === undefined) return `there is no trial with id ${id}`
    if (isFinished(trial)) return `trial ${trial.number} of study "${place.study.name}" has finished`
    const changed = change(trial, place.study)
    if (typeof changed === 'string') return changed
    const { study, number } = place
    study.trials[number] = { ...trial, ...changed }
    this.#undo?.push(() => {
      study.trials[number] = trial
    })
    return undefined
  }
}

const noStudy = (id: number): string => `there is no study with id ${id}`

/** Optuna's `to_external_repr`. */
function external(distribution: Distribution | undefined, internal: number, name: string): ParamValue {
  if (distribution === undefined) throw new JournalError(`parameter "${name}" has no distribution`)
  if (distribution.type === 'float') return internal
  const whole = Math.trunc(internal)
  if (distribution.type === 'categorical' && distribution.choices[whole] === undefined)
    throw new JournalError(`parameter "${name}" has no choice ${internal}; there are ${distribution.choices.length}`)
  return fromInternal(distribution, whole)
}

/** The studies of a journal, as they are now. */
export async function readStudies(journal: Journal): Promise<readonly StudyRecord[]> {
  const rebuilt = new RebuiltStudies()
  rebuilt.apply(await journal.read(0))
  return rebuilt.studies
}
