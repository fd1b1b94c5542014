// The names of a study's objectives.

import { isOfClass, metricLabel } from '../../core/metrics.ts'
import { ATTRIBUTE, metricNamesOf } from '../../study/attributes.ts'
import type { Json } from '../../study/trial.ts'
import type { StudyResults } from './results.ts'

/** A field of what the study was created with; a journal that Optuna wrote has none. */
export function definitionField({ systemAttrs }: StudyResults, name: string): Json | undefined {
  return field(systemAttrs?.[ATTRIBUTE.definition], name)
}

const field = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { readonly [key: string]: Json })[name] : undefined

/** What each objective is called; a metric of a class with the class, where the journal says it. */
export function objectivesOf(study: StudyResults): readonly string[] {
  const objectives = definitionField(study, 'objective')
  const { length } = study.directions
  const named = metricNamesOf(study.systemAttrs ?? {})
  return (
    study.objectives ??
    Array.from({ length }, (_, i) => {
      const metric = field(Array.isArray(objectives) ? objectives[i] : undefined, 'metric')
      const name = named?.length === length ? named[i] : undefined
      // A name of somebody's own goes first; the metric's own is what espalier itself writes.
      if (name !== undefined && name !== metric) return name
      if (typeof metric === 'string') return labelOf(metric, study)
      return length === 1 ? 'value' : `value ${i + 1}`
    })
  )
}

function labelOf(metric: string, { systemAttrs }: StudyResults): string {
  const name = field(systemAttrs?.[ATTRIBUTE.positiveClass], 'name')
  if (name === undefined || !isOfClass(metric)) return metric
  return metricLabel(metric, typeof name === 'string' ? name : undefined) ?? metric
}
