// Writes the lines of that program that load the data.

import { literal } from './code.ts'
import type { DataSource, StoredFile, StudioConfig } from './config.ts'
import { columnOptions, prepareOptions, splitOptions } from './dataOptions.ts'

interface DataCode {
  /** From the package. */
  readonly imports: readonly string[]
  readonly readsFiles: boolean
  /** The last of them declares `data`. */
  readonly lines: readonly string[]
}

type DataConfig = StudioConfig['data']

/** A value of the program: what it takes from the package, its name unless it is the last, lines before it, and itself. */
interface Statement {
  readonly uses: readonly string[]
  readonly name: string
  readonly before?: readonly string[]
  readonly value: string
}

/** The lines that read, split and prepare the rows of a configuration. */
export function dataCode(data: DataConfig): DataCode {
  const read = readStep(data)
  const steps: Statement[] = read.name === 'table' ? [read, prepareStep(data)] : [read, ...imageSteps(read, data)]
  const last = steps.length - 1
  return {
    imports: steps.flatMap(({ uses }) => uses),
    readsFiles: read.value.includes('readFile(') || (read.before ?? []).some((line) => line.includes('readFile(')),
    lines: steps.flatMap(({ name, before = [], value }, i) => [...before, `const ${i === last ? 'data' : name} = ${value}`]),
  }
}

const prepareStep = (data: DataConfig): Statement => ({
  uses: ['prepareTable'],
  name: 'data',
  value: `prepareTable(table, ${literal(prepareOptions(data))}, ${literal(splitOptions(data))})`,
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
      return tableStep('parseArffTable', "new URL('../data/pima.arff', import.meta.resolve('espalier'))", undefined, data)
    case 'table': {
      const { header, delimiter } = source
      const reading = { ...(header !== null && { header }), ...(delimiter !== null && { delimiter }) }
      if (source.format === 'arff') return tableStep('parseArffTable', literal(source.file.name), undefined, data)
      return tableStep('parseCsvTable', literal(source.file.name), reading, data)
    }
    case 'idx':
      return idxStep(source)
  }
}

function tableStep(parse: string, path: string, reading: object | undefined, data: DataConfig): Statement {
  const given = (options: object | undefined) => (options === undefined || Object.keys(options).length === 0 ? '' : `, ${literal(options)}`)
  const text = `await readFile(${path}, 'utf8')`
  return {
    uses: [parse, 'typedTable'],
    name: 'table',
    value: `typedTable(${parse}(${text}${given(reading)})${given(columnOptions(data))})`,
  }
}

function idxStep({ train, test }: Extract<DataSource, { kind: 'idx' }>): Statement {
  const before = ['const idx = async (path: string) => parseIdx(await readFile(path), path)']
  const part = ([images, labels]: readonly [StoredFile, StoredFile]) =>
    `fromIdx(await idx(${literal(images.name)}), await idx(${literal(labels.name)}))`
  const uses = ['fromIdx', 'parseIdx']
  if (test === null) return { uses, name: 'rows', before, value: part(train) }
  return { uses, name: 'split', before, value: `{ train: ${part(train)}, test: ${part(test)} }` }
}
