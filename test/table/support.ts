import type { ReadTableOptions } from '../../src/table/options.ts'
import { readTable } from '../../src/table/read.ts'
import type { Column, Table } from '../../src/table/table.ts'

/** What the tests of tables share. */

export const bytesOf = (text: string, encoding: 'utf16le' | 'latin1' | 'utf8' = 'utf8'): Uint8Array =>
  new Uint8Array(Buffer.from(text, encoding))

export function columnOf({ columns }: Table, name: string): Column {
  const column = columns.find((one) => one.name === name)
  if (!column) throw new Error(`there is no column ${name}; there are ${columns.map((one) => one.name).join(', ')}`)
  return column
}

/** Cells as a person reads them: numbers, texts, dates in ISO; null where one is missing. */
export function cellsOf(table: Table, name: string): (number | string | null)[] {
  const column = columnOf(table, name)
  if (column.kind === 'number') return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value))
  if (column.kind === 'date') return Array.from(column.values, (value) => (Number.isNaN(value) ? null : new Date(value).toISOString()))
  if ('codes' in column) return Array.from(column.codes, (code) => column.categories[code] ?? null)
  return [...column.texts]
}

/** `{ height: 'number', label: 'boolean' }`. */
export const kindsOf = ({ columns }: Table): Record<string, string> => Object.fromEntries(columns.map(({ name, kind }) => [name, kind]))

export const guessOf = ({ guesses }: Table, of: string): unknown => guesses.find((guess) => guess.of === of)?.value

export const read = (source: string | Uint8Array, options?: ReadTableOptions): Promise<Table> => readTable(source, options)
