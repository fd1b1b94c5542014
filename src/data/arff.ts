// Reads ARFF files.

import { InvalidDataError } from '../core/errors.ts'
import { excerpt, listed } from '../core/excerpt.ts'
import { suggest } from '../core/suggest.ts'
import { checkText } from './check.ts'
import type { Dataset } from './dataset.ts'
import { encodeTable, type TableOptions } from './encode.ts'
import type { Table, TableColumn } from './table.ts'

type Declared = Exclude<TableColumn['declared'], undefined>

interface Attribute {
  readonly name: string
  readonly declared: Declared
  /** For a nominal one, the values it may have. */
  readonly values?: ReadonlySet<string>
}

/** A word of a line: what it says, and whether it was quoted (a quoted `?` is a question mark, not a missing value). */
interface Token {
  readonly text: string
  readonly quoted: boolean
}

// Sticky: they match at `lastIndex` or not at all.
const blanks = /\s*/y
const bareWord = /[^\s,{}'"%][^,{}%]*/y
const bareName = /[^\s{]+/y
const sparsePlace = /\s*(\d+)\s+/y

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

function unquote(quoted: string): string {
  let text = ''
  let done = 0
  for (let at = quoted.indexOf('\\'); at >= 0; at = quoted.indexOf('\\', done)) {
    const character = quoted[at + 1] ?? ''
    text += quoted.slice(done, at) + (escapes[character] ?? character)
    done = at + 2
  }
  return text + quoted.slice(done)
}

/** The match of a sticky expression at a place. */
function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at
  return expression.exec(text)
}

const skipBlanks = (text: string, at: number): number => at + (matchAt(blanks, text, at)?.[0].length ?? 0)

/**
 * What the quotes hold that open at a place, and the place after them; undefined if no quotes open there, or they do not close. Step by step, because a
 * regular expression runs out of stack on a text of some megabytes.
 */
function readQuoted(text: string, start: number): { readonly value: string; readonly end: number } | undefined {
  const quote = text[start]
  if (quote !== "'" && quote !== '"') return undefined
  let at = start + 1
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1
  return at < text.length ? { value: unquote(text.slice(start + 1, at)), end: at + 1 } : undefined
}

function fail(line: number, problem: string): never {
  throw new InvalidDataError(`line ${line}: ${problem}`)
}

/** The word at a place in a line, and the place after it. */
function readWord(text: string, at: number, line: number): { token: Token; end: number } {
  const start = skipBlanks(text, at)
  const quoted = readQuoted(text, start)
  const bare = quoted ? undefined : (matchAt(bareWord, text, start)?.[0] ?? '')
  const end = quoted ? skipBlanks(text, quoted.end) : start + (bare?.length ?? 0)
  if (end < text.length && !',{}%'.includes(text[end] ?? ''))
    fail(line, `cannot read "${excerpt(text.slice(at).trim())}"; a value that holds commas, quotes, braces or % must be quoted`)
  return { token: quoted ? { text: quoted.value, quoted: true } : { text: bare?.trimEnd() ?? '', quoted: false }, end }
}

/** The comma-separated words of a line from a place on: up to the closing brace if there is one, else to the end or a comment. */
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
  if (close === '' ? !atEnd : next !== close)
    fail(line, atEnd ? 'a brace is not closed by }' : `unexpected "${next}" in "${excerpt(text.trim())}"`)
  const after = close === '' ? '' : text.slice(at).trim()
  if (after !== '' && !after.startsWith('%'))
    fail(line, `"${excerpt(after)}" follows the closing brace; instance weights are not supported`)
  return tokens
}

const kinds: ReadonlyMap<string, Declared> = new Map([
  ...['numeric', 'real', 'integer'].map((name) => [name, 'numeric'] as const),
  ...['string', 'date'].map((name) => [name, 'text'] as const),
])

/** The rest of an `@attribute` line: a name, quoted or not, and a type. */
function readAttribute(rest: string, line: number): Attribute {
  const quoted = readQuoted(rest, 0)
  const bare = matchAt(bareName, rest, 0)?.[0]
  const name = quoted?.value ?? bare
  const type = rest.slice(skipBlanks(rest, quoted?.end ?? bare?.length ?? 0)).trimEnd()
  if (name === undefined || type === '') return fail(line, '@attribute needs a name and a type, such as: @attribute age numeric')
  if (!type.startsWith('{')) {
    const kind = /^\w+/.exec(type)?.[0].toLowerCase() ?? type
    const declared = kinds.get(kind)
    return declared
      ? { name, declared }
      : fail(
          line,
          `attribute "${excerpt(name)}" has type "${excerpt(kind)}"; it must be numeric, real, integer, string, date or {values}${suggest(kind, [...kinds.keys()])}`,
        )
  }
  const categories = readList(type, 1, line, '}', (at) => readWord(type, at, line)).map(({ text }) => text)
  const values = new Set(categories)
  if (values.has('') || values.size !== categories.length)
    return fail(line, `attribute "${excerpt(name)}" declares an empty value, or one twice`)
  return { name, declared: { categories }, values }
}

function cellOf({ text, quoted }: Token, { name, declared, values }: Attribute, line: number): string | null {
  if (!quoted && text === '?') return null
  if (!quoted && text === '') return fail(line, `column "${name}" is empty; a missing value is written ?`)
  if (typeof declared === 'object' && !values?.has(text))
    return fail(
      line,
      `column "${name}": "${excerpt(text)}" is not among its declared values ${listed(declared.categories)}${suggest(text, declared.categories)}`,
    )
  return text
}

/** `{place value, …}`: attributes left out are 0, or the first declared value (Weka stores nominal values by index). */
function readSparse(text: string, attributes: readonly Attribute[], line: number): (string | null)[] {
  const cells = attributes.map(({ declared }): string | null => (typeof declared === 'object' ? (declared.categories[0] ?? null) : '0'))
  if (/^\{\s*\}\s*(%.*)?$/.test(text)) return cells
  readList(text, 1, line, '}', (at) => {
    const [before = '', digits] = matchAt(sparsePlace, text, at) ?? []
    const place = Number(digits ?? Number.NaN)
    const attribute = attributes[place]
    if (!attribute) fail(line, `"${excerpt(text.slice(at).trim())}" must start with a place from 0 to ${attributes.length - 1} and a value`)
    const { token, end } = readWord(text, at + before.length, line)
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
  checkText(text, 'the text')
  const attributes: Attribute[] = []
  const names = new Set<string>()
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
      if (names.has(attribute.name)) fail(line, `there is an attribute "${excerpt(attribute.name)}" already; every name must be different`)
      names.add(attribute.name)
      attributes.push(attribute)
    } else if (keyword.toLowerCase() === '@data') inData = true
    else
      fail(
        line,
        `"${content.slice(0, 40)}" is before @data; expected @relation, @attribute or @data${suggest(keyword, ['@relation', '@attribute', '@data'])}`,
      )
  }
  if (attributes.length === 0) throw new InvalidDataError('there is no @attribute line: this is not an ARFF file')
  if (!inData) throw new InvalidDataError('there is no @data line: the file is truncated, or not ARFF')
  return { lines, columns: attributes.map(({ name, declared }, i) => ({ name, declared, cells: rows.map((row) => row[i] ?? null) })) }
}

/** Reads ARFF text into a dataset: parseArffTable, then encodeTable. Throws InvalidDataError as they do. */
export function parseArff(text: string, options: TableOptions = {}): Dataset {
  return encodeTable(parseArffTable(text), options)
}
