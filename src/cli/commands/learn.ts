// The command `espalier learn`.

import { mkdir } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { listed } from '../../core/excerpt.ts'
import type { Task } from '../../data/dataset.ts'
import { checkWritable, replaceFile } from '../../data/node/write.ts'
import { type Backend, openBackend } from '../../index.ts'
import type { Answer } from '../../learn/answer.ts'
import { FIELD_OF_LOSS, type LearnLoss } from '../../learn/loss.ts'
import type { Learn, LearnOptions } from '../../learn/options.ts'
import { targetColumns, taskOf } from '../../prepare/target.ts'
import { readTable } from '../../table/node.ts'
import type { Table } from '../../table/table.ts'
import { answerJson, answerText, problemText } from '../answer-file.ts'
import { note, options, print, printJson, wholeNumber } from '../arguments.ts'
import { EXIT, type ExitCode, UsageError } from '../exit.ts'
import { findGpu } from '../gpu.ts'
import { interruptible } from '../interrupt.ts'
import { startProgress } from '../progress.ts'
import { addReadingFlags, readingOfFlags } from '../reading.ts'
import { knownTarget, nameOfSource, readingOf, readTrainingSource, refuseOverwriting, targetOf } from '../source.ts'
import { allowWide } from '../wide.ts'

interface LearnFlags {
  readonly target?: string
  readonly seconds?: number
  readonly steps?: number
  readonly task?: Task
  readonly seed: number
  readonly loss?: LearnLoss
  readonly classWeight?: 'balanced'
  readonly by?: string
  readonly repeats?: number
  readonly width?: number
  readonly ignore?: readonly string[]
  readonly save?: string
  readonly card?: string
  readonly workers?: number
  readonly wide?: boolean
  readonly backend?: 'auto' | 'wasm' | 'webgpu'
  readonly json?: boolean
}

const EXAMPLE = `
Examples:
  espalier learn prices.csv --target price --seconds 60 --seed 7 --save price.answer
  espalier predict price.answer new.csv --out predictions.csv
  espalier learn patients.csv --steps 20 --card card.md      # the same seed and steps give the same bits
  espalier learn sales.csv --target sold --loss poisson      # counts; quantile:0.9 for what 9 of 10 stay below
  espalier learn visits.csv --target ill --by patient        # how good it is for patients that it has not seen

It tries networks, boosted trees and linear models on folds of the rows, lets the best of them answer together, and says how good that is on rows that no
choice was made by, beside guessing and a linear model. Ctrl-C stops it and keeps the best so far. Rows without a target are left out; other missing
values are filled in.`

const DEFAULT_SECONDS = 60
/** Nearly four months. */
const MOST_SECONDS = 1e7

/** `quantile:0.9`: a loss and its number. What they must be `learn` says, which knows the target. */
function lossOf(text: string): LearnLoss {
  const [name = '', number] = text.split(':')
  const field = FIELD_OF_LOSS[name]
  if (number === undefined) return name as LearnLoss
  if (field === undefined) throw new InvalidArgumentError(`${name} takes no number; ${Object.keys(FIELD_OF_LOSS).join(', ')} do.`)
  if (number.trim() === '' || !Number.isFinite(Number(number)))
    throw new InvalidArgumentError(`What follows the colon must be a number: ${field}.`)
  return { name, [field]: Number(number) } as unknown as LearnLoss
}

function widthOf(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It must be a number above 0, in units of what the answer is judged by.')
}

/** With a width the number is the most that are tried. */
function repeatsOf({ repeats, width }: LearnFlags): LearnOptions['repeats'] {
  return width === undefined ? repeats : { width, ...(repeats !== undefined && { most: repeats }) }
}

function secondsOf(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= MOST_SECONDS) return value
  throw new InvalidArgumentError(`It must be a number of seconds above 0 and at most ${MOST_SECONDS}.`)
}

function budgetOf({ seconds, steps }: LearnFlags): { seconds: number } | { steps: number } {
  if (seconds !== undefined && steps !== undefined) throw new UsageError('--seconds and --steps are both given; a budget is one of them')
  return steps === undefined ? { seconds: seconds ?? DEFAULT_SECONDS } : { steps }
}

async function readRows(source: string, given: LearnFlags, signal: AbortSignal): Promise<Table> {
  // Columns left out are for the preparation, which says so.
  const reading = readingOf(readingOfFlags({ ...given }))
  const found = await readTrainingSource(source, resolve(source), reading, {
    signal,
    read: (path) => readTable(path, { ...reading, ...knownTarget(given.target), name: nameOfSource(source), signal }),
  })
  if ('table' in found) return found.table
  throw new UsageError(`${source}: is no table, which \`espalier learn\` learns from; \`espalier train\` trains on images`)
}

/** What is predicted, and how to say that it is something else. */
function predicted(table: Table, given: LearnFlags): string {
  const options = { target: given.target && targetOf(given.target, table), task: given.task, ignore: given.ignore }
  const columns = targetColumns(table, options)
  const { task, classNames } = taskOf(table, columns, options)
  const [name = ''] = columns.map((column) => column.name)
  if (task === 'regression') return `Predicting ${name}, a number (--task multiclass takes its values for classes)`
  const numbers = columns.some(({ kind }) => kind === 'number') ? ' (--task regression takes it for a number)' : ''
  return `Predicting ${name}, ${classNames.length} classes: ${listed(classNames)}${numbers}`
}

async function prepareFile(path: string | undefined): Promise<void> {
  if (path === undefined) return
  await mkdir(dirname(path), { recursive: true })
  await checkWritable(path)
}

async function writeAll(answer: Answer, { save, card }: LearnFlags): Promise<string[]> {
  const files: string[] = []
  if (save !== undefined) {
    await replaceFile(save, answer.save())
    files.push(save)
  }
  if (card !== undefined) {
    const { markdown, json } = answer.card()
    await replaceFile(card, /\.json$/i.test(card) ? `${JSON.stringify(json, null, 2)}\n` : markdown)
    files.push(card)
  }
  return files
}

async function learnWith(learn: Learn, backend: Backend, table: Table, given: LearnFlags, signal: AbortSignal): Promise<Answer> {
  const progress = startProgress('Learning')
  try {
    return await learn(backend, table, {
      target: given.target && targetOf(given.target, table),
      task: given.task,
      budget: budgetOf(given),
      seed: given.seed,
      loss: given.loss,
      classWeight: given.classWeight,
      by: given.by,
      repeats: repeatsOf(given),
      ...(given.ignore && { ignore: given.ignore }),
      onProgress: ({ done, note: text }) => progress.update(done, text),
      signal,
    })
  } finally {
    progress.stop()
  }
}

async function run(learn: Learn, source: string, given: LearnFlags): Promise<ExitCode> {
  budgetOf(given)
  await refuseOverwriting([source], [given.save, given.card])
  return interruptible(async (signal) => {
    const table = await readRows(source, given, signal)
    for (const line of problemText(table, table.columns)) note(line)
    const backend = await openBackend({
      prefer: given.backend,
      workers: given.workers,
      gpu: given.backend === 'webgpu' ? await findGpu() : undefined,
      ...allowWide(given.wide),
    })
    try {
      // Now, not after minutes of learning, is the time to find that nothing can be written there.
      await prepareFile(given.save)
      await prepareFile(given.card)
      note(`Learning from ${basename(nameOfSource(source))}: ${table.rows} rows, ${table.columns.length} columns (${backend.description})`)
      note(predicted(table, given))
      const answer = await learnWith(learn, backend, table, given, signal)
      const files = await writeAll(answer, given)
      if (given.json) printJson({ interrupted: signal.aborted, files, ...answerJson(answer) })
      else
        print(
          [answerText(answer), files.length === 0 ? 'Nothing was written; --save keeps the answer.' : `Written: ${files.join(', ')}`].join(
            '\n',
          ),
        )
      return signal.aborted ? EXIT.interrupted : EXIT.ok
    } finally {
      await backend.dispose()
    }
  })
}

/** @param learn what the command runs */
export const addLearn =
  (learn: Learn) =>
  (program: Command, finish: (code: ExitCode) => void): void => {
    const command = program
      .command('learn')
      .description('learn from a table what predicts a column of it, in a time you choose, and say how good that is')
      .argument('<table>', 'CSV, TSV, ARFF, JSON, Parquet or XLSX, also gzipped; - for standard input; or pima')
      .option('--target <column>', 'column to predict (default: the last that is neither text nor an id)')
      .addOption(
        new Option(
          '--task <kind>',
          'two classes, more classes, or a number (default: words, two values, and whole numbers of a column called class or the like are classes)',
        ).choices(['binary', 'multiclass', 'regression']),
      )
      .addOption(new Option('--seconds <n>', `how long it may take (default: ${DEFAULT_SECONDS})`).argParser(secondsOf))
      .addOption(
        new Option('--steps <n>', 'how much it may try, in place of a time: the same bits on every run').argParser(
          wholeNumber(1, 1_000_000),
        ),
      )
      .addOption(
        new Option(
          '--loss <name>',
          'what is learned and judged by: of numbers meanSquaredError (default), meanAbsoluteError, huber, quantile:0.9, poisson (counts), gaussianLikelihood; of classes crossentropy (default; crossentropy:0.1 smooths labels), focalCrossentropy:2',
        ).argParser(lossOf),
      )
      .addOption(new Option('--class-weight <how>', 'balanced: all classes count alike, however few their rows are').choices(['balanced']))
      .option('--by <column>', 'names what several rows are of, such as a patient: whole groups are learned from or judge')
      .addOption(options.seed().default(0))
      .addOption(
        new Option(
          '--repeats <n>',
          'deal the rows to folds so many times more, for a steadier score and an answer of more models',
        ).argParser(wholeNumber(1, 100)),
      )
      .addOption(
        new Option('--width <n>', 'repeat the folds until the interval of the score is so wide at most, or the time is over').argParser(
          widthOf,
        ),
      )
      .option('--save <file>', 'keep the answer, such as price.answer, for `espalier predict` and for pages')
      .option('--card <file>', 'write its model card: Markdown, or JSON where the name ends in .json')
      .addOption(options.workers())
      .addOption(options.wide())
      .addOption(options.backend())
      .addOption(options.json())
      .addHelpText('after', EXAMPLE)
      .action(async (source: string, given: LearnFlags) => finish(await run(learn, source, given)))
    addReadingFlags(command)
  }
