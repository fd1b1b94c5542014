// What `learn` makes of the UCI regression benchmark, on the published splits.

import { mean } from 'simple-statistics'
import * as z from 'zod/mini'
import type { Backend } from '../../backend/backend.ts'
import { at } from '../../core/at.ts'
import { positive, whole } from '../../core/fields.ts'
import { parseExact } from '../../core/validate.ts'
import type { Learn } from '../../learn/options.ts'
import type { Prediction } from '../../learn/predictor/predictor.ts'
import { readTable } from '../../table/read.ts'
import type { Table } from '../../table/table.ts'
import { type LineJournal, memoryLines, readLines } from '../lines.ts'
import { negativeLogLikelihood, type UciTable } from './protocol.ts'
import { UCI_NAMES, type UciName } from './published.ts'

const optionsSchema = z.strictObject({ seeds: z.optional(whole(1, 20)), seconds: z.optional(positive()) })

/** How many of the published splits of each set are learned, how long each, and where that is remembered. */
export interface LearnUciOptions extends z.infer<typeof optionsSchema> {
  /** In memory by default; what it holds is not learned again. */
  readonly journal?: LineJournal | undefined
  readonly signal?: AbortSignal | undefined
  /** `done` from 0 to 1. */
  readonly onProgress?: ((done: number, note: string) => void) | undefined
}

const lineSchema = z.strictObject({
  set: z.enum(UCI_NAMES as [UciName, ...UciName[]]),
  split: z.int(),
  /** What it was given, and what it took. */
  seconds: z.number(),
  took: z.number(),
  rmse: z.number(),
  nll: z.number(),
  covered: z.number(),
})
type Line = z.infer<typeof lineSchema>

/** What `learn` came to on a set: a number a split that was learned, in the order of the published splits. */
export interface LearnedUci {
  readonly name: UciName
  /** For each split. */
  readonly seconds: number
  readonly splits: readonly number[]
  /** In the target's own unit. */
  readonly rmse: readonly number[]
  /** Mean over the split's test rows of -log density of a Gaussian: see `densityOf`. */
  readonly nll: readonly number[]
  /** Of the test rows, the share within their 95 % intervals. */
  readonly covered: readonly number[]
}

/** A minute. */
const SECONDS = 60

/**
 * Learns each published split by `learn` and scores it on the split's test rows: split 0 of all sets, then split 1.
 * @param learn as the package exports it
 * @param tables by name, as many as there are; without any, what the journal holds is returned
 */
export async function learnUci(
  backend: Backend,
  learn: Learn,
  tables: Readonly<Partial<Record<UciName, UciTable>>>,
  options: LearnUciOptions = {},
): Promise<LearnedUci[]> {
  const { journal = memoryLines(), signal, onProgress, ...plain } = options
  const { seeds, seconds = SECONDS } = parseExact(optionsSchema, plain, '', 'the options of the replay')
  const lines = (await readLines(journal, lineSchema, "the replay's")).filter((line) => line.seconds === seconds)
  const works = UCI_NAMES.flatMap((name) => {
    const table = tables[name]
    if (table === undefined) return []
    return table.splits.slice(0, seeds).map((_, split) => ({ name, table, split }))
  }).sort((a, b) => a.split - b.split)
  for (const [i, { name, table, split }] of works.entries()) {
    if (!lines.some((line) => line.set === name && line.split === split)) {
      const line = await learnSplit(backend, learn, name, table, split, seconds, signal)
      await journal.append(JSON.stringify(line))
      lines.push(line)
    }
    onProgress?.((i + 1) / works.length, `${name}, split ${split + 1}`)
  }
  return UCI_NAMES.flatMap((name): LearnedUci[] => {
    const own = lines.filter(({ set }) => set === name).sort((a, b) => a.split - b.split)
    if (own.length === 0) return []
    return [
      {
        name,
        seconds,
        splits: own.map(({ split }) => split),
        rmse: own.map(({ rmse }) => rmse),
        nll: own.map(({ nll }) => nll),
        covered: own.map(({ covered }) => covered),
      },
    ]
  })
}

async function learnSplit(
  backend: Backend,
  learn: Learn,
  name: UciName,
  table: UciTable,
  split: number,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<Line> {
  const { train, test } = at(table.splits, split)
  const started = performance.now()
  const answer = await learn(backend, await tableOf(table, train), {
    target: 'y',
    task: 'regression',
    budget: { seconds },
    seed: split,
    ...(signal && { signal }),
  })
  // A stopped `learn` answers with what it has; that is no minute's answer.
  signal?.throwIfAborted()
  const took = (performance.now() - started) / 1000
  const rows = await tableOf(table, test)
  const [middle, wide] = [answer.predict(rows, { level: ONE_DEVIATION }), answer.predict(rows)]
  const truths = test.map((row) => at(table.targets, row))
  const squares = truths.map((truth, i) => (truth - numberOf(at(middle, i))) ** 2)
  const covers = truths.map((truth, i) => {
    const { low, high } = intervalOf(at(wide, i))
    return Number(truth >= low && truth <= high)
  })
  return {
    set: name,
    split,
    seconds,
    took,
    rmse: Math.sqrt(mean(squares)),
    nll: mean(truths.map((truth, i) => negativeLogLikelihood(truth, densityOf(at(middle, i))))),
    covered: mean(covers),
  }
}

/** What a Gaussian has within one standard deviation. */
const ONE_DEVIATION = 0.6827

/** An answer gives intervals and no density. Taken for one: the Gaussian around its number whose middle 68 % are as wide as its 68 % interval. */
function densityOf(prediction: Prediction): { mean: number; variance: number } {
  const { low, high } = intervalOf(prediction)
  return { mean: numberOf(prediction), variance: ((high - low) / 2) ** 2 }
}

const numberOf = ({ value }: Prediction): number => Number(value)
const intervalOf = (prediction: Prediction): { readonly low: number; readonly high: number } =>
  'interval' in prediction && prediction.interval !== undefined ? prediction.interval : { low: Number.NaN, high: Number.NaN }

/** Rows of a set as a table, x1 … and y. */
function tableOf({ features, targets }: UciTable, rows: readonly number[]): Promise<Table> {
  const columns = features.length / targets.length
  const head = [...Array.from({ length: columns }, (_, c) => `x${c + 1}`), 'y'].join(',')
  const lines = rows.map((row) => [...features.subarray(row * columns, (row + 1) * columns), at(targets, row)].join(','))
  return readTable([head, ...lines].join('\n'))
}
