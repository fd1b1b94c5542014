/** The part of `onnx.proto` that a network is read from, by its field numbers. */

import type { PbfReader } from 'pbf'
import { InvalidDataError } from '../../core/errors.ts'
import { otherKind } from '../recognize.ts'
import { BoundedReader } from './wire.ts'

export interface OnnxNode {
  inputs: string[]
  outputs: string[]
  name: string
  operator: string
  domain: string
  overload: string
  attributes: Map<string, OnnxAttribute>
}

/** proto3 writers leave out a number that is 0 and a text that is empty: what an attribute does not hold is 0, an empty text, an empty list. */
export interface OnnxAttribute {
  name: string
  float: number
  int: number
  text: string
  texts: string[]
  floats: number[]
  ints: number[]
  tensor: OnnxTensor | undefined
  /** In a function's body: the attribute of the calling node that stands here. */
  reference: string
}

/** A constant as the file has it. */
export interface OnnxTensor {
  name: string
  shape: number[]
  type: number
  raw: Uint8Array | undefined
  floats: number[]
  /** int32_data, which also holds smaller types and the bits of float16. */
  ints: number[]
  longs: number[]
  doubles: number[]
  /** Where its numbers are in a file beside: location, offset, length. */
  external: Map<string, string> | undefined
}

/** An input or output of the graph. */
export interface OnnxValueInfo {
  name: string
  /** Of its numbers; 0 where the file does not say it, or where it is no tensor. */
  type: number
  /** -1 stands for a size that is not fixed; undefined where the file says no shape. */
  shape: number[] | undefined
}

/** Operators of the model's own, made of others. */
export interface OnnxFunction {
  name: string
  domain: string
  overload: string
  inputs: string[]
  outputs: string[]
  nodes: OnnxNode[]
  /** Values of attributes that a call leaves out. */
  defaults: Map<string, OnnxAttribute>
  versions: Map<string, number>
}

export interface OnnxModel {
  nodes: OnnxNode[]
  constants: Map<string, OnnxTensor>
  /** Inputs of the graph, which before version 4 of the format also list the constants. */
  inputs: OnnxValueInfo[]
  outputs: OnnxValueInfo[]
  functions: OnnxFunction[]
  /** The operator sets by their domains; '' is ONNX's own. */
  versions: Map<string, number>
  metadata: Map<string, string>
}

/** A StringStringEntryProto into a map. */
function readEntry(pbf: PbfReader, entries: Map<string, string>): void {
  const [key = '', value = ''] = pbf.readMessage((tag, texts, fields) => {
    if (tag <= 2) texts[tag - 1] = fields.readString()
  }, [] as string[])
  entries.set(key, value)
}

/** An OperatorSetIdProto into a map. */
function readVersion(pbf: PbfReader, versions: Map<string, number>): void {
  const set = pbf.readMessage(
    (tag, found, fields) => {
      if (tag === 1) found.domain = fields.readString()
      else if (tag === 2) found.version = fields.readVarint(true)
    },
    { domain: '', version: 0 },
  )
  versions.set(set.domain === 'ai.onnx' ? '' : set.domain, set.version)
}

function readTensor(pbf: PbfReader): OnnxTensor {
  const empty: OnnxTensor = {
    name: '',
    shape: [],
    type: 0,
    raw: undefined,
    floats: [],
    ints: [],
    longs: [],
    doubles: [],
    external: undefined,
  }
  const entries = new Map<string, string>()
  let external = false
  const tensor = pbf.readMessage((tag, found, fields) => {
    if (tag === 1) fields.readPackedVarint(found.shape, true)
    else if (tag === 2) found.type = fields.readVarint()
    else if (tag === 4) fields.readPackedFloat(found.floats)
    else if (tag === 5) fields.readPackedVarint(found.ints, true)
    else if (tag === 7) fields.readPackedVarint(found.longs, true)
    else if (tag === 8) found.name = fields.readString()
    else if (tag === 9) found.raw = fields.readBytes()
    else if (tag === 10) fields.readPackedDouble(found.doubles)
    else if (tag === 11) fields.readPackedVarint(found.longs)
    else if (tag === 13) readEntry(fields, entries)
    else if (tag === 14) external = fields.readVarint() === 1
  }, empty)
  return external ? { ...tensor, external: entries } : tensor
}

function readAttribute(pbf: PbfReader): OnnxAttribute {
  const empty: OnnxAttribute = { name: '', float: 0, int: 0, text: '', texts: [], floats: [], ints: [], tensor: undefined, reference: '' }
  return pbf.readMessage((tag, attribute, fields) => {
    if (tag === 1) attribute.name = fields.readString()
    else if (tag === 2) attribute.float = fields.readFloat()
    else if (tag === 3) attribute.int = fields.readVarint(true)
    else if (tag === 4) attribute.text = fields.readString()
    else if (tag === 5) attribute.tensor = readTensor(fields)
    else if (tag === 7) fields.readPackedFloat(attribute.floats)
    else if (tag === 8) fields.readPackedVarint(attribute.ints, true)
    else if (tag === 9) attribute.texts.push(fields.readString())
    else if (tag === 21) attribute.reference = fields.readString()
  }, empty)
}

function readNode(pbf: PbfReader): OnnxNode {
  const empty: OnnxNode = { inputs: [], outputs: [], name: '', operator: '', domain: '', overload: '', attributes: new Map() }
  return pbf.readMessage((tag, node, fields) => {
    if (tag === 1) node.inputs.push(fields.readString())
    else if (tag === 2) node.outputs.push(fields.readString())
    else if (tag === 3) node.name = fields.readString()
    else if (tag === 4) node.operator = fields.readString()
    else if (tag === 7) {
      const domain = fields.readString()
      node.domain = domain === 'ai.onnx' ? '' : domain
    } else if (tag === 8) node.overload = fields.readString()
    else if (tag === 5) {
      const attribute = readAttribute(fields)
      node.attributes.set(attribute.name, attribute)
    }
  }, empty)
}

const readDimension = (pbf: PbfReader): number =>
  pbf.readMessage(
    (tag, found, fields) => {
      if (tag === 1) found.size = fields.readVarint(true)
    },
    { size: -1 },
  ).size

function readShape(pbf: PbfReader): number[] {
  return pbf.readMessage((tag, shape, fields) => {
    if (tag === 1) shape.push(readDimension(fields))
  }, [] as number[])
}

function readValueInfo(pbf: PbfReader): OnnxValueInfo {
  const empty: OnnxValueInfo = { name: '', type: 0, shape: undefined }
  return pbf.readMessage((tag, info, fields) => {
    if (tag === 1) info.name = fields.readString()
    else if (tag === 2)
      fields.readMessage((kind, _, inType) => {
        if (kind !== 1) return
        inType.readMessage((part, __, inTensor) => {
          if (part === 1) info.type = inTensor.readVarint()
          else if (part === 2) info.shape = readShape(inTensor)
        }, null)
      }, null)
  }, empty)
}

function readFunction(pbf: PbfReader): OnnxFunction {
  const empty: OnnxFunction = {
    name: '',
    domain: '',
    overload: '',
    inputs: [],
    outputs: [],
    nodes: [],
    defaults: new Map(),
    versions: new Map(),
  }
  return pbf.readMessage((tag, found, fields) => {
    if (tag === 1) found.name = fields.readString()
    else if (tag === 4) found.inputs.push(fields.readString())
    else if (tag === 5) found.outputs.push(fields.readString())
    else if (tag === 7) found.nodes.push(readNode(fields))
    else if (tag === 9) readVersion(fields, found.versions)
    else if (tag === 10) found.domain = fields.readString()
    else if (tag === 11) {
      const attribute = readAttribute(fields)
      found.defaults.set(attribute.name, attribute)
    } else if (tag === 13) found.overload = fields.readString()
  }, empty)
}

function readGraph(pbf: PbfReader, model: OnnxModel): void {
  pbf.readMessage((tag, found, fields) => {
    if (tag === 1) found.nodes.push(readNode(fields))
    else if (tag === 5) {
      const tensor = readTensor(fields)
      found.constants.set(tensor.name, tensor)
    } else if (tag === 11) found.inputs.push(readValueInfo(fields))
    else if (tag === 12) found.outputs.push(readValueInfo(fields))
  }, model)
}

/** @throws UnsupportedModelError for another kind of file; InvalidDataError where the bytes are no protobuf message with a graph */
export function readOnnx(bytes: Uint8Array, file: string): OnnxModel {
  const other = otherKind(bytes, 'onnx', 'ONNX file', file)
  if (other !== undefined) throw other
  const empty: OnnxModel = {
    nodes: [],
    constants: new Map(),
    inputs: [],
    outputs: [],
    functions: [],
    versions: new Map(),
    metadata: new Map(),
  }
  let model: OnnxModel
  try {
    model = new BoundedReader(bytes).readFields((tag, found, fields) => {
      if (tag === 7) readGraph(fields, found)
      else if (tag === 8) readVersion(fields, found.versions)
      else if (tag === 14) readEntry(fields, found.metadata)
      else if (tag === 25) found.functions.push(readFunction(fields))
    }, empty)
  } catch (cause) {
    throw new InvalidDataError(`${file}: this is no ONNX file, or it is damaged`, { cause })
  }
  if (model.nodes.length === 0) throw new InvalidDataError(`${file}: this is no ONNX file: it has no graph`)
  return model
}
