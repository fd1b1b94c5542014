// The command `espalier data`.

import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { DownloadProgress } from '../../data/download.ts'
import { fetchFashionMnist, findFashionMnist } from '../../data/node.ts'
import { type DatasetSummary, describeDataset } from '../../index.ts'
import { options, print, printJson } from '../arguments.ts'
import { EXIT, type ExitCode, UsageError } from '../exit.ts'
import { interruptible } from '../interrupt.ts'
import { startProgress } from '../progress.ts'
import { readSource } from '../source.ts'
import { textTable } from '../table.ts'

interface DescribeOptions {
  readonly target?: string
  readonly missing: 'refuse' | 'drop' | 'keep'
  readonly json?: boolean
}

/** Columns shown of a wide table, such as images; all of them are in --json. */
const SHOWN_COLUMNS = 24

const short = (value: number): string => (Number.isNaN(value) ? '-' : String(Number(value.toPrecision(4))))

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

async function describe(name: string, { target, missing, json }: DescribeOptions): Promise<ExitCode> {
  const source = await readSource(name, resolve(name), { missing, ...(target !== undefined && { target }) })
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
  data
    .command('describe')
    .description("every column's range and missing values, and how many rows each class has")
    .argument('<source>', 'pima, fashion-mnist, a .csv or .arff file, or a folder of IDX files')
    .option('--target <column>', 'the column to predict (default: the last)')
    .addOption(
      new Option('--missing <how>', 'missing values: refuse them, drop their rows, or keep and count them')
        .choices(['refuse', 'drop', 'keep'])
        .default('keep'),
    )
    .addOption(options.json())
    .addHelpText('after', '\nExamples:\n  espalier data describe pima\n  espalier data describe patients.csv --target diagnosis')
    .action(async (source: string, given: DescribeOptions) => finish(await describe(source, given)))
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
