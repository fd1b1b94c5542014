// `toOnnx`: writes a model as ONNX.

import { PbfWriter } from 'pbf'
import type { Shape } from '../../core/layers/kind.ts'
import { type Graph, graphOf, isDenseRow } from '../graph.ts'
import { type InputStep, inputSteps, splitShift } from '../inputs.ts'
import type { Model } from '../model.ts'
import { NOTES, writeNotes } from '../notes.ts'
import type { Tensor } from '../safetensors/tensors.ts'
import { networkGraph } from './network.ts'
import { type Attributes, type GraphPlan, type NodePlan, stepsOfActivation } from './plan.ts'

/**
 * A model as ONNX, all numbers float32, so that every runtime has the operators. Fields by their numbers in `onnx.proto`, operators by
 * https://onnx.ai/onnx/operators, operator set 13.
 */
const OPSET = 13
/** The version of the file format that came with that operator set. */
const IR_VERSION = 7

const FLOAT = 1

function message(write: (fields: PbfWriter) => void): Uint8Array<ArrayBuffer> {
  const fields = new PbfWriter()
  write(fields)
  // A copy, because pbf's types do not say that the memory is the page's own, as a Blob wants it.
  return new Uint8Array(fields.finish())
}

const row = (values: readonly number[]): Tensor => ({ shape: [values.length], data: Float32Array.from(values) })

function stepsOfInput(step: InputStep, i: number): NodePlan[] {
  const constant = (operator: string, name: string, values: readonly number[]): NodePlan => ({
    operator,
    constants: [[`inputs.${i}.${name}`, row(values)]],
  })
  if (step.kind === 'rescale') return [constant('Mul', 'factor', [step.factor])]
  if (step.kind === 'impute') return [{ ...constant('Where', 'value', step.value), condition: 'IsNaN' }]
  const { high, low } = splitShift(step.shift, step.scale)
  return [
    constant('Sub', 'shift', high),
    ...(low === undefined ? [] : [constant('Sub', 'rest', low)]),
    constant('Div', 'scale', step.scale),
  ]
}

function stepsOf({ inputs, layers }: Graph): NodePlan[] {
  const dense = layers.flatMap(({ inputs: width, units, kernel, bias, activation }, i): NodePlan[] => [
    {
      operator: 'Gemm',
      constants: [
        [`layers.${i}.kernel`, { shape: [width, units], data: kernel }],
        [`layers.${i}.bias`, { shape: [units], data: bias }],
      ],
    },
    ...stepsOfActivation(activation),
  ])
  return [...inputs.flatMap(stepsOfInput), ...dense]
}

const tensorProto = (name: string, { shape, data }: Tensor): Uint8Array =>
  message((tensor) => {
    tensor.writePackedVarint(1, [...shape])
    tensor.writeVarintField(2, FLOAT)
    tensor.writeStringField(8, name)
    const bytes = new DataView(new ArrayBuffer(4 * data.length))
    for (const [i, value] of data.entries()) bytes.setFloat32(4 * i, value, true)
    tensor.writeBytesField(9, new Uint8Array(bytes.buffer))
  })

/** The kinds of attributes. */
const INTEGER = 2
const TEXT = 3
const FLOATS = 6
const INTEGERS = 7
const TEXTS = 8
/** Attributes that are whole numbers; of lists all are, but for some. */
const WHOLE: readonly string[] = ['axis', 'group', 'keepdims', 'count_include_pad', 'to', 'hidden_size', 'linear_before_reset', 'value_int']
const FLOAT_LISTS: readonly string[] = ['activation_alpha', 'activation_beta', 'value_floats']

const isText = (value: unknown): value is string => typeof value === 'string'

const attributeProto = (name: string, value: Attributes[string]): Uint8Array =>
  message((attribute) => {
    attribute.writeStringField(1, name)
    let kind = FLOAT
    if (isText(value)) {
      kind = TEXT
      attribute.writeBytesField(4, new TextEncoder().encode(value))
    } else if (typeof value === 'number') {
      kind = WHOLE.includes(name) ? INTEGER : FLOAT
      if (kind === INTEGER) attribute.writeVarintField(3, value)
      else attribute.writeFloatField(2, value)
    } else {
      kind = value.some(isText) ? TEXTS : FLOAT_LISTS.includes(name) ? FLOATS : INTEGERS
      for (const item of value) {
        if (isText(item)) attribute.writeBytesField(9, new TextEncoder().encode(item))
        else if (kind === FLOATS) attribute.writeFloatField(7, item)
        else attribute.writeVarintField(8, item)
      }
    }
    attribute.writeVarintField(20, kind)
  })

const node = (operator: string, inputs: readonly string[], output: string, attributes: Attributes = {}): Uint8Array =>
  message((fields) => {
    for (const input of inputs) fields.writeStringField(1, input)
    fields.writeStringField(2, output)
    // The places of what is largest, which nobody asks for and every TopK gives.
    if (operator === 'TopK') fields.writeStringField(2, `${output}_places`)
    fields.writeStringField(3, output)
    fields.writeStringField(4, operator)
    for (const [name, value] of Object.entries(attributes)) fields.writeBytesField(5, attributeProto(name, value))
  })

/** A float tensor of any number of rows. */
const valueInfo = (name: string, sizes: Shape): Uint8Array =>
  message((info) => {
    info.writeStringField(1, name)
    const rows = message((dimension) => dimension.writeStringField(2, 'rows'))
    const others = sizes.map((size) => message((dimension) => dimension.writeVarintField(1, size)))
    const shape = message((dimensions) => {
      for (const dimension of [rows, ...others]) dimensions.writeBytesField(1, dimension)
    })
    const tensor = message((type) => {
      type.writeVarintField(1, FLOAT)
      type.writeBytesField(2, shape)
    })
    info.writeBytesField(
      2,
      message((type) => type.writeBytesField(1, tensor)),
    )
  })

function graphProto(graph: Graph): Uint8Array {
  const steps = stepsOf(graph)
  return message((fields) => {
    let value = 'input'
    steps.forEach(({ operator, constants = [], attributes, condition }, i) => {
      const next = i === steps.length - 1 ? 'output' : `${operator}_${i}`
      const names = constants.map(([name]) => name)
      if (condition === undefined) fields.writeBytesField(1, node(operator, [value, ...names], next, attributes))
      else {
        fields.writeBytesField(1, node(condition, [value], `${condition}_${i}`))
        fields.writeBytesField(1, node(operator, [`${condition}_${i}`, ...names, value], next))
      }
      value = next
    })
    fields.writeStringField(2, 'espalier')
    for (const { constants = [] } of steps) for (const [name, tensor] of constants) fields.writeBytesField(5, tensorProto(name, tensor))
    fields.writeBytesField(11, valueInfo('input', [graph.layers[0]?.inputs ?? 0]))
    fields.writeBytesField(12, valueInfo('output', [graph.layers.at(-1)?.units ?? 0]))
  })
}

/** The steps of the inputs, then the network, as one graph. */
export function planOfNetwork(model: Model): GraphPlan {
  const nodes: GraphPlan['nodes'][number][] = []
  const constants = new Map<string, Tensor>()
  let value = 'input'
  for (const [i, step] of inputSteps(model.data).flatMap(stepsOfInput).entries()) {
    const names = (step.constants ?? []).map(([name]) => name)
    for (const [name, tensor] of step.constants ?? []) constants.set(name, tensor)
    const output = `inputs_${i}`
    if (step.condition !== undefined)
      nodes.push({ operator: step.condition, inputs: [value], output: `${output}_condition`, attributes: {} })
    const inputs = step.condition === undefined ? [value, ...names] : [`${output}_condition`, ...names, value]
    nodes.push({ operator: step.operator, inputs, output, attributes: step.attributes ?? {} })
    value = output
  }
  const network = networkGraph(model, value)
  const last = { operator: 'Identity', inputs: [network.output], output: 'output', attributes: {} }
  return {
    ...network,
    nodes: [...nodes, ...network.nodes, last],
    constants: new Map([...constants, ...network.constants]),
    output: 'output',
  }
}

const networkProto = ({ nodes, constants, inputShape, outputShape }: GraphPlan): Uint8Array =>
  message((fields) => {
    for (const { operator, inputs, output, attributes } of nodes) fields.writeBytesField(1, node(operator, inputs, output, attributes))
    fields.writeStringField(2, 'espalier')
    for (const [name, tensor] of constants) fields.writeBytesField(5, tensorProto(name, tensor))
    fields.writeBytesField(11, valueInfo('input', inputShape))
    fields.writeBytesField(12, valueInfo('output', outputShape))
  })

/**
 * The bytes of an ONNX file: its `input` is raw features (rows, inputSize) or (rows, …inputShape), its `output` what the model predicts (rows, units).
 * @throws InvalidDataError where weights do not fit the spec
 */
export function toOnnx(model: Model): Uint8Array<ArrayBuffer> {
  const graph = isDenseRow(model.spec) ? graphProto(graphOf(model)) : networkProto(planOfNetwork(model))
  return message((file) => {
    file.writeVarintField(1, IR_VERSION)
    file.writeStringField(2, 'espalier')
    file.writeBytesField(7, graph)
    // The operator set, of the default domain.
    file.writeBytesField(
      8,
      message((set) => {
        set.writeStringField(1, '')
        set.writeVarintField(2, OPSET)
      }),
    )
    file.writeBytesField(
      14,
      message((entry) => {
        entry.writeStringField(1, NOTES)
        entry.writeStringField(2, JSON.stringify(writeNotes(model)))
      }),
    )
  })
}
