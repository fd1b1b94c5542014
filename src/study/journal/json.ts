/**
 * JSON as Python's `json` module writes and reads it by default: ASCII, with the literals NaN, Infinity and -Infinity for the numbers
 * that JSON cannot represent. Whole numbers beyond 2^53 lose their last digits, as everywhere in JavaScript.
 */

import { endOfString, parseJson as parsePlain } from '../../core/json.ts'
import type { Json } from '../trial.ts'

/** One line of text, without a space. */
export function stringifyJson(value: Json): string {
  if (typeof value === 'number') return stringifyNumber(value)
  if (typeof value === 'string') return stringifyString(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (isArray(value)) return `[${value.map(stringifyJson).join(',')}]`
  return `{${Object.entries(value)
    .map(([key, field]) => `${stringifyString(key)}:${stringifyJson(field)}`)
    .join(',')}}`
}

// Array.isArray does not narrow readonly arrays (https://github.com/microsoft/TypeScript/issues/17002).
const isArray = (value: Json): value is readonly Json[] => Array.isArray(value)

/**
 * JSON.stringify would turn non-finite numbers into null, and -0 into 0. Without a point Python reads a whole number, and one beyond 64 bits makes numpy's
 * arrays ones of objects, on which Optuna's samplers fail.
 */
function stringifyNumber(value: number): string {
  if (Object.is(value, -0)) return '-0.0'
  const text = String(value)
  return Math.abs(value) >= 2 ** 63 && /^-?\d+$/.test(text) ? `${text}.0` : text
}

const stringifyString = (value: string): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** @throws SyntaxError if the text is not JSON, JsonDepthError if it nests too deeply */
export function parseJson(text: string): Json {
  if (!/NaN|Infinity/.test(text)) return parsePlain(text) as Json
  return restoreNaN(parsePlain(withoutLiterals(text)) as Json)
}

const MARK = '\\u0000'

/**
 * An infinity becomes a number too large for a double, set apart so that it does not merge with its neighbours. NaN becomes a string
 * that begins with a NUL; a string that does so by itself gets another one.
 */
function withoutLiterals(text: string): string {
  // The beginning of a string, or a literal that is not a key.
  const token = /"|-?Infinity|NaN(?!\s*:)/g
  let changed = ''
  let done = 0
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [word] = found
    changed += text.slice(done, found.index)
    if (word === '"') {
      done = endOfString(text, found.index) + 1
      const string = text.slice(found.index, done)
      changed += string.startsWith(`"${MARK}`) && !isKey(text, done) ? `"${MARK}${string.slice(1)}` : string
      token.lastIndex = done
    } else {
      changed += word === 'NaN' ? `"${MARK}NaN"` : word.startsWith('-') ? ' -1e999 ' : ' 1e999 '
      done = token.lastIndex
    }
  }
  return changed + text.slice(done)
}

function isKey(text: string, end: number): boolean {
  const colon = /\s*:/y
  colon.lastIndex = end
  return colon.test(text)
}

function restoreNaN(value: Json): Json {
  if (typeof value === 'string' && value.startsWith('\0')) return value === '\0NaN' ? Number.NaN : value.slice(1)
  if (typeof value !== 'object' || value === null) return value
  if (isArray(value)) return value.map(restoreNaN)
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, restoreNaN(field)]))
}
