// `studyReport`: the report of any study.

import { durationText } from '../../core/figures.ts'
import { arithmeticOf } from '../../study/attributes.ts'
import { preparationText } from '../../study/preparation.ts'
import type { Fact, Report } from '../model.ts'
import { curvesSection } from './curves.ts'
import { definitionField, objectivesOf, type StudyResults } from './objectives.ts'
import { parametersSection } from './parameters.ts'
import { resultsOf } from './results.ts'
import { rungsSection } from './rungs.ts'
import { resultSection } from './trials.ts'

/**
 * A report of any study: its best trials and how sure they are, learning curves, parameters and their importances, and whether early rungs predict the
 * end. What the trials do not hold (repeats, reports at rungs, enough of them) is left out.
 * @param facts what only the caller knows: the command, the machine, the package's version
 */
export function studyReport(study: StudyResults, facts: readonly Fact[] = []): Report {
  const { name, directions, trials } = study
  const objectives = objectivesOf(study)
  const results = resultsOf(study, objectives)
  const goals = directions.map((direction, i) => `${objectives[i]} (${direction})`)
  const days = trials.flatMap(({ datetimeStart, datetimeComplete }) => [datetimeStart, datetimeComplete].flatMap((date) => date ?? []))
  const [begun, ended] = [Math.min(...days.map(Number)), Math.max(...days.map(Number))]
  const spent: Fact[] =
    days.length === 0
      ? []
      : [
          {
            name: 'Time',
            value: `${durationText((ended - begun) / 1000)} from the first trial's start to the last one's end, from ${minute(begun)} on`,
          },
        ]
  return {
    title: `Study ${name}`,
    subtitle: `${trials.length} trials, ${results.parameters.length} parameters; objective: ${goals.join(', ')}.`,
    facts: [...seedFact(study), ...preparationFact(study), ...arithmeticFact(study), ...spent, ...facts],
    sections: [resultSection(results, directions), ...curvesSection(results), ...parametersSection(results), ...rungsSection(results)],
  }
}

function seedFact(study: StudyResults): Fact[] {
  const seed = definitionField(study, 'seed')
  return typeof seed === 'number' ? [{ name: 'Seed', value: String(seed) }] : []
}

function preparationFact({ systemAttrs }: StudyResults): Fact[] {
  const lines = preparationText(systemAttrs)
  return lines.length === 0 ? [] : [{ name: 'Table', value: lines.join('; ') }]
}

/** How numbers were rounded, and since which trial where that has changed. */
function arithmeticFact({ systemAttrs = {} }: StudyResults): Fact[] {
  const stretches = arithmeticOf(systemAttrs)
  if (stretches.length === 0) return []
  const stated = stretches.map(({ from, arithmetic }) => (from === 0 ? arithmetic : `${arithmetic} from trial ${from} on`)).join('; ')
  const meaning = stretches.length > 1 ? ': the same configuration and seed give other last digits under each' : ''
  return [{ name: 'Arithmetic', value: `${stated}${meaning}` }]
}

/** `2026-11-21 23:10 UTC`. */
const minute = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
