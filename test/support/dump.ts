// Studies as the Python script of the tests prints them.

import type { StudyRecord } from '../../src/study/journal/rebuild.ts'

/** What test/support/python/journal.py answers. */
export interface Dump {
  readonly optuna: string
  readonly studies: readonly (DumpedStudy & { readonly best: readonly number[]; readonly importances?: Readonly<Record<string, number>> })[]
}
type DumpedStudy = ReturnType<typeof dumped>

/** A study in the script's words. */
export function dumped({ id, name, directions, userAttrs, systemAttrs, trials, trialIds }: StudyRecord) {
  return {
    id,
    name,
    directions,
    userAttrs,
    systemAttrs,
    trials: trials.map(({ values, intermediateValues, distributions, datetimeStart, datetimeComplete, ...trial }) => ({
      ...trial,
      id: trialIds[trial.number],
      values: values ?? null,
      distributions: Object.fromEntries(
        Object.entries(distributions).map(([key, one]) => [key, one.type === 'categorical' ? one : { ...one, step: one.step ?? null }]),
      ),
      intermediateValues: [...intermediateValues].sort(([a], [b]) => a - b),
      datetimeStart: datetimeStart ?? null,
      datetimeComplete: datetimeComplete ?? null,
    })),
  }
}

/** The studies of an answer, times as dates, without what Optuna computes. */
export const studiesOf = ({ studies }: Dump) =>
  studies.map(({ best: _best, importances: _importances, ...study }) => ({
    ...study,
    trials: study.trials.map((trial) => ({
      ...trial,
      datetimeStart: trial.datetimeStart && new Date(trial.datetimeStart),
      datetimeComplete: trial.datetimeComplete && new Date(trial.datetimeComplete),
    })),
  }))
