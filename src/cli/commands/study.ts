// The commands `espalier study` and `espalier resume`.

import { basename } from 'node:path'
import { type Command, Option } from 'commander'
import { at } from '../../core/at.ts'
import { unlessAbsent } from '../../data/node/system.ts'
import { type Backend, type CheckpointStore, createStudy, openBackend, type Study, type Trial } from '../../index.ts'
import { objectivesOf } from '../../report/study/objectives.ts'
import { ATTRIBUTE, fileOf } from '../../study/attributes.ts'
import { DEFAULT_NAME } from '../../study/options.ts'
import { preparationsOf, preparationText } from '../../study/preparation.ts'
import { leftOutText } from '../../study/statistics/leftOut.ts'
import { isFinished } from '../../study/trial.ts'
import { note, options, print, printJson, wholeNumber } from '../arguments.ts'
import { EXIT, type ExitCode, UsageError } from '../exit.ts'
import { findGpu } from '../gpu.ts'
import { interruptible } from '../interrupt.ts'
import { isOnRedis, openJournal } from '../journal.ts'
import { typed } from '../output.ts'
import { parseStudyFile, readStudyFile, type StudyFile } from '../study-file.ts'
import { type StudyProgress, startStudyProgress } from '../study-progress.ts'
import { checkTraining, withInputSize } from '../study-training.ts'
import { loadTrainingData, positiveClassOf, takesScaledTargets } from '../training-data.ts'
import { bestText, frontOf, frontText, noBestText, positiveClassJson, readJournal, readStudy, trialJson } from '../trials.ts'
import { allowWide } from '../wide.ts'

export interface StudyCommandOptions {
  readonly journal?: string
  readonly lease?: number
  readonly trials?: number
  readonly workers?: number
  readonly wide?: boolean
  readonly positiveClass?: string
  readonly backend?: 'auto' | 'wasm' | 'webgpu'
  readonly json?: boolean
}

const EXAMPLE = `
A study file says what to search, on what data, in YAML or JSON (the package's folder examples/ has more):

  data: { source: pima, target: class, scaling: standardize }
  space:
    units: { type: int, low: 4, high: 64, log: true }
    activation: { type: categorical, choices: [relu, tanh] }
    learningRate: { type: float, low: 1.0e-4, high: 0.1, log: true }
  train:                      # as in a training file; strings that begin with $ are formulas over the parameters
    network:
      loss: binaryCrossentropy
      layers:
        - { units: $units, activation: $activation }
        - { units: 1, activation: sigmoid }
    optimizer: { name: adam, learningRate: $learningRate }
    epochs: 30
  objective: testLoss
  sampler: tpe                # auto, grid, random, quasiRandom, tpe, gaussianProcess, cmaEs, nsga2, winnerTakesAll, pyramid
  pruner: hyperband           # none, median, percentile, patient, threshold, successiveHalving, hyperband, asha, epochOne,
                              # wilcoxon, populationBased
  repeats: 3
  budget: { trials: 60 }

Examples:
  espalier study examples/pima-study.yaml
  espalier study study.yaml --journal first.journal --trials 100
  espalier resume first.journal
  espalier best first.journal

Every step is in the journal before it is shown; whatever stops a study, running it again goes on where it was. The journal is
Optuna's: JournalStorage(JournalFileStorage("first.journal")) opens it in Python.`

async function openFor({ backend: said }: StudyFile, given: StudyCommandOptions): Promise<Backend> {
  const prefer = given.backend ?? said?.prefer
  const gpu = prefer === 'webgpu' ? await findGpu() : undefined
  return openBackend({ prefer, workers: given.workers ?? said?.workers, gpu, ...allowWide(given.wide) })
}

/**
 * The data, prepared as the study's earlier trials were trained by, so that new values can be compared with theirs. Version 0.1.0 learned a target's
 * numbers as they are, prepared all training rows before it cut them into folds, and kept no preparation.
 */
async function loadData({ name = DEFAULT_NAME, data, train, repeats, seed = 0 }: StudyFile, where: string, signal: AbortSignal) {
  const { folds = 1 } = typeof repeats === 'object' ? repeats : {}
  const scalesTargets = data.targets === undefined && takesScaledTargets(train.network)
  const journal = folds > 1 || scalesTargets ? await unlessAbsent(readJournal(where), undefined) : undefined
  const before = journal?.studies.find((study) => study.name === name)
  const kept = before === undefined || before.trials.length === 0 ? undefined : preparationsOf(before.systemAttrs)
  const isUnscaled = scalesTargets && kept?.every(({ target }) => target.units.length === 0)
  const isWhole = folds === 1 || (kept !== undefined && kept.length < 2)
  const section = isUnscaled ? { ...data, targets: 'none' as const } : data
  return loadTrainingData(section, where, train.network, signal, isWhole ? undefined : { folds, seed })
}

async function runStudy(file: StudyFile, where: string, given: StudyCommandOptions): Promise<ExitCode> {
  return interruptible(async (signal) => {
    const data = await loadData(file, where, signal)
    for (const line of data.said) note(line)
    // The journal need not say where it is, and an address may hold a password.
    const { journal: _journal, ...written } = file
    // What the study decided about its class stands in an attribute of its own.
    const { positiveClass: _class, ...section } = file.data
    const kept = { ...written, data: section }
    const { data: _data, backend: _backend, budget, ...search } = kept
    const positiveClass = given.positiveClass ?? positiveClassOf(file.data)
    // Folds that are prepared each on its own may have more or fewer categories, and so features.
    const train = data.folds ? file.train : withInputSize(file, data.train)
    checkTraining(file, train, data.train)
    const { journal, checkpoints } = openJournal(where, given.lease)
    const backend = await openFor(file, given)
    try {
      // Before the journal is read: whoever saved these has entered their trials there already.
      const found = await checkpoints.keys()
      const study = await createStudy({ ...search, positiveClass, train, journal, checkpoints })
      await dropCheckpoints(study, checkpoints, found, (trial) => trial === undefined || isFinished(trial))
      const before = study.trials.length
      const trials = given.trials ?? budget?.trials
      const testing = data.folds ? ` in ${data.folds.length} folds` : data.test ? `, testing on ${data.test.rows}` : ''
      const begun = (): void => {
        note(
          `${before === 0 ? 'Starting' : `Going on after ${before} trials with`} study "${study.name}" on ${data.train.rows} rows${testing} (${backend.description})`,
        )
        for (const line of preparationText(study.systemAttrs)) note(`  ${line}`)
      }
      const limits = { trials, seconds: budget?.minutes === undefined ? undefined : 60 * budget.minutes }
      const { folds } = data
      const rows = folds ? (fold: number) => at(folds, fold) : { train: data.train, ...(data.test && { test: data.test }) }
      const interrupted = await watch(
        study,
        study.run(backend, rows, { budget: limits, signal, file: kept as never }),
        trials,
        signal,
        begun,
      )
      await dropCheckpoints(study, checkpoints, await checkpoints.keys(), (trial) => trial !== undefined && isFinished(trial))
      report(study, journal.description, interrupted, given)
      return interrupted ? EXIT.interrupted : study.best === undefined ? EXIT.failure : EXIT.ok
    } finally {
      await backend.dispose()
      await journal.close()
    }
  })
}

/**
 * Deletes checkpoints that nothing continues from: those of trials that ended when their process was killed, or through another program; and, if
 * a journal was deleted and started again, those of trials it does not have, because trials with the same numbers must not continue from them.
 */
async function dropCheckpoints(
  { name, trials }: Study,
  checkpoints: CheckpointStore,
  keys: readonly string[],
  isOver: (trial: Trial | undefined) => boolean,
): Promise<void> {
  const own = keys.filter((key) => key.startsWith(`${name}-`) && /^\d+$/.test(key.slice(name.length + 1)))
  const over = own.filter((key) => isOver(trials[Number(key.slice(name.length + 1))]))
  await Promise.all(over.map((key) => checkpoints.delete(key)))
}

/**
 * Runs the study with its progress on stderr.
 * @param begun is called once the run is not refused
 * @returns whether it was interrupted
 */
async function watch(
  study: Study,
  events: ReturnType<Study['run']>,
  trials: number | undefined,
  signal: AbortSignal,
  begun: () => void,
): Promise<boolean> {
  let progress: StudyProgress | undefined
  try {
    for await (const event of events) {
      if (progress === undefined) {
        begun()
        progress = startStudyProgress(study, trials)
      }
      progress.take(event)
    }
    return false
  } catch (error) {
    if (!signal.aborted) throw error
    return true
  } finally {
    progress?.stop()
  }
}

function report(study: Study, journal: string, interrupted: boolean, { json, trials }: StudyCommandOptions): void {
  const { best, trials: all, directions } = study
  const count = (state: string): number => study.trials.filter((trial) => trial.state === state).length
  if (json) {
    const front = directions.length > 1 && { front: frontOf(all, directions).map(trialJson) }
    const states = { complete: count('complete'), pruned: count('pruned'), failed: count('fail') }
    printJson({
      interrupted,
      journal,
      trials: states,
      best: best === undefined ? null : trialJson(best),
      ...front,
      ...positiveClassJson(study),
    })
    return
  }
  const counts = `${study.trials.length} trials: ${count('complete')} complete, ${count('pruned')} pruned, ${count('fail')} failed`
  const front = frontText(all, directions, objectivesOf(study))
  const named = study.name === DEFAULT_NAME ? [] : ['--name', study.name]
  const wanted = trials === undefined ? [] : ['--trials', String(trials)]
  const again = typed(['espalier', ...(isOnRedis(journal) ? ['worker', '--journal', journal] : ['resume', journal]), ...named, ...wanted])
  const next = interrupted ? `Interrupted; \`${again}\` continues.` : 'Done.'
  print(
    [
      `${next} ${counts}.${leftOutText(all)}`,
      best === undefined ? noBestText(all) : bestText(best, study),
      ...(front === undefined ? [] : [front]),
      `Journal: ${journal}`,
    ].join('\n'),
  )
  const failed = study.trials.find((trial) => trial.state === 'fail')
  if (failed !== undefined) note(`Trial ${failed.number} failed: ${String(failed.systemAttrs[ATTRIBUTE.reason])}`)
}

export async function resumeStudy(where: string, given: StudyCommandOptions & { readonly name?: string }): Promise<ExitCode> {
  const record = await readStudy(where, given.name)
  const shown = isOnRedis(where) ? 'the journal' : where
  const file = fileOf(record)
  if (file === undefined) {
    throw new UsageError(
      `${shown} holds study "${record.name}", which was not made from a study file; the program that made it can continue it`,
    )
  }
  const parsed = parseStudyFile(file, `${shown}, study "${record.name}"`)
  // A study that was copied or renamed in Optuna still has the file of the original, whose name is not its own.
  const { name = DEFAULT_NAME } = parsed
  return runStudy(name === record.name ? parsed : { ...parsed, name: record.name }, where, given)
}

export const trialsOption = (): Option => new Option('--trials <n>', 'trials of the study in all').argParser(wholeNumber(1, 10_000_000))

export function addStudy(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('study')
    .description('search hyper-parameters as a study file says; run again, it continues where it stopped')
    .argument('<file>', 'study file, YAML or JSON')
    .option(
      '--journal <path>',
      'where the study is remembered: a path, or redis://host:port (default: as the file says, or <file>.journal)',
    )
    .addOption(trialsOption())
    .addOption(options.positiveClass())
    .addOption(options.workers())
    .addOption(options.wide())
    .addOption(options.backend())
    .addOption(options.json())
    .addHelpText('after', EXAMPLE)
    .action(async (path: string, given: StudyCommandOptions) => {
      const file = await readStudyFile(path)
      finish(await runStudy(file, given.journal ?? file.journal ?? `${basename(path)}.journal`, given))
    })
  program
    .command('resume')
    .description('continue the study of a journal')
    .argument('<journal>', 'journal that espalier study wrote')
    .option('--name <study>', 'which study, where the journal has several')
    .addOption(trialsOption())
    .addOption(options.workers())
    .addOption(options.wide())
    .addOption(options.backend())
    .addOption(options.json())
    .action(async (path: string, given: StudyCommandOptions & { readonly name?: string }) => finish(await resumeStudy(path, given)))
}
