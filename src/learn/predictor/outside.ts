/** What of a row lies outside of what was learned from: numbers beyond the training rows', words that none of them has, values that none of them misses. */

import { missing } from '../../core/at.ts'
import { excerpt } from '../../core/excerpt.ts'
import { dateText } from '../../core/figures.ts'
import { type Cells, cellText } from './cells.ts'

/** A column of the training rows, for whoever predicts. Plain data. */
export type AnswerColumn =
  /** `low` and `high` are the least and greatest value; of dates in milliseconds since 1970. */
  | {
      readonly name: string
      readonly kind: 'number' | 'date'
      readonly low: number
      readonly high: number
      readonly missing: number
      /** How its cells were written, for `readTable` of rows to predict. */
      readonly order?: 'dmy' | 'mdy'
      readonly decimal?: ','
      readonly unit?: string
    }
  /** `missing` is the number of training rows that miss a value. */
  | { readonly name: string; readonly kind: 'category'; readonly categories: readonly string[]; readonly missing: number }

/** A cell that is unlike all that was learned from: what is said of its row is a guess. */
export interface Outside {
  readonly column: string
  /** null where the value is missing. */
  readonly value: string | number | null
  /** As one sentence: `area is 2000; the largest of training was 410`. */
  readonly why: string
}

const shown = (kind: 'number' | 'date', value: number): string => (kind === 'date' ? dateText(value) : String(value))

/** The way to find what of a row is outside of one column; undefined where nothing is. */
function finderOf(
  column: AnswerColumn,
  cells: Cells,
  isKnown: ((word: string) => boolean) | undefined,
): (row: number) => Outside | undefined {
  const { name } = column
  const short = excerpt(name)
  const absent: Outside = { column: name, value: null, why: `${short} is missing; no row of training missed it` }
  if (cells.kind === 'category') {
    const strange = cells.words.map((word): Outside | undefined =>
      isKnown?.(word) === false
        ? { column: name, value: word, why: `${short} is "${excerpt(word)}"; no row of training had that` }
        : undefined,
    )
    return (row) => {
      const place = cells.places[row] ?? missing(cells.places, row)
      return place < 0 ? (column.missing === 0 ? absent : undefined) : strange[place]
    }
  }
  const { kind, values } = cells
  const [low, high] = column.kind === 'category' ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] : [column.low, column.high]
  return (row) => {
    const value = values[row] ?? missing(values, row)
    if (value >= low && value <= high) return undefined
    if (Number.isNaN(value)) return column.missing === 0 ? absent : undefined
    const said = kind === 'date' ? (cellText(cells, row) ?? '') : value
    const [which, bound] = value < low ? ['smallest', low] : ['largest', high]
    return { column: name, value: said, why: `${short} is ${shown(kind, value)}; the ${which} of training was ${shown(kind, bound)}` }
  }
}

/** @param index by a column's categories what tells whether a word is one of them */
export function outsideOf(
  columns: readonly AnswerColumn[],
  cells: ReadonlyMap<string, Cells>,
  index: (categories: readonly string[]) => (word: string) => number | undefined,
): (row: number) => Outside[] {
  const finders = columns.flatMap((column) => {
    const own = cells.get(column.name)
    const places = column.kind === 'category' ? index(column.categories) : undefined
    return own === undefined ? [] : [finderOf(column, own, places && ((word) => places(word) !== undefined))]
  })
  return (row) => {
    const found: Outside[] = []
    for (const find of finders) {
      const one = find(row)
      if (one !== undefined) found.push(one)
    }
    return found
  }
}
