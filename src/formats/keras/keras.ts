/**
 * Keras 3's `.keras`: a zip of `config.json` (the layers), `metadata.json`, and `model.weights.h5`, where variable i of a layer is the dataset
 * `layers/<class>_<n>/vars/<i>`, named by its class and not by its own name (`keras/src/saving/saving_lib.py`: `_save_container_state`,
 * `H5IOStore`). Keras reads nothing of `metadata.json`, where espalier's notes are, and writes it anew; names that outlast that are in `names.ts`.
 */

import { strFromU8, strToU8, zipSync } from 'fflate'
import * as z from 'zod/mini'
import { at } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import type { UnpackOptions } from '../../data/unpack.ts'
import { UnsupportedModelError } from '../errors.ts'
import { graphOf, isDenseRow, modelOfGraph, type ReadOptions } from '../graph.ts'
import { splitShift } from '../inputs.ts'
import { hardSigmoidOf, KERAS, namer } from '../layers/convention.ts'
import { readLayers } from '../layers/read.ts'
import type { Inner } from '../layers/step.ts'
import { type ReadLayer, readBranches, readTopology } from '../layers/topology.ts'
import { type LayerPart, layersOf, type Part } from '../layers/write.ts'
import { inputSizeOfSpec, type Model } from '../model.ts'
import { modelOfLayers } from '../network/model.ts'
import { readNetwork } from '../network/read.ts'
import { hasBranches, type NetworkPart, networkParts } from '../network/write.ts'
import { NOTES, parseJson, parseParts, writeNotes } from '../notes.ts'
import { kindError, recognize } from '../recognize.ts'
import { unzip } from '../zip.ts'
import { type H5Reader, type H5wasm, isH5, readH5, writeH5 } from './h5.ts'
import { fromKerasH5 } from './legacy.ts'
import { keptNames, namesPart } from './names.ts'

const CONFIG = 'config.json'
const METADATA = 'metadata.json'
const WEIGHTS = 'model.weights.h5'
/** The oldest version whose layout this is. */
const KERAS_VERSION = '3.0.0'

/** `keras/src/layers/preprocessing/normalization.py` divides by at least this, `keras.config.epsilon()`. */
const SMALLEST_SCALE = 1e-7
/** Beyond it the variance is more than float32 holds. */
const LARGEST_SCALE = 1e19

/** (x - mean) / sqrt(variance): of a float64 scale, the root of its square is the scale again. */
function normalization({ shift, scale }: { readonly shift: readonly number[]; readonly scale: readonly number[] }): Part[] {
  const odd = scale.findIndex((value) => Math.abs(value) < SMALLEST_SCALE || Math.abs(value) > LARGEST_SCALE || value < 0)
  if (odd >= 0)
    throw new UnsupportedModelError(
      `column ${odd} is divided by ${scale[odd]}; Keras's Normalization divides by numbers from ${SMALLEST_SCALE} to ${LARGEST_SCALE}: give the column another unit`,
    )
  const layer = (mean: readonly number[], variance: readonly number[]): Part => ({
    className: 'Normalization',
    config: { axis: [-1], invert: false, mean, variance },
  })
  const { high, low } = splitShift(shift, scale)
  const variance = scale.map((value) => value * value)
  if (low === undefined) return [layer(shift, variance)]
  // Keras keeps the mean as float32; what that leaves out is taken off in units of the scale.
  const rest = low.map((value, i) => value / at(scale, i))
  return [layer(high, variance), layer(rest, Array(rest.length).fill(1))]
}

/** Keras's `serialize_keras_object`. */
const object = (module: string, class_name: string, config: object, inputs: number | undefined) => ({
  module,
  class_name,
  config,
  registered_name: null,
  ...(inputs === undefined ? {} : { build_config: { input_shape: [null, inputs] } }),
})

function configOf(parts: readonly LayerPart[], inputSize: number): object {
  let width = inputSize
  const layers = parts.map(({ className, config }) => {
    const inputs = width
    if (typeof config.units === 'number') width = config.units
    return object('keras.layers', className, config, className === 'InputLayer' ? undefined : inputs)
  })
  const model = { name: 'sequential', trainable: true, dtype: 'float32', layers, build_input_shape: [null, inputSize] }
  return { ...object('keras', 'Sequential', model, inputSize), compile_config: null }
}

/** The same of a network of any kinds: a Sequential model, or where there are branches a Functional one. */
function configOfNetwork(parts: readonly NetworkPart[]): object {
  const shapeOf = (i: number) => [null, ...at(parts, i).shape]
  const branches = hasBranches(parts)
  const layers = parts.map(({ className, name, config, sources }) => {
    const shapes = sources.map(shapeOf)
    const plain = { ...object('keras.layers', className, config, undefined) }
    const built = shapes.length === 0 ? plain : { ...plain, build_config: { input_shape: shapes.length === 1 ? shapes[0] : shapes } }
    if (!branches) return built
    const tensors = sources.map((source) => ({
      class_name: '__keras_tensor__',
      config: { shape: shapeOf(source), dtype: 'float32', keras_history: [at(parts, source).name, 0, 0] },
    }))
    const args = tensors.length === 1 ? tensors : [tensors]
    return { ...built, name, inbound_nodes: sources.length === 0 ? [] : [{ args, kwargs: {} }] }
  })
  const common = { trainable: true, layers }
  if (!branches) {
    const model = { name: 'sequential', ...common, dtype: 'float32', build_input_shape: shapeOf(0) }
    return { ...object('keras', 'Sequential', model, undefined), build_config: { input_shape: shapeOf(0) }, compile_config: null }
  }
  const ends = { input_layers: [[parts[0]?.name, 0, 0]], output_layers: [[parts.at(-1)?.name, 0, 0]] }
  return {
    ...object('keras.src.models.functional', 'Functional', { name: 'functional', ...common, ...ends }, undefined),
    compile_config: null,
  }
}

/** Where weight i of a layer is: by its number among those of the layer, or of the layer within it that its name says, `forward_layer/cell/kernel`. */
function datasetOf(path: string, name: string, i: number, weights: LayerPart['weights']): string {
  const inner = name.slice(0, name.lastIndexOf('/') + 1)
  if (inner === '') return `${path}/${i}`
  const first = weights.findIndex(([other]) => other.startsWith(inner))
  return `${path.replace(/vars$/, '')}${inner}vars/${i - first}`
}

/**
 * The bytes of a `.keras` file that `keras.saving.load_model` reads; the model takes raw features, its Normalization has their scaling.
 * @param h5wasm the package, which writes the weights: `import * as h5wasm from 'h5wasm'`
 * @throws UnsupportedModelError for what Keras has no layer for; InvalidDataError where weights do not fit the spec
 */
export async function toKeras(model: Model, h5wasm: H5wasm): Promise<Uint8Array<ArrayBuffer>> {
  const extra = namesPart(model.data)
  const network = isDenseRow(model.spec) ? undefined : networkParts(model, KERAS, normalization, 'Keras', extra)
  const parts: readonly LayerPart[] = network ?? layersOf(graphOf(model), KERAS, normalization, 'Keras', extra)
  const layers = parts.filter(({ className }) => className !== 'InputLayer')
  const nameOf = namer()
  const paths = layers.map((layer) => ({ ...layer, path: `layers/${nameOf(layer.className)}/vars` }))
  const datasets = paths.flatMap(({ path, weights }) =>
    weights.map(([name, tensor], i) => [datasetOf(path, name, i, weights), tensor] as const),
  )
  const groups = ['vars', ...paths.map(({ path }) => path), ...datasets.map(([name]) => name.slice(0, name.lastIndexOf('/')))]
  const json = (value: unknown): Uint8Array => strToU8(JSON.stringify(value))
  const files = {
    [METADATA]: json({ keras_version: KERAS_VERSION, [NOTES]: writeNotes(model) }),
    [CONFIG]: json(network === undefined ? configOf(parts, inputSizeOfSpec(model.spec)) : configOfNetwork(network)),
    [WEIGHTS]: await writeH5(h5wasm, groups, new Map(datasets)),
  }
  // Stored, as Keras does, and of no particular day, so that the same model is the same file.
  return zipSync(files, { level: 0, mtime: '1980-01-01T00:00:00' })
}

/** The files of an archive that are read. @throws InvalidDataError, UnsupportedModelError where it is no `.keras` file */
async function filesOf(bytes: Uint8Array, name: string, options: UnpackOptions) {
  const kind = recognize(bytes)
  if (kind !== undefined && kind !== 'keras' && kind !== 'zip') throw kindError(kind, '.keras file', name)
  const { files, names } = await unzip(bytes, [CONFIG, METADATA, WEIGHTS], name, options)
  if (files[CONFIG] !== undefined) return files
  const within = (file: string) => names.some((path) => path === file || path.endsWith(`/${file}`))
  if (within('saved_model.pb')) throw kindError('savedModel', '.keras file', name)
  if (within(CONFIG))
    throw new InvalidDataError(`${name}: its ${CONFIG} is in a folder; in a .keras file it is not: pack what is in the folder`)
  throw new InvalidDataError(`${name}: has no ${CONFIG}; it is no .keras file`)
}

/** How Keras calls the group of a model's layers: since 2.13, and in 2.12, where each layer that has weights is counted twice. */
const LAYERS = 'layers'
const LAYERS_2_12 = '_layer_checkpoint_dependencies'

/** The group of a layer's variables. */
function groupOf(file: H5Reader, { places }: ReadLayer): string {
  const path = places.reduce((model, { classInSnakeCase, index }) => {
    const counted = `${classInSnakeCase}${index === 0 ? '' : `_${index}`}`
    if (!file.names(model).includes(LAYERS_2_12)) return `${model}${LAYERS}/${counted}/`
    const groups = file.names(`${model}${LAYERS_2_12}`).flatMap((name) => {
      const [, base, number = '0'] = /^(.*?)(?:_(\d+))?$/.exec(name) ?? []
      return base === classInSnakeCase ? [{ name, number: Number(number) }] : []
    })
    return `${model}${LAYERS_2_12}/${groups.toSorted((a, b) => a.number - b.number)[index]?.name ?? counted}/`
  }, '')
  return `${path}vars`
}

const metadataSchema = z.looseObject({ keras_version: z.optional(z.unknown()), [NOTES]: z.optional(z.unknown()) })

/**
 * The model of a `.keras` file of Keras 3 or of TensorFlow's Keras 2, where it is dense layers in a row. What TensorFlow before 2.13 saved
 * under that name is HDF5 and is read as such.
 * @throws UnsupportedModelError naming the layer that no dense network has; InvalidDataError where the file is damaged
 */
export async function fromKeras(bytes: Uint8Array, h5wasm: H5wasm, options: ReadOptions = {}): Promise<Model> {
  const { name = 'the .keras file', notes } = options
  if (isH5(bytes)) return fromKerasH5(bytes, h5wasm, { name, ...options })
  const files = await filesOf(bytes, name, options)
  const file = (path: keyof typeof files): Uint8Array => {
    const found = files[path]
    if (found === undefined) throw new InvalidDataError(`${name}: has no ${path}; it is no .keras file`)
    return found
  }
  const json = (path: keyof typeof files): unknown => parseJson(strFromU8(file(path)), `${name}: ${path}`)
  const metadata = files[METADATA] === undefined ? {} : parseParts(metadataSchema, json(METADATA), `${name}: ${METADATA}`)
  const topology = json(CONFIG)
  const slope = metadata.keras_version === undefined ? KERAS.hardSigmoid : hardSigmoidOf(metadata.keras_version)
  const kept = metadata[NOTES]
  return readH5(h5wasm, file(WEIGHTS), name, options, (h5) => {
    const take = (layer: ReadLayer, variables: readonly string[], inner?: Inner) => {
      const group = groupOf(h5, layer)
      const own = inner === undefined ? group : group.replace(/vars$/, `${inner.path}/vars`)
      return variables.map((_, i) => h5.tensor(`${own}/${i}`))
    }
    const row = () => {
      const layers = readTopology(topology, name)
      return modelOfGraph(readLayers(layers, slope, take, name), kept, name, notes, keptNames(layers))
    }
    const branches = () => readBranches(topology, name)
    const network = () => readNetwork(branches().layers, branches().output, slope, take, name)
    return modelOfLayers({ row, network, notes: kept, labels: () => keptNames(branches().layers) }, name, notes)
  })
}
