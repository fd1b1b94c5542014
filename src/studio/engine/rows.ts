// Trials as rows of the page's table.

import { definitionField, objectivesOf, rangesOf } from '../../report/study/objectives.ts'
import { objectiveOf, spreadOf } from '../../report/study/results.ts'
import { ATTRIBUTE } from '../../study/attributes.ts'
import type { StudyRecord } from '../../study/journal/rebuild.ts'
import { isFinished, type Trial } from '../../study/trial.ts'
import type { TrialColumns, TrialRow } from '../protocol.ts'

/** @param part which of several studies it is of */
export function rowOf(study: StudyRecord, trial: Trial, part: string | undefined, done: number): TrialRow {
  const { number, state, params, datetimeStart, datetimeComplete, systemAttrs } = trial
  const spread = spreadOf(trial, rangesOf(study)[0])
  const reason = systemAttrs[ATTRIBUTE.reason]
  return {
    ...{ number, part, state, params },
    done: isFinished(trial) ? 1 : done,
    value: objectiveOf(trial),
    low: typeof spread === 'number' ? Number.NaN : spread.low,
    high: typeof spread === 'number' ? Number.NaN : spread.high,
    seconds: datetimeStart && datetimeComplete ? (Number(datetimeComplete) - Number(datetimeStart)) / 1000 : undefined,
    reason: reason === undefined ? undefined : String(reason),
  }
}

/** Of the studies of one journal, which have the same objective. Parameters come in the order of the space, also before any trial. */
export function columnsOf(studies: readonly StudyRecord[]): TrialColumns {
  const [first] = studies
  // A journal that Optuna wrote has no space: its trials say which parameters there are.
  const spaces = studies.map((study) => definitionField(study, 'space') ?? Object.assign({}, ...study.trials.map(({ params }) => params)))
  return {
    objective: (first === undefined ? undefined : objectivesOf(first)[0]) ?? 'value',
    direction: first?.directions[0] ?? 'minimize',
    params: [...new Set(spaces.flatMap((space) => (typeof space === 'object' && space !== null ? Object.keys(space) : [])))],
  }
}
