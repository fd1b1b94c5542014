import { strFromU8, strToU8 } from 'fflate'
import * as h5wasm from 'h5wasm'
import { parseStudyFile } from '../../src/cli/study-file.ts'
import { parseTrainingFile } from '../../src/cli/training-file.ts'
import { parseYaml } from '../../src/cli/yaml.ts'
import { InvalidDataError, InvalidSpecError } from '../../src/core/errors.ts'
import { parseArffTable } from '../../src/data/arff.ts'
import { parseCsvTable } from '../../src/data/csv.ts'
import { assembleFashionMnist } from '../../src/data/fashion-mnist.ts'
import { fromIdx, parseIdx } from '../../src/data/idx.ts'
import { fromKeras, toKeras } from '../../src/formats/keras/keras.ts'
import { fromKerasH5 } from '../../src/formats/keras/legacy.ts'
import { fromOnnx, onnxDataFiles } from '../../src/formats/onnx/read.ts'
import { toOnnx } from '../../src/formats/onnx/write.ts'
import { fromSafetensors, toSafetensors } from '../../src/formats/safetensors/model.ts'
import { fromTfjsFiles, tfjsWeightFiles, toTfjsFiles } from '../../src/formats/tfjs/files.ts'
import { fromTfjs, type TfjsArtifacts, toTfjs } from '../../src/formats/tfjs/tfjs.ts'
import { loadAnswer } from '../../src/learn/answer.ts'
import { loadPredictor } from '../../src/learn/predictor/index.ts'
import { describeTable } from '../../src/studio/engine/describeTable.ts'
import { isIdx } from '../../src/studio/engine/reading.ts'
import { fromPermalink, toPermalink } from '../../src/studio/permalink.ts'
import { CorruptJournalError } from '../../src/study/journal/errors.ts'
import { decodeCheckpoints, encodeCheckpoints } from '../../src/study/journal/file/checkpoint-format.ts'
import { parseLines } from '../../src/study/journal/file/lines.ts'
import { stringifyJson } from '../../src/study/journal/json.ts'
import { RebuiltStudies } from '../../src/study/journal/rebuild.ts'
import { resolveStudy } from '../../src/study/options.ts'
import { readTable as readTyped } from '../../src/table/read.ts'
import { gzip, idxBytes } from '../data/build.ts'
import { makeModel } from '../formats/models.ts'
import { quantized } from '../formats/quantized.ts'
import { answerOf } from '../learn/answers.ts'
import { smallConfig } from '../studio/config.ts'
import { Contradiction, checkCheckpoint, checkDataset, checkIdx, checkModel, checkTyped } from './checks.ts'
import {
  mutateAnswer,
  mutateCheckpoints,
  mutateH5,
  mutateIdx,
  mutateJournal,
  mutateKeras,
  mutateOnnx,
  mutateSafetensors,
} from './formats.ts'
import { mutateBytes, mutateData, mutateJson, mutateText } from './mutate.ts'
import { type Reader, reader } from './reader.ts'
import {
  ARFF,
  CSV,
  checkpoint,
  file,
  foreign,
  journalText,
  MODEL_ERRORS,
  models,
  NETWORK,
  stateDict,
  TEXTS,
  table,
  text,
  withCheckpoint,
} from './seeds.ts'

/** Every reader of what comes from outside, with whole inputs of its own, a way to change them, and the errors it may refuse them by. */

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
      if (isIdx(named)) checkIdx(await parseIdx(named.bytes, named.name))
      else describeTable(await readTyped(named.bytes, { name: 'file' }), { kind: 'sample', name: 'pima' }, 'file')
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
      ...foreign('onnx/torchNetworks.zip', 'convolutions-script.onnx', 'lstm-script.onnx'),
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
    name: 'answers',
    refusals: [InvalidDataError],
    seeds: () => (['binary', 'multiclass', 'regression'] as const).map((task) => answerOf(task, 30).answer.save()),
    mutate: mutateAnswer,
    read: (input) => {
      const answer = loadAnswer(input)
      const rows = Array.from({ length: 2 }, () =>
        Object.fromEntries(answer.data.columns.map((column) => [column.name, column.kind === 'category' ? 'x' : column.low])),
      )
      if (answer.predict(rows).length !== 2) throw new Contradiction('two rows have other than two predictions')
      answer.card()
      loadPredictor(input)
    },
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
      const rebuilt = new RebuiltStudies()
      rebuilt.apply(entries)
      // What was read is written again, into reports and other journals.
      for (const { trials, userAttrs } of rebuilt.studies)
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
