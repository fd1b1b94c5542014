import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import {
  fromKeras,
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
import { readBeside } from './beside.ts'
import { UsageError } from './exit.ts'

/** A network's file by its name: `x.safetensors`, `x.onnx`, `x.keras`, or a folder with TensorFlow.js's `model.json` and its weights. */

const JSON_NAME = 'model.json'

type Format = 'safetensors' | 'onnx' | 'keras' | 'tfjs'
const FORMATS: Readonly<Record<string, Format>> = { '.safetensors': 'safetensors', '.onnx': 'onnx', '.keras': 'keras', '': 'tfjs' }

/** For the help of commands. */
export const MODEL_FILES = 'a file that ends in .safetensors, .onnx or .keras, or a folder for TensorFlow.js'

/** @throws UsageError for a name that is none of a network's */
export function formatOf(path: string): Format {
  if (basename(path) === JSON_NAME) return 'tfjs'
  const format = FORMATS[extname(path).toLowerCase()]
  if (format !== undefined) return format
  throw new UsageError(`${path}: this is no name of a network's file; it must be ${MODEL_FILES} (Keras 2's .h5: save it as .keras)`)
}

const tfjsFolder = (path: string): string => (basename(path) === JSON_NAME ? dirname(path) : path)

/** @throws UsageError where the optional peer is not installed */
async function loadH5wasm(path: string): Promise<H5wasm> {
  try {
    return await import('h5wasm')
  } catch (cause) {
    throw new UsageError(`${path}: .keras files need the package h5wasm: npm i h5wasm`, { cause })
  }
}

async function readTfjs(path: string): Promise<Model> {
  const folder = tfjsFolder(path)
  const name = join(folder, JSON_NAME)
  const json = await readFile(name)
  const weights = await Promise.all(tfjsWeightFiles(json, name).map(async (file) => [file, await readFile(join(folder, file))] as const))
  return fromTfjsFiles({ [JSON_NAME]: json, ...Object.fromEntries(weights) }, { name })
}

/** @throws UsageError, InvalidDataError, UnsupportedModelError, or the file system's error */
export async function readModel(path: string): Promise<Model> {
  if (basename(path) === JSON_NAME || (await stat(path)).isDirectory()) return readTfjs(path)
  const format = FORMATS[extname(path).toLowerCase()]
  const bytes = await readFile(path)
  if (format === 'onnx') {
    const files = await readBeside(path, dirname(path), onnxDataFiles(bytes, path))
    return fromOnnx(bytes, { name: path, files })
  }
  // Weights may have any name, as they always could.
  return format === 'keras' ? fromKeras(bytes, await loadH5wasm(path), { name: path }) : fromSafetensors(bytes, { name: path })
}

/** @returns the files written */
export async function writeModel(path: string, model: Model): Promise<string[]> {
  const format = formatOf(path)
  const folder = format === 'tfjs' ? tfjsFolder(path) : dirname(path)
  const files: Readonly<Record<string, Uint8Array>> =
    format === 'tfjs'
      ? toTfjsFiles(model)
      : {
          [basename(path)]:
            format === 'onnx' ? toOnnx(model) : format === 'keras' ? await toKeras(model, await loadH5wasm(path)) : toSafetensors(model),
        }
  await mkdir(folder, { recursive: true })
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
  return Object.keys(files).map((name) => join(folder, name))
}
