import type { Activation } from '../core/activations.ts'
import { InvalidDataError } from '../core/errors.ts'
import { UnsupportedModelError } from './errors.ts'
import type { Graph, GraphLayer } from './graph.ts'
import type { InputStep } from './inputs.ts'
import type { Tensor } from './safetensors/tensors.ts'

const LINEAR: Activation = { name: 'linear', parameter: 0 }

/** Two activations in a row that are one: the writers put elu's alpha so where a format has no word for it. */
function composed(first: Activation, second: Activation): Activation | undefined {
  if (second.name === 'linear') return first
  if (first.name === 'linear') return second
  // elu's negative part is alpha (e^x - 1): a slope on it multiplies alpha.
  if (first.name === 'elu' && second.name === 'leakyRelu') return { name: 'elu', parameter: first.parameter * second.parameter }
  return undefined
}

/** Takes a file's steps in the order they are computed and makes the graph of them. `where` names a step: `layer "dense_1"`. */
export class GraphBuilder {
  readonly #file: string
  readonly #inputs: InputStep[] = []
  readonly #layers: GraphLayer[] = []
  /** What sums are multiplied by before their activation; only a hard sigmoid can take it in. */
  #factor = 1
  /** Whether the last layer may still get a bias. */
  #open = false

  constructor(file: string) {
    this.#file = file
  }

  /** The width of what was computed so far; undefined where the file has not said it yet. */
  get width(): number | undefined {
    const [first] = this.#inputs.flatMap((step) => (step.kind === 'normalize' ? [step.shift] : step.kind === 'impute' ? [step.value] : []))
    return this.#layers.at(-1)?.units ?? first?.length
  }

  get hasLayers(): boolean {
    return this.#layers.length > 0
  }

  unsupported(where: string, what: string): UnsupportedModelError {
    return new UnsupportedModelError(`${this.#file}: ${where} ${what}`)
  }

  damaged(where: string, what: string): InvalidDataError {
    return new InvalidDataError(`${this.#file}: ${where} ${what}; the file is damaged`)
  }

  input(step: InputStep, where: string): void {
    if (!this.hasLayers) {
      const width = step.kind === 'normalize' ? step.shift.length : step.kind === 'impute' ? step.value.length : undefined
      if (width !== undefined && this.width !== undefined && width !== this.width)
        throw this.damaged(where, `has ${width} columns; what comes before it has ${this.width}`)
      const factors = step.kind === 'normalize' ? step.scale : step.kind === 'rescale' ? [step.factor] : []
      if (factors.some((value) => !Number.isFinite(value) || value === 0)) throw this.unsupported(where, 'divides by 0 or multiplies by 0')
      this.#inputs.push(step)
    } else if (step.kind === 'rescale' && step.offset === 0 && this.#layers.at(-1)?.activation.name === 'linear') {
      this.#factor *= step.factor
      this.#open = false
    } else throw this.unsupported(where, 'changes what is between layers; a network here has dense layers and activations only')
  }

  /** @param kernel (inputs, units) */
  dense(kernel: Tensor, bias: Tensor | undefined, where: string): void {
    this.#takeFactor(where)
    const [inputs = 0, units = 0] = kernel.shape
    if (kernel.shape.length !== 2 || inputs * units === 0) throw this.damaged(where, `has a kernel of shape ${kernel.shape.join(' x ')}`)
    if (this.width !== undefined && this.width !== inputs)
      throw this.damaged(where, `takes ${inputs} numbers; what comes before it gives ${this.width}`)
    this.#layers.push({ inputs, units, kernel: kernel.data, bias: new Float32Array(units), activation: LINEAR })
    this.#open = true
    if (bias !== undefined) this.bias(bias.data, where)
  }

  bias(values: Float32Array, where: string): void {
    const last = this.#layers.at(-1)
    if (last === undefined || !this.#open) throw this.unsupported(where, 'adds to what is not the sums of a dense layer')
    if (values.length !== last.units) throw this.damaged(where, `has a bias of ${values.length} numbers for ${last.units} units`)
    this.#layers.splice(-1, 1, { ...last, bias: values })
    this.#open = false
  }

  activate(activation: Activation, where: string): void {
    const last = this.#layers.at(-1)
    if (last === undefined) {
      if (activation.name === 'linear') return
      throw this.unsupported(where, `is the activation ${activation.name} of the inputs themselves; it must follow a dense layer`)
    }
    const { name, parameter } = activation
    const scaled = name === 'hardSigmoid' ? { name, parameter: parameter * this.#factor } : activation
    if (name === 'hardSigmoid') this.#factor = 1
    this.#takeFactor(where)
    const whole = composed(last.activation, scaled)
    if (whole === undefined) throw this.unsupported(where, `is the activation ${name} after ${last.activation.name}; a layer here has one`)
    this.#layers.splice(-1, 1, { ...last, activation: whole })
    this.#open &&= name === 'linear'
  }

  #takeFactor(where: string): void {
    if (this.#factor !== 1) throw this.unsupported(where, `comes after a factor of ${this.#factor}; only a hard sigmoid may follow one`)
  }

  finish(): Graph {
    this.#takeFactor('the output')
    return { inputs: this.#inputs, layers: this.#layers }
  }
}
