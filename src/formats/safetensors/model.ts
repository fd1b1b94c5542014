/**
 * A model in one safetensors file: tensors `layers.0.kernel` (inputs x units), `layers.0.bias` (units), …, by the names that core's kinds of
 * layers give them (layers counted in the flat list, in which those of a block come before it), and in the metadata, as JSON,
 * - "spec", the training spec, and "data", how rows became what the network sees;
 * - "checkpoint", where the model has one: epoch, optimizer, history and the like. Numbers that JSON has no word for are the strings "NaN",
 *   "Infinity" and "-Infinity". Its arrays, flat in core's order (core/layout.ts), are the tensors `checkpoint.parameters`,
 *   `checkpoint.slots.0`, … (the optimizer's state) and, of early stopping, `checkpoint.best`.
 */

import { InvalidDataError } from '../../core/errors.ts'
import { flatLayers } from '../../core/layout.ts'
import { shapeText } from '../../core/shape.ts'
import { type TrainSpec, trainSpecSchema } from '../../core/spec.ts'
import { checkpointHeadSchema, joinCheckpoint, splitCheckpoint } from '../checkpoint.ts'
import { checkModel, checkTransforms } from '../graph.ts'
import { layoutOf, type Model, storedLayoutOf } from '../model.ts'
import { parseData, parseJson, parseParts } from '../notes.ts'
import { otherKind } from '../recognize.ts'
import { modelOfTensors, withoutNetwork } from './stateDict.ts'
import { decodeSafetensors, encodeSafetensors, type Tensor } from './tensors.ts'

const FORMAT = 'espalier-model'
const VERSION = '1'

const writeNumber = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
const readNumber = (value: unknown): unknown => {
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
  if (Array.isArray(value)) return value.map(readNumber)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readNumber(item)]))
}

/**
 * All of a model as the bytes of a safetensors file, the optimizer's state included.
 * @throws InvalidDataError where the weights do not fit the spec
 */
export function toSafetensors(model: Model): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, Tensor>()
  const { spec, data, checkpoint, weights } = model
  checkModel(model, 'the model')
  const layout = layoutOf(spec)
  const flat = flatLayers(weights, layout)
  layout.layers.forEach((layer, i) => {
    for (const [t, { name, shape }] of [...layer.tensors, ...layer.state].entries())
      tensors.set(`layers.${i}.${name}`, { shape, data: flat[i]?.[t] ?? new Float32Array() })
  })
  const metadata = { format: FORMAT, version: VERSION, spec: JSON.stringify(spec), data: JSON.stringify(data) }
  if (checkpoint === undefined) return encodeSafetensors({ tensors, metadata })
  const { head, arrays } = splitCheckpoint(checkpoint)
  for (const [name, values] of arrays) tensors.set(`checkpoint.${name}`, { shape: [values.length], data: values })
  return encodeSafetensors({ tensors, metadata: { ...metadata, checkpoint: JSON.stringify(head, writeNumber) } })
}

/** How messages name the file, and what network its tensors are of. */
export interface SafetensorsOptions {
  /** Opens every message: the file's name. */
  readonly name?: string
  /**
   * Of a file that another program wrote, which holds tensors alone: PyTorch's `state_dict`. As `fit` takes it. The tensors of linear layers are found
   * by their shapes, those of one shape by the order of their names.
   */
  readonly network?: TrainSpec['network']
}

/**
 * A model from a safetensors file that `toSafetensors` wrote, or from tensors and the network they are of.
 * @throws InvalidDataError when the bytes are no safetensors file or tensors do not fit the network; UnsupportedModelError for tensors whose network
 * was not said or is not of linear layers
 */
export function fromSafetensors(bytes: Uint8Array, { name = 'the safetensors file', network }: SafetensorsOptions = {}): Model {
  const other = otherKind(bytes, 'safetensors', 'safetensors file', name)
  if (other !== undefined) throw other
  const { tensors, metadata } = decodeSafetensors(bytes, name)
  const { format, version, checkpoint } = metadata
  if (format !== FORMAT) {
    if (network === undefined) throw withoutNetwork(tensors, name)
    return modelOfTensors(tensors, network, name)
  }
  if (version !== VERSION) throw new InvalidDataError(`${name}: is of format version ${version}; this espalier reads version ${VERSION}`)
  const json = (key: string): unknown => parseJson(metadata[key] ?? '', `${name}: the metadata's "${key}"`)
  const spec = parseParts(trainSpecSchema, json('spec'), `${name}: the metadata's "spec"`)
  const data = parseData(json('data'), `${name}: the metadata's "data"`)
  const tensor = (key: string, ...shape: readonly number[]): Float32Array => {
    const found = tensors.get(key)
    if (found !== undefined && shapeText(found.shape) === shapeText(shape)) return found.data
    throw new InvalidDataError(
      `${name}: tensor ${key} ${found ? `has the shape ${shapeText(found.shape)}; the spec needs ${shapeText(shape)}` : 'is missing'}`,
    )
  }
  const layout = storedLayoutOf(spec, name)
  const weights: Float32Array[][] = spec.network.layers.map(() => [])
  for (const [i, layer] of layout.layers.entries())
    for (const { name: own, shape } of [...layer.tensors, ...layer.state])
      weights[layer.written]?.push(tensor(`layers.${i}.${own}`, ...shape))
  try {
    checkTransforms({ spec, data })
  } catch (cause) {
    if (cause instanceof InvalidDataError) throw new InvalidDataError(`${name}: ${cause.message}`, { cause })
    throw cause
  }
  if (checkpoint === undefined) return { spec, weights, data }
  const head = parseParts(checkpointHeadSchema, readNumber(json('checkpoint')), `${name}: the metadata's "checkpoint"`)
  return {
    spec,
    weights,
    data,
    checkpoint: joinCheckpoint(head, (part, length = layout.parameters) => tensor(`checkpoint.${part}`, length)),
  }
}
