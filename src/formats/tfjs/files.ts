/** A LayersModel as the files that `tf.loadLayersModel('https://…/model.json')` fetches. */

import * as z from 'zod/mini'
import { InvalidDataError } from '../../core/errors.ts'
import type { ReadOptions } from '../graph.ts'
import type { Model } from '../model.ts'
import { parseJson, parseParts } from '../notes.ts'
import { weightsSchema } from './artifacts.ts'
import { fromTfjs, toTfjs } from './tfjs.ts'

const modelSchema = z.looseObject({
  format: z.optional(z.string()),
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(z.looseObject({ paths: z.array(z.string()), weights: weightsSchema })),
  userDefinedMetadata: z.optional(z.looseObject({})),
})

/** `model.json` and `weights.bin`, to be written side by side. Errors as `toTfjs`. */
export function toTfjsFiles(model: Model): Readonly<Record<'model.json' | 'weights.bin', Uint8Array<ArrayBuffer>>> {
  const { weightSpecs, weightData, ...json } = toTfjs(model)
  const manifest = { ...json, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] }
  return { 'model.json': new TextEncoder().encode(JSON.stringify(manifest)), 'weights.bin': new Uint8Array(weightData) }
}

/**
 * The files beside `model.json` that have its weights: names in its own folder or below, with forward slashes.
 * @throws InvalidDataError where it is none of a LayersModel's, or names what lies elsewhere
 */
export function tfjsWeightFiles(json: Uint8Array, name = 'model.json'): string[] {
  const paths = readManifest(json, name).weightsManifest.flatMap((group) => group.paths)
  const elsewhere = paths.find((path) => !isBeside(path))
  if (elsewhere === undefined) return paths
  throw new InvalidDataError(
    `${name}: its weights are said to be in ${JSON.stringify(elsewhere)}; only files in its own folder and below are read`,
  )
}

/** Whoever made the file must not choose what else is read: as it stands, or as a server would take it apart. */
function isBeside(path: string): boolean {
  const readings = [path, decoded(path)]
  return readings.every((reading) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no file's name has them.
    if (/[\\\u0000-\u001f]|^[a-z][a-z0-9+.-]*:/i.test(reading)) return false
    return reading.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  })
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    // A percent sign that encodes nothing.
    return path
  }
}

function readManifest(json: Uint8Array, name: string): z.infer<typeof modelSchema> {
  const manifest = parseParts(modelSchema, parseJson(new TextDecoder().decode(json), name), name)
  const paths = manifest.weightsManifest.flatMap((group) => group.paths)
  // Each is taken in as often as it is named.
  if (new Set(paths).size < paths.length) throw new InvalidDataError(`${name}: names a file of weights more than once; the file is damaged`)
  return manifest
}

/**
 * A model from the files of a LayersModel. Errors as `fromTfjs`.
 * @param files by name: `model.json` and those it names
 */
export function fromTfjsFiles(files: Readonly<Record<string, Uint8Array>>, options: ReadOptions = {}): Model {
  const { name = 'model.json' } = options
  const json = files['model.json']
  if (json === undefined) throw new InvalidDataError(`${name}: there is no model.json among the files ${Object.keys(files).join(', ')}`)
  const { format, modelTopology, weightsManifest, userDefinedMetadata } = readManifest(json, name)
  const weightData = weightsManifest.flatMap(({ paths }) =>
    paths.map((path) => {
      const bytes = files[path]
      if (bytes === undefined) throw new InvalidDataError(`${name}: its weights are in ${path}, which is not among the files`)
      return new Uint8Array(bytes).buffer
    }),
  )
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights)
  return fromTfjs({ format, modelTopology, weightSpecs, weightData, userDefinedMetadata }, { ...options, name })
}
