/** Cells as the features of one preparation, a block of rows at a time: the numbers that `prepareFeatures` makes, without a table. */

import { missing } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { categoryIndex } from '../../data/categories.ts'
import { encodeCategory, saysMissing } from '../../prepare/categories.ts'
import { dateWidth, writeDate } from '../../prepare/dates.ts'
import { numberWidth, writeNumber } from '../../prepare/numbers/encode.ts'
import type { CategoryPreparation, ColumnPreparation, DatePreparation, NumberPreparation, Preparation } from '../../prepare/preparation.ts'
import type { Cells } from './cells.ts'
import { damaged } from './faults.ts'

/** Writes the features of a cell from a place on. */
type Write = (row: number, to: Float64Array, at: number) => void

interface Encoder {
  readonly width: number
  readonly write: Write
  readonly isMissing: (row: number) => boolean
}

function filled<T>(fill: T | null, name: string, row: number): T {
  if (fill !== null) return fill
  throw new InvalidDataError(
    `row ${row + 1}, column "${name}": the value is missing, and the answer was learned from rows that miss none; fill it in`,
  )
}

/** Numbers and dates alike: where a value is missing stands what fills it in. */
function valuesOf({ values }: Extract<Cells, { kind: 'number' | 'date' }>, { name, fill }: NumberPreparation | DatePreparation) {
  const isMissing = (row: number): boolean => Number.isNaN(values[row] ?? missing(values, row))
  return { isMissing, value: (row: number): number => (isMissing(row) ? filled(fill, name, row) : (values[row] ?? missing(values, row))) }
}

function numberEncoder(cells: Extract<Cells, { kind: 'number' | 'date' }>, column: NumberPreparation): Encoder {
  const { encoding, rounded } = column
  const { isMissing, value } = valuesOf(cells, column)
  return {
    width: numberWidth(encoding),
    isMissing,
    write: (row, to, at) => writeNumber(rounded ? Math.fround(value(row)) : value(row), encoding, to, at),
  }
}

function dateEncoder(cells: Extract<Cells, { kind: 'number' | 'date' }>, column: DatePreparation): Encoder {
  const { isMissing, value } = valuesOf(cells, column)
  return {
    width: dateWidth(column.parts),
    isMissing,
    write: (row, to, at) => writeDate(value(row), column.parts, to, at),
  }
}

function categoryEncoder(
  { words, places }: Extract<Cells, { kind: 'category' }>,
  { name, fill, categories, encoding }: CategoryPreparation,
): Encoder {
  const index = categoryIndex(categories)
  // -2 is a word that is none of the training rows'.
  const codes = words.map((word) => index(word) ?? -2)
  const usual = fill === null ? null : categories.indexOf(fill)
  const isFilled = saysMissing(encoding)
  const isMissing = (row: number): boolean => (places[row] ?? missing(places, row)) < 0
  const codeOf = (row: number): number => {
    const place = places[row] ?? missing(places, row)
    if (place >= 0) return codes[place] ?? missing(codes, place)
    return isFilled ? -1 : filled(usual, name, row)
  }
  const known = new Map<number, readonly number[]>()
  const featuresOf = (code: number): readonly number[] => {
    const features = known.get(code) ?? encodeCategory(code, categories.length, encoding)
    known.set(code, features)
    return features
  }
  return { width: featuresOf(-2).length, isMissing, write: (row, to, at) => to.set(featuresOf(codeOf(row)), at) }
}

function encoderOf(cells: Cells, column: ColumnPreparation): Encoder {
  if (column.kind === 'category' && cells.kind === 'category') return categoryEncoder(cells, column)
  if (column.kind === 'number' && cells.kind === 'number') return numberEncoder(cells, column)
  if (column.kind === 'date' && cells.kind === 'date') return dateEncoder(cells, column)
  throw damaged(`has a column "${column.name}" that is two kinds`)
}

/** How many features a preparation makes. */
export const featureCount = ({ columns }: Pick<Preparation, 'columns'>): number =>
  columns.reduce((sum, column) => sum + widthOf(column) + Number(column.indicator), 0)

function widthOf(column: ColumnPreparation): number {
  if (column.kind === 'number') return numberWidth(column.encoding)
  return column.kind === 'date' ? dateWidth(column.parts) : encodeCategory(-2, column.categories.length, column.encoding).length
}

/** @returns what writes the features of `rows` rows from `from` on to the front of `to`, (rows x features), each rounded to float32 */
export function featuresOf(
  { columns }: Preparation,
  cells: ReadonlyMap<string, Cells>,
): (from: number, rows: number, to: Float64Array) => void {
  const encoders = columns.map((column) => {
    const own = cells.get(column.name)
    if (own === undefined) throw damaged(`has a column "${column.name}" that it does not list`)
    return { column, encoder: encoderOf(own, column) }
  })
  const inputs = featureCount({ columns })
  return (from, rows, to) => {
    let offset = 0
    for (const { column, encoder } of encoders) {
      const { width, write, isMissing } = encoder
      for (let r = 0; r < rows; r++) {
        const at = r * inputs + offset
        write(from + r, to, at)
        for (let k = at; k < at + width; k++) {
          to[k] = within(Math.fround(to[k] ?? missing(to, k)))
        }
        if (column.indicator) to[at + width] = Number(isMissing(from + r))
      }
      offset += width + Number(column.indicator)
    }
  }
}

const LARGEST = 2 ** 128 - 2 ** 104

/** The nearest that float32 holds: a cell beyond is as far outside of training as one can be, which is said of its row, and costs no other row its answer. */
const within = (value: number): number => (value > LARGEST ? LARGEST : value < -LARGEST ? -LARGEST : value)
