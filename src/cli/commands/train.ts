// The command `espalier train`.

import { mkdir } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { readExamples } from '../../core/examples.ts'
import { shapesText } from '../../core/resolve.ts'
import type { TrainSpec } from '../../core/spec.ts'
import { checkWritable, FileWriteError, replaceFile, replaceFiles } from '../../data/node/write.ts'
import { type Model, toSafetensors } from '../../formats/index.ts'
import { describeData } from '../../formats/model.ts'
import { type Backend, type Checkpoint, type FitResult, type OpenOptions, openBackend } from '../../index.ts'
import { describePreparation } from '../../prepare/index.ts'
import { STANDARD_INPUT } from '../../table/node.ts'
import { note, options, print, printJson } from '../arguments.ts'
import {
  checkpointPath,
  fingerprint,
  hasCheckpoint,
  lastInterrupted,
  loadCheckpoint,
  newFolder,
  type Resumed,
  removeCheckpoint,
  saveCheckpoint,
} from '../checkpoint.ts'
import { EXIT, type ExitCode, UsageError } from '../exit.ts'
import { fitWithCheckpoints } from '../fit.ts'
import { findGpu } from '../gpu.ts'
import { epochText, historyCsv, seriesOf } from '../history.ts'
import { interruptible } from '../interrupt.ts'
import { formatOf, MODEL_FILES, prepareModel, writeModel } from '../model-file.ts'
import { addReadingFlags, readingOfFlags } from '../reading.ts'
import { writeTrainingEvents } from '../report/events.ts'
import { type Scores, scoresOf, scoresText, worseThanNothing } from '../scores.ts'
import { findEpochs, isTableName, PREPARED, trainingFor, trainingYaml } from '../table-training.ts'
import { loadTrainingData, positiveClassOf, specFor, type TrainingData } from '../training-data.ts'
import { type DataSection, readTrainingFile, type TrainingFile } from '../training-file.ts'
import { allowWide } from '../wide.ts'

interface TrainOptions {
  readonly out?: string
  readonly save?: string
  readonly tensorboard?: string
  readonly resume?: boolean
  readonly target?: string
  readonly task?: 'binary' | 'multiclass' | 'regression'
  readonly test?: number
  readonly epochs?: number
  readonly seed?: number
  readonly workers?: number
  readonly wide?: boolean
  readonly positiveClass?: string
  readonly backend?: 'auto' | 'wasm' | 'webgpu'
  readonly json?: boolean
}

const EXAMPLE = `
A training file says what to train on what, in YAML or JSON (the package's folder examples/ has more):

  data:
    source: pima             # or fashion-mnist, a table (CSV, TSV, ARFF, JSON, Parquet, XLSX), a folder of IDX files
    target: class            # the last column by default
    scaling: standardize     # none, standardize or minMax
    test: { fraction: 0.2, seed: 0 }
  network:                   # inputShape: [24, 1] where the columns are a sequence of 24 steps
    loss: binaryCrossentropy
    layers:
      - { units: 12, activation: relu }
      - { units: 1, activation: sigmoid }
  optimizer: { name: adam, learningRate: 0.001 }
  batchSize: 10
  epochs: 100

Examples:
  espalier train examples/pima.yaml
  espalier train examples/pima.yaml --epochs 20 --seed 7 --out results/first
  espalier train examples/pima.yaml --json > result.json
  espalier train examples/fashion-mnist-conv.yaml           # convolutions; examples/fashion-mnist-gru.yaml: a recurrent layer
  espalier train prices.csv --target price                  # without a file: one is made up, and written beside the results

  espalier train examples/pima.yaml --tensorboard logs      # then: tensorboard --logdir logs
  espalier train examples/pima.yaml --save pima.onnx        # or .keras, .safetensors, a folder for TensorFlow.js

It writes weights.safetensors (all that \`espalier predict\` needs), history.csv and history.json, whose epochs count from 1.
Ctrl-C stops it and keeps what was trained so far. However it is stopped, --resume goes on and ends with the same bits:
  espalier train examples/pima.yaml --out results/first --resume`

/** Beside the results of a table that came without a training file. */
const MADE_UP = 'training.yaml'

/** What is made up for a regression learns a scaled target. */
const SCALABLE_NETWORK = { loss: 'meanSquaredError', layers: [{ units: 1 }] }

function part(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value < 1) return value
  throw new InvalidArgumentError('It must be a number from 0 up to, but not including, 1.')
}

/** What the command line says goes before what the file says. */
function withOverrides(file: TrainingFile, { epochs, seed, ...given }: TrainOptions): TrainingFile {
  const data = { ...file.data, ...dataOverrides(given, file.data) }
  return { ...file, data, ...(epochs !== undefined && { epochs }), ...(seed !== undefined && { seed }) }
}

function dataOverrides(given: Partial<TrainOptions>, { test: before }: Partial<DataSection>): Partial<DataSection> {
  const { target, task, test, positiveClass } = given
  return {
    ...readingOfFlags({ ...given }),
    ...(target !== undefined && { target }),
    ...(task !== undefined && { task }),
    ...(test !== undefined && { test: { ...before, fraction: test } }),
    ...(positiveClass !== undefined && { positiveClass }),
  }
}

/** A training file, or the one that is made up for a table, and its data. */
async function readTraining(
  path: string,
  given: TrainOptions,
  signal: AbortSignal,
): Promise<{ file: TrainingFile; data: TrainingData; isMadeUp: boolean }> {
  if (!isTableName(path)) {
    const file = withOverrides(await readTrainingFile(path), given)
    return { file, data: await loadTrainingData(file.data, path, file.network, signal), isMadeUp: false }
  }
  const section = { source: path === '-' ? path : resolve(path), ...PREPARED, ...dataOverrides(given, {}) }
  const data = await loadTrainingData(section, path, SCALABLE_NETWORK, signal)
  const file = withOverrides(trainingFor(section, data.train), given)
  if (given.epochs !== undefined) return { file, data, isMadeUp: true }
  note('Looking for how many epochs to train, by a fifth of the training rows')
  const backend = await openBackend(await backendOptions(file, given))
  try {
    return { file: { ...file, epochs: await findEpochs(backend, specFor(file, data.train), data.train, signal) }, data, isMadeUp: true }
  } finally {
    await backend.dispose()
  }
}

async function backendOptions({ backend: said }: TrainingFile, given: TrainOptions): Promise<OpenOptions> {
  const prefer = given.backend ?? said?.prefer
  const gpu = prefer === 'webgpu' ? await findGpu() : undefined
  return { prefer, workers: given.workers ?? said?.workers, gpu, ...allowWide(given.wide) }
}

const nameOf = (specPath: string): string => (specPath === STANDARD_INPUT ? 'standard-input' : basename(specPath, extname(specPath)))

/** Where runs without --out are, each in a folder of its own. */
const RESULTS = 'results'

interface Trained {
  readonly spec: TrainSpec
  readonly result: FitResult
  readonly model: Model
  readonly interrupted: boolean
  /** Of the test rows, by the weights that are saved. */
  readonly scores: Scores | undefined
  /** In seconds since 1970. */
  readonly started: number
  readonly ended: number
}

async function save(folder: string, { spec, result, model, interrupted, scores }: Trained): Promise<string[]> {
  const { history, bestEpoch, divergedAt, positiveClass } = result
  const summary = {
    stopped: interrupted ? 'interrupted' : result.stopped,
    epochs: history.loss.length,
    ...(bestEpoch !== undefined && { bestEpoch: bestEpoch + 1 }),
    ...(divergedAt !== undefined && { divergedAt: divergedAt + 1 }),
    spec,
    ...(positiveClass !== undefined && { positiveClass }),
    ...(scores && { testScores: scores }),
    history,
  }
  const contents: readonly (readonly [string, string | Uint8Array])[] = [
    ['weights.safetensors', toSafetensors(model)],
    ['history.csv', historyCsv(history)],
    ['history.json', `${JSON.stringify(summary, null, 2)}\n`],
  ]
  const files = contents.map(([name, content]) => ({ path: join(folder, name), content }))
  await replaceFiles(files)
  return files.map(({ path }) => path)
}

/** In the folder, and where --save and --tensorboard say. */
async function saveAll(folder: string, { save: path, tensorboard }: TrainOptions, trained: Trained): Promise<string[]> {
  const { spec, result, model, started, ended } = trained
  const files = await save(folder, trained)
  if (path !== undefined) files.push(...(await writeModel(path, model)))
  if (tensorboard === undefined) return files
  const history = seriesOf(result.history)
  const diverged = result.stopped === 'diverged'
  return [
    ...files,
    await writeTrainingEvents({ name: basename(resolve(folder)), spec, history, diverged, began: started, ended }, tensorboard),
  ]
}

function outcome({ stopped, bestEpoch, divergedAt, history }: FitResult, interrupted: boolean): string {
  const count = history.loss.length
  const epochs = `${count} epoch${count === 1 ? '' : 's'}`
  const best = bestEpoch === undefined ? '' : `; the best was epoch ${bestEpoch + 1}`
  if (interrupted && count === 0) return 'Interrupted before the first epoch was over: the weights saved are the initial ones.'
  if (interrupted)
    return `Interrupted after ${epochs}${best}. What was trained until then is saved; the same command with --resume continues.`
  if (stopped === 'diverged')
    return `Diverged in epoch ${(divergedAt ?? 0) + 1}: the loss was no longer a finite number. Try a smaller learning rate, or scaled data.`
  return `${stopped === 'earlyStopping' ? 'Stopped early' : 'Done'} after ${epochs}${best}.`
}

/** How the test rows are predicted; nothing where there are none, or the network diverged. */
async function judge(
  result: FitResult,
  { train, test }: TrainingData,
): Promise<{ readonly scores?: Scores; readonly warning?: string | undefined }> {
  if (test === undefined || result.stopped === 'diverged') return {}
  const [known, tested] = [readExamples(train, 'train'), readExamples(test, 'test')]
  const predictions = await result.predict(test.features, test.scale)
  const scores = scoresOf(predictions, tested, result.topology, train.classNames)
  return { scores, warning: worseThanNothing(scores, known, tested, result.topology) }
}

/** The folder that is said, or where an interrupted training left its checkpoint; undefined for a new one. */
async function folderFor(specPath: string, { out, resume }: TrainOptions): Promise<string | undefined> {
  return out ?? (resume ? lastInterrupted(RESULTS, `${nameOf(specPath)}-`) : undefined)
}

/** The backend that a checkpoint was made on, because another one rounds differently. @throws UsageError if another is asked for */
function backendFor(file: TrainingFile, given: TrainOptions, resumed: Resumed | undefined): TrainOptions {
  const said = given.backend ?? file.backend?.prefer ?? 'auto'
  if (resumed === undefined || said === resumed.backend) return given
  if (said === 'auto') return { ...given, backend: resumed.backend }
  throw new UsageError(`the checkpoint was trained on ${resumed.backend} and the backend is to be ${said}, which rounds otherwise`)
}

/** Says where the training continues, or that there is a checkpoint to continue from. */
async function noteResumed(folder: string, given: TrainOptions, resumed: Resumed | undefined, backend: Backend): Promise<void> {
  const path = checkpointPath(folder)
  if (resumed !== undefined) {
    const { checkpoint, description } = resumed
    note(`Going on after ${checkpoint.epoch} epoch${checkpoint.epoch === 1 ? '' : 's'} from ${path}`)
    if (arithmeticOf(description) !== arithmeticOf(backend.description))
      note(
        `It was trained by ${description}: from here on, numbers may differ in their last digits from a training that was not interrupted.`,
      )
  } else if (given.resume) note(`There is no checkpoint in ${folder}; the training starts at its first epoch`)
  else if (await hasCheckpoint(folder)) note(`${path} is of a training that was interrupted; --resume would have gone on from it`)
}

/** How many workers there are changes no bit. */
const arithmeticOf = (description: string): string => description.replace(/, (\d+ workers?|on the calling thread).*$| \(auto: .*$/, '')

async function train(specPath: string, given: TrainOptions): Promise<ExitCode> {
  if (given.save !== undefined) formatOf(given.save)
  return interruptible(async (signal) => {
    const { file, data, isMadeUp } = await readTraining(specPath, given, signal)
    for (const line of data.said) note(line)
    const spec = specFor(file, data.train)
    const known = await folderFor(specPath, given)
    const training = fingerprint({ spec, train: data.train, test: data.test })
    const resumed = given.resume && known !== undefined ? await loadCheckpoint(known, training) : undefined
    const backend = await openBackend(await backendOptions(file, backendFor(file, given, resumed)))
    try {
      // Now, not after hours of training, is the time to find that nothing can be written there.
      const folder = known ?? (await newFolder(RESULTS, `${nameOf(specPath)}-`))
      await mkdir(folder, { recursive: true })
      await checkWritable(checkpointPath(folder))
      if (given.save !== undefined) await prepareModel(given.save)
      if (given.tensorboard !== undefined) await mkdir(given.tensorboard, { recursive: true })
      const testing = data.test ? `, testing on ${data.test.rows}` : ''
      note(`Training a network ${shapesText(spec)} on ${data.train.rows} rows${testing} (${backend.description})`)
      if (data.preparation) for (const line of describePreparation(data.preparation)) note(`  ${line}`)
      await noteResumed(folder, given, resumed, backend)
      if (isMadeUp) await replaceFile(join(folder, MADE_UP), trainingYaml(file))
      const started = Date.now() / 1000
      const keep = async (checkpoint: Checkpoint): Promise<void> => {
        const { name, description } = backend
        await saveCheckpoint(folder, training, { checkpoint, backend: name, description }).catch((error: unknown) => {
          // The training is not lost yet.
          if (!(error instanceof FileWriteError)) throw error
          note(`No checkpoint: ${error.message}`)
        })
      }
      const options = { ...spec, positiveClass: positiveClassOf(file.data), signal, resume: resumed?.checkpoint }
      const { result, interrupted } = await fitWithCheckpoints(backend, options, data, keep)
      const ended = Date.now() / 1000
      const model = { spec, weights: result.weights, data: describeData(data.train, data.transforms) }
      const { scores, warning } = await judge(result, data)
      const saved = await saveAll(folder, given, { spec, result, model, interrupted, scores, started, ended }).catch(
        async (error: unknown) => {
          // Once there is room for them, they need not be trained again.
          await keep(result.checkpoint)
          if (await hasCheckpoint(folder)) note(`The same command with --resume continues from ${checkpointPath(folder)}`)
          throw error
        },
      )
      const files = isMadeUp ? [...saved, join(folder, MADE_UP)] : saved
      if (!interrupted) await removeCheckpoint(folder)
      const seconds = ended - started
      const last = epochText(result)
      if (given.json)
        printJson({
          stopped: interrupted ? 'interrupted' : result.stopped,
          seconds,
          backend: backend.description,
          files,
          epochs: result.history.loss.length,
          ...(result.positiveClass !== undefined && { positiveClass: result.positiveClass }),
          ...(scores && { testScores: scores }),
          history: result.history,
        })
      else
        print(
          [
            outcome(result, interrupted),
            ...(last === '' ? [] : [`Last epoch: ${last}`]),
            ...(scores === undefined ? [] : [`Test rows: ${scoresText(scores)}`]),
            `Took ${seconds.toFixed(1)} s. Written:`,
            ...files.map((path) => `  ${path}`),
          ].join('\n'),
        )
      if (warning !== undefined) note(`Warning: ${warning}`)
      return interrupted ? EXIT.interrupted : result.stopped === 'diverged' ? EXIT.failure : EXIT.ok
    } finally {
      await backend.dispose()
    }
  })
}

export function addTrain(program: Command, finish: (code: ExitCode) => void): void {
  const command = program
    .command('train')
    .description('train one network as a training file says, and write its weights and history')
    .argument('<file>', 'training file, YAML or JSON; or a table (.csv, .tsv, .arff, .jsonl, .parquet, .xlsx), for which one is made up')
    .option('--target <column>', 'column to predict (default: as the file says, or the last)')
    .addOption(new Option('--task <task>', 'what the target is (default: found out)').choices(['binary', 'multiclass', 'regression']))
    .option('--test <fraction>', 'part of the rows to test on, 0 for none (default: as the file says, or 0.2)', part)
    .option('--out <folder>', 'where to write (default: results/<name of the file>-<time>)')
    .option('--resume', 'continue where an interrupted training of this file stopped: in --out, or in its newest folder of results')
    .option('--save <path>', `write the network there as well: ${MODEL_FILES}`)
    .option('--tensorboard <folder>', "also an event file for TensorBoard, in a folder of the results' name: tensorboard --logdir <folder>")
    .addOption(options.epochs())
    .addOption(options.seed())
    .addOption(options.positiveClass())
    .addOption(options.workers())
    .addOption(options.wide())
    .addOption(options.backend())
    .addOption(options.json())
    .addHelpText('after', EXAMPLE)
    .action(async (path: string, given: TrainOptions) => finish(await train(path, given)))
  addReadingFlags(command)
}
