import type { Activation } from '../../core/activations.ts'
import { GraphBuilder } from '../builder.ts'
import { type Graph, modelOfGraph, type ReadOptions } from '../graph.ts'
import type { Model } from '../model.ts'
import { NOTES, parseJson } from '../notes.ts'
import type { Tensor } from '../safetensors/tensors.ts'
import { floatsOf, type OnnxModel, type OnnxNode, readOnnx } from './proto.ts'

/** Operators that are an activation, with the parameter each has unless said. */
const ACTIVATIONS: ReadonlyMap<string, Activation> = new Map([
  ['Relu', { name: 'relu', parameter: 0 }],
  ['LeakyRelu', { name: 'leakyRelu', parameter: 0.01 }],
  ['Elu', { name: 'elu', parameter: 1 }],
  ['Selu', { name: 'selu', parameter: 0 }],
  ['Softplus', { name: 'softplus', parameter: 0 }],
  ['Softsign', { name: 'softsign', parameter: 0 }],
  ['Tanh', { name: 'tanh', parameter: 0 }],
  ['Sigmoid', { name: 'sigmoid', parameter: 0 }],
  ['HardSigmoid', { name: 'hardSigmoid', parameter: 0.2 }],
  ['Softmax', { name: 'softmax', parameter: 0 }],
])

/** Operators that change nothing when a network predicts rows of numbers. */
const IDENTITIES = new Set(['Identity', 'Dropout', 'Flatten'])

const SELU = { alpha: 1.6732632, gamma: 1.050701 }

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.abs(b)

/** Follows the one path from the graph's input to its output. */
class NodeReader {
  readonly #file: string
  readonly #model: OnnxModel
  readonly #builder: GraphBuilder
  readonly #constants = new Map<string, Tensor>()
  /** The name of what was computed last. */
  #value: string
  /** The name of an IsNaN of it. */
  #missing: string | undefined

  constructor(model: OnnxModel, file: string) {
    this.#file = file
    this.#model = model
    this.#builder = new GraphBuilder(file)
    const inputs = model.inputs.filter((name) => !model.constants.has(name))
    const [input = ''] = inputs
    if (inputs.length !== 1) throw this.#builder.unsupported('the graph', `has ${inputs.length} inputs; a network here has one`)
    this.#value = input
  }

  #constant(name: string): Tensor | undefined {
    const known = this.#constants.get(name)
    const held = this.#model.constants.get(name)
    if (known !== undefined || held === undefined) return known
    const tensor = floatsOf(held, this.#file)
    this.#constants.set(name, tensor)
    return tensor
  }

  #isConstant = (name: string): boolean => this.#constants.has(name) || this.#model.constants.has(name)

  /** The constants a node takes beside the value that flows. */
  #constantsOf(node: OnnxNode, where: string): Tensor[] {
    const [first, ...others] = node.inputs
    if (first !== this.#value) throw this.#branch(node, where)
    return others.filter((name) => name !== '').map((name) => this.#constant(name) ?? this.#throwBranch(node, where))
  }

  #branch({ inputs }: OnnxNode, where: string) {
    const others = inputs.filter((name) => name !== this.#value && !this.#isConstant(name)).map((name) => `"${name}"`)
    return this.#builder.unsupported(
      where,
      `takes ${others.join(' and ') || 'what is not the step before it'}; a network here is a row of steps without branches`,
    )
  }

  #throwBranch(node: OnnxNode, where: string): never {
    throw this.#branch(node, where)
  }

  #float({ attributes }: OnnxNode, name: string, otherwise: number): number {
    return attributes.get(name)?.float ?? otherwise
  }

  #int({ attributes }: OnnxNode, name: string, otherwise: number): number {
    return attributes.get(name)?.int ?? otherwise
  }

  #gemm(node: OnnxNode, where: string): void {
    const [kernel, bias] = this.#constantsOf(node, where)
    if (kernel === undefined) throw this.#builder.damaged(where, 'has no kernel')
    if (this.#float(node, 'alpha', 1) !== 1 || this.#float(node, 'beta', 1) !== 1 || this.#int(node, 'transA', 0) !== 0)
      throw this.#builder.unsupported(where, 'has an alpha, beta or transA of its own; export the network without')
    this.#builder.dense(this.#int(node, 'transB', 0) === 1 ? transposed(kernel) : kernel, bias && flat(bias), where)
  }

  /** Add, Sub, Mul or Div of what flows and a constant: before the first layer a step of the inputs, after a MatMul its bias. */
  #arithmetic(node: OnnxNode, where: string): void {
    const { inputs, operator } = node
    const swapped = inputs[1] === this.#value && inputs[0] !== this.#value
    if (swapped && (operator === 'Sub' || operator === 'Div'))
      throw this.#builder.unsupported(where, 'takes the value from a constant, or divides one by it')
    const [constant] = this.#constantsOf({ ...node, inputs: swapped ? inputs.toReversed() : inputs }, where)
    if (constant === undefined) throw this.#branch(node, where)
    const values = [...constant.data]
    const [first = 0] = values
    if (operator === 'Add' && this.#builder.hasLayers) this.#builder.bias(constant.data, where)
    else if (values.length === 1) {
      const factor = operator === 'Mul' ? first : operator === 'Div' ? 1 / first : 1
      const offset = operator === 'Add' ? first : operator === 'Sub' ? -first : 0
      this.#builder.input({ kind: 'rescale', factor, offset }, where)
    } else {
      const shift = values.map((value) => (operator === 'Sub' ? value : operator === 'Add' ? -value : 0))
      const scale = values.map((value) => (operator === 'Div' ? value : operator === 'Mul' ? 1 / value : 1))
      this.#builder.input({ kind: 'normalize', shift, scale }, where)
    }
  }

  #where({ inputs: [condition = '', replacement = '', value] }: OnnxNode, where: string): void {
    const constant = this.#constant(replacement)
    if (constant === undefined || condition !== this.#missing || value !== this.#value)
      throw this.#builder.unsupported(where, 'chooses between values; only Where(IsNaN(x), constant, x) is read, before the first layer')
    this.#builder.input({ kind: 'impute', value: [...constant.data] }, where)
  }

  #activation(node: OnnxNode, activation: Activation, where: string): void {
    this.#constantsOf(node, where)
    const { name } = activation
    const own = name === 'selu' || name === 'hardSigmoid'
    const beta = this.#float(node, 'beta', 0.5)
    const selu = near(this.#float(node, 'alpha', SELU.alpha), SELU.alpha) && near(this.#float(node, 'gamma', SELU.gamma), SELU.gamma)
    if (own && (name === 'selu' ? !selu : beta !== 0.5)) throw this.#builder.unsupported(where, 'has other numbers than here')
    if (name === 'softmax' && ![-1, 1].includes(this.#int(node, 'axis', -1)))
      throw this.#builder.unsupported(where, 'is not over the outputs of a row')
    this.#builder.activate(name === 'selu' ? activation : { name, parameter: this.#float(node, 'alpha', activation.parameter) }, where)
  }

  read(node: OnnxNode): void {
    const { operator, name, outputs, inputs } = node
    const [output = ''] = outputs
    const where = `node "${name === '' ? output : name}" (${operator})`
    if (operator === 'Constant') {
      const tensor = node.attributes.get('value')?.tensor
      if (tensor !== undefined) this.#model.constants.set(output, { ...tensor, name: output })
      return
    }
    if (operator === 'IsNaN' && inputs[0] === this.#value) {
      this.#missing = output
      return
    }
    const activation = ACTIVATIONS.get(operator)
    if (activation !== undefined) this.#activation(node, activation, where)
    else if (operator === 'Gemm') this.#gemm(node, where)
    else if (operator === 'MatMul') {
      const [kernel] = this.#constantsOf(node, where)
      if (kernel === undefined) throw this.#branch(node, where)
      this.#builder.dense(kernel, undefined, where)
    } else if (operator === 'Where') this.#where(node, where)
    else if (['Add', 'Sub', 'Mul', 'Div'].includes(operator)) this.#arithmetic(node, where)
    else if (IDENTITIES.has(operator) && inputs[0] === this.#value && this.#int(node, 'axis', 1) === 1) this.#missing = undefined
    else
      throw this.#builder.unsupported(
        where,
        'is not read: here a network is Gemm or MatMul and activations, and before them Sub, Add, Mul, Div by constants',
      )
    this.#value = output
  }

  finish(): Graph {
    const { outputs } = this.#model
    if (outputs.length !== 1 || outputs[0] !== this.#value)
      throw this.#builder.unsupported(
        'the graph',
        `gives ${outputs.map((name) => `"${name}"`).join(' and ')}; a network here gives its last step alone`,
      )
    return this.#builder.finish()
  }
}

/** PyTorch's kernels are (units, inputs). */
function transposed({ shape: [units = 0, inputs = 0], data }: Tensor): Tensor {
  return {
    shape: [inputs, units],
    data: Float32Array.from({ length: units * inputs }, (_, i) => data[(i % units) * inputs + Math.floor(i / units)] ?? 0),
  }
}

const flat = ({ data }: Tensor): Tensor => ({ shape: [data.length], data })

/**
 * The model of an ONNX file, of espalier's or of another program's, where its graph is dense layers in a row.
 * @throws UnsupportedModelError naming the node that no dense network has; InvalidDataError where the file is damaged
 */
export function fromOnnx(bytes: Uint8Array, { name = 'the ONNX file', notes }: ReadOptions = {}): Model {
  const model = readOnnx(bytes, name)
  const reader = new NodeReader(model, name)
  for (const node of model.nodes) reader.read(node)
  const noted = model.metadata.get(NOTES)
  const kept = noted === undefined ? undefined : parseJson(noted, `${name}: what espalier noted of the model`)
  return modelOfGraph(reader.finish(), kept, name, notes)
}
