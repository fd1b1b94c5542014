/** A network's file by its name: `x.safetensors`, `x.onnx`, `x.keras`, or a folder with TensorFlow.js's `model.json` and its weights. */

import { mkdir, readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { readBeside, readBytes } from '../data/node/files.ts'
import { checkWritable, replaceFiles } from '../data/node/write.ts'
import {
  fromKeras,
  fromKerasH5,
  fromOnnx,
  fromSafetensors,
  fromTfjsFiles,
  type H5wasm,
  type Model,
  onnxDataFiles,
  tfjsWeightFiles,
  toKeras,
  toOnnx,
  toSafetensors,
  toTfjsFiles,
} from '../formats/index.ts'
import { type FileKind, kindError, recognize } from '../formats/recognize.ts'
import { UsageError } from './exit.ts'

const JSON_NAME = 'model.json'

type Format = 'safetensors' | 'onnx' | 'keras' | 'tfjs'
const FORMATS: Readonly<Record<string, Format>> = { '.safetensors': 'safetensors', '.onnx': 'onnx', '.keras': 'keras', '': 'tfjs' }
/** What is read, by the first bytes of the file, or else by its name. */
const READ: Readonly<Record<string, Exclude<Format, 'tfjs'> | 'h5'>> = {
  '.safetensors': 'safetensors',
  '.onnx': 'onnx',
  '.keras': 'keras',
  '.h5': 'h5',
  '.hdf5': 'h5',
}
const READ_BY_KIND: Partial<Record<FileKind, Exclude<Format, 'tfjs'> | 'h5'>> = {
  safetensors: 'safetensors',
  onnx: 'onnx',
  keras: 'keras',
  hdf5: 'h5',
}

/** For the help of commands. */
export const MODEL_FILES = 'a file that ends in .safetensors, .onnx or .keras, or a folder for TensorFlow.js'

/** @throws UsageError for a name that is not that of a network's file */
export function formatOf(path: string): Format {
  if (basename(path) === JSON_NAME) return 'tfjs'
  const format = FORMATS[extname(path).toLowerCase()]
  if (format !== undefined) return format
  throw new UsageError(
    `${path}: this is no name of a network's file; it must be ${MODEL_FILES} (Keras's .h5 is read, and not written: Keras itself writes .keras now)`,
  )
}

const tfjsFolder = (path: string): string => (basename(path) === JSON_NAME ? dirname(path) : path)

/** @throws UsageError where the optional peer is not installed */
async function loadH5wasm(path: string): Promise<H5wasm> {
  try {
    return await import('h5wasm')
  } catch (cause) {
    throw new UsageError(`${path}: .keras and .h5 files need the package h5wasm: npm i h5wasm`, { cause })
  }
}

async function readTfjs(path: string): Promise<Model> {
  const folder = tfjsFolder(path)
  const name = join(folder, JSON_NAME)
  const present = await readdir(folder)
  if (!present.includes(JSON_NAME)) {
    if (present.includes('saved_model.pb')) throw kindError('savedModel', 'folder of TensorFlow.js', folder)
    if (present.includes('config.json') && present.includes('model.weights.h5'))
      throw new UsageError(`${folder}: is an unpacked .keras file: pack what is in it (zip) and name that .keras`)
    throw new UsageError(`${folder}: has no ${JSON_NAME}, which a folder of TensorFlow.js has; a network is ${MODEL_FILES}`)
  }
  const json = await readBytes(name)
  const weights = await Promise.all(tfjsWeightFiles(json, name).map(async (file) => [file, await readBeside(name, file)] as const))
  return fromTfjsFiles({ [JSON_NAME]: json, ...Object.fromEntries(weights) }, { name })
}

/** @throws UsageError, InvalidDataError, UnsupportedModelError, or the file system's error */
export async function readModel(path: string): Promise<Model> {
  if (basename(path) === JSON_NAME || (await stat(path)).isDirectory()) return readTfjs(path)
  const bytes = await readBytes(path)
  // Weights may have any name, as they always could.
  const kind = recognize(bytes)
  const format = (kind && READ_BY_KIND[kind]) ?? READ[extname(path).toLowerCase()] ?? 'safetensors'
  if (format === 'onnx') {
    const files = await Promise.all(onnxDataFiles(bytes, path).map(async (file) => [file, await readBeside(path, file)] as const))
    return fromOnnx(bytes, { name: path, files: Object.fromEntries(files) })
  }
  if (format === 'h5') return fromKerasH5(bytes, await loadH5wasm(path), { name: path })
  return format === 'keras' ? fromKeras(bytes, await loadH5wasm(path), { name: path }) : fromSafetensors(bytes, { name: path })
}

const folderOf = (path: string): string => (formatOf(path) === 'tfjs' ? tfjsFolder(path) : dirname(path))

/** Creates the folder and checks, before hours of work, that the network can be written there. @throws FileWriteError */
export async function prepareModel(path: string): Promise<void> {
  const folder = folderOf(path)
  await mkdir(folder, { recursive: true })
  await checkWritable(join(folder, formatOf(path) === 'tfjs' ? JSON_NAME : basename(path)))
}

/** @returns the files written */
export async function writeModel(path: string, model: Model): Promise<string[]> {
  const format = formatOf(path)
  const folder = folderOf(path)
  const files: Readonly<Record<string, Uint8Array>> =
    format === 'tfjs'
      ? toTfjsFiles(model)
      : {
          [basename(path)]:
            format === 'onnx' ? toOnnx(model) : format === 'keras' ? await toKeras(model, await loadH5wasm(path)) : toSafetensors(model),
        }
  await mkdir(folder, { recursive: true })
  const written = Object.entries(files).map(([name, content]) => ({ path: join(folder, name), content }))
  await replaceFiles(written)
  return written.map(({ path: one }) => one)
}
