// Checks that a study continues on the data and arithmetic it began with.

import { InvalidSpecError } from '../core/errors.ts'
import { ATTRIBUTE, arithmeticOf, fileOf, type Stretch } from './attributes.ts'
import { sameJson } from './definition.ts'
import { begunOf } from './filling.ts'
import { type DataPrint, differences } from './fingerprint.ts'
import type { StudyLog } from './log.ts'
import type { Json } from './trial.ts'

/** What the trials of a run stand on. */
export interface Basis {
  /** One a fold, or one for all folds. */
  readonly data: readonly DataPrint[]
  /** How the backend rounds: Backend.arithmetic. */
  readonly arithmetic: string
  /** The study file, where there is one: its section `data` shows what a person has changed. */
  readonly file: Json | undefined
  /** What made numbers of a table's rows, where they were one. */
  readonly preparation: Json | undefined
}

/**
 * Records the data and arithmetic of the next trials, as part of a commit.
 * @returns what a person should know
 * @throws InvalidSpecError when earlier trials used other data
 */
export function keepBasis(log: StudyLog, name: string, { data, arithmetic, file, preparation }: Basis): string[] {
  const begun = begunOf(log.trials)
  const before = printsOf(log)
  const changes = changesOf(log, data)
  if (changes.length > 0) {
    const said = sectionChanges(dataSection(fileOf(log)), dataSection(file))
    throw new InvalidSpecError(
      `study "${name}" cannot continue with other data: ${changes.slice(0, 3).join('; ')}${said.length === 0 ? '' : ` (${said.join('; ')})`}; new trials could not be compared with its ${begun} earlier ones, so give it its own data, or another name or journal`,
    )
  }
  const notices: string[] = []
  if (before === undefined && begun > 0)
    notices.push(
      `the journal does not say what data the ${begun} trials so far were trained on; from now on it does, and the study takes no other`,
    )
  log.setSystemAttr(ATTRIBUTE.data, data as unknown as Json)
  if (file !== undefined) log.setSystemAttr(ATTRIBUTE.file, file)
  if (preparation !== undefined) log.setSystemAttr(ATTRIBUTE.preparation, preparation)

  const stretches = begun === 0 ? [] : arithmeticOf(log.systemAttrs)
  const last = stretches.at(-1)
  if (last?.arithmetic === arithmetic) return notices
  const now = { from: begun === 0 ? 0 : log.trials.length, arithmetic }
  if (last !== undefined) notices.push(arithmeticChange(last, now))
  log.setSystemAttr(ATTRIBUTE.arithmetic, [...stretches, now] as unknown as Json)
  return notices
}

/**
 * Checks that a trial is trained again on the data it was trained on; a journal that does not say which takes any.
 * @throws InvalidSpecError
 */
export function checkSameData(log: StudyLog, name: string, number: number, data: readonly DataPrint[]): void {
  const changes = changesOf(log, data)
  if (changes.length === 0) return
  throw new InvalidSpecError(
    `trial ${number} of study "${name}" cannot be trained again on other data: ${changes.slice(0, 3).join('; ')}; give the rows, scaling and split that the study ran on`,
  )
}

const printsOf = (log: StudyLog): readonly DataPrint[] | undefined =>
  log.systemAttrs[ATTRIBUTE.data] as unknown as readonly DataPrint[] | undefined

/** How the data differs from that of the trials so far; empty where there are none, or the journal does not say. */
function changesOf(log: StudyLog, data: readonly DataPrint[]): string[] {
  const before = printsOf(log)
  return before === undefined || begunOf(log.trials) === 0 ? [] : differences(before, data)
}

/** What a change of the arithmetic means, in words. */
const arithmeticChange = (before: Stretch, now: Stretch): string =>
  `from trial ${now.from} on the arithmetic is ${now.arithmetic}, before it was ${before.arithmetic}; the same configuration and seed give other last digits, ` +
  "and so to slightly other values; simd: 'plain' is the same on every processor and in every browser"

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const dataSection = (file: Json | undefined): Json | undefined => (isRecord(file) ? file.data : undefined)

/** Fields of the section that have changed. */
function sectionChanges(before: Json | undefined, now: Json | undefined): string[] {
  if (!isRecord(before) || !isRecord(now)) return []
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
  const shown = (value: Json | undefined) => (value === undefined ? 'not there' : JSON.stringify(value))
  return names
    .filter((name) => !sameJson(before[name] ?? null, now[name] ?? null))
    .map((name) => `data.${name} was ${shown(before[name])} and is ${shown(now[name])}`)
}
