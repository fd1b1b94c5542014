/** Why an answer says what it says: how its predictions follow a column, and what each column adds to that of one row. */

import { at } from '../../core/at.ts'
import { InvalidSpecError } from '../../core/errors.ts'
import { shown } from '../../core/shown.ts'
import { suggest } from '../../core/suggest.ts'
import { type Attribution, type AttributionOptions, attribute } from '../matters/attributions.ts'
import { type Dependence, dependenceOf, gridOf } from '../matters/dependence.ts'
import type { Cell, RawRow } from '../predictor/cells.ts'
import type { AnswerColumn } from '../predictor/outside.ts'
import type { Prediction } from '../predictor/predictor.ts'

/** Which class the chances are of; of two classes the second by default, of more it must be said. A number has none. */
export interface OfClass {
  readonly className?: string | undefined
}

/** What is asked of. */
export interface Asked {
  readonly columns: readonly AnswerColumn[]
  readonly classNames: readonly string[]
  readonly predict: (rows: readonly RawRow[]) => readonly Prediction[]
}

/** What each column adds to the prediction of a row. */
export interface Explanation {
  /** The mean of what is said of the rows compared to. With all `value`s it adds up to `prediction`. */
  readonly base: number
  readonly prediction: number
  /** From the largest to the least, whichever its sign; `error` is the standard error of `value`, for orders and rows are a sample. */
  readonly columns: readonly { readonly name: string; readonly value: number; readonly error: number }[]
}

const columnOf = ({ columns }: Asked, name: string): AnswerColumn => {
  const names = columns.map((column) => column.name)
  const found = columns.find((column) => column.name === name)
  if (found === undefined)
    throw new InvalidSpecError(`column is ${shown(name)}, which the answer does not read${suggest(String(name), names)}`)
  return found
}

function valuesOf({ classNames, predict }: Asked, { className }: OfClass): (rows: readonly RawRow[]) => Float64Array {
  const name = className ?? (classNames.length === 2 ? classNames[1] : undefined)
  if (classNames.length > 0 && (name === undefined || !classNames.includes(name)))
    throw new InvalidSpecError(`className is ${shown(className)}; it must be one of ${classNames.join(', ')}`)
  return (rows) =>
    Float64Array.from(predict(rows), (said) => ('probabilities' in said ? (said.probabilities[name ?? ''] ?? Number.NaN) : said.value))
}

const atLeastOne = (rows: readonly RawRow[]): void => {
  if (rows.length === 0) throw new InvalidSpecError('there are no rows; give some of those that the answer was learned from')
}

/** @see Answer.dependence */
export async function dependence(
  asked: Asked,
  name: string,
  rows: readonly RawRow[],
  { grid, ...of }: OfClass & { readonly grid?: readonly Cell[] | undefined },
): Promise<Dependence<Cell>> {
  atLeastOne(rows)
  const column = columnOf(asked, name)
  const values = valuesOf(asked, of)
  const usual = (): readonly Cell[] => {
    if (column.kind === 'category') return column.categories
    const known = rows.flatMap((row) => (row[name] === null || row[name] === undefined ? [] : [Number(row[name])]))
    return column.kind === 'number' ? gridOf(Float64Array.from(known)) : gridOf(Float64Array.from(known)).map((time) => new Date(time))
  }
  return dependenceOf(grid ?? usual(), (value) => values(rows.map((row) => ({ ...row, [name]: value }))))
}

/** @see Answer.explain */
export async function explain(
  asked: Asked,
  row: RawRow,
  background: readonly RawRow[],
  { className, ...options }: OfClass & AttributionOptions,
): Promise<Explanation> {
  atLeastOne(background)
  const values = valuesOf(asked, { className })
  const names = asked.columns.map(({ name }) => name)
  const mixed = (own: Uint8Array, from: Uint32Array): Float64Array =>
    values(
      Array.from(from, (other, i) =>
        Object.fromEntries(names.map((name, c) => [name, (own[i * names.length + c] === 1 ? row : at(background, other))[name]])),
      ),
    )
  const { base, prediction, values: added, errors }: Attribution = await attribute(names.length, background.length, mixed, options)
  const columns = names.map((name, c) => ({ name, value: at(added, c), error: at(errors, c) }))
  return { base, prediction, columns: columns.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value)) }
}
