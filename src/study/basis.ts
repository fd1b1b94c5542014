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
  /** The study file, where there is one: its section `data` tells what a person has changed. */
  readonly file: Json | undefined
  /** What made numbers of a table's rows, where they were one. */
  readonly preparation: Json | undefined
}

/**
 * Writes down what the next trials stand on: a part of a commit.
 * @returns what a person should know
 * @throws InvalidSpecError when the trials before them stand on other data
 */
export function keepBasis(log: StudyLog, name: string, { data, arithmetic, file, preparation }: Basis): string[] {
  const begun = begunOf(log.trials)
  const before = log.systemAttrs[ATTRIBUTE.data] as unknown as readonly DataPrint[] | undefined
  const changes = before === undefined || begun === 0 ? [] : differences(before, data)
  if (changes.length > 0) {
    const said = sectionChanges(dataSection(fileOf(log)), dataSection(file))
    throw new InvalidSpecError(
      `study "${name}" cannot go on over other data: ${changes.slice(0, 3).join('; ')}${said.length === 0 ? '' : ` (${said.join('; ')})`}; new trials could not be compared with its ${begun} earlier ones, so give it its own data, or another name or journal`,
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

/** What a change of the arithmetic means, for people. */
const arithmeticChange = (before: Stretch, now: Stretch): string =>
  `from trial ${now.from} on the arithmetic is ${now.arithmetic}, before it was ${before.arithmetic}; the same configuration and seed come to other last digits, ` +
  "and so to slightly other values; simd: 'plain' is the same on every processor and in every browser"

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const dataSection = (file: Json | undefined): Json | undefined => (isRecord(file) ? file.data : undefined)

/** Fields of the section that are not as they were. */
function sectionChanges(before: Json | undefined, now: Json | undefined): string[] {
  if (!isRecord(before) || !isRecord(now)) return []
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
  const shown = (value: Json | undefined) => (value === undefined ? 'not there' : JSON.stringify(value))
  return names
    .filter((name) => !sameJson(before[name] ?? null, now[name] ?? null))
    .map((name) => `data.${name} was ${shown(before[name])} and is ${shown(now[name])}`)
}
