import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { type Dataset, loadDataset, openBackend } from '../../index.ts'
import { note, options, print, printJson, wholeNumber } from '../arguments.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { interruptible } from '../interrupt.ts'
import { allSettings, PIMA } from '../pima/protocol.ts'
import { curvesCsv, explanation, type Line, summarize, summaryCsv, summaryMarkdown, tablesText } from '../pima/report.ts'
import { type Run, runStudy, type Scaling } from '../pima/run.ts'
import { startProgress } from '../progress.ts'

interface ExperimentOptions {
  readonly seeds: number
  readonly epochs: number
  readonly scaling: Scaling | 'both'
  readonly out: string
  readonly workers?: number
  readonly json?: boolean
}

const EXAMPLE = `
Three experiments on 768 patients, each varying one thing: batch size, hidden activation, optimizer. Every value is trained once a
seed, on raw and on standardised features.

Examples:
  espalier experiments pima
  espalier experiments pima --seeds 20 --scaling standardize --out results/pima-20

It writes summary.csv and summary.md, the tables, and curves.csv, every epoch of every run.`

async function write(
  folder: string,
  runs: readonly Run[],
  scalings: readonly Scaling[],
  lines: readonly Line[],
  notes: readonly string[],
): Promise<string[]> {
  const contents = [
    ['summary.csv', summaryCsv(lines)],
    ['curves.csv', curvesCsv(runs, scalings)],
    ['summary.md', summaryMarkdown(lines, notes)],
  ] as const
  for (const [name, content] of contents) await writeFile(join(folder, name), content)
  return contents.map(([name]) => join(folder, name))
}

/** The share of the rows that are of the largest class. */
function majorityShare({ targets, rows, classNames }: Dataset): number {
  return Math.max(...classNames.map((_, label) => targets.filter((target) => target === label).length)) / rows
}

const scalingsOf = (scaling: ExperimentOptions['scaling']): readonly Scaling[] => (scaling === 'both' ? ['none', 'standardize'] : [scaling])

async function trainAll(all: Dataset, { seeds, epochs, scaling, workers }: ExperimentOptions, signal: AbortSignal) {
  const scalings = scalingsOf(scaling)
  const started = performance.now()
  const backend = await openBackend(workers === undefined ? {} : { workers })
  const networks = allSettings().length * scalings.length * seeds
  note(`Training ${networks} networks 8-${PIMA.hiddenUnits.join('-')}-1 for ${epochs} epochs, on ${all.rows} rows (${backend.description})`)
  const progress = startProgress('Training')
  const onProgress = (done: number, seed: number) => progress.update(done, `seed ${seed} of ${seeds}`)
  try {
    const { runs, interrupted } = await runStudy(backend, all, { seeds, epochs, scalings, signal, onProgress })
    if (!interrupted) onProgress(1, seeds)
    return { runs, interrupted, networks, seconds: (performance.now() - started) / 1000, description: backend.description }
  } finally {
    progress.stop()
    await backend.dispose()
  }
}

async function runPima(given: ExperimentOptions): Promise<ExitCode> {
  const scalings = scalingsOf(given.scaling)
  const { all } = await loadDataset('pima')
  await mkdir(given.out, { recursive: true })
  return interruptible(async (signal) => {
    const { runs, interrupted, networks, seconds, description } = await trainAll(all, given, signal)
    const lines = summarize(runs, scalings)
    const majority = majorityShare(all)
    const part = `${runs.length} of ${networks} networks were done, and the numbers are of these.`
    const notes = [...(interrupted ? [`Interrupted: ${part}`] : []), ...explanation(given.epochs, given.seeds, majority)]
    const files = await write(given.out, runs, scalings, lines, notes)
    if (given.json) printJson({ interrupted, seconds, networks: runs.length, backend: description, majorityShare: majority, lines, files })
    else {
      const ending = `Trained ${runs.length} networks in ${seconds.toFixed(1)} s. Written:`
      print(['', tablesText(lines), '', ...notes, '', ending, ...files.map((path) => `  ${path}`)].join('\n'))
    }
    return interrupted ? EXIT.interrupted : EXIT.ok
  })
}

export function addExperiments(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('experiments')
    .description('run a study that was published, and write its tables')
    .command('pima')
    .description('batch size, hidden activation and optimizer on the Pima Indians diabetes data')
    .addOption(
      new Option('--seeds <n>', 'repeats, each with its own split and initialisation').argParser(wholeNumber(1, 1000)).default(PIMA.seeds),
    )
    .addOption(options.epochs().default(PIMA.epochs))
    .addOption(
      new Option('--scaling <how>', 'features as they are, standardised, or both').choices(['none', 'standardize', 'both']).default('both'),
    )
    .option('--out <folder>', 'where to write', join('results', 'pima'))
    .addOption(options.workers())
    .addOption(options.json())
    .addHelpText('after', EXAMPLE)
    .action(async (given: ExperimentOptions) => finish(await runPima(given)))
}
