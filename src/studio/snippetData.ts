// Writes the lines of that program that load the data.

import type { ReadingOptions } from '../table/options.ts'
import { literal } from './code.ts'
import { type DataSource, readingOf, SAMPLE_FILES, type StoredFile, type StudioConfig } from './config.ts'
import { prepareOptions, splitOptions, tableSplitOptions } from './dataOptions.ts'

interface DataCode {
  /** From the package. */
  readonly imports: readonly string[]
  /** Lines that import what is for Node. */
  readonly ofNode: readonly string[]
  /** The last of them declares `data`. */
  readonly lines: readonly string[]
}

type DataConfig = StudioConfig['data']

/** A value of the program: what it takes from the package, its name unless it is the last, and itself. */
interface Statement {
  readonly uses: readonly string[]
  readonly name: string
  readonly value: string
}

/** The lines that read, split and prepare the rows of a configuration. */
export function dataCode(data: DataConfig): DataCode {
  const read = readStep(data)
  const steps: Statement[] = read.name === 'table' ? [read, prepareStep(data)] : [read, ...imageSteps(read, data)]
  const last = steps.length - 1
  return {
    imports: steps.flatMap(({ uses }) => uses),
    ofNode: [
      ...(data.source.kind === 'idx' ? ["import { readFile } from 'node:fs/promises'"] : []),
      ...(read.name === 'table' ? ["import { readTable } from 'espalier/node'"] : []),
    ],
    lines: steps.map(({ name, value }, i) => `const ${i === last ? 'data' : name} = ${value}`),
  }
}

const prepareStep = (data: DataConfig): Statement => ({
  uses: ['prepareTable'],
  name: 'data',
  value: `prepareTable(table, ${literal(prepareOptions(data))}, ${literal(tableSplitOptions(data))})`,
})

function imageSteps(read: Statement, data: DataConfig): Statement[] {
  const split = read.name === 'split' ? [] : [splitStep(data)]
  const scale = { none: undefined, standardize: 'standardize', minMax: 'minMaxScale' }[data.scaling]
  return [...split, ...(scale === undefined ? [] : [{ uses: [scale], name: 'data', value: `${scale}(split)` }])]
}

function splitStep(data: DataConfig): Statement {
  return { uses: ['trainTestSplit'], name: 'split', value: `trainTestSplit(rows, ${literal(splitOptions(data))})` }
}

/** The rows as the source has them: named `table` where they are one, `split` where there is a test part already. */
function readStep(data: DataConfig): Statement {
  const { source } = data
  switch (source.kind) {
    case 'sample':
      if (source.name === 'fashion-mnist') return { uses: ['loadDataset'], name: 'split', value: "await loadDataset('fashion-mnist')" }
      return tableStep(`new URL('../data/${SAMPLE_FILES[source.name]}', import.meta.resolve('espalier'))`, readingOf(source))
    case 'table':
      return tableStep(literal(source.file.name), readingOf(source))
    case 'idx':
      return idxStep(source)
  }
}

function tableStep(path: string, reading: ReadingOptions): Statement {
  const given = Object.keys(reading).length === 0 ? '' : `, ${literal(reading)}`
  return { uses: [], name: 'table', value: `await readTable(${path}${given})` }
}

function idxStep({ train, test }: Extract<DataSource, { kind: 'idx' }>): Statement {
  const read = ({ name }: StoredFile) => `await parseIdx(await readFile(${literal(name)}), ${literal(name)})`
  const part = ([images, labels]: readonly [StoredFile, StoredFile]) => `fromIdx(${read(images)}, ${read(labels)})`
  const uses = ['fromIdx', 'parseIdx']
  if (test === null) return { uses, name: 'rows', value: part(train) }
  return { uses, name: 'split', value: `{\n  train: ${part(train)},\n  test: ${part(test)},\n}` }
}
