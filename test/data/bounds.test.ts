import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InvalidDataError } from '../../src/core/errors.ts'
import { parseArff, parseArffTable } from '../../src/data/arff.ts'
import { parseCsv, parseCsvTable } from '../../src/data/csv.ts'
import { verifyFashionMnist } from '../../src/data/fashion-mnist.ts'
import { parseIdx } from '../../src/data/idx.ts'
import { readDataset, readTable } from '../../src/data/node/read.ts'
import { gunzip } from '../../src/data/unpack.ts'
import { formatOf } from '../../src/table/recognize.ts'
import { processorSeconds } from '../support/seconds.ts'
import { gzip, idxBytes } from './build.ts'

/** Small files that would hang or fill the memory: each is refused, or read, within a second. */

const MILLION = 1_000_000

async function expectRefused(work: () => unknown, message: RegExp): Promise<void> {
  const { seconds, error } = await processorSeconds(work)
  expect(error).toBeInstanceOf(InvalidDataError)
  expect((error as Error).message).toMatch(message)
  expect((error as Error).message.length).toBeLessThan(2000)
  expect(seconds).toBeLessThan(1)
}

describe('gzip that unpacks to a thousand times its size', () => {
  let folder: string
  let bomb: Uint8Array<ArrayBuffer>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'espalier-'))
    // A megabyte that becomes a gigabyte: a stream may have any number of members.
    const member = gzipSync(Buffer.alloc(2 ** 26), { level: 9 })
    bomb = new Uint8Array(Buffer.concat(Array(16).fill(member)))
    await writeFile(join(folder, 'bomb.csv.gz'), bomb)
    await writeFile(join(folder, 'bomb.arff.gz'), bomb)
    for (const part of ['train', 't10k'])
      for (const kind of ['images-idx3', 'labels-idx1']) await writeFile(join(folder, `${part}-${kind}-ubyte.gz`), bomb)
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is refused wherever it is read, naming the file and what to do', async () => {
    expect(bomb.length).toBeLessThan(1.1 * MILLION)
    const said = /its first \d+ bytes unpack to \d+ already.*unpack it beforehand, or say by maxUnpackedBytes/
    await expectRefused(() => gunzip(bomb, 'b.gz'), said)
    await expectRefused(() => gunzip(bomb, 'b.gz'), /^b\.gz: /)
    await expectRefused(() => parseIdx(bomb, 'b.gz'), said)
    await expectRefused(() => readTable(join(folder, 'bomb.csv.gz')), /bomb\.csv\.gz: its first/)
    await expectRefused(() => readDataset(join(folder, 'bomb.arff.gz')), /bomb\.arff\.gz: its first/)
    await expectRefused(() => readDataset(folder), /train-images-idx3-ubyte\.gz: its first/)
    await expectRefused(() => verifyFashionMnist('train-images-idx3-ubyte', bomb, 'b.gz'), said)
  })

  it('is read where a person says how large it is, and no further', async () => {
    const zeros = gzip(new Uint8Array(2 ** 26))
    await expect(gunzip(zeros)).rejects.toThrow(/unpack it beforehand/)
    expect((await gunzip(zeros, 'z', { maxUnpackedBytes: 2 ** 26 })).length).toBe(2 ** 26)
    await expect(gunzip(zeros, 'z', { maxUnpackedBytes: 2 ** 26 - 1 })).rejects.toThrow(/z: unpacks to more than the 67108863 bytes/)
    await expect(parseIdx(gzip(idxBytes([4], [1, 2, 3, 4])), 'i', { maxUnpackedBytes: 11 })).rejects.toThrow(/more than the 11 bytes/)
    await writeFile(join(folder, 'honest.csv.gz'), gzip(new TextEncoder().encode('x,y\n1,0\n2,1\n')))
    await expect(readDataset(join(folder, 'honest.csv.gz'), { maxUnpackedBytes: 5 })).rejects.toThrow(/more than the 5 bytes/)
    expect((await readDataset(join(folder, 'honest.csv.gz'), { maxUnpackedBytes: 12 })).rows).toBe(2)
  })

  it('is no bound for data: a small file of any ratio, and a large one that packs as text does', async () => {
    expect((await gunzip(gzip(new Uint8Array(2 ** 24)))).length).toBe(2 ** 24)
    // 37 MB at about 15 to 1.
    const line = new TextEncoder().encode(Array.from({ length: 30_000 }, (_, i) => `${i % 97},${(i * 7919) % 1009},${i % 2}\n`).join(''))
    const text = new Uint8Array(140 * line.length)
    for (let i = 0; i < 140; i++) text.set(line, i * line.length)
    expect(text.length).toBeGreaterThan(2 ** 25)
    expect((await gunzip(gzip(text))).length).toBe(text.length)
  })
})

const head = '@attribute a string\n@attribute b numeric\n@data\n'
const long = (text: string, times = 20 * MILLION): string => text.repeat(Math.floor(times / text.length))

describe('long values', () => {
  it('an ARFF text of 20 MB is read, quoted or not', async () => {
    for (const value of [`'${long('x')}'`, `"${long('x y,')}"`, long('x'), `'${long("\\'", MILLION)}'`]) {
      const { seconds, error } = await processorSeconds(() => {
        const [text] = parseArffTable(`${head}${value},1\n`).columns[0]?.cells ?? []
        expect(text?.length).toBe(value.startsWith("'\\") ? 500_000 : value.length - (/^['"]/.test(value) ? 2 : 0))
      })
      expect(error).toBeUndefined()
      expect(seconds).toBeLessThan(1)
    }
  })

  it.each([
    ['quotes that do not close', `${head}'${long('x')},1\n`, /line 4: cannot read "'xxx/],
    ['nothing but escapes', `${head}'${long('\\', MILLION)}\\,1\n`, /line 4: cannot read/],
    ['blanks within', `${head}'a'${long(' ')}b,1\n`, /line 4: cannot read "'a'/],
    ['a type after blanks', `@attribute a${long(' ')}b${long(' ')}c\n`, /line 1: attribute "a" has type "b"/],
    [
      'an unknown value',
      `@attribute a {x, y}\n@data\n${long('z')}\n`,
      /line 3: column "a": "zzz.*\.\.\." is not among its declared values x, y/,
    ],
    [
      'a number with a letter',
      `@attribute a numeric\n@attribute b numeric\n@data\n${long('1')}x,1\n`,
      /line 4, column "a": "111.*is not a number/,
    ],
    ['open braces', `@attribute a numeric\n@data\n${long('{')}\n`, /line 3/],
  ])('ARFF: %s', async (_, text, message) => {
    await expectRefused(() => parseArff(text), message)
  })

  it.each([
    ['quotes that do not close', `a,b\n"${long('x')},1\n`, /line 2: quoted field unterminated/],
    ['a number with a letter', `a,b\n${long('1')}x,1\n2,3\n`, /line 2, column "a": "111.*is not a number/],
    ['points', `a,b\n${long('1.')},1\n2,3\n`, /line 2, column "a": "1\.1/],
  ])('CSV: %s', async (_, text, message) => {
    await expectRefused(() => parseCsv(text), message)
  })
})

describe('many names', () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `c${i}`)

  it('of columns are found in one pass', async () => {
    await expectRefused(() => parseCsvTable(`${names.join(',')},c7\n`.concat('1,'.repeat(100_000), '1\n')), /line 1 names two columns "c7"/)
    await expectRefused(
      () => parseArffTable(`${names.map((name) => `@attribute ${name} numeric`).join('\n')}\n@attribute c7 numeric\n`),
      /line 100001: there is an attribute "c7" already/,
    )
    const { seconds, error } = await processorSeconds(() =>
      expect(parseCsv(`${names.slice(0, 50_000).join(',')}\n${'1,'.repeat(49_999)}1\n`).inputSize).toBe(49_999),
    )
    expect(error).toBeUndefined()
    expect(seconds).toBeLessThan(1)
  })

  it('of values too, and of them messages list the first', async () => {
    await expectRefused(
      () => parseArffTable(`@attribute a {${names.join(',')}}\n@data\n${'c99999\n'.repeat(50_000)}zz\n`),
      /line 50003: column "a": "zz" is not among its declared values c0, c1, .* and 99980 more/,
    )
  })

  it('as one-hot columns make no more numbers than a network could be fed', () => {
    const rows = Array.from({ length: 256 }, (_, row) => Array(9000).fill(`v${row}`).join(','))
    const table = `${names.slice(0, 9000).join(',')}\n${rows.join('\n')}\n`
    expect(() => parseCsv(table, { target: 0 })).toThrow(/256 rows of 2303744 features.*list columns of many categories under ignore/)
  })
})

it('a type of ARFF is one of its own, not of every object', () => {
  for (const type of ['constructor', 'toString', '__proto__'])
    expect(() => parseArff(`@attribute a ${type}\n@data\n1\n`)).toThrow(/has type/)
})

it('what kind of table a file is costs no more than a look at its beginning', async () => {
  const formatOfText = (text: string) => formatOf(new TextEncoder().encode(text), 'file', true)
  for (const text of [
    '% '.repeat(2000),
    '%%%%'.repeat(1000),
    `${'% a\n'.repeat(1000)}x`,
    `%${' '.repeat(4000)}`,
    `${'%\n\n'.repeat(1300)}@relatio`,
  ]) {
    const { seconds } = await processorSeconds(() => expect(formatOfText(text)).toBe('csv'))
    expect(seconds).toBeLessThan(1)
  }
  for (const text of ['@relation r', '% a\r\n\r\n  % b\r@Relation r', ' \n%\n%\n@RELATION x']) expect(formatOfText(text)).toBe('arff')
})
