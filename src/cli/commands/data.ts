// The command `espalier data`.

import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { excerpt } from '../../core/excerpt.ts'
import { dateText, shortNumber } from '../../core/figures.ts'
import type { DownloadProgress } from '../../data/download.ts'
import { fetchFashionMnist, findFashionMnist, readPimaText } from '../../data/node.ts'
import { type DatasetSummary, describeDataset } from '../../index.ts'
import { type ColumnDescription, describeTable, type TableDescription } from '../../table/describe.ts'
import { readTable, STANDARD_INPUT } from '../../table/node.ts'
import type { ReadingOptions, ReadProgress } from '../../table/options.ts'
import { readTable as readTableText } from '../../table/read.ts'
import { options, print, printJson } from '../arguments.ts'
import { EXIT, type ExitCode, UsageError } from '../exit.ts'
import { interruptible } from '../interrupt.ts'
import { startProgress } from '../progress.ts'
import { addReadingFlags, readingOfFlags } from '../reading.ts'
import { knownTarget, nameOfSource, readSource, targetOf } from '../source.ts'
import { textTable } from '../table.ts'

interface DescribeOptions {
  readonly target?: string
  readonly json?: boolean
}

/** Columns shown of a wide table, such as images; all of them are in --json. */
const SHOWN_COLUMNS = 24
/** Of a file, whose columns are what is asked for, more. */
const SHOWN_FILE_COLUMNS = 200

const short = (value: number): string => (Number.isNaN(value) ? '-' : shortNumber(value))

function summaryText(part: string, { rows, task, inputSize, features, targets, classes }: DatasetSummary): string {
  const columns = [...features, ...targets]
  const cells = columns.map(({ name, min, mean, standardDeviation, max, missing }) => [
    ...[name, short(min), short(mean), short(standardDeviation), short(max)],
    missing,
  ])
  return [
    `${part}${rows} rows, ${inputSize} features, ${task}`,
    ...classes.map(({ name, rows: count, share }) => `  ${name}: ${count} rows (${(share * 100).toFixed(1)} %)`),
    ...(columns.length <= SHOWN_COLUMNS
      ? [textTable(['column', 'min', 'mean', 'sd', 'max', 'missing'], 1, cells)]
      : [`  (${columns.length} columns; --json lists them)`]),
  ].join('\n')
}

/** The range of numbers and dates, a few values of other columns. */
function valuesText({ kind, min = Number.NaN, max = Number.NaN, examples = [], distinct }: ColumnDescription): string {
  if (distinct === 0) return '-'
  if (kind === 'number') return min === max ? short(min) : `${short(min)} … ${short(max)}`
  if (kind === 'date') return min === max ? dateText(min) : `${dateText(min)} … ${dateText(max)}`
  return `${examples.map((text) => excerpt(text.replace(/\s+/g, ' '), 20)).join(', ')}${distinct > examples.length ? ', …' : ''}`
}

/** What a person is told of a table. */
export function tableText(name: string, { rows, columns, target, task, classes, guesses, problems }: TableDescription): string {
  const cells = columns
    .slice(0, SHOWN_FILE_COLUMNS)
    .map((column) => [
      excerpt(column.name, 30),
      column.kind,
      excerpt(valuesText(column), 60),
      excerpt(`${column.use}; ${column.why}`, 100),
      column.distinct,
      column.missing,
    ])
  const shown = classes.slice(0, SHOWN_COLUMNS)
  return [
    `${name}: ${rows} rows, ${columns.length} columns${target === undefined ? '' : `; predicted unless another is said: ${target}${task === undefined ? '' : ` (${task})`}`}`,
    ...shown.map(({ name: label, rows: count, share }) => `  ${excerpt(label)}: ${count} rows (${(share * 100).toFixed(1)} %)`),
    ...(classes.length > shown.length ? [`  and ${classes.length - shown.length} classes more`] : []),
    textTable(['column', 'kind', 'values', 'used as; why', 'different', 'missing'], 4, cells),
    ...(columns.length > cells.length ? [`(${columns.length - cells.length} columns more; --json lists them)`] : []),
    ...(guesses.length > 0 ? ['Found out (each may be said instead, as a flag or under `data:`):'] : []),
    ...guesses.map(({ of, value, why }) => `  ${of}: ${JSON.stringify(value)}   ${why}`),
    ...(problems.length > 0 ? ['To be looked at:'] : []),
    ...problems.map(({ message, mend }) => `  ${message}${mend === undefined ? '' : `\n    data: { ${mend} }`}`),
  ].join('\n')
}

async function describeFile(name: string, { target }: DescribeOptions, reading: ReadingOptions): Promise<TableDescription> {
  const progress = startProgress('Reading')
  const onProgress = ({ bytes, total }: ReadProgress) => {
    if (total !== undefined && total > SLOW_BYTES) progress.update(bytes / total)
  }
  try {
    const table =
      name === 'pima'
        ? await readTableText(await readPimaText({}), { ...reading, name: 'pima' })
        : await readTable(name === STANDARD_INPUT ? name : resolve(name), {
            ...reading,
            ...knownTarget(target),
            name: nameOfSource(name),
            onProgress,
          })
    return describeTable(table, target === undefined ? {} : { target: targetOf(target, table) })
  } finally {
    progress.stop()
  }
}

/** Of fewer bytes a table is read before anybody wonders. */
const SLOW_BYTES = 20_000_000

async function describe(name: string, given: DescribeOptions): Promise<ExitCode> {
  const { target, json } = given
  const found = await stat(resolve(name)).catch(() => undefined)
  const isImages = name === 'fashion-mnist' || found?.isDirectory()
  if (name === 'pima' || name === STANDARD_INPUT || (found && !isImages)) {
    const description = await describeFile(name, given, readingOfFlags({ ...given }))
    if (json) printJson(description)
    else print(tableText(nameOfSource(name), description))
    return EXIT.ok
  }
  const source = await readSource(name, resolve(name), { ...(target !== undefined && { target }) })
  if ('all' in source) {
    const summary = describeDataset(source.all)
    if (json) printJson(summary)
    else print(summaryText('', summary))
  } else {
    const parts = { train: describeDataset(source.train), test: describeDataset(source.test) }
    if (json) printJson(parts)
    else print([summaryText('train: ', parts.train), summaryText('test: ', parts.test)].join('\n'))
  }
  return EXIT.ok
}

async function fetchNamed(name: string, folder: string | undefined, json: boolean): Promise<ExitCode> {
  if (name === 'pima') throw new UsageError('pima comes with the package; there is nothing to fetch')
  if (name !== 'fashion-mnist') throw new UsageError(`"${name}" cannot be fetched; what can is fashion-mnist`)
  const where = await interruptible(async (signal) => {
    const progress = startProgress('Fetching')
    const onProgress = ({ file, loaded, total }: DownloadProgress) => {
      if (total) progress.update(loaded / total, file)
    }
    try {
      return await fetchFashionMnist({ signal, onProgress, ...(folder !== undefined && { folder }) })
    } finally {
      progress.stop()
    }
  })
  if (json) printJson({ name, folder: where })
  else print(`Fashion-MNIST is in ${where}; all four files have the published SHA-256.`)
  return EXIT.ok
}

async function list(json: boolean): Promise<ExitCode> {
  const folder = await findFashionMnist()
  const sets = [
    { name: 'pima', what: 'Pima Indians diabetes: 768 rows, 8 features, 2 classes', where: 'comes with the package' },
    {
      name: 'fashion-mnist',
      what: 'Fashion-MNIST: 60,000 + 10,000 images of 28 x 28, 10 classes',
      where: folder ?? 'not on this machine; fetched (31 MB) when first used',
    },
  ]
  if (json) printJson(sets.map(({ name, what }) => ({ name, what, ...(name === 'fashion-mnist' && { folder: folder ?? null }) })))
  else print(sets.map(({ name, what, where }) => `${name.padEnd(15)}${what}\n${''.padEnd(15)}${where}`).join('\n'))
  return EXIT.ok
}

export function addData(program: Command, finish: (code: ExitCode) => void): void {
  const data = program.command('data').description('look at data sets, and fetch them')
  const describing = data
    .command('describe')
    .description('every column of a file: what it holds and why, its range, its missing values, and what would be made of it')
    .argument(
      '<source>',
      'a table (CSV, TSV, ARFF, JSON, Parquet or XLSX, also gzipped), - for standard input, pima, fashion-mnist, or a folder of IDX files',
    )
    .option('--target <column>', 'the column to predict (default: the last that is neither text nor an id)')
    .addOption(options.json())
    .addHelpText(
      'after',
      `
Examples:
  espalier data describe pima
  espalier data describe patients.csv --target diagnosis
  espalier data describe export.csv --decimal , --kinds zip=category --ignore notes
  zcat log.csv.gz | espalier data describe -`,
    )
  addReadingFlags(describing).action(async (source: string, given: DescribeOptions) => finish(await describe(source, given)))
  data
    .command('fetch')
    .description('download a data set, checked against its published SHA-256')
    .argument('<name>', 'fashion-mnist')
    .option('--folder <path>', "where to put it (default: espalier's cache)")
    .addOption(options.json())
    .addHelpText('after', '\nExample:\n  espalier data fetch fashion-mnist')
    .action(async (name: string, given: { folder?: string; json?: boolean }) =>
      finish(await fetchNamed(name, given.folder, given.json ?? false)),
    )
  data
    .command('list')
    .description('the data sets known by name, and where they are')
    .addOption(options.json())
    .addHelpText('after', '\nExample:\n  espalier data list')
    .action(async (given: { json?: boolean }) => finish(await list(given.json ?? false)))
}
