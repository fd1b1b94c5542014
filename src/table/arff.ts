/** ARFF as a typed table: its own declarations say what columns hold. */

import { parseArffTable } from '../data/arff.ts'
import type { TableColumn } from '../data/table.ts'
import { cipherFor } from './cipher.ts'
import { Context, type Place } from './context.ts'
import type { Reading } from './options.ts'
import type { Pace } from './pace.ts'
import { type Bytes, readAll } from './source.ts'
import type { Column, Table } from './table.ts'
import { textColumn } from './texts.ts'

/** @throws InvalidDataError naming the line */
export async function readArff(source: Bytes, options: Reading, pace: Pace): Promise<Table> {
  const cipher = await cipherFor(source, options)
  const { columns: declared, lines: all } = parseArffTable(cipher.decode(await readAll(source)))
  const lines = Int32Array.from(all)
  // Its own marker is a bare `?`; what else means missing has to be said.
  const context = new Context({ missingMarkers: [], ...options }, lines.length, pace, lines, undefined)
  const columns: Column[] = []
  for (const [index, column] of declared.entries()) {
    columns.push(await columnOf({ name: column.name, index, of: declared.length, unnamed: false }, column, options, context))
    await pace.rest()
  }
  return {
    rows: lines.length,
    columns,
    lines,
    guesses: [...cipher.guesses(), ...context.guesses],
    problems: [...cipher.problems(), ...context.problems],
  }
}

async function columnOf(place: Place, { declared, cells }: TableColumn, { kinds }: Reading, context: Context): Promise<Column> {
  const { name } = place
  const categories = typeof declared === 'object' ? declared.categories.filter((category) => !context.missing.has(category)) : undefined
  if (categories && kinds?.[name] === undefined) {
    const index = new Map(categories.map((category, i) => [category, i]))
    const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : (index.get(cell) ?? -1)))
    return {
      name,
      kind: 'category',
      why: 'the file declares its values',
      missing: codes.filter((code) => code < 0).length,
      categories,
      codes,
    }
  }
  const index = new Map<string, number>()
  const texts: string[] = []
  const codes = Int32Array.from(cells, (cell) => {
    if (cell === null) return -1
    const known = index.get(cell)
    if (known !== undefined) return known
    index.set(cell, texts.length)
    return texts.push(cell) - 1
  })
  return textColumn(place, { texts, codes }, context)
}
