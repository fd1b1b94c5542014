/**
 * TensorFlow.js's LayersModel (`tf.loadLayersModel`, tfjs-layers 4.22), as what it calls model artifacts: the value that `tf.io.fromMemory`
 * takes and a save handler is given. TensorFlow.js has no Normalization layer; a BatchNormalization with these weights, which is not trained,
 * computes the same.
 */

import * as z from 'zod/mini'
import { at } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { UnsupportedModelError } from '../errors.ts'
import { graphOf, isDenseRow, modelOfGraph, type ReadOptions } from '../graph.ts'
import { splitShift } from '../inputs.ts'
import { hardSigmoidOf, TFJS } from '../layers/convention.ts'
import { readLayers } from '../layers/read.ts'
import type { Inner } from '../layers/step.ts'
import { type ReadLayer, readBranches, readTopology } from '../layers/topology.ts'
import { keyFinder } from '../layers/weights.ts'
import { layersOf, type Part } from '../layers/write.ts'
import type { Model } from '../model.ts'
import { modelOfLayers } from '../network/model.ts'
import { readNetwork } from '../network/read.ts'
import { hasBranches, type NetworkPart, networkParts } from '../network/write.ts'
import { NOTES, parseParts, writeNotes } from '../notes.ts'
import type { Tensor } from '../safetensors/tensors.ts'
import { parseArtifacts } from './artifacts.ts'
import { readWeights, type TfjsWeight } from './weights.ts'

/** The part of `tf.io.ModelArtifacts` that a LayersModel has. */
export interface TfjsArtifacts {
  readonly format?: string | undefined
  readonly generatedBy?: string | undefined
  readonly convertedBy?: string | null | undefined
  /** The layers, as JSON. */
  readonly modelTopology?: object | undefined
  readonly weightSpecs?: readonly TfjsWeight[] | undefined
  /** All weights in the order of the specs, little-endian. */
  readonly weightData?: ArrayBuffer | readonly ArrayBuffer[] | undefined
  readonly userDefinedMetadata?: object | undefined
}

/** What `toTfjs` returns: mutable arrays, as TensorFlow.js's own types have them. */
export interface WrittenTfjsArtifacts {
  format: string
  generatedBy: string
  convertedBy: null
  modelTopology: { class_name: string; config: object; keras_version: string; backend: string }
  weightSpecs: { name: string; shape: number[]; dtype: 'float32' }[]
  weightData: ArrayBuffer
  userDefinedMetadata: { [NOTES]: object }
}

function normalization({ shift, scale }: { readonly shift: readonly number[]; readonly scale: readonly number[] }): Part[] {
  const { high, low = scale.map(() => 0) } = splitShift(shift, scale)
  const column = (values: readonly number[]): Tensor => ({ shape: [values.length], data: Float32Array.from(values) })
  // gamma (x - mean) / sqrt(variance + epsilon) + beta
  const weights = [
    ['gamma', column(scale.map((value) => 1 / value))],
    ['beta', column(scale.map((value, i) => -at(low, i) / value))],
    ['moving_mean', column(high)],
    ['moving_variance', column(scale.map(() => 1))],
  ] as const
  return [{ className: 'BatchNormalization', config: { axis: -1, epsilon: 0, center: true, scale: true, trainable: false }, weights }]
}

/** The layers of a Sequential model, or where there are branches of a Functional one. */
function topologyOf(parts: readonly NetworkPart[]): { class_name: string; config: object } {
  const plain = parts.map(({ className, config }) => ({ class_name: className, config }))
  if (!hasBranches(parts)) return { class_name: 'Sequential', config: { name: 'sequential', layers: plain } }
  const layers = parts.map(({ className, name, config, sources }) => ({
    ...{ class_name: className, name, config },
    inbound_nodes: sources.length === 0 ? [] : [sources.map((source) => [at(parts, source).name, 0, 0, {}])],
  }))
  const ends = { input_layers: [[parts[0]?.name, 0, 0]], output_layers: [[parts.at(-1)?.name, 0, 0]] }
  return { class_name: 'Functional', config: { name: 'model', layers, ...ends } }
}

/**
 * What `tf.io.fromMemory` takes: `tf.loadLayersModel(tf.io.fromMemory(toTfjs(model)))` predicts from raw features what the model does.
 * @throws UnsupportedModelError for a model that fills in missing values; InvalidDataError where weights do not fit the spec
 */
export function toTfjs(model: Model): WrittenTfjsArtifacts {
  const network = isDenseRow(model.spec) ? undefined : networkParts(model, TFJS, normalization, 'TensorFlow.js')
  const parts = network ?? layersOf(graphOf(model), TFJS, normalization, 'TensorFlow.js')
  const weights = parts.flatMap((part) => part.weights.map(([name, tensor]) => ({ name: `${part.name}/${name}`, tensor })))
  const data = new DataView(new ArrayBuffer(weights.reduce((sum, { tensor }) => sum + 4 * tensor.data.length, 0)))
  let end = 0
  for (const { tensor } of weights)
    for (const value of tensor.data) {
      data.setFloat32(end, value, true)
      end += 4
    }
  const layers = parts.map(({ className, config }) => ({ class_name: className, config }))
  const topology = network === undefined ? { class_name: 'Sequential', config: { name: 'sequential', layers } } : topologyOf(network)
  return {
    format: 'layers-model',
    generatedBy: 'espalier',
    convertedBy: null,
    modelTopology: { ...topology, keras_version: '2.1.6', backend: 'tensor_flow.js' },
    weightSpecs: weights.map(({ name, tensor }) => ({ name, shape: [...tensor.shape], dtype: 'float32' })),
    weightData: data.buffer,
    userDefinedMetadata: { [NOTES]: writeNotes(model) },
  }
}

/** The buffers as one. */
function joined(given: ArrayBuffer | readonly ArrayBuffer[]): DataView {
  if (!Array.isArray(given)) return new DataView(given as ArrayBuffer)
  const bytes = new Uint8Array(given.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const part of given) {
    bytes.set(new Uint8Array(part), at)
    at += part.byteLength
  }
  return new DataView(bytes.buffer)
}

const metadataSchema = z.looseObject({ [NOTES]: z.optional(z.unknown()) })
/** A model that was converted from a file of Keras has its topology in there. */
const convertedSchema = z.looseObject({ model_config: z.looseObject({}) })
const versionSchema = z.looseObject({ keras_version: z.optional(z.unknown()) })

/**
 * A model from what a save handler of TensorFlow.js is given.
 * @throws UnsupportedModelError naming the layer that no dense network has; InvalidDataError where the artifacts are damaged
 */
export function fromTfjs(artifacts: TfjsArtifacts, { name = 'the TensorFlow.js model', notes }: ReadOptions = {}): Model {
  if (artifacts.format === 'graph-model')
    throw new UnsupportedModelError(`${name}: is a GraphModel, which has no layers any more; only a LayersModel can be read`)
  if (artifacts.modelTopology === undefined || artifacts.weightSpecs === undefined || artifacts.weightData === undefined)
    throw new InvalidDataError(`${name}: lacks modelTopology, weightSpecs or weightData; save the model with its weights`)
  const { modelTopology, weightSpecs, weightData, userDefinedMetadata } = parseArtifacts(artifacts, name)
  const converted = convertedSchema.safeParse(modelTopology)
  const tensors = readWeights(weightSpecs, joined(weightData), name)
  const keyOf = keyFinder([...tensors.keys()])
  const topology = converted.success ? converted.data.model_config : modelTopology
  const { keras_version } = versionSchema.parse(modelTopology)
  const take = (layer: ReadLayer, variables: readonly string[], inner?: Inner): Tensor[] =>
    variables.map((variable, i) => {
      const own = inner?.name === undefined ? layer : { name: inner.name, within: [...layer.within, layer.name] }
      const found = tensors.get(keyOf(own, variable, i) ?? '')?.()
      if (found === undefined) throw new InvalidDataError(`${name}: the weights have no "${layer.name}/${variable}"; the file is damaged`)
      return found
    })
  const slope = hardSigmoidOf(keras_version)
  const kept = parseParts(metadataSchema, userDefinedMetadata ?? {}, `${name}: its metadata`)[NOTES]
  const row = () => modelOfGraph(readLayers(readTopology(topology, name), slope, take, name), kept, name, notes)
  const network = () => {
    const { layers, output } = readBranches(topology, name)
    return readNetwork(layers, output, slope, take, name)
  }
  return modelOfLayers({ row, network, notes: kept, labels: () => ({}) }, name, notes)
}
