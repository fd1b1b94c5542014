// Trains the twig's configurations on its tables, and judges what early epochs tell.

import pLimit from 'p-limit'
import * as z from 'zod/mini'
import type { Backend } from '../../backend/backend.ts'
import { at } from '../../core/at.ts'
import { whole } from '../../core/fields.ts'
import { parseExact } from '../../core/validate.ts'
import type { Params } from '../../study/space/distributions.ts'
import type { Table } from '../../table/table.ts'
import { fitPopulation } from '../../train/fit.ts'
import { type LineJournal, memoryLines } from '../lines.ts'
import { judgeRecord } from './judge.ts'
import { sizeOf, TWIG, type TwigData, twigConfigurations, twigData, twigNetwork } from './protocol.ts'
import type { TwigReplay } from './result.ts'
import { openTwig, runLine, type TwigRecord, type TwigRun } from './store.ts'
import { TWIG_NAMES, type TwigTableName } from './tables.ts'

const optionsSchema = z.strictObject({
  configurations: z.optional(whole(4, 100_000)),
  seeds: z.optional(whole(1, 100)),
  epochs: z.optional(whole(2, 1000)),
})

/** How many configurations are tried with how many seeds, for how many epochs, and where that is remembered. */
export interface TwigOptions extends z.infer<typeof optionsSchema> {
  /** In memory by default; what it holds is not trained again. */
  readonly journal?: LineJournal | undefined
  readonly signal?: AbortSignal | undefined
  /** `done` from 0 to 1. */
  readonly onProgress?: ((done: number, note: string) => void) | undefined
}

/** Networks that train at once: several keep all workers busy, for they differ in their shapes. It changes no result. */
const AT_ONCE = 4

interface Work {
  readonly table: TwigTableName
  readonly configuration: number
  readonly seed: number
}

/** Configurations that all tables have before any has more, so that a replay that is stopped can be judged. */
const BLOCK = 20

/** Every configuration with one seed on all tables, some of them at a time and the smallest networks first, then with the next. */
function worksOf(tables: readonly TwigTableName[], drawn: readonly Params[], seeds: number): Work[] {
  const inOrder = [...drawn.keys()].sort((a, b) => sizeOf(at(drawn, a)) - sizeOf(at(drawn, b)))
  const works: Work[] = []
  for (let seed = 0; seed < seeds; seed++)
    for (let first = 0; first < inOrder.length; first += BLOCK)
      for (const table of tables)
        for (const configuration of inOrder.slice(first, first + BLOCK)) works.push({ table, configuration, seed })
  return works
}

const keyOf = ({ table, configuration, seed }: Work): string => `${table} ${configuration} ${seed}`

/**
 * Trains configurations of LCBench's space on public tables, as far as the journal lacks them, and judges what their early epochs tell of the last.
 * @param tables by name, as many as there are; without any, what the journal holds is judged
 * @throws InvalidSpecError, InvalidDataError; AbortedError when stopped: with the same journal the next call goes on
 */
export const replayTwig = async (
  backend: Backend,
  tables: Readonly<Partial<Record<TwigTableName, Table>>>,
  options: TwigOptions = {},
): Promise<TwigReplay> => judgeRecord(await trainTwig(backend, tables, options))

/** @returns what the journal then holds */
async function trainTwig(
  backend: Backend,
  tables: Readonly<Partial<Record<TwigTableName, Table>>>,
  options: TwigOptions,
): Promise<TwigRecord> {
  const { journal = memoryLines(), signal, onProgress, ...plain } = options
  const given = parseExact(optionsSchema, plain, '', 'the options of the replay')
  const { configurations = TWIG.configurations, seeds = TWIG.seeds } = given
  const before = await openTwig(journal, given.epochs)
  const known = new Set(before.tables.map(({ table }) => table))
  const data = new Map<TwigTableName, TwigData>()
  for (const name of TWIG_NAMES) {
    const table = tables[name]
    if (table === undefined) continue
    const { train, test } = twigData(name, table)
    data.set(name, { train, test })
    const facts = { table: name, task: train.task, columns: train.inputSize, train: train.rows, judged: test.rows }
    if (!known.has(name)) await journal.append(JSON.stringify(facts))
  }
  const done = new Set(before.runs.map(keyOf))
  const drawn = twigConfigurations(configurations)
  const all = worksOf([...data.keys()], drawn, seeds)
  const works = all.filter((work) => !done.has(keyOf(work)))
  let last = performance.now()
  let written = Promise.resolve()
  let count = all.length - works.length
  const limit = pLimit(AT_ONCE)
  const stop = new AbortController()
  const forward = () => stop.abort(signal?.reason)
  signal?.addEventListener('abort', forward)
  try {
    if (signal?.aborted) forward()
    await Promise.all(
      works.map((work) =>
        limit(async () => {
          const own = data.get(work.table)
          if (own === undefined) return
          const run = await trainOne(backend, own, at(drawn, work.configuration), work, before.epochs, stop.signal)
          const now = performance.now()
          const seconds = (now - last) / 1000
          last = now
          written = written.then(() => journal.append(runLine(run, seconds)))
          await written
          count++
          onProgress?.(count / all.length, `${work.table}, seed ${work.seed + 1} of ${seeds}`)
        }),
      ),
    )
  } catch (error) {
    // What waits for its turn must not begin.
    limit.clearQueue()
    stop.abort(error)
    throw error
  } finally {
    signal?.removeEventListener('abort', forward)
  }
  return openTwig(journal, before.epochs)
}

async function trainOne(
  backend: Backend,
  { train, test }: TwigData,
  params: Params,
  { table, configuration, seed }: Work,
  epochs: number,
  signal: AbortSignal,
): Promise<TwigRun> {
  const { topology, member } = twigNetwork(params, train, seed, epochs)
  const isRegression = train.task === 'regression'
  const [result] = await fitPopulation(backend, topology, [member], { train, test }, { metrics: isRegression ? ['r2'] : [], signal })
  const history = result?.history
  const scores = (isRegression ? history?.testMetrics.r2 : history?.testAccuracy) ?? []
  const isSound = (epoch: number): boolean => Number.isFinite(history?.loss[epoch]) && Number.isFinite(history?.testLoss[epoch])
  return {
    table,
    configuration,
    seed,
    scores: Array.from({ length: epochs }, (_, epoch) => (isSound(epoch) ? (scores[epoch] ?? Number.NaN) : Number.NaN)),
  }
}
