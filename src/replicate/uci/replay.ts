// Trains the networks of the UCI regression benchmark and measures them.

import { mean } from 'simple-statistics'
import * as z from 'zod/mini'
import type { Backend } from '../../backend/backend.ts'
import { at } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { whole } from '../../core/fields.ts'
import { parseExact } from '../../core/validate.ts'
import { fitPopulation } from '../../train/fit.ts'
import { mixture, negativeLogLikelihood, standardisedSplit, UCI, type UciTable, uciMembers, uciTopology } from './protocol.ts'
import { UCI_NAMES, UCI_SETS, type UciName } from './published.ts'

const optionsSchema = z.strictObject({ seeds: z.optional(whole(1, 20)), epochs: z.optional(whole(1, 1_000_000)) })

/** How many of the published splits of each set are replayed, and for how many epochs. */
export interface UciOptions extends z.infer<typeof optionsSchema> {
  readonly signal?: AbortSignal | undefined
  /** `done` from 0 to 1. */
  readonly onProgress?: ((done: number, note: string) => void) | undefined
}

/** What was measured on a set: a number a split, in the order of the published splits. */
export interface UciResult {
  readonly name: UciName
  readonly rows: number
  readonly columns: number
  /** In the target's own unit. */
  readonly rmse: readonly number[]
  /** Mean over the split's test rows of -log density, in the target's own unit. */
  readonly nll: readonly number[]
}

/** Everything that the replay measured. */
export interface UciReplay {
  readonly epochs: number
  readonly results: readonly UciResult[]
  readonly networks: number
  readonly seconds: number
}

/**
 * Replays deep ensembles (Lakshminarayanan, Pritzel and Blundell 2017) on sets of the UCI regression benchmark, on the published splits.
 * @param tables by name, as many as there are; each with the splits that are published for it
 * @throws InvalidDataError, InvalidSpecError; AbortedError when stopped
 */
export async function replayUci(
  backend: Backend,
  tables: Readonly<Partial<Record<UciName, UciTable>>>,
  options: UciOptions = {},
): Promise<UciReplay> {
  const { signal, onProgress, ...plain } = options
  const { seeds, epochs = UCI.epochs } = parseExact(optionsSchema, plain, '', 'the options of the replay')
  const given = UCI_NAMES.flatMap((name) => {
    const table = tables[name]
    return table === undefined ? [] : [{ name, table: checked(name, table) }]
  })
  const works = given.map(({ name, table }) => ({ name, table, splits: Math.min(seeds ?? table.splits.length, table.splits.length) }))
  const total = works.reduce((sum, { table, splits }) => sum + splits * table.targets.length, 0)
  const started = performance.now()
  const results: UciResult[] = []
  let done = 0
  for (const { name, table, splits } of works) {
    const measured: Scores[] = []
    for (let split = 0; split < splits; split++) {
      measured.push(await trainSplit(backend, name, table, split, epochs, signal))
      done += table.targets.length
      onProgress?.(done / total, `${name}, split ${split + 1} of ${splits}`)
    }
    const rows = table.targets.length
    results.push({
      name,
      rows,
      columns: table.features.length / rows,
      rmse: measured.map(({ rmse }) => rmse),
      nll: measured.map(({ nll }) => nll),
    })
  }
  return {
    epochs,
    results,
    networks: UCI.networks * works.reduce((sum, { splits }) => sum + splits, 0),
    seconds: (performance.now() - started) / 1000,
  }
}

function checked(name: UciName, table: UciTable): UciTable {
  const rows = table.targets.length
  const columns = table.features.length / rows
  if (rows === 0 || !Number.isInteger(columns) || columns === 0)
    throw new InvalidDataError(
      `${name} has ${rows} targets and ${table.features.length} features; each row needs the same number of features`,
    )
  const { splits } = UCI_SETS[name]
  if (table.splits.length !== splits) throw new InvalidDataError(`${name} has ${table.splits.length} splits; ${splits} are published`)
  for (const [i, { train, test }] of table.splits.entries()) {
    const wrong = [...train, ...test].find((row) => !(Number.isInteger(row) && row >= 0 && row < rows))
    if (wrong !== undefined) throw new InvalidDataError(`split ${i} of ${name} names row ${wrong}, of rows 0 to ${rows - 1}`)
    if (train.length === 0 || test.length === 0)
      throw new InvalidDataError(`split ${i} of ${name} has no row to ${train.length === 0 ? 'train' : 'test'} on`)
  }
  return table
}

interface Scores {
  readonly rmse: number
  readonly nll: number
}

/** Five networks together, scored in the target's own unit. */
async function trainSplit(
  backend: Backend,
  name: UciName,
  table: UciTable,
  split: number,
  epochs: number,
  signal: AbortSignal | undefined,
): Promise<Scores> {
  const { columns, target, train, test } = standardisedSplit(table, split)
  const results = await fitPopulation(backend, uciTopology(name, columns), uciMembers(split, epochs), { train }, { signal })
  // (rows, 2): the mean and the logarithm of the variance.
  const outputs = await Promise.all(results.map((result) => result.predict(test.features)))
  const errors = test.targets.map((truth, row) => {
    const gaussian = mixture(
      outputs.map((own) => ({
        mean: target.middle + target.width * at(own, 2 * row),
        variance: target.width ** 2 * Math.exp(at(own, 2 * row + 1)),
      })),
    )
    return { squared: (truth - gaussian.mean) ** 2, nll: negativeLogLikelihood(truth, gaussian) }
  })
  return { rmse: Math.sqrt(mean(errors.map(({ squared }) => squared))), nll: mean(errors.map(({ nll }) => nll)) }
}
