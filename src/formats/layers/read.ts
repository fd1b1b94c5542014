import * as z from 'zod/mini'
import type { Activation } from '../../core/activations.ts'
import { type ActivationName, canonicalName } from '../../core/names.ts'
import { GraphBuilder } from '../builder.ts'
import type { Graph } from '../graph.ts'
import { parseParts } from '../notes.ts'
import type { Tensor } from '../safetensors/tensors.ts'
import type { Convention, LayerJson } from './convention.ts'

/** The weights of a layer by the names of its variables, which are in the order the layer made them. */
export type TakeWeights = (layer: LayerJson, names: readonly string[]) => readonly Tensor[]

const PLAIN = ['linear', 'relu', 'selu', 'softplus', 'softsign', 'tanh', 'sigmoid', 'softmax'] as const satisfies ActivationName[]

/** Layers that do nothing when a network predicts. */
const OF_TRAINING = new Set(['Dropout', 'GaussianDropout', 'GaussianNoise', 'AlphaDropout', 'ActivityRegularization'])

const DENSE_ONLY =
  'here a network has Dense layers and activations, and before them Normalization, BatchNormalization, Rescaling or Flatten'

/** A word, or Keras's object around it. */
const activationWord = z.union([
  z.string(),
  z.pipe(
    z.looseObject({ class_name: z.string(), config: z.unknown() }),
    z.transform(({ class_name, config }) => (typeof config === 'string' ? config : class_name)),
  ),
])
const number = z.number()
const numbers = z.union([number, z.array(number)])
const shapeOf = z.array(z.nullable(number))

class LayerReader {
  readonly #builder: GraphBuilder
  readonly #file: string
  readonly #convention: Convention
  readonly #take: TakeWeights
  /** The shape of a row, where it is not a list of numbers yet. */
  #shape: readonly (number | null)[] = []

  constructor(file: string, convention: Convention, take: TakeWeights) {
    this.#builder = new GraphBuilder(file)
    this.#file = file
    this.#convention = convention
    this.#take = take
  }

  /** A field of a layer's config; null and absent are `otherwise`. */
  #field<T extends z.ZodMiniType>({ name, config }: LayerJson, key: string, schema: T, otherwise: z.infer<T>): z.infer<T> {
    const value = config[key]
    return value === undefined || value === null ? otherwise : parseParts(schema, value, `${this.#file}: ${key} of layer "${name}"`)
  }

  #activation(layer: LayerJson, where: string, otherwise: string): Activation {
    const word = this.#field(layer, 'activation', activationWord, otherwise)
    const name = canonicalName(word, [...PLAIN, 'elu', 'leakyRelu', 'hardSigmoid'])
    if (name === 'elu') return { name, parameter: 1 }
    if (name === 'hardSigmoid') return { name, parameter: this.#convention.hardSigmoid }
    // Keras 3's function; its layer has another slope.
    if (name === 'leakyRelu') return { name, parameter: 0.2 }
    const plain = PLAIN.find((known) => known === name)
    if (plain !== undefined) return { name: plain, parameter: 0 }
    throw this.#builder.unsupported(
      where,
      `has the activation "${word}"; here it is one of ${PLAIN.join(', ')}, elu, leakyRelu, hardSigmoid`,
    )
  }

  #slope(layer: LayerJson): number {
    return this.#field(layer, 'negative_slope', number, this.#field(layer, 'alpha', number, 0.3))
  }

  #normalization(layer: LayerJson, where: string): void {
    const axis = this.#field(layer, 'axis', numbers, -1)
    const said = ['mean', 'variance'].map((key) => this.#field(layer, key, numbers, []))
    const given = said.map((values) => [values].flat())
    const adapted = given.every((values) => values.length === 0)
    const [mean = [], variance = []] = adapted ? this.#take(layer, ['mean', 'variance']).map(({ data }) => [...data]) : given
    if (![-1, 1].includes([axis].flat()[0] ?? 0) || this.#field(layer, 'invert', z.boolean(), false))
      throw this.#builder.unsupported(where, 'normalizes another way than (x - mean) / sqrt(variance) of each column')
    if (mean.length !== variance.length) throw this.#builder.damaged(where, `has ${mean.length} means and ${variance.length} variances`)
    // Keras divides by at least its epsilon, 1e-7.
    this.#builder.input({ kind: 'normalize', shift: mean, scale: variance.map((value) => Math.max(Math.sqrt(value), 1e-7)) }, where)
  }

  #batchNormalization(layer: LayerJson, where: string): void {
    const epsilon = this.#field(layer, 'epsilon', number, 1e-3)
    const scale = this.#field(layer, 'scale', z.boolean(), true)
    const center = this.#field(layer, 'center', z.boolean(), true)
    const names = [...(scale ? ['gamma'] : []), ...(center ? ['beta'] : []), 'moving_mean', 'moving_variance']
    const tensors = this.#take(layer, names).map(({ data }) => data)
    const of = (name: string): Float32Array | undefined => tensors[names.indexOf(name)]
    const [gamma, beta, mean] = [of('gamma'), of('beta'), of('moving_mean')]
    const factor = [...(of('moving_variance') ?? [])].map((variance, i) => (gamma?.[i] ?? 1) / Math.sqrt(variance + epsilon))
    this.#builder.input(
      {
        kind: 'normalize',
        shift: factor.map((value, i) => (mean?.[i] ?? 0) - (beta?.[i] ?? 0) / value),
        scale: factor.map((value) => 1 / value),
      },
      where,
    )
  }

  /** x scale + offset; Keras takes one number or a column each. */
  #rescaling(layer: LayerJson, where: string): void {
    const scale = [this.#field(layer, 'scale', numbers, 1)].flat()
    const offset = [this.#field(layer, 'offset', numbers, 0)].flat()
    const [factor = 1] = scale
    const [plus = 0] = offset
    const width = Math.max(scale.length, offset.length)
    if (width === 1) {
      this.#builder.input({ kind: 'rescale', factor, offset: plus }, where)
      return
    }
    const factors = Array.from({ length: width }, (_, i) => scale[i] ?? factor)
    const shift = factors.map((value, i) => -(offset[i] ?? plus) / value)
    this.#builder.input({ kind: 'normalize', shift, scale: factors.map((value) => 1 / value) }, where)
  }

  #setShape(layer: LayerJson): void {
    const shape = this.#field(layer, 'batch_shape', shapeOf, this.#field(layer, 'batch_input_shape', shapeOf, []))
    if (shape.length > 0) this.#shape = shape.slice(1)
  }

  #dense(layer: LayerJson, where: string): void {
    const names = this.#field(layer, 'use_bias', z.boolean(), true) ? ['kernel', 'bias'] : ['kernel']
    const [kernel, bias] = this.#take(layer, names)
    if (kernel === undefined) throw this.#builder.damaged(where, 'has no kernel')
    this.#builder.dense(kernel, bias, where)
    this.#builder.activate(this.#activation(layer, where, 'linear'), where)
  }

  /** What reads a layer of a class, given its name for messages. */
  readonly #readers: ReadonlyMap<string, (layer: LayerJson, where: string) => void> = new Map([
    ['Dense', (layer, where) => this.#dense(layer, where)],
    ['Normalization', (layer, where) => this.#normalization(layer, where)],
    ['BatchNormalization', (layer, where) => this.#batchNormalization(layer, where)],
    ['Activation', (layer, where) => this.#builder.activate(this.#activation(layer, where, 'linear'), where)],
    ['ReLU', (layer, where) => this.#relu(layer, where)],
    ['LeakyReLU', (layer, where) => this.#builder.activate({ name: 'leakyRelu', parameter: this.#slope(layer) }, where)],
    ['ELU', (layer, where) => this.#builder.activate({ name: 'elu', parameter: this.#field(layer, 'alpha', number, 1) }, where)],
    ['Softmax', (_, where) => this.#builder.activate({ name: 'softmax', parameter: 0 }, where)],
  ])

  read(layer: LayerJson): void {
    const { className, name } = layer
    const where = `layer "${name}" (${className})`
    this.#setShape(layer)
    const reader = this.#readers.get(className)
    if (className === 'Flatten') this.#shape = []
    else if (className === 'Rescaling') this.#rescaling(layer, where)
    else if (className !== 'InputLayer' && !OF_TRAINING.has(className)) {
      if (reader === undefined) throw this.#builder.unsupported(where, `is not read: ${DENSE_ONLY}`)
      if (this.#shape.length > 1)
        throw this.#builder.unsupported(where, `gets inputs of shape ${this.#shape.join(' x ')}; put a Flatten before it`)
      reader(layer, where)
    }
  }

  #relu(layer: LayerJson, where: string): void {
    const slope = this.#field(layer, 'negative_slope', number, 0)
    if (
      this.#field(layer, 'max_value', number, Number.POSITIVE_INFINITY) !== Number.POSITIVE_INFINITY ||
      this.#field(layer, 'threshold', number, 0) !== 0
    )
      throw this.#builder.unsupported(where, 'has a largest value or a threshold; here relu is max(x, 0)')
    this.#builder.activate(slope === 0 ? { name: 'relu', parameter: 0 } : { name: 'leakyRelu', parameter: slope }, where)
  }

  finish(): Graph {
    return this.#builder.finish()
  }
}

/**
 * The graph of layers in a row.
 * @throws UnsupportedModelError naming the layer; InvalidDataError where its config or weights are damaged
 */
export function readLayers(layers: readonly LayerJson[], convention: Convention, take: TakeWeights, file: string): Graph {
  const reader = new LayerReader(file, convention, take)
  for (const layer of layers) reader.read(layer)
  return reader.finish()
}
