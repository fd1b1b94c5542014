// A study as reports are given it, and what its objectives are.

import { isOfClass, metricLabel, rangeOf } from '../../core/metrics.ts'
import { ATTRIBUTE, metricNamesOf } from '../../study/attributes.ts'
import type { Interval } from '../../study/statistics/bootstrap.ts'
import type { Attributes, Direction, Json, Trial } from '../../study/trial.ts'

/** A study, or what its journal holds about it. */
export interface StudyResults {
  readonly name: string
  /** One an objective. */
  readonly directions: readonly Direction[]
  readonly trials: readonly Trial[]
  /** Where the journal keeps what the study was created with: its seed, what its objectives are called. */
  readonly systemAttrs?: Attributes | undefined
  /** What each objective is called, where no definition says it. */
  readonly objectives?: readonly string[] | undefined
}

/** A field of what the study was created with; a journal that Optuna wrote has none. */
export function definitionField({ systemAttrs }: StudyResults, name: string): Json | undefined {
  return field(systemAttrs?.[ATTRIBUTE.definition], name)
}

const field = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { readonly [key: string]: Json })[name] : undefined

/** The measure that an objective is; undefined where no definition says it. */
function measureOf(study: StudyResults, objective: number): string | undefined {
  const objectives = definitionField(study, 'objective')
  const metric = field(Array.isArray(objectives) ? objectives[objective] : undefined, 'metric')
  return typeof metric === 'string' ? metric : undefined
}

/** What each objective cannot lie beyond, as far as it is known. */
export const rangesOf = (study: StudyResults): readonly (Interval | undefined)[] =>
  study.directions.map((_, i) => rangeOf(measureOf(study, i) ?? ''))

/** What each objective is called; a metric of a class with the class, where the journal says it. */
export function objectivesOf(study: StudyResults): readonly string[] {
  const { length } = study.directions
  const named = metricNamesOf(study.systemAttrs ?? {})
  return (
    study.objectives ??
    Array.from({ length }, (_, i) => {
      const metric = measureOf(study, i)
      const name = named?.length === length ? named[i] : undefined
      // A name of somebody's own goes first; the metric's own is what espalier itself writes.
      if (name !== undefined && name !== metric) return name
      if (metric !== undefined) return labelOf(metric, study)
      return length === 1 ? 'value' : `value ${i + 1}`
    })
  )
}

function labelOf(metric: string, { systemAttrs }: StudyResults): string {
  const name = field(systemAttrs?.[ATTRIBUTE.positiveClass], 'name')
  if (name === undefined || !isOfClass(metric)) return metric
  return metricLabel(metric, typeof name === 'string' ? name : undefined) ?? metric
}
