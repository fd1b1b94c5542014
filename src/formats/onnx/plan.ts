// What the writer of ONNX is told to write.

import type { Shape } from '../../core/layers/kind.ts'
import type { Activation, ActivationName } from '../activation.ts'
import type { Tensor } from '../safetensors/tensors.ts'

/** A number is a float attribute, or a whole one by its name (write.ts), and so are those of a list; or a text, or texts. */
export type Attributes = Readonly<Record<string, number | string | readonly number[] | readonly string[]>>

/** A node with its inputs and its output by name. */
export interface PlannedNode {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly attributes: Attributes
}

/** A graph of nodes in order. */
export interface GraphPlan {
  readonly nodes: readonly PlannedNode[]
  readonly constants: ReadonlyMap<string, Tensor>
  /** The name of what it gives. */
  readonly output: string
  /** Of a row. */
  readonly inputShape: Shape
  readonly outputShape: Shape
}

/** A step of the graph: the operator, its constants, its attributes. It takes what the step before it gave, first. */
export interface NodePlan {
  readonly operator: string
  readonly constants?: readonly (readonly [name: string, tensor: Tensor])[]
  readonly attributes?: Attributes
  /** What the operator computes from the input, where it takes that as a condition: IsNaN for Where. */
  readonly condition?: string
}

const OPERATORS: Readonly<Record<Exclude<ActivationName, 'linear'>, string>> = {
  relu: 'Relu',
  leakyRelu: 'LeakyRelu',
  elu: 'Elu',
  selu: 'Selu',
  softplus: 'Softplus',
  softsign: 'Softsign',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  hardSigmoid: 'HardSigmoid',
  softmax: 'Softmax',
}

export function stepsOfActivation({ name, parameter }: Activation): NodePlan[] {
  if (name === 'linear') return []
  const operator = OPERATORS[name]
  if (name === 'leakyRelu' || name === 'elu') return [{ operator, attributes: { alpha: parameter } }]
  if (name === 'hardSigmoid') return [{ operator, attributes: { alpha: parameter, beta: 0.5 } }]
  return [{ operator }]
}
