/** What each fold's models say of some rows that judge: from how far they disagree follows how much better all folds together are than one. */

import { at } from '../core/at.ts'
import type { Steps } from '../core/steps.ts'
import { cellsOfTable } from './answer/table.ts'
import type { Judgement } from './judge.ts'
import type { Chosen, FoldModel, Run } from './library.ts'
import { sizeOf } from './model.ts'
import { compileEnsemble } from './predictor/ensemble.ts'
import type { AnswerColumn } from './predictor/outside.ts'
import type { Judged } from './score/judged.ts'
import type { Bag } from './score/training.ts'
import { rowsOfTable, sampleOf } from './someRows.ts'

/** Rows that are asked, and numbers of models that may be read for all of them: half a second. */
const MOST_ROWS = 300
const LEAST_ROWS = 60
const MOST_READS = 1e9

/** Fewer folds are no bag. */
const LEAST_FOLDS = 3

/** Of the answer and of the linear model. */
export function* bagsOf(
  runs: readonly Run[],
  judgement: Judgement,
  columns: readonly AnswerColumn[],
  seed: number,
): Steps<{ own: Bag | undefined; linear: Bag | undefined }> {
  const usedOf = (weightOf: (chosen: Chosen, entry: number) => number): Part[] =>
    runs.flatMap(({ problem, chosen }) => {
      const used = chosen.entries.flatMap((entry, i) => (weightOf(chosen, i) > 0 ? [{ entry, weight: weightOf(chosen, i) }] : []))
      return problem.folds.map(({ held }, fold) => ({
        held,
        used: used.map(({ entry, weight }) => ({ ...at(entry.models, fold), weight })),
      }))
    })
  const own = yield* bagSteps(
    runs,
    usedOf(({ weights }, i) => at(weights, i)),
    judgement.judged,
    judgement,
    columns,
    seed,
  )
  if (judgement.linear === undefined) return { own, linear: undefined }
  const line = usedOf(({ entries, linear }, i) => Number(entries[i] === linear))
  return { own, linear: yield* bagSteps(runs, line, judgement.linear, { rows: judgement.rows, temperature: 1 }, columns, seed) }
}

/** A fold's models with their weights, and the rows that they have not seen. */
interface Part {
  readonly held: Uint32Array
  readonly used: readonly (FoldModel & { readonly weight: number })[]
}

/** Of what is judged, the ensemble or the linear model; undefined where there are too few folds. */
function* bagSteps(
  runs: readonly Run[],
  parts: readonly Part[],
  judged: Judged,
  { rows, temperature }: Pick<Judgement, 'rows' | 'temperature'>,
  columns: readonly AnswerColumn[],
  seed: number,
): Steps<Bag | undefined> {
  const { problem } = at(runs, 0)
  if (parts.length < LEAST_FOLDS) return undefined
  const reads = parts.reduce((sum, { used }) => sum + used.reduce((own, { model }) => own + sizeOf(model), 0), 0)
  const places = sampleOf(
    Uint32Array.from(rows.keys()),
    Math.max(LEAST_ROWS, Math.min(MOST_ROWS, Math.floor(MOST_READS / Math.max(1, reads)))),
    seed,
  )
  const asked = places.map((place) => at(rows, place))
  const table = rowsOfTable(
    problem,
    asked,
    asked.map((_, i) => i),
    columns.map(({ name }) => name),
  )
  const cells = cellsOfTable(table, columns)
  const folds: Bag['folds'][number][] = []
  for (const { held, used } of parts) {
    const compiled = compileEnsemble({
      preparations: used.map(({ preparation }) => preparation),
      models: used.map(({ model, weight }, preparation) => ({ preparation, weight, model })),
      temperature,
    })
    yield
    const { values } = compiled.predict(cells, table.rows)
    // Of two classes one number is said, the chance of the second.
    const said = judged.task === 'classes' && problem.outputs === 1 ? Float64Array.from([...values].flatMap((p) => [1 - p, p])) : values
    const unseen = new Set(held)
    folds.push({ said, unseen: Uint8Array.from(asked, (row) => Number(unseen.has(row))) })
    yield
  }
  return { judged: someOf(judged, places), folds }
}

/** Without groups: no interval is made of them. */
function someOf({ groups: _, ...judged }: Judged, places: Uint32Array): Judged {
  if (judged.task === 'numbers')
    return {
      ...judged,
      actual: Float64Array.from(places, (row) => at(judged.actual, row)),
      predicted: Float64Array.from(places, (row) => at(judged.predicted, row)),
    }
  const { classes } = judged
  return {
    ...judged,
    actual: Int32Array.from(places, (row) => at(judged.actual, row)),
    probabilities: Float64Array.from({ length: places.length * classes }, (_, i) =>
      at(judged.probabilities, at(places, Math.floor(i / classes)) * classes + (i % classes)),
    ),
  }
}
