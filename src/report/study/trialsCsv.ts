import Papa from 'papaparse'
import { ATTRIBUTE } from '../../study/attributes.ts'
import { own } from '../../study/space/distributions.ts'
import type { Trial } from '../../study/trial.ts'
import type { StudyResults } from './results.ts'

/** A row a trial: number, state, values, parameters, single repeats' values, why it failed. */
export function trialsCsv({ trials, directions }: Pick<StudyResults, 'trials' | 'directions'>): string {
  const names = [...new Set(trials.flatMap(({ params }) => Object.keys(params)))]
  const values = directions.length === 1 ? ['value'] : directions.map((_, i) => `value${i + 1}`)
  const data = trials.map(({ number, state, values: of = [], params, userAttrs, systemAttrs, datetimeStart, datetimeComplete }: Trial) => [
    number,
    state,
    ...values.map((_, i) => of[i] ?? ''),
    ...names.map((name) => own(params, name) ?? ''),
    userAttrs[ATTRIBUTE.repeats] === undefined ? '' : JSON.stringify(userAttrs[ATTRIBUTE.repeats]),
    datetimeStart?.toISOString() ?? '',
    datetimeComplete?.toISOString() ?? '',
    systemAttrs[ATTRIBUTE.reason] ?? '',
  ])
  const fields = ['number', 'state', ...values, ...names, 'repeats', 'started', 'ended', 'reason']
  return Papa.unparse({ fields, data }, { newline: '\n' })
}
