import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InvalidDataError } from '../../src/core/errors.ts'
import { DataUnavailableError } from '../../src/data/errors.ts'
import { readDataset, readIdxFolder, readTable } from '../../src/data/node/read.ts'
import { featureRows, gzip, idxBytes } from './build.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const files: Record<string, Uint8Array> = {
  'a.csv': encode('x,y\n1,0\n2,1\n'),
  'a.csv.gz': gzip(encode('x,y\n1,0\n2,1\n')),
  'a.TSV': encode('x\ty\n1\t0\n2\t1\n'),
  'a.arff': encode('@attribute x real\n@attribute y {0, 1}\n@data\n1,0\n2,1\n'),
  'latin1.csv': Uint8Array.of(0x78, 0x2c, 0x79, 0x0a, 0xe9, 0x2c, 0x31),
  'bad.csv': encode('x,y\n1,0\n?,1\n'),
  'a.xlsx': encode('PK'),
  'train-images-idx3-ubyte': idxBytes([2, 1, 2], [1, 2, 3, 4]),
  'train-labels-idx1-ubyte': idxBytes([2], [0, 1]),
  't10k-images-idx3-ubyte.gz': gzip(idxBytes([1, 1, 2], [5, 6])),
  't10k-labels-idx1-ubyte.gz': gzip(idxBytes([1], [1])),
}

let folder: string
const path = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-'))
  for (const [name, bytes] of Object.entries(files)) await writeFile(path(name), bytes)
})

afterAll(() => rm(folder, { recursive: true }))

describe('readDataset', () => {
  it.each(['a.csv', 'a.csv.gz', 'a.TSV', 'a.arff'])('reads %s by its ending', async (name) => {
    const dataset = await readDataset(path(name), { target: 'y' })
    expect(featureRows(dataset)).toEqual([[1], [2]])
    expect(dataset).toMatchObject({ task: 'binary', classNames: ['0', '1'] })
  })

  it('reads the part asked for of a folder of IDX files', async () => {
    expect(featureRows(await readDataset(folder))).toEqual([
      [1, 2],
      [3, 4],
    ])
    const test = await readDataset(folder, { part: 'test', classNames: ['a', 'b'] })
    expect(test).toMatchObject({ rows: 1, classNames: ['a', 'b'], targets: Uint8Array.of(1) })
    expect(await readIdxFolder(folder, { classNames: ['a', 'b'] })).toMatchObject({ train: { rows: 2 }, test })
  })

  it.each([
    ['a file that is not there', 'none.csv', DataUnavailableError, /none\.csv: there is no such file/],
    ['an ending it does not know', 'a.xlsx', InvalidDataError, /a\.xlsx: .*must end in \.csv, \.tsv or \.arff/],
    ['text that is not UTF-8', 'latin1.csv', InvalidDataError, /latin1\.csv: this is not UTF-8.*iconv/],
    ['bad content, naming the file too', 'bad.csv', InvalidDataError, /bad\.csv: line 3, column "x": the value is missing/],
  ])('refuses %s', async (_, name, type, message) => {
    await expect(readDataset(path(name))).rejects.toThrow(type)
    await expect(readDataset(path(name))).rejects.toThrow(message)
  })

  it('names the IDX file that is missing', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'espalier-'))
    try {
      await expect(readDataset(empty)).rejects.toThrow(/there are no train images; expected a file named like train-images-idx3-ubyte\.gz/)
      await expect(readIdxFolder(join(empty, 'none'))).rejects.toThrow(/none: there is no such folder/)
    } finally {
      await rm(empty, { recursive: true })
    }
  })
})

it('readTable keeps text as it was read', async () => {
  const table = await readTable(path('bad.csv'))
  expect(table).toEqual({
    lines: [2, 3],
    columns: [
      { name: 'x', cells: ['1', null] },
      { name: 'y', cells: ['0', '1'] },
    ],
  })
})
