import type { PbfReader } from 'pbf'
import { InvalidDataError } from '../../core/errors.ts'
import { fittingSize } from '../../core/shape.ts'
import { UnsupportedModelError } from '../errors.ts'
import type { Tensor } from '../safetensors/tensors.ts'
import { BoundedReader } from './wire.ts'

/** The part of `onnx.proto` that a network is read from, by its field numbers. */

export interface OnnxNode {
  inputs: string[]
  outputs: string[]
  name: string
  operator: string
  domain: string
  attributes: Map<string, OnnxAttribute>
}

interface OnnxAttribute {
  name: string
  float: number | undefined
  int: number | undefined
  ints: number[]
  tensor: OnnxTensor | undefined
}

/** A constant as the file has it. */
export interface OnnxTensor {
  name: string
  shape: number[]
  type: number
  raw: Uint8Array | undefined
  floats: number[]
  ints: number[]
  external: boolean
}

export interface OnnxModel {
  nodes: OnnxNode[]
  constants: Map<string, OnnxTensor>
  /** Inputs of the graph, which before version 4 of the format also list the constants. */
  inputs: string[]
  outputs: string[]
  metadata: Map<string, string>
}

function readTensor(pbf: PbfReader): OnnxTensor {
  const empty: OnnxTensor = { name: '', shape: [], type: 0, raw: undefined, floats: [], ints: [], external: false }
  return pbf.readMessage((tag, tensor, fields) => {
    if (tag === 1) fields.readPackedVarint(tensor.shape)
    else if (tag === 2) tensor.type = fields.readVarint()
    else if (tag === 4) fields.readPackedFloat(tensor.floats)
    else if (tag === 7) fields.readPackedVarint(tensor.ints, true)
    else if (tag === 8) tensor.name = fields.readString()
    else if (tag === 9) tensor.raw = fields.readBytes()
    else if (tag === 14) tensor.external = fields.readVarint() === 1
  }, empty)
}

function readAttribute(pbf: PbfReader): OnnxAttribute {
  const empty: OnnxAttribute = { name: '', float: undefined, int: undefined, ints: [], tensor: undefined }
  return pbf.readMessage((tag, attribute, fields) => {
    if (tag === 1) attribute.name = fields.readString()
    else if (tag === 2) attribute.float = fields.readFloat()
    else if (tag === 3) attribute.int = fields.readVarint(true)
    else if (tag === 5) attribute.tensor = readTensor(fields)
    else if (tag === 8) fields.readPackedVarint(attribute.ints, true)
  }, empty)
}

function readNode(pbf: PbfReader): OnnxNode {
  const empty: OnnxNode = { inputs: [], outputs: [], name: '', operator: '', domain: '', attributes: new Map() }
  return pbf.readMessage((tag, node, fields) => {
    if (tag === 1) node.inputs.push(fields.readString())
    else if (tag === 2) node.outputs.push(fields.readString())
    else if (tag === 3) node.name = fields.readString()
    else if (tag === 4) node.operator = fields.readString()
    else if (tag === 7) node.domain = fields.readString()
    else if (tag === 5) {
      const attribute = readAttribute(fields)
      node.attributes.set(attribute.name, attribute)
    }
  }, empty)
}

/** A ValueInfoProto's name, or a StringStringEntryProto as its two texts. */
const readTexts = (pbf: PbfReader, last: 1 | 2): string[] =>
  pbf.readMessage((tag, texts, fields) => {
    if (tag <= last) texts[tag - 1] = fields.readString()
  }, [] as string[])

function readGraph(pbf: PbfReader, model: OnnxModel): void {
  pbf.readMessage((tag, found, fields) => {
    if (tag === 1) found.nodes.push(readNode(fields))
    else if (tag === 5) {
      const tensor = readTensor(fields)
      found.constants.set(tensor.name, tensor)
    } else if (tag === 11) found.inputs.push(readTexts(fields, 1)[0] ?? '')
    else if (tag === 12) found.outputs.push(readTexts(fields, 1)[0] ?? '')
  }, model)
}

/** @throws InvalidDataError where the bytes are no protobuf message with a graph */
export function readOnnx(bytes: Uint8Array, file: string): OnnxModel {
  const empty: OnnxModel = { nodes: [], constants: new Map(), inputs: [], outputs: [], metadata: new Map() }
  let model: OnnxModel
  try {
    model = new BoundedReader(bytes).readFields((tag, found, fields) => {
      if (tag === 7) readGraph(fields, found)
      else if (tag === 14) {
        const [key = '', value = ''] = readTexts(fields, 2)
        found.metadata.set(key, value)
      }
    }, empty)
  } catch (cause) {
    throw new InvalidDataError(`${file}: this is no ONNX file, or it is damaged`, { cause })
  }
  if (model.nodes.length === 0) throw new InvalidDataError(`${file}: this is no ONNX file: it has no graph`)
  return model
}

const FLOAT = 1
const TYPES: Readonly<Record<number, string>> = {
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  16: 'bfloat16',
}

/** @throws UnsupportedModelError for another type than float32; InvalidDataError where the numbers do not fit the shape */
export function floatsOf({ name, shape, type, raw, floats, external }: OnnxTensor, file: string): Tensor {
  const which = `${file}: constant "${name}"`
  if (external) throw new UnsupportedModelError(`${which} is in a file beside this one; save the model as one file`)
  if (type !== FLOAT) throw new UnsupportedModelError(`${which} is of type ${TYPES[type] ?? type}; only float32 is read`)
  const length = fittingSize(shape, raw === undefined ? floats.length : raw.length / 4, which)
  if (raw === undefined) return { shape, data: Float32Array.from(floats) }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  return { shape, data: Float32Array.from({ length }, (_, i) => view.getFloat32(4 * i, true)) }
}
