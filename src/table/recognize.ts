/** What a table is written in: by its first bytes, and only where they leave it open by its name. */

import { missing } from '../core/at.ts'
import { InvalidDataError } from '../core/errors.ts'
import { rowsInColumns } from './json.ts'
import type { TableFormat } from './options.ts'

const startsWith = (bytes: Uint8Array, ...signs: readonly number[]): boolean => signs.every((sign, i) => bytes[i] === sign)

export const isGzipped = (bytes: Uint8Array): boolean => startsWith(bytes, 0x1f, 0x8b)

const isParquet = (bytes: Uint8Array): boolean => startsWith(bytes, 0x50, 0x41, 0x52, 0x31)
const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, 0x50, 0x4b, 0x03, 0x04)

/** Whether the bytes are of a format that is no text: Parquet, or a zip archive as a spreadsheet is one. */
export const isPacked = (bytes: Uint8Array): boolean => isParquet(bytes) || isZip(bytes)

/** The encoding that the first bytes say, and how many of them only say it. */
export function markOf(bytes: Uint8Array): { readonly encoding: string; readonly length: number } | undefined {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return { encoding: 'utf-8', length: 3 }
  if (startsWith(bytes, 0xff, 0xfe)) return { encoding: 'utf-16le', length: 2 }
  if (startsWith(bytes, 0xfe, 0xff)) return { encoding: 'utf-16be', length: 2 }
  // Text without a mark: every other byte of ASCII's letters is 0.
  const some = bytes.subarray(0, 512)
  const zeros = [0, 0]
  for (const [i, byte] of some.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? missing(zeros, i % 2)) + 1
  const half = some.length / 2
  const [even = 0, odd = 0] = zeros
  if (some.length >= 4 && odd > 0.7 * half && even < 0.1 * half) return { encoding: 'utf-16le', length: 0 }
  if (some.length >= 4 && even > 0.7 * half && odd < 0.1 * half) return { encoding: 'utf-16be', length: 0 }
  return undefined
}

/** Files that are taken for tables and are none, by their first bytes. */
const OTHERS: readonly (readonly [signs: readonly number[], what: string, mend: string])[] = [
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old spreadsheet (.xls)', 'save it as .xlsx or .csv'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF', 'copy its table into a spreadsheet, and save that as .csv'],
  [[0x89, 0x48, 0x44, 0x46], 'an HDF5 file', 'write its table as CSV or Parquet, as by pandas: read_hdf(…).to_parquet(…)'],
  [[0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], 'an Arrow or Feather file', 'write it as Parquet, as by pandas: read_feather(…).to_parquet(…)'],
  [
    [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65],
    'a SQLite database',
    'export its table as CSV, as by: sqlite3 -header -csv FILE "select * from TABLE"',
  ],
  [[0x28, 0xb5, 0x2f, 0xfd], 'packed by zstd', 'unpack it: zstd -d FILE'],
  [[0x42, 0x5a, 0x68], 'packed by bzip2', 'unpack it: bunzip2 FILE'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'packed by xz', 'unpack it: unxz FILE'],
  [[0x80, 0x04, 0x95], 'a Python pickle', 'write it as CSV or Parquet, as by pandas: read_pickle(…).to_parquet(…)'],
  [[0x89, 0x50, 0x4e, 0x47], 'a picture (PNG)', 'a table is rows of cells'],
  [[0xff, 0xd8, 0xff], 'a picture (JPEG)', 'a table is rows of cells'],
]

/** @throws InvalidDataError for what is no table, saying what it is and what to do */
export function formatOf(bytes: Uint8Array, name: string, whole: boolean): TableFormat {
  if (bytes.length === 0) throw new InvalidDataError('it is empty: there is no row in it')
  for (const [signs, what, mend] of OTHERS)
    if (startsWith(bytes, ...signs)) throw new InvalidDataError(`this is ${what}, which is not read: ${mend}`)
  if (isParquet(bytes)) return 'parquet'
  if (isZip(bytes)) {
    // A part's name stands at the beginning of every part.
    const head = new TextDecoder('windows-1252').decode(bytes)
    if (/xl\/|\[Content_Types\]\.xml/.test(head) && !/word\/|ppt\//.test(head)) return 'xlsx'
    throw new InvalidDataError(
      /mimetypeapplication\/vnd\.oasis/.test(head)
        ? 'this is a spreadsheet of LibreOffice (.ods), which is not read: save it as .xlsx or .csv'
        : 'this is a zip archive, which is not read: unpack it, and name the table in it',
    )
  }
  if (bytes.subarray(0, 4096).includes(0))
    throw new InvalidDataError('it holds bytes of 0, as no text does: it is no table that is read (CSV, TSV, ARFF, JSON, Parquet, XLSX)')
  return textFormat(new TextDecoder('windows-1252').decode(bytes.subarray(0, 65536)), name, whole)
}

function textFormat(text: string, name: string, whole: boolean): TableFormat {
  const start = text.trimStart()
  if (/^(%[^\n\r]*[\n\r]\s*)*@relation\b/i.test(start.slice(0, 65536)) || (/\.arff(\.gz)?$/i.test(name) && /^[@%]/.test(start)))
    return 'arff'
  if (/^<(!doctype html|html|\?xml|table)\b/i.test(start))
    throw new InvalidDataError(
      'this is a web page or XML, which is not read: perhaps the page about the file was saved in place of the file',
    )
  if (/^\[\s*[[{]/.test(start)) return 'json'
  if (/^\{/.test(start)) return isLine(start, name, whole) ? 'jsonl' : 'json'
  if (start === '') throw new InvalidDataError('it holds blanks alone: there is no row in it')
  return 'csv'
}

/** Whether the first line is an object of its own. A single one may be a table of one row, or hold the array of rows. */
function isLine(text: string, name: string, whole: boolean): boolean {
  const [first = '', second = ''] = text.split('\n', 2)
  try {
    const value: unknown = JSON.parse(first)
    const isOnly = whole && second.trim() === ''
    return (
      !isOnly ||
      !(
        /\.json(\.gz)?$/i.test(name) ||
        rowsInColumns(value) !== undefined ||
        Object.values(value as object).some((inner) => Array.isArray(inner) && typeof inner[0] === 'object')
      )
    )
  } catch {
    return false
  }
}
