// Writes journal entries in Optuna's format.

import { type Distribution, own, toInternal } from '../space/distributions.ts'
import type { Direction, Json, Trial, TrialState } from '../trial.ts'
import { distributionToJson } from './distributions.ts'
import type { JournalEntry } from './journal.ts'

/** Optuna's JournalOperation: the same ten in 3.1 and, at the time of writing, 4.x. */
export const Operation = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttr: 2,
  setStudySystemAttr: 3,
  createTrial: 4,
  setTrialParam: 5,
  setTrialStateValues: 6,
  setTrialIntermediateValue: 7,
  setTrialUserAttr: 8,
  setTrialSystemAttr: 9,
} as const

/** Optuna's numbers of states (`optuna/trial/_state.py`) are places in this list. */
export const STATES = ['running', 'complete', 'pruned', 'fail', 'waiting'] as const satisfies readonly TrialState[]
/** Its numbers of directions (`optuna/study/_study_direction.py`) in the same way; 0 is NOT_SET. */
export const DIRECTIONS = [undefined, 'minimize', 'maximize'] as const satisfies readonly (Direction | undefined)[]

export const isEntry = (json: Json): json is JournalEntry =>
  typeof json === 'object' && json !== null && 'op_code' in json && Number.isInteger(json.op_code) && 'worker_id' in json

export interface EntryWriterOptions {
  /** The writer's id. Optuna has a new one for every process and thread; with a constant one the same study gives the same journal. */
  readonly worker: string
  /** Tells the time for the time stamps. */
  readonly now: () => Date
}

/** A trial as `createTrial` may start it: enqueued, or already finished elsewhere. */
export type TrialTemplate = Omit<Trial, 'number'>

/** Makes entries with exactly the fields, and the order of fields, of Optuna 3.1's JournalStorage. */
export class EntryWriter {
  readonly #worker: string
  readonly #now: () => Date
  /** A study's trials share their distributions. */
  readonly #texts = new WeakMap<Distribution, string>()

  constructor({ worker, now }: EntryWriterOptions) {
    this.#worker = worker
    this.#now = now
  }

  createStudy(name: string, directions: readonly Direction[]): JournalEntry {
    return this.#entry(Operation.createStudy, {
      study_name: name,
      directions: directions.map((direction) => DIRECTIONS.indexOf(direction)),
    })
  }

  deleteStudy(studyId: number): JournalEntry {
    return this.#entry(Operation.deleteStudy, { study_id: studyId })
  }

  setStudyUserAttr(studyId: number, key: string, value: Json): JournalEntry {
    return this.#entry(Operation.setStudyUserAttr, { study_id: studyId, user_attr: { [key]: value } })
  }

  setStudySystemAttr(studyId: number, key: string, value: Json): JournalEntry {
    return this.#entry(Operation.setStudySystemAttr, { study_id: studyId, system_attr: { [key]: value } })
  }

  /** The trial gets the next id over all studies of the journal, and the next number of its study; without a template it is running. */
  createTrial(studyId: number, template?: TrialTemplate): JournalEntry {
    const start = template === undefined ? this.#now() : template.datetimeStart
    return this.#entry(Operation.createTrial, {
      study_id: studyId,
      datetime_start: start === undefined ? null : isoformat(start),
      ...(template && templateFields(template, (distribution) => this.#textOf(distribution))),
    })
  }

  setTrialParam(trialId: number, name: string, value: Parameters<typeof toInternal>[1], distribution: Distribution): JournalEntry {
    return this.#entry(Operation.setTrialParam, {
      trial_id: trialId,
      param_name: name,
      param_value_internal: toInternal(distribution, value),
      distribution: this.#textOf(distribution),
    })
  }

  /** @param values one per objective; without them the trial's own stay */
  setTrialState(trialId: number, state: TrialState, values?: readonly number[]): JournalEntry {
    return this.#entry(Operation.setTrialStateValues, {
      trial_id: trialId,
      state: STATES.indexOf(state),
      values: values ?? null,
      ...(state === 'running' && { datetime_start: isoformat(this.#now()) }),
      ...(state !== 'running' && state !== 'waiting' && { datetime_complete: isoformat(this.#now()) }),
    })
  }

  setTrialIntermediateValue(trialId: number, step: number, value: number): JournalEntry {
    return this.#entry(Operation.setTrialIntermediateValue, { trial_id: trialId, step, intermediate_value: value })
  }

  setTrialUserAttr(trialId: number, key: string, value: Json): JournalEntry {
    return this.#entry(Operation.setTrialUserAttr, { trial_id: trialId, user_attr: { [key]: value } })
  }

  setTrialSystemAttr(trialId: number, key: string, value: Json): JournalEntry {
    return this.#entry(Operation.setTrialSystemAttr, { trial_id: trialId, system_attr: { [key]: value } })
  }

  #textOf(distribution: Distribution): string {
    const known = this.#texts.get(distribution)
    if (known !== undefined) return known
    const text = distributionToJson(distribution)
    this.#texts.set(distribution, text)
    return text
  }

  #entry(operation: number, fields: Readonly<Record<string, Json>>): JournalEntry {
    return { op_code: operation, worker_id: this.#worker, ...fields }
  }
}

function templateFields(template: TrialTemplate, textOf: (distribution: Distribution) => string): Record<string, Json> {
  const { state, values, datetimeComplete, distributions, params, userAttrs, systemAttrs, intermediateValues } = template
  const several = values !== undefined && values.length > 1
  return {
    state: STATES.indexOf(state),
    value: several ? null : (values?.[0] ?? null),
    values: several ? values : null,
    ...(datetimeComplete && { datetime_complete: isoformat(datetimeComplete) }),
    distributions: mapped(distributions, textOf),
    params: mapped(distributions, (distribution, name) => toInternal(distribution, own(params, name) ?? null)),
    user_attrs: userAttrs,
    system_attrs: systemAttrs,
    intermediate_values: Object.fromEntries(intermediateValues),
  }
}

const mapped = <T, R>(record: Readonly<Record<string, T>>, change: (value: T, key: string) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))

/** Python's `datetime.isoformat(timespec='microseconds')` of local time without a zone, as Optuna writes it. */
export function isoformat(date: Date): string {
  const two = (part: number, digits = 2) => String(part).padStart(digits, '0')
  const day = [two(date.getFullYear(), 4), two(date.getMonth() + 1), two(date.getDate())].join('-')
  const time = [two(date.getHours()), two(date.getMinutes()), two(date.getSeconds())].join(':')
  return `${day}T${time}.${two(date.getMilliseconds(), 3)}000`
}
