/** What each fold's models say of some rows that judge: from how far they disagree follows how much better all folds together are than one. */

import { at } from '../core/at.ts'
import type { Steps } from '../core/steps.ts'
import { cellsOfTable } from './answer/table.ts'
import type { Judgement } from './judge.ts'
import type { Chosen } from './library.ts'
import { sizeOf } from './model.ts'
import { compileEnsemble } from './predictor/ensemble.ts'
import type { AnswerColumn } from './predictor/outside.ts'
import { foldsOfRows, type Problem } from './problem.ts'
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
  problem: Problem,
  chosen: Chosen,
  judgement: Judgement,
  columns: readonly AnswerColumn[],
  seed: number,
): Steps<{ own: Bag | undefined; linear: Bag | undefined }> {
  const { entries, linear } = chosen
  const own = yield* bagSteps(problem, chosen, chosen.weights, judgement.judged, judgement, columns, seed)
  if (judgement.linear === undefined || linear === undefined) return { own, linear: undefined }
  const line = { rows: judgement.rows, temperature: 1 }
  return {
    own,
    linear: yield* bagSteps(
      problem,
      chosen,
      Float64Array.from(entries, (entry) => Number(entry === linear)),
      judgement.linear,
      line,
      columns,
      seed,
    ),
  }
}

/** Of what is judged, the ensemble or the linear model; undefined where there are too few folds. @param weights by entry, not all 0 */
function* bagSteps(
  problem: Problem,
  { entries }: Pick<Chosen, 'entries'>,
  weights: Float64Array,
  judged: Judged,
  { rows, temperature }: Pick<Judgement, 'rows' | 'temperature'>,
  columns: readonly AnswerColumn[],
  seed: number,
): Steps<Bag | undefined> {
  if (problem.folds.length < LEAST_FOLDS) return undefined
  const used = entries.flatMap((entry, i) => (at(weights, i) > 0 ? [{ entry, weight: at(weights, i) }] : []))
  const reads = used.reduce((sum, { entry }) => sum + entry.models.reduce((own, { model }) => own + sizeOf(model), 0), 0)
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
  const foldOf = foldsOfRows(problem)
  const folds: Bag['folds'][number][] = []
  for (const fold of problem.folds.keys()) {
    const models = used.map(({ entry, weight }) => ({ ...at(entry.models, fold), weight }))
    const compiled = compileEnsemble({
      preparations: models.map(({ preparation }) => preparation),
      models: models.map(({ model, weight }, preparation) => ({ preparation, weight, fold, model })),
      temperature,
    })
    yield
    const { values } = compiled.predict(cells, table.rows)
    // Of two classes one number is said, the chance of the second.
    const said = judged.task === 'classes' && problem.outputs === 1 ? Float64Array.from([...values].flatMap((p) => [1 - p, p])) : values
    folds.push({ said, unseen: Uint8Array.from(asked, (row) => Number(foldOf[row] === fold)) })
    yield
  }
  return { judged: someOf(judged, places), folds }
}

function someOf(judged: Judged, places: Uint32Array): Judged {
  if (judged.task === 'numbers')
    return {
      task: 'numbers',
      actual: Float64Array.from(places, (row) => at(judged.actual, row)),
      predicted: Float64Array.from(places, (row) => at(judged.predicted, row)),
    }
  const { classes } = judged
  return {
    task: 'classes',
    classes,
    actual: Int32Array.from(places, (row) => at(judged.actual, row)),
    probabilities: Float64Array.from({ length: places.length * classes }, (_, i) =>
      at(judged.probabilities, at(places, Math.floor(i / classes)) * classes + (i % classes)),
    ),
  }
}
