import { InvalidDataError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Dataset } from './dataset.ts'
import { encodeTable, type TableOptions } from './encode.ts'
import type { Table, TableColumn } from './table.ts'

type Declared = Exclude<TableColumn['declared'], undefined>

interface Attribute {
  readonly name: string
  readonly declared: Declared
}

/** A word of a line: what it says, and whether it was quoted (a quoted `?` is a question mark, not a missing value). */
interface Token {
  readonly text: string
  readonly quoted: boolean
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }
const sparsePlace = /\s*(\d+)\s+/y
const word = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s,{}'"%][^,{}%]*?|))\s*(?=[,{}%]|$)/y

function unquote(quoted: string): string {
  return quoted.replace(/\\(.)/g, (_, character: string) => escapes[character] ?? character)
}

function fail(line: number, problem: string): never {
  throw new InvalidDataError(`line ${line}: ${problem}`)
}

/** The word at a place in a line, and the place after it. */
function readWord(text: string, at: number, line: number): { token: Token; end: number } {
  word.lastIndex = at
  const match = word.exec(text)
  if (!match) fail(line, `cannot read "${text.slice(at).trim()}"; a value that holds commas, quotes, braces or % must be quoted`)
  const quoted = match[1] ?? match[2]
  const token = quoted === undefined ? { text: match[3] ?? '', quoted: false } : { text: unquote(quoted), quoted: true }
  return { token, end: word.lastIndex }
}

/** The comma-separated words of a line from a place on: up to the closing brace where there is one, else to the end or a comment. */
function readList<T>(text: string, from: number, line: number, close: '}' | '', read: (at: number) => { token: T; end: number }): T[] {
  const tokens: T[] = []
  let at = from
  let next = ','
  while (next === ',') {
    const { token, end } = read(at)
    tokens.push(token)
    next = text[end] ?? ''
    at = end + 1
  }
  const atEnd = next === '' || next === '%'
  if (close === '' ? !atEnd : next !== close) fail(line, atEnd ? 'a brace is not closed by }' : `unexpected "${next}" in "${text.trim()}"`)
  const after = close === '' ? '' : text.slice(at).trim()
  if (after !== '' && !after.startsWith('%')) fail(line, `"${after}" follows the closing brace; instance weights are not supported`)
  return tokens
}

const kinds: Readonly<Record<string, Declared>> = { numeric: 'numeric', real: 'numeric', integer: 'numeric', string: 'text', date: 'text' }

/** The rest of an `@attribute` line: a name, quoted or not, and a type. */
function readAttribute(rest: string, line: number): Attribute {
  const match = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s{]+))\s*(.*)$/.exec(rest)
  const type = match?.[4]?.replace(/\s+$/, '') ?? ''
  if (!match || type === '') return fail(line, '@attribute needs a name and a type, such as: @attribute age numeric')
  const name = match[3] ?? unquote(match[1] ?? match[2] ?? '')
  if (!type.startsWith('{')) {
    const kind = /^\w+/.exec(type)?.[0].toLowerCase() ?? type
    const declared = kinds[kind]
    return declared
      ? { name, declared }
      : fail(
          line,
          `attribute "${name}" has type "${kind}"; it must be numeric, real, integer, string, date or {values}${suggest(kind, Object.keys(kinds))}`,
        )
  }
  const categories = readList(type, 1, line, '}', (at) => readWord(type, at, line)).map(({ text }) => text)
  if (categories.includes('') || new Set(categories).size !== categories.length)
    return fail(line, `attribute "${name}" declares an empty value, or one twice`)
  return { name, declared: { categories } }
}

function cellOf({ text, quoted }: Token, { name, declared }: Attribute, line: number): string | null {
  if (!quoted && text === '?') return null
  if (!quoted && text === '') return fail(line, `column "${name}" is empty; a missing value is written ?`)
  if (typeof declared === 'object' && !declared.categories.includes(text))
    return fail(
      line,
      `column "${name}": "${text}" is not among its declared values ${declared.categories.join(', ')}${suggest(text, declared.categories)}`,
    )
  return text
}

/** `{place value, …}`: attributes left out are 0, or the first declared value (Weka stores nominal values by index). */
function readSparse(text: string, attributes: readonly Attribute[], line: number): (string | null)[] {
  const cells = attributes.map(({ declared }): string | null => (typeof declared === 'object' ? (declared.categories[0] ?? null) : '0'))
  if (/^\{\s*\}\s*(%.*)?$/.test(text)) return cells
  readList(text, 1, line, '}', (at) => {
    sparsePlace.lastIndex = at
    const place = Number(sparsePlace.exec(text)?.[1] ?? Number.NaN)
    const attribute = attributes[place]
    if (!attribute) fail(line, `"${text.slice(at).trim()}" must start with a place from 0 to ${attributes.length - 1} and a value`)
    const { token, end } = readWord(text, sparsePlace.lastIndex, line)
    cells[place] = cellOf(token, attribute, line)
    return { token, end }
  })
  return cells
}

function readRow(text: string, attributes: readonly Attribute[], line: number): (string | null)[] {
  if (text.startsWith('{')) return readSparse(text, attributes, line)
  const tokens = readList(text, 0, line, '', (at) => readWord(text, at, line))
  if (tokens.length !== attributes.length)
    return fail(line, `the row has ${tokens.length} values; there are ${attributes.length} attributes`)
  return attributes.map((attribute, i) => cellOf(tokens[i] ?? { text: '', quoted: false }, attribute, line))
}

/**
 * Reads ARFF, Weka's format (https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/), dense or sparse rows.
 * Relational attributes and instance weights are refused. Throws InvalidDataError naming the line.
 */
export function parseArffTable(text: string): Table {
  const attributes: Attribute[] = []
  const rows: (string | null)[][] = []
  const lines: number[] = []
  let inData = false
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = index + 1
    const content = (index === 0 ? raw.replace(/^\uFEFF/, '') : raw).trim()
    if (content === '' || content.startsWith('%')) continue
    if (inData) {
      rows.push(readRow(content, attributes, line))
      lines.push(line)
      continue
    }
    const [, keyword = '', rest = ''] = /^(@\w+)\s*(.*)$/.exec(content) ?? []
    if (keyword.toLowerCase() === '@relation') continue
    if (keyword.toLowerCase() === '@attribute') {
      const attribute = readAttribute(rest, line)
      if (attributes.some(({ name }) => name === attribute.name))
        fail(line, `there is an attribute "${attribute.name}" already; every name must be different`)
      attributes.push(attribute)
    } else if (keyword.toLowerCase() === '@data') inData = true
    else
      fail(
        line,
        `"${content.slice(0, 40)}" stands before @data; expected @relation, @attribute or @data${suggest(keyword, ['@relation', '@attribute', '@data'])}`,
      )
  }
  if (attributes.length === 0) throw new InvalidDataError('there is no @attribute line: this is not an ARFF file')
  if (!inData) throw new InvalidDataError('there is no @data line: the file is truncated, or not ARFF')
  return { lines, columns: attributes.map((attribute, i) => ({ ...attribute, cells: rows.map((row) => row[i] ?? null) })) }
}

/** Reads ARFF text into a dataset: parseArffTable, then encodeTable. Throws InvalidDataError as they do. */
export function parseArff(text: string, options: TableOptions = {}): Dataset {
  return encodeTable(parseArffTable(text), options)
}
