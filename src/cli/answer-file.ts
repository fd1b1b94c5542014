/** Answers in files, and what is printed of them and of their predictions. */

import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { InvalidDataError } from '../core/errors.ts'
import { excerpt } from '../core/excerpt.ts'
import { naming, readBytes } from '../data/node/files.ts'
import { groupsText } from '../learn/answer/groupsText.ts'
import { type Answer, loadAnswer } from '../learn/answer.ts'
import { isAnswer } from '../learn/predictor/file.ts'
import type { Prediction } from '../learn/predictor/predictor.ts'
import type { CsvCell } from '../report/csvText.ts'
import type { ReadingOptions } from '../table/options.ts'
import type { Table } from '../table/table.ts'
import { everyRow, readAlike, readTrainingSource } from './source.ts'
import { textTable } from './table.ts'

/** The answer in a file; undefined where it is another kind of file, or a folder. @throws InvalidDataError naming the file where it is damaged */
export async function readAnswer(path: string): Promise<Answer | undefined> {
  const found = await stat(path)
  if (found.isDirectory()) return undefined
  const bytes = await readBytes(path)
  return isAnswer(bytes) ? naming(path, async () => loadAnswer(bytes)) : undefined
}

/** The rows that an answer is to predict. @throws InvalidDataError for a source that is no table */
export async function readAnswerRows({ data, target, classNames }: Answer, source: string, reading: ReadingOptions): Promise<Table> {
  const known = { columns: data.columns, target: { names: [target], classNames } }
  const found = await readTrainingSource(source, resolve(source), {}, { read: (path) => readAlike(path, known, everyRow(reading)) })
  if ('table' in found) return found.table
  throw new InvalidDataError(`${source}: is no table; the answer was learned from one`)
}

/** As many digits as tell numbers of float32 apart, and two for what was computed of them. */
const rounded = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(9)) : null)

/** Of the target's own numbers: a large one, such as a time in milliseconds, may differ from its neighbours in the twelfth digit. */
const inOwnUnits = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(15)) : null)

/** Predictions as a table: `prediction`, then `P(name)` of every class, or `low` and `high`, which are empty where there is no end. */
export function tabulateAnswer(
  { classNames }: Answer,
  predictions: readonly Prediction[],
): { readonly fields: string[]; readonly rows: CsvCell[][] } {
  if (classNames.length > 0)
    return {
      fields: ['prediction', ...classNames.map((name) => `P(${name})`)],
      rows: predictions.map((one) => [
        one.value,
        ...classNames.map((name) => ('probabilities' in one ? rounded(one.probabilities[name] ?? Number.NaN) : null)),
      ]),
    }
  return {
    fields: ['prediction', 'low', 'high'],
    rows: predictions.map((one) => {
      const { low = Number.NaN, high = Number.NaN } = ('interval' in one && one.interval) || {}
      return [typeof one.value === 'number' ? inOwnUnits(one.value) : one.value, inOwnUnits(low), inOwnUnits(high)]
    }),
  }
}

/** What there is to know of the rows of the table, and of the cells of the columns that are read. */
export function problemText({ problems }: Table, columns: readonly { readonly name: string }[]): string[] {
  const read = new Set(columns.map(({ name }) => name))
  return problems
    .filter(({ column }) => column === undefined || read.has(column))
    .map(({ message, mend }) => `${message}${mend === undefined ? '' : ` (${mend})`}`)
}

/** What of the rows is unlike those of training, a line a column. */
export function outsideText(predictions: readonly Prediction[]): string[] {
  const found = new Map<string, { rows: number; first: string }>()
  for (const { outside } of predictions)
    for (const { column, why } of outside) {
      const known = found.get(column)
      if (known === undefined) found.set(column, { rows: 1, first: why })
      else known.rows++
    }
  return [...found.values()].map(
    ({ rows, first }) =>
      `${rows} ${rows === 1 ? 'row is' : 'rows are'} unlike those of training: ${first}${rows === 1 ? '' : ', and others'}`,
  )
}

const short = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '–')

/** What a person is told of an answer. */
export function answerText({ score, matters, data }: Answer): string {
  const { left } = data.ensemble.preparations[0] ?? { left: [] }
  const share = `${Number((100 * score.level).toPrecision(3))} %`
  const rows = score.metrics.map(({ name, value, interval: [low, high], guess, linear }) => [
    name,
    short(value),
    `${short(low)} … ${short(high)}`,
    short(guess),
    linear === null ? '–' : short(linear),
  ])
  return [
    score.sentence,
    `On rows that no choice was made by (${data.learned.rows} rows, ${data.learned.folds} folds${groupsText(data.learned.by, data.learned.by && excerpt(data.learned.by.column))}${data.learned.repeats === undefined ? '' : `, dealt ${data.learned.repeats + 1} times`}):`,
    textTable(['metric', 'answer', `${share} interval`, 'guessing', 'linear model'], 1, rows),
    ...(matters.columns.length === 0 ? [] : ['What matters (by how much it is worse without the column):']),
    ...matters.columns
      .slice(0, SHOWN)
      .map(({ name, value, interval: [low, high] }) => `  ${name}: ${short(value)} (${short(low)} … ${short(high)})`),
    ...(matters.columns.length > SHOWN ? [`  and ${matters.columns.length - SHOWN} columns more`] : []),
    ...matters.sentences,
    ...left.map(({ name, why }) => `Left out "${name}": ${why}`),
    ...data.limits,
  ].join('\n')
}

const SHOWN = 10

/** As JSON says it: all but the models themselves. */
export const answerJson = (answer: Answer): object => answer.card().json
