/** Reads delimited text: guesses from its first rows, goes over all of them, and again over columns that turned out otherwise. */

import { missing } from '../../core/at.ts'
import type { Dictionary } from '../bytes/dictionary.ts'
import { type Cipher, cipherOf } from '../cipher.ts'
import { type Context as ColumnContext, Context, kindLine, type OddCell, type Place, thousands } from '../context.ts'
import { footerRows, type LastRows, MOST_FOOTERS } from '../footer.ts'
import { isPlain, numberReader } from '../notation.ts'
import { factsOf, numberColumn } from '../numbers.ts'
import type { Reading } from '../options.ts'
import type { Pace } from '../pace.ts'
import { type Bytes, peek } from '../source.ts'
import type { Column, Guess, Problem, Table } from '../table.ts'
import { textColumn } from '../texts.ts'
import { NumberSink, type Sink, type TextSink } from './columns.ts'
import { type ColumnPlan, type Head, readHead } from './head.ts'
import { type Passed, passOver, type Ragged } from './pass.ts'

/** Bytes that the table is guessed from. */
const HEAD = 2 ** 18
/** Cells that are no numbers, of those of a column of numbers, above which it is looked at anew. */
const ODD_SHARE = 0.1
const TEXTS_AT_ONCE = 4096

/** @param source UTF-8, or an encoding of one byte a letter that has ASCII's signs */
export async function readDelimited(source: Bytes, options: Reading, pace: Pace, keepEmpty = false): Promise<Table> {
  const { bytes, whole } = await peek(source, HEAD)
  const cipher = cipherOf(bytes, whole, options)
  const head = { ...(await readHead(bytes, whole, (cell) => cipher.decode(cell), options, pace)), keepEmpty }
  const passed = await passOver(source, head, head.plans, pace)
  const footer = options.skipLast === undefined ? footerRows(lastRows(passed, head, cipher)) : { rows: options.skipLast, guesses: [] }
  const rows = Math.max(0, passed.rows - footer.rows)
  const lines = passed.lines.take(rows)
  const context = new Context(options, rows, pace, lines, head.habit)
  const columns = await columnsOf(passed, head, cipher, context, (plans) => passOver(source, head, plans, pace))
  return {
    rows,
    columns,
    lines,
    guesses: [...cipher.guesses(), ...head.guesses, ...footer.guesses, ...notationGuess(head, options), ...context.guesses],
    problems: [
      ...(rows === 0 ? [{ message: 'there are no rows below the line of column names' }] : []),
      ...head.problems,
      ...raggedProblems(passed, head, rows),
      ...cipher.problems(),
      ...context.problems,
    ],
  }
}

const notationGuess = ({ habit }: Head, { decimal }: Reading): Guess[] =>
  habit?.decimal === ',' && decimal === undefined
    ? [{ of: 'decimal', value: ',', why: 'numbers of the first rows have a comma before their fractions' }]
    : []

/** Columns as they came; those that were taken for numbers and are not are read again, as texts. */
async function columnsOf(
  passed: Passed,
  head: Head,
  cipher: Cipher,
  context: ColumnContext,
  again: (plans: readonly (ColumnPlan | undefined)[]) => Promise<Passed>,
): Promise<Column[]> {
  const places = head.names.map((name, index): Place => ({ name, index, of: head.names.length, unnamed: head.unnamed[index] ?? false }))
  const finish = async (place: Place, sink: Sink | undefined): Promise<Column | undefined> => {
    if (sink === undefined) return undefined
    if (sink instanceof NumberSink) return numbersOf(place, sink, cipher, context)
    return textColumn(place, { texts: await decoded(sink.texts, cipher, context.pace), codes: sink.codes.take(context.rows) }, context)
  }
  const columns: (Column | undefined)[] = []
  for (const place of places) columns.push(await finish(place, passed.sinks[place.index]))
  if (columns.every((column) => column !== undefined)) return columns
  const second = await again(columns.map((column): ColumnPlan | undefined => (column ? undefined : { as: 'texts' })))
  const all: Column[] = []
  for (const place of places) {
    const column = columns[place.index] ?? (await finish(place, second.sinks[place.index]))
    if (column) all.push(column)
  }
  return all
}

async function decoded(texts: Dictionary, cipher: Cipher, pace: Pace): Promise<string[]> {
  const all: string[] = []
  for (let from = 0; from < texts.size; from += TEXTS_AT_ONCE) {
    for (const text of texts.texts(from, Math.min(texts.size, from + TEXTS_AT_ONCE), (bytes) => cipher.decode(bytes))) all.push(text)
    await pace.rest()
  }
  return all
}

/** Undefined where too many cells are no numbers. */
async function numbersOf(place: Place, sink: NumberSink, cipher: Cipher, context: ColumnContext): Promise<Column | undefined> {
  const { name } = place
  const texts = await decoded(sink.odd, cipher, context.pace)
  const [oddRows, oddCodes] = [sink.oddRows.take(), sink.oddCodes.take()]
  // Of many digits, or large exponents, which the fast way leaves to the engine.
  const read = numberReader({ decimal: sink.decimal, thousands: '' })
  const numbers = texts.map((text) => (context.missing.has(text) ? Number.NaN : read(text)))
  const isOdd = texts.map((text, code) => Number.isNaN(numbers[code]) && !context.missing.has(text))
  const odd = new Map<number, { times: number; row: number }>()
  let count = 0
  for (const [i, code] of oddCodes.entries()) {
    const row = oddRows[i] ?? missing(oddRows, i)
    if (row >= context.rows || !isOdd[code]) continue
    count++
    const seen = odd.get(code)
    if (seen) seen.times++
    else odd.set(code, { times: 1, row })
  }
  const said = context.options.kinds?.[name] === 'number'
  if (!said && count > ODD_SHARE * (context.rows - oddCodes.length + count)) return undefined
  const values = sink.values.take(context.rows)
  for (const [i, code] of oddCodes.entries()) {
    const row = oddRows[i] ?? missing(oddRows, i)
    if (row < context.rows) values[row] = numbers[code] ?? Number.NaN
  }
  takeMarkers(values, context)
  if (!said && (await factsOf(values, 0, context)).beyond) return undefined
  if (count > 0) {
    const cells = [...odd]
      .map(([code, { times, row }]): OddCell => ({ text: texts[code] ?? '', times, row }))
      .sort((a, b) => b.times - a.times || a.row - b.row)
    context.takenOut(
      name,
      cells,
      context.rows - (oddCodes.length - count),
      count === 1 ? 'no number' : 'no numbers',
      kindLine(name, 'number'),
    )
  }
  const how = sink.decimal === ',' && context.options.decimal === undefined ? ', with a decimal comma' : ''
  const column = await numberColumn(place, values, (row) => String(values[row]), how, context)
  if (column.kind !== 'number') return column
  return { ...column, ...(sink.written && { written: sink.written }), ...(sink.decimal === ',' && { decimal: sink.decimal }) }
}

/** Numbers that mean missing, as -9 or 999. */
function takeMarkers(values: Float64Array, { missing }: ColumnContext): void {
  const markers = [...missing].filter(isPlain).map(Number)
  if (markers.length === 0) return
  for (let row = 0; row < values.length; row++) if (markers.includes(values[row] ?? Number.NaN)) values[row] = Number.NaN
}

/** The last rows of what was read. */
const lastRows = (passed: Passed, head: Head, cipher: Cipher): LastRows => ({
  rows: passed.rows,
  width: head.names.length,
  firstText: (row) => firstText(passed, row, cipher),
  isAlone: (row) => isAlone(passed, row),
  numbers: passed.sinks.flatMap((sink) => (sink instanceof NumberSink ? [(row: number) => sink.values.at(row)] : [])),
})

/** Whether all cells of a row but the first are empty. */
const isAlone = ({ sinks }: Passed, row: number): boolean =>
  sinks.slice(1).every((sink) => {
    if (sink instanceof NumberSink) return Number.isNaN(sink.values.at(row)) && sink.oddRows.at(sink.oddRows.length - 1) !== row
    return sink === undefined || sink.codes.at(row) < 0
  })

/** The text in the first cell of a row, unless it is a number or one that stands in other rows too. */
function firstText({ sinks }: Passed, row: number, cipher: Cipher): string | undefined {
  const [sink] = sinks
  if (sink instanceof NumberSink) {
    const at = sink.oddRows.length - 1
    for (let i = at; i >= Math.max(0, at - MOST_FOOTERS); i--)
      if (sink.oddRows.at(i) === row) return textOf(sink.odd, sink.oddCodes.at(i), cipher)
    return undefined
  }
  return sink === undefined ? undefined : textOf(sink.texts, sink.codes.at(row), cipher)
}

const textOf = (texts: TextSink['texts'], code: number, cipher: Cipher): string | undefined =>
  code < 0 ? undefined : texts.texts(code, code + 1, (bytes) => cipher.decode(bytes))[0]

function raggedProblems({ shorter, longer, untidy, empty }: Passed, { names, trailing }: Head, rows: number): Problem[] {
  const width = names.length
  const within = (ragged: readonly Ragged[]) => ragged.filter(({ row }) => row < rows)
  const problems: Problem[] = []
  const few = within(shorter.some)
  const [first] = few
  if (first) {
    const count = shorter.count - (shorter.some.length - few.length)
    problems.push({
      message: `${countRows(count)} fewer cells than the ${width} columns, the first in line ${first.line} (${first.cells}): what they lack is read as missing`,
    })
  }
  const many = within(longer.some).filter(({ cells }) => !(trailing && cells === width + 1))
  const [over] = many
  if (over) {
    const count = trailing ? many.length : longer.count - (longer.some.length - many.length)
    problems.push({
      message: `${countRows(count)} more cells than the ${width} columns, the first in line ${over.line} (${over.cells}): the last ones are left out; a cell that holds the delimiter must stand in quotes`,
    })
  }
  if (empty.count > 0)
    problems.push({
      message: `${empty.count === 1 ? 'a row holds' : `${thousands(empty.count)} rows hold`} nothing, the first in line ${empty.line}: left out`,
    })
  if (untidy.count > 0)
    problems.push({
      message: `${untidy.count === 1 ? 'a row has' : `${thousands(untidy.count)} rows have`} text after a closing quote, the first in line ${untidy.line}: such cells are read as they stand`,
      mend: 'quote: ""',
    })
  return problems
}

const countRows = (count: number): string => (count === 1 ? 'a row has' : `${thousands(count)} rows have`)
