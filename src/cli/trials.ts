// Trials as text for the command line.

import * as z from 'zod/mini'
import { InvalidSpecError } from '../core/errors.ts'
import { shortNumber } from '../core/figures.ts'
import type { StudyResults } from '../report/study/objectives.ts'
import { objectivesOf } from '../report/study/objectives.ts'
import { ATTRIBUTE, type PositiveClass, repeatsOf } from '../study/attributes.ts'
import type { Definition } from '../study/definition.ts'
import { readStudies, type StudyRecord } from '../study/journal/rebuild.ts'
import { paretoFront, toLosses } from '../study/pareto.ts'
import { finalParams } from '../study/replacing.ts'
import { winnerTakesAllSchema } from '../study/sampler/winnerTakesAll.ts'
import { winnerTakesAllReport } from '../study/sampler/winnerTakesAllReport.ts'
import type { Params } from '../study/space/distributions.ts'
import { Space, spaceSchema } from '../study/space/space.ts'
import type { Direction, Trial } from '../study/trial.ts'
import { openExistingJournal } from './journal.ts'
import { textTable } from './table.ts'

export const shownValue = (values: readonly number[] | undefined): string => (values ?? []).map((value) => shortNumber(value)).join(', ')

const shownParams = (trial: Trial): string =>
  Object.entries(finalParams(trial))
    .map(([name, value]) => `${name} ${typeof value === 'number' ? shortNumber(value) : String(value)}`)
    .join(', ')

export function bestText(trial: Trial, study: StudyResults): string {
  const repeats = repeatsOf(trial)
  // A metric of a class is only understood beside the class.
  const of = study.systemAttrs?.[ATTRIBUTE.positiveClass] === undefined ? [] : [objectivesOf(study).join(', ')]
  const notes = [...of, ...(repeats !== undefined && repeats.length > 1 ? [`mean of ${repeats.length} repeats`] : [])]
  const several = notes.length > 0 ? ` (${notes.join('; ')})` : ''
  const what = study.directions.length > 1 ? ', by the first objective' : ''
  return `Best${what}: ${shownValue(trial.values)}${several}, trial ${trial.number}\n  ${shownParams(trial)}`
}

/** How many trials of a front are shown. */
const FRONT_SHOWN = 20

/**
 * Of several objectives the trials that no other is better than in all of them, by the first one; undefined of one objective, or where no trial is complete.
 * @param objectives what they are called
 */
export function frontText(trials: readonly Trial[], directions: readonly Direction[], objectives: readonly string[]): string | undefined {
  const front = frontOf(trials, directions)
  if (directions.length < 2 || front.length === 0) return undefined
  const rows = front
    .slice(0, FRONT_SHOWN)
    .map((trial) => [trial.number, ...(trial.values ?? []).map((value) => shortNumber(value)), shownParams(trial)])
  const more = front.length > rows.length ? `\n${front.length - rows.length} more; --json has them all.` : ''
  return `Front: ${front.length} ${front.length === 1 ? 'trial' : 'trials'} that no other is as good as in every objective and better in one\n${textTable(['trial', ...objectives, 'parameters'], 0, rows)}${more}`
}

/** From the best of the first objective on. */
export const frontOf = (trials: readonly Trial[], directions: readonly Direction[]): Trial[] =>
  paretoFront(trials, directions).sort((a, b) => {
    const [one, other] = [a, b].map(({ values }) => toLosses(values ?? [], directions)[0] ?? Number.NaN)
    return one === other ? a.number - b.number : Number(one) < Number(other) ? -1 : 1
  })

/** Why there is no best trial. */
export function noBestText(trials: readonly Trial[]): string {
  const complete = trials.filter(({ state }) => state === 'complete').length
  return complete === 0
    ? `None of the ${trials.length} trials is complete.`
    : `None of the ${complete} complete trials meets its outcome constraints.`
}

/** The stages of a winner-takes-all study: what won, and what the data cannot distinguish from it. Undefined for other studies. */
export function stagesText({ trials, directions, systemAttrs }: StudyRecord): string | undefined {
  const definition = systemAttrs[ATTRIBUTE.definition] as Definition | undefined
  const sampler = winnerTakesAllSchema.safeParse(definition?.sampler)
  if (definition === undefined || !sampler.success) return undefined
  const space = new Space(spaceSchema.parse(definition.space), z.array(z.string()).parse(definition.constraints))
  const shown = (values: Params): string => Object.values(values).join(' x ')
  const lines = winnerTakesAllReport({ space, directions, seed: Number(definition.seed), trials }, sampler.data).map(
    ({ names, winner, rows }) => {
      const ties = rows.filter(({ isNearTie }) => isNearTie).map(({ values }) => shown(values))
      const near = ties.length === 0 ? '' : `; too close to tell: ${ties.join(', ')}`
      return `  ${names.join(', ')}: ${winner === undefined ? 'not decided' : `${shown(winner.values)} (${shortNumber(winner.mean ?? Number.NaN)})`}${near}`
    },
  )
  return ['Stages:', ...lines].join('\n')
}

/** The class that values are of, where they are metrics of one; null where they are means over all classes. */
export function positiveClassJson({ systemAttrs }: Pick<StudyResults, 'systemAttrs'>): { readonly positiveClass?: string | null } {
  const kept = systemAttrs?.[ATTRIBUTE.positiveClass] as PositiveClass | undefined
  return kept === undefined ? {} : { positiveClass: kept.name }
}

/** JSON has no infinities, and would write null, as for NaN. */
const jsonNumber = (value: number): number | string => (Number.isFinite(value) || Number.isNaN(value) ? value : String(value))

export const trialJson = ({ number, state, params, values, userAttrs, systemAttrs, intermediateValues }: Trial) => ({
  number,
  state,
  values: values?.map(jsonNumber) ?? null,
  params,
  intermediateValues: Object.fromEntries(intermediateValues),
  userAttrs,
  systemAttrs,
})

/** All studies of a journal. @throws the file system's error where there is no file */
export async function readJournal(where: string): Promise<{ readonly description: string; readonly studies: readonly StudyRecord[] }> {
  const journal = await openExistingJournal(where)
  try {
    return { description: journal.description, studies: await readStudies(journal) }
  } finally {
    await journal.close()
  }
}

/** The one study of a journal, or the one of this name. @throws InvalidSpecError, and as `readJournal` */
export async function readStudy(where: string, name: string | undefined): Promise<StudyRecord> {
  const { description, studies } = await readJournal(where)
  const names = studies.map((study) => study.name).join(', ')
  if (name === undefined && studies.length > 1)
    throw new InvalidSpecError(`${description} holds ${studies.length} studies; choose one by --name: ${names}`)
  const study = name === undefined ? studies[0] : studies.find((one) => one.name === name)
  if (study !== undefined) return study
  throw new InvalidSpecError(
    studies.length === 0 ? `${description} holds no study` : `${description} holds no study "${name}"; there are ${names}`,
  )
}
