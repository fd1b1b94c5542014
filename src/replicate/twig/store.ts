// What the twig has measured, a line a network: small enough to be kept whole, and to go on from.

import * as z from 'zod/mini'
import { InvalidDataError, InvalidSpecError } from '../../core/errors.ts'
import { type LineJournal, readLines } from '../lines.ts'
import { TWIG } from './protocol.ts'
import { TWIG_NAMES, type TwigTableName } from './tables.ts'

const headSchema = z.strictObject({ twig: z.literal(1), epochs: z.int(), trainRows: z.int(), judgedRows: z.int() })
const tableSchema = z.strictObject({
  table: z.enum(TWIG_NAMES as [TwigTableName, ...TwigTableName[]]),
  task: z.enum(['binary', 'multiclass', 'regression']),
  columns: z.int(),
  train: z.int(),
  judged: z.int(),
})
const runSchema = z.strictObject({
  t: tableSchema.shape.table,
  /** Of the configuration. */
  c: z.int(),
  seed: z.int(),
  /** After every epoch; null from the one in which it diverged. */
  score: z.array(z.nullable(z.number())),
  /** Since the line before, of the program that wrote both. */
  s: z.number(),
})
const lineSchema = z.union([runSchema, tableSchema, headSchema])
type Head = z.infer<typeof headSchema>
/** Which rows of a table were used. */
export type TwigTableFacts = z.infer<typeof tableSchema>

/** One network on one table. */
export interface TwigRun {
  readonly table: TwigTableName
  readonly configuration: number
  readonly seed: number
  /** Accuracy or R² of the judged rows after every epoch; NaN from the epoch in which it diverged. */
  readonly scores: readonly number[]
}

export interface TwigRecord {
  readonly epochs: number
  readonly tables: readonly TwigTableFacts[]
  readonly runs: readonly TwigRun[]
  /** Of all programs that wrote to it, one after the other. */
  readonly seconds: number
}

const headOf = (epochs: number): Head => ({ twig: 1, epochs, trainRows: TWIG.trainRows, judgedRows: TWIG.judgedRows })

/**
 * Reads what there is; begins the journal if there is nothing.
 * @param epochs undefined: those of the journal
 * @throws InvalidSpecError where it was begun with other numbers; InvalidDataError for a line that is none of its own
 */
export async function openTwig(journal: LineJournal, epochs: number | undefined): Promise<TwigRecord> {
  const lines = await readLines(journal, lineSchema, "the twig's")
  const [first] = lines
  if (first === undefined) {
    await journal.append(JSON.stringify(headOf(epochs ?? TWIG.epochs)))
    return { epochs: epochs ?? TWIG.epochs, tables: [], runs: [], seconds: 0 }
  }
  if (!('twig' in first)) throw new InvalidDataError('the journal does not begin as one of the twig does')
  const expected = headOf(epochs ?? first.epochs)
  if (JSON.stringify(first) !== JSON.stringify(expected))
    throw new InvalidSpecError(
      `the journal was begun with ${first.epochs} epochs, ${first.trainRows} rows to train on and ${first.judgedRows} to judge by; now they are ${expected.epochs}, ${expected.trainRows} and ${expected.judgedRows}: give another journal`,
    )
  const measured = lines.flatMap((line) => ('t' in line ? [line] : []))
  return {
    epochs: first.epochs,
    tables: lines.flatMap((line) => ('table' in line ? [line] : [])),
    runs: measured.map(({ t, c, seed, score }) => ({
      table: t,
      configuration: c,
      seed,
      scores: score.map((value) => value ?? Number.NaN),
    })),
    seconds: measured.reduce((sum, { s }) => sum + s, 0),
  }
}

/** Six digits tell any two accuracies of the judged rows apart. */
const DIGITS = 6

export const runLine = ({ table, configuration, seed, scores }: TwigRun, seconds: number): string =>
  JSON.stringify({
    t: table,
    c: configuration,
    seed,
    score: scores.map((value) => (Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null)),
    s: Number(seconds.toFixed(3)),
  })
