import { readFileSync } from 'node:fs'
import { strFromU8, strToU8, unzipSync } from 'fflate'
import * as h5wasm from 'h5wasm'
import { parseStudyFile } from '../../src/cli/study-file.ts'
import { parseTrainingFile } from '../../src/cli/training-file.ts'
import { parseYaml } from '../../src/cli/yaml.ts'
import { InvalidDataError, InvalidSpecError } from '../../src/core/errors.ts'
import type { TrainSpec } from '../../src/core/spec.ts'
import { parseArffTable } from '../../src/data/arff.ts'
import { parseCsvTable } from '../../src/data/csv.ts'
import type { Dataset } from '../../src/data/dataset.ts'
import { encodeTable } from '../../src/data/encode.ts'
import { assembleFashionMnist } from '../../src/data/fashion-mnist.ts'
import { fromIdx, type IdxArray, parseIdx } from '../../src/data/idx.ts'
import { UnsupportedModelError } from '../../src/formats/errors.ts'
import { checkModel as checkFit, checkTransforms } from '../../src/formats/graph.ts'
import { fromKeras, toKeras } from '../../src/formats/keras/keras.ts'
import { fromKerasH5 } from '../../src/formats/keras/legacy.ts'
import { inputSizeOfSpec, type Model } from '../../src/formats/model.ts'
import { fromOnnx, onnxDataFiles } from '../../src/formats/onnx/read.ts'
import { toOnnx } from '../../src/formats/onnx/write.ts'
import { fromSafetensors, toSafetensors } from '../../src/formats/safetensors/model.ts'
import { encodeSafetensors } from '../../src/formats/safetensors/tensors.ts'
import { fromTfjsFiles, tfjsWeightFiles, toTfjsFiles } from '../../src/formats/tfjs/files.ts'
import { fromTfjs, type TfjsArtifacts, toTfjs } from '../../src/formats/tfjs/tfjs.ts'
import { describeTable } from '../../src/studio/engine/describeTable.ts'
import { formatOf, readTable } from '../../src/studio/engine/reading.ts'
import { fromPermalink, toPermalink } from '../../src/studio/permalink.ts'
import { EntryWriter } from '../../src/study/journal/entries.ts'
import { CorruptJournalError } from '../../src/study/journal/errors.ts'
import { decodeCheckpoints, encodeCheckpoints } from '../../src/study/journal/file/checkpoint-format.ts'
import { formatLines, parseLines } from '../../src/study/journal/file/lines.ts'
import { stringifyJson } from '../../src/study/journal/json.ts'
import { Replay } from '../../src/study/journal/replay.ts'
import { resolveStudy } from '../../src/study/options.ts'
import { readTable as readTyped } from '../../src/table/read.ts'
import type { Table as TypedTable } from '../../src/table/table.ts'
import type { Checkpoint } from '../../src/train/result.ts'
import { gzip, idxBytes } from '../data/build.ts'
import { makeModel, standardize } from '../formats/models.ts'
import { quantized } from '../formats/quantized.ts'
import { smallConfig } from '../studio/config.ts'
import type { Draw } from '../support/random.ts'
import { mutateCheckpoints, mutateH5, mutateIdx, mutateJournal, mutateKeras, mutateOnnx, mutateSafetensors } from './formats.ts'
import { mutateBytes, mutateData, mutateJson, mutateText } from './mutate.ts'

/** Every reader of what comes from outside, with whole inputs of its own, a way to change them, and the errors it may refuse them by. */

/** Something to be read, changed or not. */
export interface Attempt {
  /** For the message of what went wrong. */
  readonly input: unknown
  /** Reads it, and throws where what was accepted contradicts itself. */
  read(): unknown
}

export interface Reader {
  readonly name: string
  /** The package's errors by which it refuses. */
  readonly refusals: readonly (new (
    message: string,
  ) => Error)[]
  /** Answers what makes an attempt of a whole input, without a draw, or of a changed one. */
  open(): Promise<{ readonly wholes: number; attempt(seed: number, draw?: Draw): Attempt }>
}

interface Given<T> {
  readonly name: string
  readonly refusals: Reader['refusals']
  readonly seeds: () => readonly T[] | Promise<readonly T[]>
  readonly mutate: (seed: T, draw: Draw) => T
  readonly read: (input: T) => unknown
}

const reader = <T>({ name, refusals, seeds: make, mutate, read }: Given<T>): Reader => ({
  name,
  refusals,
  open: async () => {
    const seeds = await make()
    return {
      wholes: seeds.length,
      attempt: (place, draw) => {
        const seed = seeds[place % seeds.length] as T
        const input = draw === undefined ? seed : mutate(structuredClone(seed), draw)
        return { input, read: () => read(input) }
      },
    }
  },
})

/** Thrown where an input was accepted that should not have been, or was read as what it is not. */
class Contradiction extends Error {
  override readonly name = 'Contradiction'
}

function require(holds: boolean, what: string): void {
  if (!holds) throw new Contradiction(`accepted, but ${what}`)
}

const isSize = (value: number | undefined): boolean => Number.isInteger(value) && (value ?? 0) >= 1

function checkDataset({ features, rows, inputSize, targets, outputSize, featureNames, task }: Dataset): void {
  require(isSize(rows) && isSize(inputSize) && isSize(outputSize), `rows ${rows}, inputs ${inputSize}, outputs ${outputSize}`)
  require(features.length === rows * inputSize, `${features.length} features for ${rows} rows of ${inputSize}`)
  require(targets.length === rows * (task === 'regression' ? outputSize : 1), `${targets.length} targets for ${rows} rows`)
  require(featureNames.length === inputSize, `${featureNames.length} names for ${inputSize} features`)
  require(features.every(Number.isFinite), 'a feature is not finite')
}

function checkIdx({ shape, data }: IdxArray): void {
  require(shape.every((size) => Number.isInteger(size) && size >= 0), `the shape is ${shape}`)
  require(shape.reduce((a, b) => a * b, 1) === data.length, `${data.length} numbers for the shape ${shape}`)
}

function checkModel(model: Model): void {
  const inputSize = inputSizeOfSpec(model.spec)
  const units = model.spec.network.layers.flatMap((layer) => ('units' in layer ? [layer.units] : []))
  require(isSize(inputSize) && units.every(isSize), `${inputSize} inputs, ${units} units`)
  try {
    checkFit(model, 'file')
    checkTransforms(model)
  } catch (error) {
    throw new Contradiction(`accepted, but ${String(error)}`)
  }
  checkCheckpoint(model.checkpoint)
}

function checkCheckpoint(checkpoint: Checkpoint | undefined): void {
  if (checkpoint === undefined) return
  const { parameters, slots } = checkpoint.state
  require(slots.length <= 2 && slots.every(({ length }) => length === parameters.length), `${slots.length} slots of another length`)
}

const file = (path: string): Uint8Array => new Uint8Array(readFileSync(path))
const text = (path: string): string => readFileSync(path, 'utf8')

/** Files that other programs wrote, of an archive of them. */
function foreign(archive: string, ...names: readonly string[]): Uint8Array[] {
  const files = unzipSync(file(`test/formats/${archive}`))
  return names.map((name) => {
    const found = files[name]
    if (found === undefined) throw new Error(`${archive} has no ${name}`)
    return found
  })
}

const MODEL_ERRORS = [InvalidDataError, UnsupportedModelError]

const models = (): Model[] => [
  makeModel({ hidden: { name: 'elu', alpha: 0.5 }, output: 'softmax' }),
  makeModel({ hidden: 'hardSigmoid', output: 'sigmoid', transforms: [] }),
  makeModel({ hidden: 'relu', transforms: [{ kind: 'impute', value: [1, 2, 3, 4, 5, 6] }, standardize] }),
]

const history = {
  loss: [0.5, Number.NaN],
  accuracy: [0.5, 0.75],
  testLoss: [],
  testAccuracy: [],
  testMetrics: { f1: [0.1, 0.2] },
  learningRate: [0.1, 0.1],
}

function checkpoint(numbers: number): Checkpoint {
  const parameters = Float32Array.from({ length: numbers }, (_, i) => Math.sin(i))
  return {
    epoch: 2,
    optimizer: 'adam',
    state: {
      parameters,
      slots: [parameters.map((value) => value / 2), parameters.map((value) => value ** 2)],
      steps: 12,
      products: [0.9, 0.99, 1],
    },
    history,
    best: { epoch: 1, parameters },
  }
}

function withCheckpoint(model: Model): Model {
  const numbers = model.weights.flat().reduce((sum, { length }) => sum + length, 0)
  return { ...model, checkpoint: checkpoint(numbers) }
}

/** As PyTorch's state_dict of the network. */
const STATE: Readonly<Record<string, readonly number[]>> = { '0.weight': [4, 3], '0.bias': [4], '2.weight': [2, 4], '2.bias': [2] }
const NETWORK: TrainSpec['network'] = { inputSize: 3, loss: 'meanSquaredError', layers: [{ units: 4, activation: 'relu' }, { units: 2 }] }

function stateDict(): Uint8Array {
  const tensors = Object.entries(STATE).map(([name, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1)
    return [name, { shape, data: Float32Array.from({ length }, (_, i) => Math.sin(i)) }] as const
  })
  return encodeSafetensors({ tensors: new Map(tensors), metadata: {} })
}

const CSV = [
  'a,b,c,y\n1,2.5,x,0\n2,-3e2,y,1\n3,.5,x,1\n4,1e-3,"z, ""q""",0\n',
  'name;size;weight;class\r\nfirst;1;0,5;yes\r\nsecond;2;0,6;no\r\nthird;NA;0,7;yes\r\n',
  'x\ty\n1\t2\n3\t4\n5\t6\n',
]
const ARFF = [
  "% comment\n@relation r\n@attribute a numeric\n@attribute 'b c' {x, 'y z', \"w\"}\n@attribute s string\n@attribute class {no, yes}\n@data\n1,x,'it\\'s',no\n2,'y z',?,yes % c\n?,w,\"t\",no\n",
  '@relation r\n@attribute a real\n@attribute b integer\n@attribute c {u,v}\n@data\n{0 1.5, 2 v}\n{ }\n{1 7}\n',
]

/** Of the kinds that people have: decimal commas, titles and totals, quotes, dates, JSON. */
const TEXTS = [
  'Stadt;Fläche;Preis\nKöln;405,01;1.200,50 €\nUlm;118,68;3,00 €\nBonn;141,06;40,10 €\n',
  'Report 2020\n\nid,day,"a ""b""",y\n1,2020-01-02,"x\ny",yes\n2,2020-01-03,,no\n3,NA,z,no\nTotal,,,\n',
  '# made by x\na\tb\tc\n1e5\t-2.5\t12 %\n.5\t1,234\t13 %\n0.12345678901234567\t3\t-\n',
  '{"a":1,"b":"x"}\n{"a":2.5,"b":"y","c":true}\n{"b":[1,{"c":2}],"c":null}\n',
  '[{"a":1,"b":"2020-01-02"},{"a":2,"b":null}]',
]

function checkTyped({ rows, columns, lines }: TypedTable): void {
  require(lines === undefined || lines.length === rows, `${lines?.length} lines for ${rows} rows`)
  require(new Set(columns.map(({ name }) => name)).size === columns.length, 'two columns have one name')
  for (const column of columns) {
    const length = 'values' in column ? column.values.length : 'codes' in column ? column.codes.length : column.texts.length
    require(length === rows, `column ${column.name} has ${length} cells for ${rows} rows`)
    if ('codes' in column)
      require(column.codes.every(
        (code) => code >= -1 && code < column.categories.length,
      ), `a code of ${column.name} is no place of a category`)
    const missing =
      'values' in column
        ? column.values.filter((value) => Number.isNaN(value)).length
        : 'codes' in column
          ? column.codes.filter((code) => code < 0).length
          : column.texts.filter((text) => text === null).length
    require(missing === column.missing, `${column.missing} cells of ${column.name} are said to be missing, and ${missing} are`)
  }
}

const table = (cells: Parameters<typeof encodeTable>[0]): void => checkDataset(encodeTable(cells, { missing: 'mean' }))

function journalText(): string {
  const write = new EntryWriter({ worker: 'w', now: () => new Date(2026, 0, 1) })
  const float = { type: 'float', low: 0, high: 1, log: false, step: undefined } as const
  const kind = { type: 'categorical', choices: ['relu', 'tanh', null, 3] } as const
  return formatLines([
    write.createStudy('s', ['minimize']),
    write.setStudyUserAttr(0, 'kept', { deep: [1, Number.NaN, { x: 'NaN' }], text: 'ü"\\' }),
    write.setStudySystemAttr(0, 'study:metric_names', ['loss']),
    write.createTrial(0),
    write.setTrialParam(0, 'rate', 0.25, float),
    write.setTrialParam(0, 'activation', 'tanh', kind),
    write.setTrialIntermediateValue(0, 1, Number.POSITIVE_INFINITY),
    write.setTrialUserAttr(0, 'note', 'Infinity'),
    write.setTrialState(0, 'complete', [0.5]),
    write.createTrial(0, {
      ...{ state: 'complete', params: { rate: 0.5 }, distributions: { rate: float }, values: [1], intermediateValues: new Map([[0, 1]]) },
      ...{ userAttrs: {}, systemAttrs: {}, datetimeStart: new Date(2026, 0, 1), datetimeComplete: new Date(2026, 0, 2) },
    }),
  ])
}

export const READERS: readonly Reader[] = [
  reader({ name: 'CSV', refusals: [InvalidDataError], seeds: () => CSV, mutate: mutateText, read: (input) => table(parseCsvTable(input)) }),
  reader({
    name: 'ARFF',
    refusals: [InvalidDataError],
    seeds: () => ARFF,
    mutate: mutateText,
    // Free text is no feature, and half of the rows of another file lack a value.
    read: (input) => table(parseArffTable(input.replace('@attribute s string', '@attribute s {t,"it\'s"}'))),
  }),
  reader({
    name: 'tables as people have them',
    refusals: [InvalidDataError],
    seeds: () => [
      ...[...CSV, ...ARFF, ...TEXTS].map((one) => strToU8(one)),
      new Uint8Array(Buffer.from(TEXTS[0] ?? '', 'latin1')),
      new Uint8Array(Buffer.from(`\uFEFF${TEXTS[1]}`, 'utf16le')),
      gzip(strToU8(TEXTS[2] ?? '')),
    ],
    mutate: (seed, draw) => (draw.index(3) === 0 ? mutateBytes(seed, draw) : strToU8(mutateText(strFromU8(seed), draw))),
    read: async (input) => checkTyped(await readTyped(input, { name: 'file' })),
  }),
  reader({
    name: 'tables in binary files',
    refusals: [InvalidDataError],
    seeds: () =>
      ['plain.parquet', 'snappy.parquet', 'zstd.parquet', 'gzip.parquet', 'sheets.xlsx'].map((name) => file(`test/table/files/${name}`)),
    mutate: mutateBytes,
    read: async (input) => checkTyped(await readTyped(input, { name: 'file' })),
  }),
  reader({
    name: 'IDX',
    refusals: [InvalidDataError],
    seeds: () => [
      ...[0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e].map((type) =>
        idxBytes([2, 2], Array(4 * (type < 0x0a ? 1 : type < 0x0c ? 2 : type < 0x0e ? 4 : 8)).fill(1), type),
      ),
      idxBytes([3, 4, 2], Array(24).fill(7)),
      gzip(idxBytes([3, 4, 2], Array(24).fill(7))),
    ],
    mutate: mutateIdx,
    read: async (input) => {
      const array = await parseIdx(input, 'file')
      checkIdx(array)
      const [rows = 0] = array.shape
      if (array.data instanceof Uint8Array && array.shape.length > 1)
        checkDataset(fromIdx(array, { shape: [rows], data: new Uint8Array(Math.min(rows, 1000)) }))
    },
  }),
  reader({
    name: 'the named sets',
    refusals: [InvalidDataError],
    seeds: () => [idxBytes([10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), gzip(idxBytes([10], Array(10).fill(1)))],
    mutate: mutateIdx,
    // Nothing but what was published has its checksum.
    read: async (input) => {
      await assembleFashionMnist(async () => ({ source: 'file', bytes: Uint8Array.from(input) }))
      throw new Contradiction('a file that was not published was accepted')
    },
  }),
  reader({
    name: 'tables in the studio',
    refusals: [InvalidDataError],
    seeds: () => [...CSV, ...ARFF].map((one) => strToU8(one)),
    mutate: (seed, draw) => (draw.index(3) === 0 ? mutateBytes(seed, draw) : strToU8(mutateText(strFromU8(seed), draw))),
    read: async (input) => {
      const named = { name: 'file', bytes: Uint8Array.from(input) }
      const format = formatOf(named)
      if (format === 'idx') checkIdx(await parseIdx(named.bytes, named.name))
      else describeTable(readTable(named, format, { header: null, delimiter: null }), { kind: 'sample', name: 'pima' }, 'file')
    },
  }),
  reader({
    name: 'safetensors',
    refusals: MODEL_ERRORS,
    seeds: () => models().map((model) => toSafetensors(withCheckpoint(model))),
    mutate: mutateSafetensors,
    read: (input) => checkModel(fromSafetensors(input)),
  }),
  reader({
    name: 'safetensors of another program',
    refusals: MODEL_ERRORS,
    seeds: () => [stateDict()],
    mutate: mutateSafetensors,
    read: (input) => checkModel(fromSafetensors(input, { network: NETWORK })),
  }),
  reader({
    name: 'ONNX',
    refusals: MODEL_ERRORS,
    seeds: () => [
      ...models().map(toOnnx),
      file('test/fuzz/seeds/torch.onnx'),
      ...foreign('onnx/keras.zip', 'batchnorm.onnx', 'relu6.onnx'),
      ...foreign('onnx/sklearn.zip', 'standardised.onnx', 'classifier.onnx'),
      ...foreign('onnx/torch.zip', 'softplus-beta-dynamo.onnx', 'reshape-size-legacy.onnx', 'sigmoid-taken-apart-dynamo.onnx'),
    ],
    mutate: mutateOnnx,
    read: (input) => {
      checkModel(fromOnnx(input, { notes: 'ignore' }))
      checkModel(fromOnnx(input))
    },
  }),
  reader({
    name: 'ONNX with data beside',
    refusals: MODEL_ERRORS,
    seeds: () => {
      const [bytes, data] = foreign('onnx/torch.zip', 'default.onnx', 'default.onnx.data') as [Uint8Array, Uint8Array]
      return [{ bytes, data }]
    },
    mutate: ({ bytes, data }, draw) =>
      draw.index(5) === 0 ? { bytes, data: mutateBytes(data, draw) } : { bytes: mutateOnnx(bytes, draw), data },
    read: ({ bytes, data }) => checkModel(fromOnnx(bytes, { files: Object.fromEntries(onnxDataFiles(bytes).map((name) => [name, data])) })),
  }),
  reader({
    name: 'model.json of TensorFlow.js',
    refusals: MODEL_ERRORS,
    seeds: () => models().slice(0, 2).map(toTfjsFiles),
    mutate: (seed, draw) => {
      if (draw.index(6) === 0) return { ...seed, 'weights.bin': mutateBytes(seed['weights.bin'], draw) }
      const json = strFromU8(seed['model.json'])
      return { ...seed, 'model.json': Uint8Array.from(strToU8(draw.index(6) === 0 ? mutateText(json, draw) : mutateJson(json, draw))) }
    },
    read: (input) => {
      tfjsWeightFiles(input['model.json'])
      checkModel(fromTfjsFiles(input, { notes: 'ignore' }))
      checkModel(fromTfjsFiles(input))
    },
  }),
  reader<TfjsArtifacts>({
    name: 'artifacts of TensorFlow.js',
    refusals: MODEL_ERRORS,
    seeds: () => [
      ...models().slice(0, 2).map(toTfjs),
      ...(['uint8', 'uint16', 'float16'] as const).map((type) => quantized(makeModel({ hidden: 'elu', output: 'softmax' }), type)),
    ],
    mutate: mutateData,
    read: (input) => {
      checkModel(fromTfjs(input, { notes: 'ignore' }))
      checkModel(fromTfjs(input))
    },
  }),
  reader({
    name: '.keras',
    refusals: MODEL_ERRORS,
    seeds: async (): Promise<Uint8Array[]> => [
      ...(await Promise.all(
        models()
          .slice(0, 2)
          .map((model) => toKeras(model, h5wasm)),
      )),
      ...foreign('foreign/keras-3.zip', 'nested.keras', 'activation-objects.keras', 'normalization-axes.keras', 'reshape-permute.keras'),
      ...foreign('foreign/tf-2.12.zip', 'nested.keras'),
    ],
    mutate: mutateKeras,
    read: async (input) => {
      checkModel(await fromKeras(input, h5wasm, { notes: 'ignore' }))
      checkModel(await fromKeras(input, h5wasm))
    },
  }),
  reader({
    name: '.h5 of Keras',
    refusals: MODEL_ERRORS,
    seeds: () => [
      ...foreign('foreign/keras-3.zip', 'sequential.h5', 'nested.h5', 'halves.h5'),
      ...foreign('foreign/tf-2.15.zip', 'nested-functional.h5', 'batchnorm.h5'),
    ],
    mutate: mutateH5,
    read: async (input) => checkModel(await fromKerasH5(input, h5wasm)),
  }),
  reader({
    name: 'checkpoints',
    refusals: [InvalidDataError],
    seeds: () => [encodeCheckpoints([checkpoint(5), checkpoint(7)]), encodeCheckpoints([{ ...checkpoint(3), optimizer: 'sgd' }])],
    mutate: mutateCheckpoints,
    read: (input) => decodeCheckpoints(input, 'file').checkpoints.forEach(checkCheckpoint),
  }),
  reader({
    name: 'journals',
    refusals: [CorruptJournalError],
    seeds: () => [journalText()],
    mutate: mutateJournal,
    read: (input) => {
      const { entries } = parseLines(strToU8(input), 'file', 0, 0)
      const replay = new Replay()
      replay.apply(entries)
      // What was read is written again, into reports and other journals.
      for (const { trials, userAttrs } of replay.studies)
        stringifyJson([userAttrs, ...trials.map((trial) => [trial.userAttrs, trial.systemAttrs])])
    },
  }),
  reader({
    name: 'training files',
    refusals: [InvalidSpecError],
    seeds: () => ['examples/pima.yaml', 'examples/fashion-mnist.yaml'].map(text),
    mutate: mutateText,
    read: (input) => parseTrainingFile(parseYaml(input, 'file'), 'file'),
  }),
  reader({
    name: 'study files',
    refusals: [InvalidSpecError],
    seeds: () => [text('examples/pima-study.yaml')],
    mutate: mutateText,
    read: (input) => {
      const {
        data: _data,
        backend: _backend,
        budget: _budget,
        journal: _journal,
        ...search
      } = parseStudyFile(parseYaml(input, 'file'), 'file')
      resolveStudy(search)
    },
  }),
  reader({
    name: 'links of the studio',
    refusals: [InvalidSpecError],
    seeds: () => [toPermalink(smallConfig())],
    mutate: (seed, draw) => {
      if (draw.index(4) === 0) return mutateText(seed, draw)
      const json = Buffer.from(seed.slice('#study='.length), 'base64url').toString()
      return `#study=${Buffer.from(draw.index(3) === 0 ? mutateText(json, draw) : mutateJson(json, draw)).toString('base64url')}`
    },
    read: fromPermalink,
  }),
]
