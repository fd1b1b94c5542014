import { mkdir, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { Command } from 'commander'
import type { TrainSpec } from '../../core/spec.ts'
import { type Model, toSafetensors } from '../../formats/index.ts'
import { describeData } from '../../formats/model.ts'
import { AbortedError, type Backend, type FitResult, fit, type OpenOptions, openBackend } from '../../index.ts'
import { note, options, print, printJson } from '../arguments.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { findGpu } from '../gpu.ts'
import { epochText, historyCsv, metricsText } from '../history.ts'
import { interruptible } from '../interrupt.ts'
import { formatOf, MODEL_FILES, writeModel } from '../model-file.ts'
import { startProgress } from '../progress.ts'
import { loadTrainingData, positiveClassOf, specFor, type TrainingData } from '../training-data.ts'
import { readTrainingFile, type TrainingFile } from '../training-file.ts'

interface TrainOptions {
  readonly out?: string
  readonly save?: string
  readonly epochs?: number
  readonly seed?: number
  readonly workers?: number
  readonly positiveClass?: string
  readonly backend?: 'auto' | 'wasm' | 'webgpu'
  readonly json?: boolean
}

const EXAMPLE = `
A training file says what to train on what, in YAML or JSON (the package's folder examples/ has more):

  data:
    source: pima             # or fashion-mnist, a .csv or .arff file, a folder of IDX files
    target: class            # the last column unless said
    scaling: standardize     # none, standardize or minMax
    test: { fraction: 0.2, seed: 0 }
  network:
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

  espalier train examples/pima.yaml --save pima.onnx        # or .keras, .safetensors, a folder for TensorFlow.js

It writes weights.safetensors (all that \`espalier predict\` needs), history.csv and history.json, whose epochs count from 1.
Ctrl-C stops it and keeps what was trained so far.`

/** What the command line says goes before what the file says. */
function withOverrides(file: TrainingFile, { epochs, seed, positiveClass }: TrainOptions): TrainingFile {
  const data = { ...file.data, ...(positiveClass !== undefined && { positiveClass }) }
  return { ...file, data, ...(epochs !== undefined && { epochs }), ...(seed !== undefined && { seed }) }
}

async function backendOptions({ backend: said }: TrainingFile, given: TrainOptions): Promise<OpenOptions> {
  const prefer = given.backend ?? said?.prefer
  return { prefer, workers: given.workers ?? said?.workers, gpu: prefer === 'webgpu' ? await findGpu() : undefined }
}

/** results/pima-20261121-193000: a new folder for every run. */
function defaultFolder(specPath: string): string {
  const time = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  return join('results', `${basename(specPath, extname(specPath))}-${time}`)
}

async function runFit(
  backend: Backend,
  spec: TrainSpec,
  positiveClass: string | undefined,
  { train, test }: TrainingData,
  signal: AbortSignal,
) {
  const progress = startProgress('Training')
  let text = ''
  try {
    const result = await fit(
      backend,
      {
        ...spec,
        positiveClass,
        signal,
        callbacks: {
          onEpoch({ epoch, epochs, ...values }) {
            text = `epoch ${epoch + 1}/${epochs}: ${metricsText(values)}`
            progress.update((epoch + 1) / epochs, text)
          },
          onProgress: (done) => progress.update(done, text),
        },
      },
      { train, ...(test && { test }) },
    )
    return { result, interrupted: false }
  } catch (error) {
    const [result] = error instanceof AbortedError ? error.results : []
    if (result === undefined) throw error
    return { result, interrupted: true }
  } finally {
    progress.stop()
  }
}

async function save(folder: string, spec: TrainSpec, result: FitResult, model: Model, interrupted: boolean): Promise<string[]> {
  const { history, bestEpoch, divergedAt, positiveClass } = result
  const summary = {
    stopped: interrupted ? 'interrupted' : result.stopped,
    epochs: history.loss.length,
    ...(bestEpoch !== undefined && { bestEpoch: bestEpoch + 1 }),
    ...(divergedAt !== undefined && { divergedAt: divergedAt + 1 }),
    spec,
    ...(positiveClass !== undefined && { positiveClass }),
    history,
  }
  const contents: readonly (readonly [string, string | Uint8Array])[] = [
    ['weights.safetensors', toSafetensors(model)],
    ['history.csv', historyCsv(history)],
    ['history.json', `${JSON.stringify(summary, null, 2)}\n`],
  ]
  const files = contents.map(([name, content]) => ({ path: join(folder, name), content }))
  for (const { path, content } of files) await writeFile(path, content)
  return files.map(({ path }) => path)
}

function outcome({ stopped, bestEpoch, divergedAt, history }: FitResult, interrupted: boolean): string {
  const count = history.loss.length
  const epochs = `${count} epoch${count === 1 ? '' : 's'}`
  const best = bestEpoch === undefined ? '' : `; the best was epoch ${bestEpoch + 1}`
  if (interrupted && count === 0) return 'Interrupted before the first epoch was over: the weights saved are the initial ones.'
  if (interrupted) return `Interrupted after ${epochs}${best}. What is saved was trained until then.`
  if (stopped === 'diverged')
    return `Diverged in epoch ${(divergedAt ?? 0) + 1}: the loss was no longer a finite number. Try a smaller learning rate, or scaled data.`
  return `${stopped === 'earlyStopping' ? 'Stopped early' : 'Done'} after ${epochs}${best}.`
}

async function train(specPath: string, given: TrainOptions): Promise<ExitCode> {
  const file = withOverrides(await readTrainingFile(specPath), given)
  if (given.save !== undefined) formatOf(given.save)
  return interruptible(async (signal) => {
    const data = await loadTrainingData(file.data, specPath, signal)
    const spec = specFor(file, data.train)
    const folder = given.out ?? defaultFolder(specPath)
    const backend = await openBackend(await backendOptions(file, given))
    try {
      // Now, not after hours of training, is the time to find that nothing can be written there.
      await mkdir(folder, { recursive: true })
      const shape = [spec.network.inputSize, ...spec.network.layers.map(({ units }) => units)].join('-')
      const testing = data.test ? `, testing on ${data.test.rows}` : ''
      note(`Training a network ${shape} on ${data.train.rows} rows${testing} (${backend.description})`)
      const started = performance.now()
      const { result, interrupted } = await runFit(backend, spec, positiveClassOf(file.data), data, signal)
      const seconds = (performance.now() - started) / 1000
      const model = { spec, weights: result.weights, data: describeData(data.train, data.transforms) }
      const written = await save(folder, spec, result, model, interrupted)
      const files = given.save === undefined ? written : [...written, ...(await writeModel(given.save, model))]
      const last = epochText(result)
      if (given.json)
        printJson({
          stopped: interrupted ? 'interrupted' : result.stopped,
          seconds,
          backend: backend.description,
          files,
          epochs: result.history.loss.length,
          ...(result.positiveClass !== undefined && { positiveClass: result.positiveClass }),
          history: result.history,
        })
      else
        print(
          [
            outcome(result, interrupted),
            ...(last === '' ? [] : [`Last epoch: ${last}`]),
            `Took ${seconds.toFixed(1)} s. Written:`,
            ...files.map((path) => `  ${path}`),
          ].join('\n'),
        )
      return interrupted ? EXIT.interrupted : result.stopped === 'diverged' ? EXIT.failure : EXIT.ok
    } finally {
      await backend.dispose()
    }
  })
}

export function addTrain(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('train')
    .description('train one network as a training file says, and write its weights and history')
    .argument('<file>', 'training file, YAML or JSON')
    .option('--out <folder>', 'where to write (default: results/<name of the file>-<time>)')
    .option('--save <path>', `write the network there as well: ${MODEL_FILES}`)
    .addOption(options.epochs())
    .addOption(options.seed())
    .addOption(options.positiveClass())
    .addOption(options.workers())
    .addOption(options.backend())
    .addOption(options.json())
    .addHelpText('after', EXAMPLE)
    .action(async (path: string, given: TrainOptions) => finish(await train(path, given)))
}
