/** Twenty broken files, and what is said of each. Read the messages aloud: would a person know what to do? */

import { gzipSync } from 'node:zlib'
import { bytesOf } from './support.ts'

export interface Broken {
  readonly what: string
  readonly bytes: Uint8Array
  /** The message of the error; or, of a file that can be read, the first of its problems. */
  readonly says: string
  /** The option that mends it. */
  readonly mend?: string
}

const rows = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n')
const packed = new Uint8Array(gzipSync(rows(500, (i) => `${i},${i * i},${(i * 7) % 13}`)))

export const BROKEN: readonly Broken[] = [
  { what: 'nothing at all', bytes: bytesOf(''), says: 'file.csv: it is empty: there is no row in it' },
  { what: 'blank lines alone', bytes: bytesOf('\n \n\n'), says: 'file.csv: it holds blanks alone: there is no row in it' },
  {
    what: 'a web page saved in place of the file',
    bytes: bytesOf('<!DOCTYPE html>\n<html><body>Sign in</body></html>'),
    says: 'file.csv: this is a web page or XML, which is not read: perhaps the page about the file was saved in place of the file',
  },
  {
    what: 'a spreadsheet of the old kind',
    bytes: Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
    says: 'file.csv: this is an old spreadsheet (.xls), which is not read: save it as .xlsx or .csv',
  },
  {
    what: 'a PDF',
    bytes: bytesOf('%PDF-1.7\n'),
    says: 'file.csv: this is a PDF, which is not read: copy its table into a spreadsheet, and save that as .csv',
  },
  {
    what: 'a zip archive',
    bytes: Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0),
    says: 'file.csv: this is a zip archive, which is not read: unpack it, and name the table in it',
  },
  {
    what: 'a gzip stream cut short',
    bytes: packed.subarray(0, packed.length - 20),
    says: 'file.csv: the gzip data is truncated or damaged; copy or download the file again',
  },
  {
    what: 'a Parquet file cut short',
    bytes: bytesOf('PAR1\0\0\0\0\0\0\0\0'),
    says: 'file.csv: the Parquet file is truncated or damaged (parquet file invalid (footer != PAR1)); copy or download it again',
  },
  {
    what: 'bytes of a program',
    bytes: Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 3),
    says: 'file.csv: it holds bytes of 0, as no text does: it is no table that is read (CSV, TSV, ARFF, JSON, Parquet, XLSX)',
  },
  {
    what: 'a quote that never closes',
    bytes: bytesOf('a,b\n1,x\n2,"y\n3,z\n4,w\n'),
    says: 'file.csv: line 3: a quote opens in the row that begins there and never closes; correct it, or say quote: "" where quotes mean nothing',
  },
  {
    what: 'a line that is no JSON',
    bytes: bytesOf('{"a":1}\n{"a":2\n{"a":3}\n'),
    says: 'file.csv: line 2: this is no JSON: {"a":2; every line must hold one object, as {"height": 1.5, "side": "north"}',
  },
  {
    what: 'JSON that holds no rows',
    bytes: bytesOf('[[1,2],[3,4]]'),
    says: 'file.csv: row 1 of the JSON is an Array; every row must be an object, as {"height": 1.5, "side": "north"}',
  },
  {
    what: 'ARFF without its data',
    bytes: bytesOf('@relation r\n@attribute a real\n'),
    says: 'file.csv: there is no @data line: the file is truncated, or not ARFF',
  },
  { what: 'names and no rows', bytes: bytesOf('a,b,c\n'), says: 'there are no rows below the line of column names' },
  {
    what: 'a number mistyped',
    bytes: bytesOf(`a,y\n${rows(20, (i) => `${i === 6 ? '1.5.2' : i * 1.5},${i % 2}`)}\n`),
    says: 'column "a": 1 of 20 cells is no number, and read as missing: "1.5.2" in line 8',
    mend: 'kinds: { "a": number }',
  },
  {
    what: 'a day that is none',
    bytes: bytesOf(`d,y\n${rows(20, (i) => `2020-02-${String(i + 11).padStart(2, '0')},${i % 2}`)}\n`),
    says: 'column "d": 1 of 20 cells is no date, and read as missing: "2020-02-30" in line 21',
    mend: 'kinds: { "d": date }',
  },
  {
    what: 'a row that is too short',
    bytes: bytesOf(`a,b,y\n${rows(20, (i) => (i === 3 ? '3' : `${i * i},x${i % 3},${i % 2}`))}\n`),
    says: 'a row has fewer cells than the 3 columns, the first in line 5 (1): what they lack is read as missing',
  },
  {
    what: 'a cell that holds the delimiter, without quotes',
    bytes: bytesOf(`a,b,y\n${rows(20, (i) => (i === 3 ? '3,x1,1,5' : `${i * i},x${i % 3},${i % 2}`))}\n`),
    says: 'a row has more cells than the 3 columns, the first in line 5 (4): the last ones are left out; a cell that holds the delimiter must stand in quotes',
  },
  {
    what: 'two columns of one name',
    bytes: bytesOf('a,a,y\n1,2,x\n3,5,z\n'),
    says: 'a name stands over two columns: "a" (the later one is called "a_2")',
  },
  {
    what: 'dates that may be day first or month first',
    bytes: bytesOf('d,y\n01/02/2020,1\n03/04/2020,2\n05/06/2020,3\n'),
    says: 'column "d": "01/02/2020" may be in the order month, day, year or day, month, year; it is read as 2020-01-02',
    mend: 'dateOrder: dmy',
  },
]
