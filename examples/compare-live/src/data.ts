import {
  type Dataset,
  encodeTable,
  InvalidDataError,
  loadDataset,
  parseArffTable,
  parseCsvTable,
  standardize,
  type Table,
  trainTestSplit,
} from 'espalier'

/** A column to predict has at most so many classes, and a text column that is learnt from so many different texts. */
const MOST_CLASSES = 20

/** A table that a person gave, or the sample, which is a data set already. */
export interface Source {
  readonly name: string
  readonly table?: Table
}

/** All that the page needs of the data: `train` and `test` are scaled, `all` is as it was read. */
export type Prepared = Awaited<ReturnType<typeof prepare>>

export async function readFile(file: File): Promise<Source & { table: Table }> {
  const text = await file.text()
  return { name: file.name, table: file.name.toLowerCase().endsWith('.arff') ? parseArffTable(text) : parseCsvTable(text) }
}

/** @throws InvalidDataError, in words that a person can act on */
export async function prepare({ table }: Source, target: string) {
  const leftOut = table === undefined ? [] : freeTexts(table, target)
  const all = table === undefined ? (await loadDataset('pima')).all : encode(table, target, leftOut)
  return { all, leftOut, ...standardize(trainTestSplit(all, { stratify: true, seed: 1 })) }
}

function encode(table: Table, target: string, leftOut: readonly string[]): Dataset {
  const classes = differentCells(table, target)
  if (classes > MOST_CLASSES) {
    throw new InvalidDataError(`column "${target}" has ${classes} different values; choose one of classes, with ${MOST_CLASSES} at most`)
  }
  if (leftOut.length === table.columns.length - 1) {
    throw new InvalidDataError(
      `there is nothing to learn from beside "${target}": no column holds numbers, or words that come again and again`,
    )
  }
  return encodeTable(table, { target, ignore: leftOut, task: classes > 2 ? 'multiclass' : 'binary', missing: 'drop' })
}

/** Columns of names, dates or notes, from which nothing general can be learnt. */
const freeTexts = (table: Table, target: string): string[] =>
  table.columns
    .filter(({ name, cells }) => {
      const texts = cells.filter((cell) => cell !== null && Number.isNaN(Number(cell)))
      return name !== target && texts.length > cells.length / 2 && new Set(texts).size > MOST_CLASSES
    })
    .map(({ name }) => name)

const differentCells = (table: Table, name: string): number =>
  new Set(table.columns.find((column) => column.name === name)?.cells.filter((cell) => cell !== null)).size
