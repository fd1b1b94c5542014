// Writes the lines of that program that load the data.

import { literal } from './code.ts'
import type { DataSource, StoredFile, StudioConfig } from './config.ts'
import { imputed, splitOptions, tableOptions } from './dataOptions.ts'

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

/** The lines that read, split, fill in and scale the rows of a configuration. */
export function dataCode(data: DataConfig): DataCode {
  const read = readStep(data)
  const steps: Statement[] = [read, ...(read.name === 'split' ? [] : [splitStep(data)])]
  const strategy = imputed(data)
  if (strategy !== undefined) {
    const before = [`const imputer = fitImputer(split.train, ${literal(strategy)})`]
    const value = '{ train: imputer.apply(split.train), test: imputer.apply(split.test) }'
    steps.push({ uses: ['fitImputer'], name: 'filled', before, value })
  }
  const scale = { none: undefined, standardize: 'standardize', minMax: 'minMaxScale' }[data.scaling]
  if (scale !== undefined) steps.push({ uses: [scale], name: 'data', value: `${scale}(${steps.at(-1)?.name})` })
  const last = steps.length - 1
  return {
    imports: steps.flatMap(({ uses }) => uses),
    readsFiles: read.value.includes('readFile(') || (read.before ?? []).some((line) => line.includes('readFile(')),
    lines: steps.flatMap(({ name, before = [], value }, i) => [...before, `const ${i === last ? 'data' : name} = ${value}`]),
  }
}

function splitStep(data: DataConfig): Statement {
  return { uses: ['trainTestSplit'], name: 'split', value: `trainTestSplit(rows, ${literal(splitOptions(data))})` }
}

/** The rows as the source has them: named `split` where it has a test part of its own. */
function readStep(data: DataConfig): Statement {
  const { source } = data
  switch (source.kind) {
    case 'sample':
      if (source.name === 'fashion-mnist') return { uses: ['loadDataset'], name: 'split', value: "await loadDataset('fashion-mnist')" }
      return tableStep('parseArff', "new URL('../data/pima.arff', import.meta.resolve('espalier'))", tableOptions(data))
    case 'table': {
      const { header, delimiter } = source
      const reading = { ...(header !== null && { header }), ...(delimiter !== null && { delimiter }) }
      const parse = source.format === 'csv' ? 'parseCsv' : 'parseArff'
      return tableStep(parse, literal(source.file.name), { ...(source.format === 'csv' && reading), ...tableOptions(data) })
    }
    case 'idx':
      return idxStep(source)
  }
}

const tableStep = (parse: string, path: string, options: object): Statement => ({
  uses: [parse],
  name: 'rows',
  value: `${parse}(await readFile(${path}, 'utf8'), ${literal(options)})`,
})

function idxStep({ train, test }: Extract<DataSource, { kind: 'idx' }>): Statement {
  const before = ['const idx = async (path: string) => parseIdx(await readFile(path), path)']
  const part = ([images, labels]: readonly [StoredFile, StoredFile]) =>
    `fromIdx(await idx(${literal(images.name)}), await idx(${literal(labels.name)}))`
  const uses = ['fromIdx', 'parseIdx']
  if (test === null) return { uses, name: 'rows', before, value: part(train) }
  return { uses, name: 'split', before, value: `{ train: ${part(train)}, test: ${part(test)} }` }
}
