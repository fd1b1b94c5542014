// Builds a graph from the steps that a reader found, folding affine steps into the layers beside them.

import { at } from '../core/at.ts'
import { InvalidDataError } from '../core/errors.ts'
import type { Activation } from './activation.ts'
import { UnsupportedModelError } from './errors.ts'
import { type Affine, composeAffine, type Dense, foldAfter, foldBefore, identityLayer, type Numbers, widthOf } from './fold.ts'
import { type Graph, hardSigmoidDialect } from './graph.ts'
import type { InputStep } from './inputs.ts'

const LINEAR: Activation = { name: 'linear', parameter: 0 }
const NOTHING: Affine = { factor: [1], offset: [0] }

/** Numbers of all kernels that are put in where steps have none of their own: a small file may have many such steps, each as wide as it likes. */
const MOST_PUT_IN = 2 ** 24

/** Two activations in a row that are one: the writers put elu's alpha so where a format has no word for it. */
function composed(first: Activation, second: Activation): Activation | undefined {
  if (second.name === 'linear') return first
  if (first.name === 'linear') return second
  // elu's negative part is alpha (e^x - 1): a slope on it multiplies alpha.
  if (first.name === 'elu' && second.name === 'leakyRelu') return { name: 'elu', parameter: first.parameter * second.parameter }
  return first.name === 'relu' && second.name === 'relu' ? first : undefined
}

/** Beyond it a limit rounds away, 1e-7 of itself, more than predictions may differ by. */
const LARGEST_LIMIT = 20

const numbers = (values: ArrayLike<number>): number[] => Array.from(values)
const isNothing = ({ factor, offset }: Affine): boolean =>
  numbers(factor).every((value) => value === 1) && numbers(offset).every((value) => value === 0)
const isUniform = ({ factor, offset }: Affine): boolean => factor.length === 1 && offset.length === 1

interface Layer {
  readonly dense: Dense
  /** Of the sums, before the activation; a hard sigmoid takes one factor as its slope, all else goes into the kernel. */
  readonly sums: Affine
  readonly activation: Activation
}

/**
 * Takes a file's steps in the order they are computed and makes the graph of them. `where` names a step: `layer "dense_1"`.
 * Affine steps before the first layer are steps of the inputs; all others are folded into the dense layer before them, or, after an
 * activation, into the one that follows. Where none follows, and between two activations, a dense layer with the identity as its kernel is put in.
 */
export class GraphBuilder {
  readonly #file: string
  readonly #inputs: InputStep[] = []
  readonly #layers: Layer[] = []
  /** What the next dense layer's inputs go through first. */
  #before: Affine = NOTHING
  #width: number | undefined
  /** Numbers of kernels that were put in. */
  #putIn = 0

  constructor(file: string) {
    this.#file = file
  }

  /** The width of what was computed so far; undefined where the file has not said it yet. */
  get width(): number | undefined {
    return this.#layers.at(-1)?.dense.units ?? this.#width
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

  /** Says how many columns there are, where something else than a step says it: the shape of the inputs. */
  expectWidth(width: number, where: string): void {
    if (this.width !== undefined && this.width !== width)
      throw this.damaged(where, `has ${width} columns; what comes before it has ${this.width}`)
    if (!this.hasLayers) this.#width = width
  }

  input(step: InputStep, where: string): void {
    if (step.kind === 'rescale') {
      this.affine({ factor: [step.factor], offset: [step.offset] }, where)
      return
    }
    this.expectWidth(step.kind === 'impute' ? step.value.length : step.shift.length, where)
    if (step.kind === 'normalize' && step.scale.some((value) => !Number.isFinite(value) || value === 0))
      throw this.unsupported(where, 'divides by 0 or multiplies by 0')
    if (this.#isOfInputs) this.#inputs.push(step)
    else if (step.kind === 'impute') throw this.unsupported(where, 'fills in missing values after other steps than those of the inputs')
    else
      this.affine({ factor: step.scale.map((value) => 1 / value), offset: step.shift.map((value, i) => -value / at(step.scale, i)) }, where)
  }

  /** x factor + offset, wherever it stands. */
  affine(step: Affine, where: string): void {
    const width = widthOf(step)
    if (width !== undefined) this.expectWidth(width, where)
    const { factor, offset } = step
    if (![...numbers(factor), ...numbers(offset)].every(Number.isFinite))
      throw this.unsupported(where, 'divides by 0, or has numbers that are infinite or NaN')
    if (isNothing(step)) return
    const last = this.#layers.at(-1)
    if (last?.activation.name === 'linear') this.#layers.splice(-1, 1, this.#summed(last, step))
    else if (!this.#isOfInputs || numbers(factor).includes(0)) this.#before = composeAffine(this.#before, step)
    else if (isUniform(step)) this.#inputs.push({ kind: 'rescale', factor: at(factor, 0), offset: at(offset, 0) })
    else {
      const all = composeAffine(step, NOTHING)
      const scale = numbers(all.factor).map((value) => 1 / value)
      this.#inputs.push({ kind: 'normalize', shift: numbers(all.offset).map((value, i) => -value * at(scale, i)), scale })
    }
  }

  /** What is only added is a bias at once. */
  #summed(last: Layer, step: Affine): Layer {
    if (last.sums === NOTHING && numbers(step.factor).every((value) => value === 1)) return { ...last, dense: foldAfter(last.dense, step) }
    return { ...last, sums: composeAffine(last.sums, step) }
  }

  /** Whether what comes next is a step of the inputs themselves. */
  get #isOfInputs(): boolean {
    return !this.hasLayers && this.#before === NOTHING
  }

  /** @param kernel (inputs, units) */
  dense(
    kernel: { readonly shape: readonly number[]; readonly data: Numbers },
    bias: { readonly data: Numbers } | undefined,
    where: string,
  ): void {
    const [inputs = 0, units = 0] = kernel.shape
    if (kernel.shape.length !== 2 || inputs * units === 0) throw this.damaged(where, `has a kernel of shape ${kernel.shape.join(' x ')}`)
    if (this.width !== undefined && this.width !== inputs)
      throw this.damaged(where, `takes ${inputs} numbers; what comes before it gives ${this.width}`)
    const whole = bias?.data.length === units ? bias.data : new Float32Array(units)
    this.#layer({ inputs, units, kernel: kernel.data, bias: whole })
    if (bias !== undefined && bias.data !== whole) this.bias(bias.data, where)
  }

  #layer(dense: Dense): void {
    this.#layers.push({ dense: this.#before === NOTHING ? dense : foldBefore(dense, this.#before), sums: NOTHING, activation: LINEAR })
    this.#before = NOTHING
  }

  bias(values: Numbers, where: string): void {
    const units = this.#layers.at(-1)?.dense.units ?? 0
    if (values.length !== units && values.length !== 1)
      throw this.damaged(where, `has a bias of ${values.length} numbers for ${units} units`)
    this.affine({ factor: [1], offset: values }, where)
  }

  activate(activation: Activation, where: string): void {
    const last = this.#layers.at(-1)
    const whole = last && this.#before === NOTHING ? composed(last.activation, activation) : undefined
    if (last !== undefined && whole !== undefined) this.#layers.splice(-1, 1, { ...last, activation: whole })
    else if (activation.name !== 'linear') {
      this.#identity(where)
      this.activate(activation, where)
    }
  }

  /** The number between `low` and `high` that is nearest; one of them may be infinite. By relu and hard sigmoid, which are such limits. */
  clip(low: number, high: number, where: string): void {
    if (!(low < high)) throw this.unsupported(where, `limits to what lies between ${low} and ${high}`)
    const relu: Activation = { name: 'relu', parameter: 0 }
    if (low === Number.NEGATIVE_INFINITY && high === Number.POSITIVE_INFINITY) return
    if ([low, high, high - low].some((value) => Number.isFinite(value) && Math.abs(value) > LARGEST_LIMIT))
      throw this.unsupported(
        where,
        `limits to what lies between ${low} and ${high}; here such limits, and what lies between, are at most ${LARGEST_LIMIT}`,
      )
    if (high === Number.POSITIVE_INFINITY) {
      this.affine({ factor: [1], offset: [-low] }, where)
      this.activate(relu, where)
      this.affine({ factor: [1], offset: [low] }, where)
    } else if (low === Number.NEGATIVE_INFINITY) {
      this.affine({ factor: [-1], offset: [high] }, where)
      this.activate(relu, where)
      this.affine({ factor: [-1], offset: [high] }, where)
    } else {
      this.affine({ factor: [1 / (high - low)], offset: [-low / (high - low) - 0.5] }, where)
      this.activate({ name: 'hardSigmoid', parameter: 1 }, where)
      this.affine({ factor: [high - low], offset: [low] }, where)
    }
  }

  /** Puts in a layer, for a step that has none of its own. */
  #identity(where: string): void {
    const { width } = this
    if (width === undefined) throw this.unsupported(where, 'is of the inputs themselves, whose number the file does not say')
    this.#putIn += width * width
    if (this.#putIn > MOST_PUT_IN)
      throw this.unsupported(
        where,
        `has no dense layer beside it that could take it in, and one of ${width} x ${width} is too large to put in`,
      )
    this.#layer(identityLayer(width))
  }

  finish(): Graph {
    if (this.#before !== NOTHING) this.#identity('the output')
    const finished = this.#layers.map(({ dense, sums, activation }): Layer => {
      const slope = activation.name === 'hardSigmoid' && isUniform(sums) && sums.offset[0] === 0 ? sums.factor[0] : undefined
      if (slope !== undefined && slope > 0)
        return { dense, sums: NOTHING, activation: { ...activation, parameter: activation.parameter * slope } }
      return { dense: sums === NOTHING ? dense : foldAfter(dense, sums), sums: NOTHING, activation }
    })
    const slopes = finished.flatMap(({ activation }) => (activation.name === 'hardSigmoid' ? [activation.parameter] : []))
    const own = hardSigmoidDialect(slopes)
    return {
      inputs: this.#inputs,
      layers: finished.map(({ dense, activation }) => {
        // A slope that no dialect has goes into the kernel.
        const steep = activation.name === 'hardSigmoid' && own === undefined
        const { inputs, units, kernel, bias } = steep ? foldAfter(dense, { factor: [activation.parameter * 6], offset: [0] }) : dense
        return {
          inputs,
          units,
          kernel: kernel instanceof Float32Array ? kernel : Float32Array.from(kernel),
          bias: bias instanceof Float32Array ? bias : Float32Array.from(bias),
          activation: steep ? { name: 'hardSigmoid', parameter: 1 / 6 } : activation,
        }
      }),
    }
  }
}
