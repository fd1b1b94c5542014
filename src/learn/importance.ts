/** What matters to an answer: its columns, by its own models on rows they never saw, and the settings that its networks were tried with. */

import { at } from '../core/at.ts'
import type { Steps } from '../core/steps.ts'
import type { Distribution, Params } from '../study/space/distributions.ts'
import type { Trial } from '../study/trial.ts'
import type { Table } from '../table/table.ts'
import { cellsOfTable } from './answer/table.ts'
import { groupsOf } from './groups.ts'
import { type Judgement, judgedOf } from './judge.ts'
import type { Chosen, Tried } from './library.ts'
import { type ColumnGroup, columnImportance } from './matters/columns.ts'
import { settingsSteps } from './matters/settings.ts'
import { type Ensemble, sizeOf } from './model.ts'
import type { AnswerData } from './predictor/data.ts'
import { compileEnsemble } from './predictor/ensemble.ts'
import type { AnswerColumn } from './predictor/outside.ts'
import { foldsOfRows, type Problem, UNJUDGED } from './problem.ts'
import type { Judged } from './score/judged.ts'
import { rowsOfTable, sampleOf } from './someRows.ts'

/** Rows that are asked at most, and numbers of models that may be read for all of them where no time is set: some seconds. */
const MOST_ROWS = 500
const MOST_READS = 2e9
const LEAST_ROWS = 60
const SHUFFLES = 3

/** Judged rows that the same models answer for: those of a fold and a judge. */
interface Jury {
  /** Places among the rows that are asked. */
  readonly rows: Uint32Array
  readonly ask: (table: Table) => Float64Array
}

/** When to let others have their turn, and how much time there is. */
interface Allowance {
  readonly pause: () => Promise<void>
  /** Seconds; undefined where time does not count. */
  readonly seconds: number | undefined
}

/** Where there was no time. */
export const NOT_ASKED = { columns: [], sentences: ['There was no time to find out which columns matter.'] } as const

/** Of the seconds, what is planned with: a row may take longer than those before. */
const PLANNED = 0.7

/** By how much the answer is worse on judged rows when a column's values are those of other rows; from the most to the least. */
export async function columnsThatMatter(
  problem: Problem,
  chosen: Chosen,
  { temperatures }: Judgement,
  columns: readonly AnswerColumn[],
  given: readonly ColumnGroup[],
  seed: number,
  { pause, seconds }: Allowance,
): Promise<Pick<AnswerData['matters'], 'columns' | 'sentences'>> {
  const names = columns.map(({ name }) => name)
  const groups = groupsOf(names, given)
  const asker = (asked: Uint32Array) => {
    const juries = juriesOf(problem, chosen, asked, columns, temperatures)
    return async (replaced: readonly string[], from: Uint32Array): Promise<Judged> => {
      const said = new Float64Array(problem.rows.length * problem.outputs)
      for (const jury of juries) {
        await pause()
        const own = jury.ask(rowsOfTable(problem, asked, jury.rows, names, { replaced, from }))
        for (const [k, i] of jury.rows.entries())
          said.set(own.subarray(k * problem.outputs, (k + 1) * problem.outputs), at(asked, i) * problem.outputs)
      }
      return judgedOf(problem, asked, said)
    }
  }
  const judging = Uint32Array.from(problem.judges.keys()).filter((row) => problem.judges[row] !== UNJUDGED)
  const { most, shuffles } =
    seconds === undefined
      ? { most: mostRowsOf(chosen, groups.length), shuffles: SHUFFLES }
      : await rowsInTime((rows) => asker(sampleOf(judging, rows, seed)), seconds, groups.length)
  if (most < LEAST_ROWS && most < judging.length) return NOT_ASKED
  const asked = sampleOf(judging, most, seed)
  const ask = asker(asked)
  const found = await columnImportance(
    await ask([], new Uint32Array(0)),
    groups,
    async (replaced, from) => {
      const said = await ask(replaced, from)
      return said.task === 'classes' ? said.probabilities : said.predicted
    },
    { shuffles, seed },
  )
  const [first] = found
  const sure = found.filter(({ matters }) => matters)
  const sentences =
    first === undefined || sure.length === 0
      ? ['Which columns matter cannot be told apart.']
      : [
          first.tied.length === 0
            ? `${first.name} matters most of the columns.`
            : `Of the columns ${first.name} and ${first.tied.join(', ')} cannot be told apart.`,
        ]
  return { columns: found.map(({ name, value, low, high }) => ({ name, value, interval: [low, high] })), sentences }
}

function mostRowsOf({ entries, judgedBy }: Chosen, columns: number): number {
  // Numbers that are read for a row, on average over the judges: what all models of one fold hold.
  const reads = entries.map(({ models: [first] }) => (first === undefined ? 0 : sizeOf(first.model)))
  const each =
    judgedBy.reduce((sum, weights) => sum + reads.reduce((all, own, i) => all + (at(weights, i) > 0 ? own : 0), 0), 0) / judgedBy.length
  return Math.max(LEAST_ROWS, Math.min(MOST_ROWS, Math.floor(MOST_READS / Math.max(1, each * columns * SHUFFLES))))
}

/** How many rows there is time for, from how long a few take, and how often each column can be shuffled: once is better than of fewer rows. */
async function rowsInTime(
  asker: (rows: number) => (replaced: readonly string[], from: Uint32Array) => Promise<Judged>,
  seconds: number,
  columns: number,
): Promise<{ most: number; shuffles: number }> {
  const started = performance.now()
  const secondsSince = (from: number): number => (performance.now() - from) / 1000
  // What is called for the first time takes several times as long.
  await asker(WARMING)([], new Uint32Array(0))
  const warm = performance.now()
  await asker(LEAST_ROWS)([], new Uint32Array(0))
  const took = secondsSince(warm)
  const left = PLANNED * (seconds - secondsSince(started))
  const rowsFor = (shuffles: number): number => Math.min(MOST_ROWS, Math.floor((LEAST_ROWS * left) / (took * (columns * shuffles + 1))))
  const shuffles = rowsFor(SHUFFLES) >= LEAST_ROWS ? SHUFFLES : 1
  return { most: rowsFor(shuffles), shuffles }
}

/** Rows that are asked before the time is taken. */
const WARMING = 10

function juriesOf(
  problem: Problem,
  { entries, judgedBy }: Chosen,
  asked: Uint32Array,
  columns: readonly AnswerColumn[],
  temperatures: Judgement['temperatures'],
): Jury[] {
  const foldOf = foldsOfRows(problem)
  const groups = new Map<string, number[]>()
  asked.forEach((row, i) => {
    const key = `${at(foldOf, row)}/${at(problem.judges, row)}`
    groups.set(key, [...(groups.get(key) ?? []), i])
  })
  return [...groups].map(([key, rows]) => {
    const [fold = 0, own = 0] = key.split('/').map(Number)
    const weights = at(judgedBy, own)
    const chosen = entries.flatMap((entry, i) => (at(weights, i) > 0 ? [{ ...at(entry.models, fold), weight: at(weights, i) }] : []))
    const ensemble: Ensemble = {
      preparations: chosen.map(({ preparation }) => preparation),
      models: chosen.map(({ model, weight }, preparation) => ({ preparation, weight, fold, model })),
      // As the answer was judged: by the rows of the other judges.
      temperature: temperatures.get(own) ?? 1,
    }
    const compiled = compileEnsemble(ensemble)
    return { rows: Uint32Array.from(rows), ask: (table: Table) => compiled.predict(cellsOfTable(table, columns), table.rows).values }
  })
}

/** Which settings of the networks decided how good they became. */
export function* settingsThatMatter(tried: readonly Tried[], seed: number): Steps<Pick<AnswerData['matters'], 'settings' | 'sentences'>> {
  const [first] = tried
  if (first === undefined || tried.filter(({ loss }) => loss !== undefined).length < 2) return { settings: [], sentences: [] }
  const names = Object.keys(first.settings)
  const distributions = Object.fromEntries(names.map((name) => [name, distributionOf(tried.map(({ settings }) => settings[name] ?? null))]))
  const trials = tried.map(
    ({ settings, loss }, number): Trial => ({
      number,
      state: loss === undefined ? 'fail' : 'complete',
      params: settings satisfies Params,
      distributions,
      values: loss === undefined ? undefined : [loss],
      intermediateValues: new Map(),
      userAttrs: {},
      systemAttrs: {},
      datetimeStart: undefined,
      datetimeComplete: undefined,
    }),
  )
  if (new Set(tried.flatMap(({ loss }) => (loss === undefined ? [] : [loss]))).size < 2) return { settings: [], sentences: [] }
  const { settings, text } = yield* settingsSteps(trials, { direction: 'minimize', seed })
  return { settings: settings.map(({ name, value, low, high }) => ({ name, value, interval: [low, high] })), sentences: [text] }
}

/** Rates and decays are tried over decades. */
function distributionOf(values: readonly (string | number | null)[]): Distribution {
  const numbers = values.filter((value) => typeof value === 'number')
  if (numbers.length < values.length) return { type: 'categorical', choices: [...new Set(values)] }
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
  return { type: 'float', low, high, log: low > 0 && high / low > 10, step: undefined }
}
