/** An ONNX graph as it is written: nodes, constants, inputs and outputs by name. Fields by their numbers in `onnx.proto`. */

import { PbfWriter } from 'pbf'

/** The types of elements that are used here, by their numbers in `onnx.proto`. */
const TYPE = { float: 1, int64: 7, string: 8, bool: 9, double: 11 } as const
export type ElementType = keyof typeof TYPE

/** Operator sets: the first that has Equal, Min and Max as they are used here in every runtime, and the trees and encoders of scikit-learn's exporters. */
const OPSETS = { '': 13, 'ai.onnx.ml': 2 } as const
/** The version of the file format that came with them. */
const IR_VERSION = 7

/** Constants of more numbers are seldom the same. */
const FEW = 64

type Attribute =
  | number
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | string
  | readonly string[]
export type Attributes = Readonly<Record<string, Attribute>>

/** What stands for a value in the graph. */
export type Value = string & { readonly onnx: unique symbol }

function message(write: (fields: PbfWriter) => void): Uint8Array<ArrayBuffer> {
  const fields = new PbfWriter()
  write(fields)
  return new Uint8Array(fields.finish())
}

/** Fields of an AttributeProto: its type, and where a value of that type is. */
function attributeProto(name: string, value: Attribute): Uint8Array {
  return message((attribute) => {
    attribute.writeStringField(1, name)
    if (typeof value === 'number') attribute.writeFloatField(2, value)
    else if (typeof value === 'string') attribute.writeBytesField(4, new TextEncoder().encode(value))
    else if ('int' in value) attribute.writeVarintField(3, value.int)
    else if ('ints' in value) for (const one of value.ints) attribute.writeVarintField(8, one)
    else if ('floats' in value) for (const one of value.floats) attribute.writeFloatField(7, one)
    else for (const one of value) attribute.writeBytesField(9, new TextEncoder().encode(one))
    attribute.writeVarintField(
      20,
      typeof value === 'number' ? 1 : typeof value === 'string' ? 3 : 'int' in value ? 2 : 'ints' in value ? 7 : 'floats' in value ? 6 : 8,
    )
  })
}

function bytesOf(values: ArrayLike<number>, type: ElementType): Uint8Array {
  const size = type === 'float' ? 4 : 8
  const view = new DataView(new ArrayBuffer(size * values.length))
  for (const [i, value] of Array.from(values).entries()) {
    if (type === 'float') view.setFloat32(4 * i, value, true)
    else if (type === 'double') view.setFloat64(8 * i, value, true)
    else view.setBigInt64(8 * i, BigInt(value), true)
  }
  return new Uint8Array(view.buffer)
}

/** A tensor of any number of rows. */
function valueInfo(name: string, type: ElementType, width: number): Uint8Array {
  const dimensions = [message((rows) => rows.writeStringField(2, 'rows')), message((columns) => columns.writeVarintField(1, width))]
  const shape = message((fields) => {
    for (const one of dimensions) fields.writeBytesField(1, one)
  })
  const tensor = message((fields) => {
    fields.writeVarintField(1, TYPE[type])
    fields.writeBytesField(2, shape)
  })
  return message((info) => {
    info.writeStringField(1, name)
    info.writeBytesField(
      2,
      message((fields) => fields.writeBytesField(1, tensor)),
    )
  })
}

/** Builds a graph; every method gives what stands for its result. */
export class OnnxGraph {
  readonly #nodes: Uint8Array[] = []
  readonly #constants = new Map<string, { readonly name: Value; readonly bytes: Uint8Array }>()
  readonly #inputs: Uint8Array[] = []
  readonly #outputs: Uint8Array[] = []
  readonly #taken = new Set<string>()

  /** @param reserved names of outputs, which nothing else gets */
  constructor(reserved: readonly string[]) {
    for (const name of reserved) this.#taken.add(name)
  }

  /** The name, with marks behind it where it is taken. */
  #named(name: string): Value {
    let own = name
    while (own === '' || this.#taken.has(own)) own += '_'
    this.#taken.add(own)
    return own as Value
  }

  /** (rows x 1), called by the name, or by one like it where that is taken. */
  input(name: string, type: ElementType): Value {
    const own = this.#named(name)
    this.#inputs.push(valueInfo(own, type, 1))
    return own
  }

  /** @param name a reserved one */
  output(name: string, of: Value, type: ElementType, width: number): void {
    this.#outputs.push(valueInfo(name, type, width))
    this.#node('Identity', [of], [name], {}, '')
  }

  /** Numbers of a shape; none is one number. The same numbers are kept once where they are few. */
  constant(type: Exclude<ElementType, 'string' | 'bool'>, values: ArrayLike<number>, shape: readonly number[] = [values.length]): Value {
    const key = values.length > FEW ? `${type} ${this.#constants.size}` : `${type} ${shape.join(',')} ${Array.from(values).join(',')}`
    return this.#constant(key, (name) =>
      message((tensor) => {
        tensor.writePackedVarint(1, [...shape])
        tensor.writeVarintField(2, TYPE[type])
        tensor.writeStringField(8, name)
        tensor.writeBytesField(9, bytesOf(values, type))
      }),
    )
  }

  texts(values: readonly string[]): Value {
    return this.#constant(`string ${JSON.stringify(values)}`, (name) =>
      message((tensor) => {
        tensor.writePackedVarint(1, [values.length])
        tensor.writeVarintField(2, TYPE.string)
        for (const one of values) tensor.writeBytesField(6, new TextEncoder().encode(one))
        tensor.writeStringField(8, name)
      }),
    )
  }

  #constant(key: string, bytes: (name: string) => Uint8Array): Value {
    const known = this.#constants.get(key)
    if (known !== undefined) return known.name
    const name = this.#named(`constants.${this.#constants.size}`)
    this.#constants.set(key, { name, bytes: bytes(name) })
    return name
  }

  #node(operator: string, inputs: readonly string[], outputs: readonly string[], attributes: Attributes, domain: string): void {
    this.#nodes.push(
      message((fields) => {
        for (const input of inputs) fields.writeStringField(1, input)
        for (const output of outputs) fields.writeStringField(2, output)
        fields.writeStringField(3, outputs[0] ?? '')
        fields.writeStringField(4, operator)
        for (const [name, value] of Object.entries(attributes)) fields.writeBytesField(5, attributeProto(name, value))
        fields.writeStringField(7, domain)
      }),
    )
  }

  /** An operator of one output, by https://onnx.ai/onnx/operators. */
  op(operator: string, inputs: readonly Value[], attributes: Attributes = {}, domain: keyof typeof OPSETS = ''): Value {
    const output = this.#named(`${operator}_${this.#nodes.length}`)
    this.#node(operator, inputs, [output], attributes, domain)
    return output
  }

  /** The first output of an operator of two. */
  firstOf(operator: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    const [first, second] = [this.#named(`${operator}_${this.#nodes.length}`), this.#named(`${operator}_${this.#nodes.length}_2`)]
    this.#node(operator, inputs, [first, second], attributes, '')
    return first
  }

  cast(value: Value, to: ElementType): Value {
    return this.op('Cast', [value], { to: { int: TYPE[to] } })
  }

  /** The bytes of a file of this graph. @param metadata texts by key */
  bytes(metadata: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
    const graph = message((fields) => {
      for (const node of this.#nodes) fields.writeBytesField(1, node)
      fields.writeStringField(2, 'espalier')
      for (const { bytes } of this.#constants.values()) fields.writeBytesField(5, bytes)
      for (const input of this.#inputs) fields.writeBytesField(11, input)
      for (const output of this.#outputs) fields.writeBytesField(12, output)
    })
    return message((file) => {
      file.writeVarintField(1, IR_VERSION)
      file.writeStringField(2, 'espalier')
      file.writeBytesField(7, graph)
      for (const [domain, version] of Object.entries(OPSETS))
        file.writeBytesField(
          8,
          message((set) => {
            set.writeStringField(1, domain)
            set.writeVarintField(2, version)
          }),
        )
      for (const [key, value] of Object.entries(metadata))
        file.writeBytesField(
          14,
          message((entry) => {
            entry.writeStringField(1, key)
            entry.writeStringField(2, value)
          }),
        )
    })
  }
}
