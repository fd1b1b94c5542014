// All trials of a study as CSV.

import { ATTRIBUTE } from '../../study/attributes.ts'
import type { Json, Trial } from '../../study/trial.ts'
import { csvText } from '../csvText.ts'
import type { StudyResults } from './objectives.ts'

/** What the package itself notes on a trial: the repeats have a column, and histories are no cells of a table. */
const OWN_ATTRIBUTE = /^espalier:/

/**
 * A row a trial: number, state, values, parameters, single repeats' values, when it began and ended, why it failed, user attributes. A
 * parameter has its own name, unless a column of the trial has it, and then Optuna's, `params_value`; attributes are `user_attrs_accuracy`,
 * as Optuna has them. What a trial does not have is an empty cell, a null the word null; see `cellOf`.
 */
export function trialsCsv({ trials, directions }: Pick<StudyResults, 'trials' | 'directions'>): string {
  const values = directions.length === 1 ? ['value'] : directions.map((_, i) => `value${i + 1}`)
  const [before, after] = [
    ['number', 'state', ...values],
    ['repeats', 'started', 'ended', 'reason'],
  ]
  const names = [...new Set(trials.flatMap(({ params }) => Object.keys(params)))]
  const attributes = [...new Set(trials.flatMap(({ userAttrs }) => Object.keys(userAttrs)))].filter((key) => !OWN_ATTRIBUTE.test(key))
  const taken = new Set([...before, ...after])
  const parameter = (name: string): string => (taken.has(name) || /^(params|user_attrs)_/.test(name) ? `params_${name}` : name)
  const fields = [...before, ...names.map(parameter), ...after, ...attributes.map((key) => `user_attrs_${key}`)]
  const rows = trials.map(({ number, state, values: of = [], params, userAttrs, systemAttrs, datetimeStart, datetimeComplete }: Trial) => [
    number,
    state,
    ...values.map((_, i) => of[i]),
    ...names.map((name) => cellOf(params, name)),
    userAttrs[ATTRIBUTE.repeats] === undefined ? undefined : JSON.stringify(userAttrs[ATTRIBUTE.repeats]),
    datetimeStart?.toISOString(),
    datetimeComplete?.toISOString(),
    cellOf(systemAttrs, ATTRIBUTE.reason),
    ...attributes.map((key) => cellOf(userAttrs, key)),
  ])
  return csvText(fields, rows)
}

/**
 * Numbers and texts as they are; null, and what is made of several, as JSON. A text that would then be taken for something else, '' for
 * nothing, 'null' for null, is written as JSON as well, in quotation marks.
 */
function cellOf(record: Readonly<Record<string, Json>>, key: string): string | number | undefined {
  const value = Object.hasOwn(record, key) ? record[key] : undefined
  if (value === undefined || typeof value === 'number') return value
  if (typeof value !== 'string') return JSON.stringify(value)
  return value === '' || value === 'null' || value.startsWith('"') ? JSON.stringify(value) : value
}
