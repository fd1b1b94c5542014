// Reads the layers of Keras and TensorFlow.js into a graph.

import { at } from '../../core/at.ts'
import { MAX_INPUTS } from '../../core/rules.ts'
import { sizeOf } from '../../core/shape.ts'
import { GraphBuilder } from '../builder.ts'
import { NotARowError } from '../errors.ts'
import type { Graph } from '../graph.ts'
import type { Tensor } from '../safetensors/tensors.ts'
import { ACTIVATION_LAYERS, activationOf } from './activations.ts'
import { batchNormalization, normalization, rescaling } from './affine.ts'
import { fieldOf } from './fields.ts'
import { imprecise } from './policy.ts'
import { flatten, permute, reshape } from './reshaping.ts'
import type { Shape } from './shape.ts'
import { damaged, type Inner, isRefusal, type LayerReader, type LayerToRead, refuse, type Step } from './step.ts'
import type { ReadLayer } from './topology.ts'

/** The weights of a layer by the names of its variables, which are in the order the layer made them. */
export type TakeWeights = (layer: ReadLayer, names: readonly string[], inner?: Inner) => readonly Tensor[]

const DENSE_ONLY =
  'here a network has Dense layers in a row, activations, Normalization, BatchNormalization, Rescaling, Flatten, Reshape and Permute'

const dense: LayerReader = (given) => {
  const { field, take, shape, layer } = given
  if (shape !== undefined && sizeOf(shape.slice(0, -1)) !== 1)
    return refuse(`gets inputs of shape ${shape.join(' x ')}; put a Flatten before it`)
  const [kernel, bias] = take(field('use_bias', 'flag') === false ? ['kernel'] : ['kernel', 'bias'])
  const units = field('units', 'number')
  if (kernel?.shape.length !== 2 || (units !== undefined && units !== kernel.shape[1]))
    return damaged(`has a kernel of shape ${kernel?.shape.join(' x ')} for ${units} units`)
  const after: LayerToRead = { ...given, shape: [at(kernel.shape, 1)], layer }
  const activation = activationOf(after)
  return isRefusal(activation) ? activation : [{ kind: 'dense', kernel, bias }, ...activation]
}

/** It does nothing when a network predicts, unless it was called so that it does. */
const ofTraining: LayerReader = ({ layer }) =>
  layer.training ? refuse('is called with training=True, so that every prediction is another one') : []

const nothing: LayerReader = () => []

/** What reads a layer of a class; all other classes are refused by name. */
const READERS: Readonly<Record<string, LayerReader>> = {
  ...ACTIVATION_LAYERS,
  Dense: dense,
  Normalization: normalization,
  BatchNormalization: batchNormalization,
  BatchNormalizationV1: batchNormalization,
  BatchNormalizationV2: batchNormalization,
  SyncBatchNormalization: batchNormalization,
  Rescaling: rescaling,
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  InputLayer: nothing,
  Identity: nothing,
  ActivityRegularization: nothing,
  Dropout: ofTraining,
  SpatialDropout1D: ofTraining,
  SpatialDropout2D: ofTraining,
  AlphaDropout: ofTraining,
  GaussianDropout: ofTraining,
  GaussianNoise: ofTraining,
}

class Row {
  readonly #builder: GraphBuilder
  readonly #file: string
  readonly #hardSigmoid: number
  readonly #take: TakeWeights
  /** The shape of a row as it stands, where the file says it. */
  #shape: Shape | undefined
  /** Where columns were moved and no dense layer took that in yet: column i is the builder's column `order[i]`. */
  #order: readonly number[] | undefined

  constructor(file: string, hardSigmoid: number, take: TakeWeights) {
    this.#builder = new GraphBuilder(file)
    this.#file = file
    this.#hardSigmoid = hardSigmoid
    this.#take = take
  }

  /** The first shape that a file says is that of its inputs. */
  #expectShape(layer: ReadLayer, where: string): void {
    if (this.#shape !== undefined || this.#builder.hasLayers) return
    const field = (key: string) => fieldOf(layer, key, 'shape', this.#file)
    const batch = field('batch_shape') ?? field('batch_input_shape') ?? layer.inputShape
    const known = batch?.slice(1).flatMap((size) => (size === null ? [] : [size]))
    if (batch === undefined || known === undefined || known.length !== batch.length - 1 || known.length === 0) return
    const size = sizeOf(known)
    if (!(size > 0 && size <= MAX_INPUTS))
      throw this.#builder.unsupported(where, `takes rows of shape ${known.join(' x ')}; a row has from 1 to ${MAX_INPUTS} numbers`)
    this.#shape = known
    this.#builder.expectWidth(size, where)
  }

  read(layer: ReadLayer): void {
    const { className, name } = layer
    const where = `layer "${name}" (${className})`
    const reader = Object.hasOwn(READERS, className) ? READERS[className] : undefined
    if (reader === undefined) throw new NotARowError(`${this.#file}: ${where} is not read: ${DENSE_ONLY}`)
    const why = imprecise(layer)
    if (why !== undefined) throw this.#builder.unsupported(where, why)
    this.#expectShape(layer, where)
    const fieldIn =
      (own: ReadLayer): LayerToRead['field'] =>
      (key, kind) =>
        fieldOf(own, key, kind, this.#file)
    const reading = reader({
      layer,
      shape: this.#shape,
      hardSigmoid: this.#hardSigmoid,
      field: fieldIn(layer),
      fieldIn,
      take: (names, inner) => this.#take(layer, names, inner),
    })
    if (isRefusal(reading))
      throw reading.damaged ? this.#builder.damaged(where, reading.refused) : this.#builder.unsupported(where, reading.refused)
    for (const step of reading) this.#step(step, where)
  }

  /** Numbers of columns, in the builder's order of them. */
  #ordered(values: ArrayLike<number>): number[] {
    const order = this.#order
    const given = Array.from(values)
    if (order === undefined || given.length === 1) return given
    const out = Array<number>(order.length).fill(0)
    for (const [i, place] of order.entries()) out[place] = at(given, i)
    return out
  }

  #dense(kernel: Tensor, bias: Tensor | undefined, where: string): void {
    const order = this.#order
    const [inputs = 0, units = 0] = kernel.shape
    if (order === undefined || order.length !== inputs) this.#builder.dense(kernel, bias, where)
    else {
      const data = new Float32Array(kernel.data.length)
      for (const [i, at] of order.entries()) data.set(kernel.data.subarray(i * units, (i + 1) * units), at * units)
      this.#builder.dense({ shape: kernel.shape, data }, bias, where)
    }
    this.#order = undefined
    this.#shape = [units]
  }

  #step(step: Step, where: string): void {
    switch (step.kind) {
      case 'dense':
        this.#dense(step.kernel, step.bias, where)
        break
      case 'activate':
        this.#builder.activate(step.activation, where)
        break
      case 'affine':
        this.#builder.affine({ factor: this.#ordered(step.affine.factor), offset: this.#ordered(step.affine.offset) }, where)
        break
      case 'clip':
        this.#builder.clip(step.low, step.high, where)
        break
      case 'normalize':
        this.#builder.input({ ...step, shift: this.#ordered(step.shift), scale: this.#ordered(step.scale) }, where)
        break
      case 'shape':
        this.#shape = step.shape
        break
      case 'flat':
        this.#shape = undefined
        break
      case 'move':
        this.#order = step.order.map((at) => this.#order?.[at] ?? at)
        break
    }
  }

  finish(): Graph {
    if (this.#order?.some((at, i) => at !== i) === true)
      throw this.#builder.unsupported('the output', 'has its columns in another order than the last dense layer gives them')
    return this.#builder.finish()
  }
}

/**
 * The graph of layers in a row.
 * @param hardSigmoid the slope of `hard_sigmoid` in the version that wrote the file
 * @throws UnsupportedModelError naming the layer; InvalidDataError where its config or weights are damaged
 */
export function readLayers(layers: readonly ReadLayer[], hardSigmoid: number, take: TakeWeights, file: string): Graph {
  const row = new Row(file, hardSigmoid, take)
  for (const layer of layers) row.read(layer)
  return row.finish()
}
