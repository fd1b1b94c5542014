import { ATTRIBUTE, metricNamesOf } from '../../study/attributes.ts'
import type { Json } from '../../study/trial.ts'
import type { StudyResults } from './results.ts'

/** A field of what the study was created with; a journal that Optuna wrote has none. */
export function definitionField({ systemAttrs }: StudyResults, name: string): Json | undefined {
  return field(systemAttrs?.[ATTRIBUTE.definition], name)
}

const field = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { readonly [key: string]: Json })[name] : undefined

/** What each objective is called. */
export function objectivesOf(study: StudyResults): readonly string[] {
  const objectives = definitionField(study, 'objective')
  const { length } = study.directions
  const named = metricNamesOf(study.systemAttrs ?? {})
  return (
    study.objectives ??
    (named?.length === length ? named : undefined) ??
    Array.from({ length }, (_, i) => {
      const metric = field(Array.isArray(objectives) ? objectives[i] : undefined, 'metric')
      return typeof metric === 'string' ? metric : length === 1 ? 'value' : `value ${i + 1}`
    })
  )
}
