/** An answer: what was learned of a table, how good it is, and what can be done with it. */

import { InvalidDataError } from '../core/errors.ts'
import { isObject, shown } from '../core/shown.ts'
import { checkTypedTable } from '../table/check.ts'
import type { Table } from '../table/table.ts'
import { type AnswerCard, cardMarkdown, cardOf } from './answer/card.ts'
import { type Asked, dependence, type Explanation, explain, type OfClass } from './answer/explain.ts'
import { checkAnswer } from './answer/schema.ts'
import { cellsOfTable } from './answer/table.ts'
import type { AttributionOptions } from './matters/attributions.ts'
import type { Dependence } from './matters/dependence.ts'
import type { Cell } from './predictor/cells.ts'
import { cellsOfRows, checkRows, type RawRow } from './predictor/cells.ts'
import type { AnswerData } from './predictor/data.ts'
import { decodeAnswer, encodeAnswer } from './predictor/file.ts'
import { compilePredictor, type PredictCells, type Prediction, type PredictOptions } from './predictor/predictor.ts'

/** What `learn` gives and `loadAnswer` reads. */
export class Answer {
  /** All of it as plain data. */
  readonly data: AnswerData
  readonly #predict: PredictCells

  /** @internal `learn` and `loadAnswer` make them. @throws InvalidDataError where its parts do not fit */
  constructor(data: AnswerData) {
    this.#predict = compilePredictor(data)
    this.data = data
  }

  /** How good it is on rows that no choice was made by, beside guessing and a linear model. */
  get score(): AnswerData['score'] {
    return this.data.score
  }

  /** Which columns matter for what is predicted, and which settings mattered in learning. */
  get matters(): AnswerData['matters'] {
    return this.data.matters
  }

  /** The column that is predicted. */
  get target(): string {
    return this.#first.target.names[0] ?? ''
  }

  /** The classes of the target, in order; empty where it is a number. */
  get classNames(): readonly string[] {
    return this.#first.target.classNames
  }

  get #first() {
    const [first] = this.data.ensemble.preparations
    if (first === undefined) throw new InvalidDataError('the answer has no preparation')
    return first
  }

  /**
   * What it says of rows: objects by the names of columns, such as `{ area: 71, town: 'Bonn' }`, or a table. A row's numbers depend on that row alone.
   * @throws InvalidDataError naming row and column of what cannot be read, or a column that is not there
   */
  predict(rows: readonly RawRow[] | Table, options: PredictOptions = {}): Prediction[] {
    const { columns } = this.data
    if (Array.isArray(rows)) {
      checkRows(rows)
      return this.#predict(cellsOfRows(rows, columns), rows.length, options)
    }
    if (!isObject(rows))
      throw new InvalidDataError(`rows is ${shown(rows)}; it must be an array of objects, such as [{ area: 71, town: 'Bonn' }], or a table`)
    checkTypedTable(rows)
    return this.#predict(cellsOfTable(rows, columns), rows.rows, options)
  }

  /**
   * How its predictions follow one column: for each of these rows and on average, over `grid`, by default values of the rows (of words all that are
   * known). It is what the answer says, not what the world does.
   * @throws InvalidSpecError for a column that it does not read, or a class that it does not know
   */
  dependence(
    column: string,
    rows: readonly RawRow[],
    options: OfClass & { readonly grid?: readonly Cell[] | undefined } = {},
  ): Promise<Dependence<Cell>> {
    checkRows(rows)
    return dependence(this.#asked, column, rows, options)
  }

  /**
   * What each column adds to the prediction of one row, compared to other rows: Shapley values by sampling, with standard errors.
   * @param background rows to compare to, such as some that it was learned from
   */
  explain(row: RawRow, background: readonly RawRow[], options: OfClass & AttributionOptions = {}): Promise<Explanation> {
    checkRows([row])
    checkRows(background)
    return explain(this.#asked, row, background, options)
  }

  get #asked(): Asked {
    return { columns: this.data.columns, classNames: this.classNames, predict: (rows) => this.predict(rows) }
  }

  /** The bytes of a file, which `loadAnswer`, `loadPredictor` of espalier/predict and the command line read; people call it `y.answer`. */
  save(): Uint8Array<ArrayBuffer> {
    return encodeAnswer(this.data)
  }

  /** What a person should know of it, as Markdown and as plain data: its data, how it was judged, its numbers, its limits. */
  card(): { readonly markdown: string; readonly json: AnswerCard } {
    const json = cardOf(this.data)
    return { markdown: cardMarkdown(json), json }
  }
}

/** An answer of what was learned. @throws InvalidDataError where its parts do not fit */
export const makeAnswer = (data: AnswerData): Answer => new Answer(data)

/** Reads the bytes that `answer.save()` wrote, and checks all of them. @throws InvalidDataError for another file, or one that is damaged */
export const loadAnswer = (bytes: Uint8Array): Answer => makeAnswer(checkAnswer(decodeAnswer(bytes)))
