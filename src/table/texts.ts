/** What a column of texts holds: numbers in some notation, dates, yes and no, categories, free text, or the names of its rows. */

import { missing } from '../core/at.ts'
import { excerpt } from '../core/excerpt.ts'
import { BOOLEANS } from '../data/categories.ts'
import { type Context, kindLine, type OddCell, type Place, thousands } from './context.ts'
import { type DateOrder, guessOrder, isTimeName, parseCompact, parseDate } from './dates.ts'
import { habitOf, likeOf } from './like.ts'
import { type GuessedNotation, guessNotation, MEASURED, MOSTLY, numberReader, undress } from './notation.ts'
import { isBeyond, isIdName, numberColumn } from './numbers.ts'
import { noteSpellings } from './spellings.ts'
import type { Column, ColumnKind } from './table.ts'
import { unitOf, withoutUnit } from './units.ts'

/** Texts of a column, each once, and of every row the place of its own; -1 where the cell is empty. */
export interface Coded {
  readonly texts: readonly string[]
  /** (rows); written over where a text comes to mean that the cell is missing. */
  readonly codes: Int32Array<ArrayBuffer>
}

/** Texts that say in many files that nothing is known; among numbers or dates they are missing without a word of warning. */
export const SILENT =
  /^([-\u2013\u2014.*]+|unknown|missing|none|na|nil|null|n\.?\/?[adks]\.?|not available|not applicable|nan|inf|blank|\(blank\)|empty|nat|0000-00-00.*|k\.?\s?a\.?|unbekannt)$/i

const HALF = 0.5
const SOME = 0.1
const SAMPLE = 2000
const BATCH = 2 ** 17

/** Below, all values may be different by chance. */
const FEW_ROWS = 10
const FEW_TEXTS = 20
const LONG_TEXT = 60

interface Tally {
  readonly times: Int32Array
  readonly first: Int32Array
  /** Places of the texts that mean something. */
  readonly present: readonly number[]
  /** Cells that hold something. */
  readonly count: number
}

const textAt = (coded: Coded, code: number): string => coded.texts[code] ?? ''

async function tally(name: string, coded: Coded, context: Context): Promise<Tally> {
  const times = new Int32Array(coded.texts.length)
  const first = new Int32Array(coded.texts.length).fill(-1)
  for (let start = 0; start < coded.codes.length; start += BATCH) {
    countInto(times, first, coded.codes, start, Math.min(coded.codes.length, start + BATCH))
    if (context.pace.due) await context.pace.rest()
  }
  const present: number[] = []
  let count = 0
  const kept = markersKept(name, coded, times, context)
  for (let code = 0; code < times.length; code++) {
    const here = times[code] ?? missing(times, code)
    if (here === 0 || (context.missing.has(textAt(coded, code)) && !kept.has(textAt(coded, code)))) continue
    present.push(code)
    count += here
  }
  return { times, first, present, count }
}

function countInto(times: Int32Array, first: Int32Array, codes: Int32Array, from: number, to: number): void {
  for (let row = from; row < to; row++) {
    const code = codes[row] ?? -1
    if (code < 0) continue
    if ((times[code] ?? missing(times, code)) === 0) first[code] = row
    times[code] = (times[code] ?? missing(times, code)) + 1
  }
}

const CONTINENTS = new Set(['AF', 'AS', 'EU', 'SA', 'OC', 'AN'])

/** What means missing elsewhere, and here is a value: `NA` among codes of countries is Namibia, and among those of continents North America. */
function markersKept(name: string, { texts }: Coded, times: Int32Array, { options }: Context): ReadonlySet<string> {
  const used = texts.filter((text, code) => (times[code] ?? missing(times, code)) > 0 && text !== '')
  const known = likeOf(options, name)?.categories
  if (known !== undefined) return new Set(used.filter((text) => known.includes(text)))
  if (options.missingMarkers !== undefined || !used.includes('NA')) return new Set()
  const others = used.filter((text) => text !== 'NA')
  if (others.length < 3 || !others.every((text) => /^[A-Z]{2}$/.test(text))) return new Set()
  if (others.every((text) => CONTINENTS.has(text))) return new Set(['NA'])
  const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  return others.length >= 10 && others.every((text) => regions.of(text) !== undefined) ? new Set(['NA']) : new Set()
}

/** The column that the texts come to. */
export async function textColumn(place: Place, coded: Coded, context: Context): Promise<Column> {
  const { name } = place
  const found = await tally(name, coded, context)
  const said = context.options.kinds?.[name]
  if (said !== undefined)
    return (
      (await saidColumn(said, place, coded, found, context)) ?? plainColumn(said, place, coded, found, `${kindLine(name, said)} says so`)
    )
  if (found.count === 0) return plainColumn('text', place, coded, found, 'no cell holds a value')
  const noted = noteNA(name, found, coded, context)
  if (!noted) {
    const number = await asNumbers(place, coded, found, context)
    if (number) return number
    const date = asDates(place, coded, found, context)
    if (date) return date
  }
  return asBooleans(place, coded, found) ?? namedColumn(place, coded, found, context)
}

function noteNA(name: string, { present }: Tally, coded: Coded, context: Context): boolean {
  const kept = present.some((code) => context.missing.has(textAt(coded, code)))
  if (kept && likeOf(context.options, name)?.categories === undefined)
    context.problems.push({
      column: name,
      message: `column "${excerpt(name)}": NA is taken for a value, as its other values are codes of countries or continents; if it means missing there, say so`,
      mend: 'missingMarkers: ["", NA]',
    })
  return kept
}

/** As the options say; what does not fit is missing, and counted. */
async function saidColumn(said: ColumnKind, place: Place, coded: Coded, found: Tally, context: Context): Promise<Column | undefined> {
  if (said === 'number') return (await asNumbers(place, coded, found, context, true)) ?? undefined
  if (said === 'date') return asDates(place, coded, found, context, true)
  if (said === 'boolean') return asBooleans(place, coded, found, true)
  return undefined
}

/** (rows), the value of every row's text; NaN for what is missing. */
function valuesOf(coded: Coded, byCode: Float64Array): Float64Array<ArrayBuffer> {
  const values = new Float64Array(coded.codes.length)
  for (let row = 0; row < values.length; row++) {
    const code = coded.codes[row] ?? -1
    values[row] = code < 0 ? Number.NaN : (byCode[code] ?? Number.NaN)
  }
  return values
}

const oddCells = (coded: Coded, { times, first }: Tally, codes: readonly number[]): OddCell[] =>
  codes
    .map((code) => ({ text: textAt(coded, code), times: times[code] ?? missing(times, code), row: first[code] ?? missing(first, code) }))
    .sort((a, b) => b.times - a.times || a.row - b.row)

const sample = (present: readonly number[]): readonly number[] => {
  const step = Math.max(1, Math.floor(present.length / SAMPLE))
  return present.filter((_, i) => i % step === 0)
}

async function asNumbers(place: Place, coded: Coded, found: Tally, context: Context, forced = false): Promise<Column | undefined> {
  const { name } = place
  const { options, habit } = context
  const { present, count, times } = found
  const sampled = sample(present).map((code) => textAt(coded, code))
  const unit = likeOf(options, name)?.unit ?? unitOf(sampled)
  const some = sampled.map((text) => withoutUnit(text, unit))
  const notation: GuessedNotation =
    options.decimal !== undefined || options.thousands !== undefined
      ? { decimal: options.decimal ?? '.', thousands: options.thousands ?? '', unclear: false }
      : guessNotation(some, habit ?? habitOf(name, options))
  const readBare = numberReader(notation)
  const read = (text: string): number => readBare(withoutUnit(text, unit))
  // Most columns of texts are told by a few of them.
  if (!forced && some.filter((text) => !Number.isNaN(read(text))).length === 0) return undefined
  const byCode = new Float64Array(coded.texts.length).fill(Number.NaN)
  const odd: number[] = []
  let numbers = 0
  let codes = 0
  for (const [i, code] of present.entries()) {
    if (i % BATCH === 0) await context.pace.rest()
    const text = textAt(coded, code)
    const value = read(text)
    byCode[code] = value
    if (Number.isNaN(value)) odd.push(code)
    else {
      numbers += times[code] ?? missing(times, code)
      if (/^0\d\d/.test(text) || isBeyond(text)) codes++
    }
  }
  const different = new Set(present.map((code) => byCode[code] ?? Number.NaN).filter((value) => !Number.isNaN(value)))
  if (!forced) {
    const measured = different.size >= MEASURED || [...different].some((value) => !Number.isInteger(value))
    const loud = odd.filter((code) => !SILENT.test(textAt(coded, code)))
    const silent = odd.reduce((sum, code) => sum + (loud.includes(code) ? 0 : (times[code] ?? missing(times, code))), 0)
    if (numbers === 0) return undefined
    if (numbers < HALF * (measured ? count - silent : count)) {
      if (different.size >= MEASURED && numbers >= SOME * count && loud.length > 0)
        noteMixed(name, numbers, count, oddCells(coded, found, loud)[0], context)
      return undefined
    }
    if (loud.length > 0 && !measured && numbers < MOSTLY * count) return undefined
    if (loud.length > 0 && loud.length > different.size) return undefined
    if (codes > 0 && odd.length === 0 && [...different].every(Number.isInteger)) return codeColumn(place, coded, found, different.size)
  }
  if (odd.length > 0)
    context.takenOut(
      name,
      oddCells(coded, found, odd),
      count,
      odd.length === 1 && times[odd[0] ?? missing(odd, 0)] === 1 ? 'no number' : 'no numbers',
      kindLine(name, 'number'),
    )
  if (notation.unclear)
    context.problems.push({
      column: name,
      message: `column "${excerpt(name)}": "${excerpt(some[0] ?? '')}" may be a thousand and more, or have a decimal comma; it is read as ${read(some[0] ?? '')}`,
      mend: 'decimal: ","',
    })
  const how = `${howWritten(notation, some)}${unit === undefined ? '' : `, with "${unit}" behind them, which is left out`}`
  // The first text of a value will do for ids, whose values are written alike.
  const column = await numberColumn(
    place,
    valuesOf(coded, byCode),
    (row) => textAt(coded, coded.codes[row] ?? missing(coded.codes, row)),
    how,
    context,
  )
  if (column.kind !== 'number') return column
  return { ...column, ...(notation.decimal === ',' && { decimal: ',' }), ...(unit !== undefined && { unit }) }
}

function noteMixed(name: string, numbers: number, count: number, odd: OddCell | undefined, context: Context): void {
  context.problems.push({
    column: name,
    message: `column "${excerpt(name)}": ${thousands(numbers)} of ${thousands(count)} cells are numbers and the others are not, as "${excerpt(odd?.text ?? '', 30)}" in ${context.place(odd?.row ?? 0)}: it is not read as numbers`,
    mend: kindLine(name, 'number'),
  })
}

/** What was done to the cells, for a person. */
function howWritten({ decimal, thousands: group }: GuessedNotation, some: readonly string[]): string {
  const dresses = some.map((text) => undress(text).dress)
  const parts = [
    ...(decimal === ',' && some.some((text) => text.includes(',')) ? ['with a decimal comma'] : []),
    ...(group !== '' && some.some((text) => text.includes(group) || (group === ' ' && /\s/.test(text)))
      ? [`with thousands grouped by "${group}"`]
      : []),
    ...(dresses.some(({ currency }) => currency) ? ['with a currency, which is left out'] : []),
    ...(dresses.some(({ percent }) => percent) ? ['with a percent sign, which is left out (12 % is 12)'] : []),
    ...(dresses.some(({ minus }) => minus) ? ['with another minus sign'] : []),
  ]
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`
}

/** Digits with zeros before them, as of towns, or more than a number holds: they name, and measure nothing. */
function codeColumn(place: Place, coded: Coded, found: Tally, different: number): Column {
  const why = found.present.some((code) => isBeyond(textAt(coded, code)))
    ? 'its numbers have more digits than a number holds, so they name things and measure nothing'
    : 'its numbers begin with zeros, as codes do, which name things and measure nothing'
  return plainColumn(
    different === found.count && found.count >= FEW_ROWS
      ? 'id'
      : different > FEW_TEXTS && different * 2 > found.count
        ? 'text'
        : 'category',
    place,
    coded,
    found,
    why,
  )
}

function asDates({ name }: Place, coded: Coded, found: Tally, context: Context, forced = false): Column | undefined {
  const { present, times, count } = found
  const some = sample(present).map((code) => textAt(coded, code))
  const isCompact = (forced || isTimeName(name)) && some.every((text) => /^\d{8}$/.test(text))
  const guessed = isCompact ? undefined : guessOrder(some, context.options.dateOrder, likeOf(context.options, name)?.order)
  const order: DateOrder = guessed?.order ?? 'ymd'
  const read = (text: string): number => {
    if (isCompact) return parseCompact(text)
    const time = parseDate(text, order)
    return Number.isNaN(time) && forced && /^\d+$/.test(text) ? epoch(Number(text)) : time
  }
  if (!forced && !isCompact && some.filter((text) => !Number.isNaN(read(text))).length < HALF * some.length) return undefined
  const byCode = new Float64Array(coded.texts.length).fill(Number.NaN)
  let dates = 0
  const odd: number[] = []
  for (const code of present) {
    const value = read(textAt(coded, code))
    byCode[code] = value
    if (Number.isNaN(value)) odd.push(code)
    else dates += times[code] ?? missing(times, code)
  }
  const loud = odd.filter((code) => !SILENT.test(textAt(coded, code)))
  if (!forced && (dates < HALF * count || (loud.length > 0 && dates < MOSTLY * count))) return undefined
  if (odd.length > 0)
    context.takenOut(
      name,
      oddCells(coded, found, odd),
      count,
      odd.length === 1 && times[odd[0] ?? missing(odd, 0)] === 1 ? 'no date' : 'no dates',
      kindLine(name, 'date'),
    )
  if (guessed?.unclear)
    context.problems.push({
      column: name,
      message: `column "${excerpt(name)}": "${excerpt(some[0] ?? '')}" may be in the order month, day, year or day, month, year; it is read as ${new Date(byCode[present[0] ?? missing(present, 0)] ?? missing(byCode, present[0] ?? missing(present, 0))).toISOString().slice(0, 10)}`,
      mend: 'dateOrder: dmy',
    })
  const values = valuesOf(coded, byCode)
  const why = forced
    ? `${kindLine(name, 'date')} says so`
    : `${odd.length === 0 ? 'all' : 'most of'} its ${thousands(count)} values are dates or times${guessed && guessed.order !== 'ymd' ? ` in the order ${guessed.order}: ${guessed.why}` : ''}`
  return { name, kind: 'date', why, missing: values.length - dates, values, ...(guessed && order !== 'ymd' && { order }) }
}

const epoch = (value: number): number => (value > 1e11 ? value : value * 1000)

function asBooleans({ name }: Place, coded: Coded, found: Tally, forced = false): Column | undefined {
  const { present, count } = found
  const words = new Map(present.map((code) => [code, textAt(coded, code).toLowerCase()]))
  const different = new Set(words.values())
  if (different.size !== 2) return undefined
  const pair = BOOLEANS.find((pair) => pair.every((word) => different.has(word)))
  const order = pair ?? (forced ? [...different].sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1)) : undefined)
  if (!order) return undefined
  // The spelling that stands most often, where there are several.
  const spelled = order.map(
    (word) =>
      oddCells(
        coded,
        found,
        present.filter((code) => words.get(code) === word),
      )[0]?.text ?? word,
  )
  const index = new Map([...words].map(([code, word]) => [code, order.indexOf(word)]))
  return {
    name,
    kind: 'boolean',
    why: forced ? `${kindLine(name, 'boolean')} says so` : `all ${thousands(count)} values are ${spelled[0]} or ${spelled[1]}`,
    missing: coded.codes.length - count,
    categories: spelled,
    codes: coded.codes.map((code) => index.get(code) ?? -1),
  }
}

/** Categories, text, or ids: by how many values are different, and how long they are. */
function namedColumn(place: Place, coded: Coded, found: Tally, context: Context): Column {
  const { name } = place
  const { present, count } = found
  const different = present.length
  const some = sample(present).map((code) => textAt(coded, code))
  const words = some.reduce((sum, text) => sum + text.split(/\s+/).length, 0) / some.length
  const length = some.reduce((sum, text) => sum + text.length, 0) / some.length
  const of = `${thousands(different)} of its ${thousands(count)} values are different`
  const column = (kind: 'category' | 'text' | 'id', why: string) => plainColumn(kind, place, coded, found, why)
  if (different === count && count >= FEW_ROWS)
    return words < 1.5
      ? column('id', 'every value is different, so it names the rows')
      : column('text', 'every value is different, so it is free text')
  if (isIdName(name) && different * 2 > count && different > 2 && count >= FEW_ROWS)
    return column('id', `it is called ${JSON.stringify(excerpt(name))}, and ${of}`)
  if (different > FEW_TEXTS && different * 2 > count) return column('text', `${of}: too many for categories`)
  if (different > FEW_TEXTS && length > LONG_TEXT)
    return column('text', `its values have ${Math.round(length)} characters, as free text has`)
  noteSpellings(name, some, context)
  return column(
    'category',
    `${different === 1 ? `its only value is "${excerpt(some[0] ?? '', 30)}"` : `it has ${thousands(different)} different values`}`,
  )
}

/** Texts as they are, or as categories: numbers rising, other texts in the order of their code units. */
function plainColumn(kind: ColumnKind, { name }: Place, coded: Coded, { present, count }: Tally, why: string): Column {
  const missing = coded.codes.length - count
  const isPresent = new Uint8Array(coded.texts.length)
  for (const code of present) isPresent[code] = 1
  if (kind === 'text' || kind === 'id') {
    const texts: (string | null)[] = []
    for (const code of coded.codes) texts.push(code >= 0 && isPresent[code] === 1 ? textAt(coded, code) : null)
    return { name, kind, why, missing, texts }
  }
  const read = numberReader({ decimal: '.', thousands: '' })
  const numeric = present.every((code) => !Number.isNaN(read(textAt(coded, code))))
  const order = [...present].sort((a, b) => {
    const [x, y] = [textAt(coded, a), textAt(coded, b)]
    return (numeric ? read(x) - read(y) : 0) || (x < y ? -1 : x > y ? 1 : 0)
  })
  const index = new Int32Array(coded.texts.length).fill(-1)
  order.forEach((code, i) => {
    index[code] = i
  })
  return {
    name,
    kind: 'category',
    why,
    missing,
    categories: order.map((code) => textAt(coded, code)),
    codes: coded.codes.map((code) => (code < 0 ? -1 : (index[code] ?? -1))),
  }
}
