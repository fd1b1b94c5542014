// Builds the layers of a network of any kinds from the nodes of an ONNX graph.

import type { ActivationSpec } from '../../../core/activations.ts'
import { at } from '../../../core/at.ts'
import { kindOf, type LayerSpec, type LayerType, splitLayer } from '../../../core/layers/index.ts'
import { type Shape, sizeOf } from '../../../core/layers/kind.ts'
import type { TrainSpec } from '../../../core/spec.ts'
import { UnsupportedModelError } from '../../errors.ts'
import { hardSigmoidDialect, inferLoss } from '../../graph.ts'
import { dataOfSteps, type InputStep } from '../../inputs.ts'
import type { Model } from '../../model.ts'
import { type FileNode, nested } from '../../network/nest.ts'
import type { Place } from '../node.ts'
import { contiguous, givenBy, liesAs, type Made, ofRow, type Pending, placesOf } from './made.ts'

/** Thrown where a node reads images channels first, straight from the inputs. */
export class ChannelsFirst extends Error {}

/** Finding blocks takes the square of their number. */
const MOST_LAYERS = 2000

/** Of what all layers give for one row: activations, borders and larger images take no bytes in a file, but each number memory. */
const MOST_OUTPUTS = 2 ** 26

/** A layer whose kernel gives its channels last, and that has no bias yet. */
const isUnbiased = (spec: FileNode['spec']): boolean =>
  !('join' in spec) &&
  'useBias' in spec &&
  spec.useBias === false &&
  ['dense', 'conv1d', 'conv2d', 'depthwiseConv2d'].includes(spec.type ?? 'dense')

export class NetworkBuilder {
  readonly #file: string
  readonly #inputShape: Shape
  readonly #turned: boolean
  #inputs: InputStep[] = []
  readonly #nodes: FileNode[] = []
  readonly #shapes: Shape[] = []
  /** Layers that are steps by constants: a factor and an offset for each channel. */
  readonly #affines = new Map<number, readonly [factor: readonly number[], offset: readonly number[]]>()
  readonly #slopes: number[] = []
  /** Numbers that may still be made. */
  #numbers: number
  #outputs = 0
  /** By layer: how many steps of the inputs each of its sources that are inputs has behind it. */
  readonly #scalings: number[][] = []

  /**
   * @param inputShape of a row of the file
   * @param turned whether that is channels first
   * @param numbers that may be made in all, so that a small file does not fill the memory
   */
  constructor(file: string, inputShape: Shape, turned: boolean, numbers: number) {
    this.#file = file
    this.#numbers = numbers
    // One channel is the first axis as well as the last.
    this.#inputShape = turned && inputShape[0] === 1 ? [...inputShape.slice(1), 1] : inputShape
    this.#turned = turned
  }

  /** @throws UnsupportedModelError where weights that a small file asks for would fill the memory */
  spend(node: Place, numbers: number): void {
    if (!(numbers <= this.#numbers)) throw node.unsupported('makes constants far larger than the file')
    this.#numbers -= numbers
  }

  shapeOf({ node }: Made): Shape {
    return this.#shapes[node] ?? this.#inputShape
  }

  /** The node that gives it, if it is a layer. */
  specOf({ node }: Made): FileNode | undefined {
    return this.#nodes[node]
  }

  isOf(made: Made, type: LayerType): boolean {
    const spec = this.specOf(made)?.spec
    return spec !== undefined && !('join' in spec) && spec.type === type
  }

  /** The input as the file's graph sees it. */
  input(node: Place): Made {
    const given: Made = { node: -1, start: 0, dims: contiguous(['rows', ...this.#inputShape]) }
    if (!this.#turned) return given
    const { dims, ...made } = this.#inputShape.at(-1) === 1 ? given : this.#turn(node, given)
    return { ...made, dims: [at(dims, 0), ...dims.slice(-1), ...dims.slice(1, -1)] }
  }

  /** Channels first to channels last: a convolution over all channels of a cell, whose filter c takes channel c. */
  #turn(node: Place, given: Made): Made {
    const [channels = 1, ...sizes] = this.#inputShape
    this.spend(node, channels ** 2)
    const image = this.push(node, { type: 'reshape', targetShape: [channels, sizeOf(sizes), 1] }, [given])
    const identity = Float32Array.from({ length: channels ** 2 }, (_, i) => Number(i % (channels + 1) === 0))
    const spec = { type: 'conv2d', filters: channels, kernelSize: [channels, 1], useBias: false, trainable: false } as const
    const turned = this.push(node, spec as unknown as LayerSpec, [image], [identity])
    return this.push(node, { type: 'reshape', targetShape: [...sizes, channels] }, [turned])
  }

  /** Appends a layer, whose outputs a node sees as they lie, or in `order`: the places of the shape's axes. */
  push(
    node: Place,
    spec: FileNode['spec'],
    sources: readonly Made[],
    weights: readonly Float32Array[] = [],
    order?: readonly number[],
  ): Made {
    if (this.#nodes.length >= MOST_LAYERS) throw new UnsupportedModelError(`${this.#file}: has more than ${MOST_LAYERS} layers`)
    this.spend(
      node,
      weights.reduce((sum, { length }) => sum + length, 0),
    )
    const from = sources.map((source) => source.node)
    const inputs = sources.map((source) => this.shapeOf(source))
    const kind = kindOf('join' in spec ? spec.join : (spec.type ?? 'dense'))
    const shape = kind.resolveShape({ ...('join' in spec ? {} : (splitLayer(spec).shape as object)), from, span: 1 })
    const reason = kind.refusal?.(shape, at(inputs, 0), inputs)
    if (reason !== undefined) throw node.unsupported(`is not read: ${reason}`)
    const output = kind.outputShape(shape, at(inputs, 0), inputs)
    if (!output.every((size) => Number.isInteger(size) && size > 0)) throw node.damaged(`gives ${output.join(' x ')} numbers for a row`)
    this.#outputs += sizeOf(output)
    if (this.#outputs > MOST_OUTPUTS)
      throw node.unsupported(`gives ${output.join(' x ')} numbers for a row; all layers together give at most ${MOST_OUTPUTS} here`)
    // Cells of images and steps have their weights in common; as wide as a flat row is, so are its kernels, and a file that has none asks for memory alone.
    if (output.length === 1 && weights.length === 0) this.spend(node, 2 * sizeOf(output))
    this.#scalings.push(sources.flatMap((source) => (source.node === -1 ? [source.scalings ?? 0] : [])))
    this.#nodes.push({ spec, weights, sources: from, where: node.where })
    this.#shapes.push(output)
    const dims = contiguous(output)
    const seen = order === undefined ? dims : order.map((axis) => at(dims, axis))
    return { node: this.#nodes.length - 1, start: 0, dims: [{ size: 'rows', step: 0 }, ...seen] }
  }

  /** The same numbers in the same order, of a layer that is pushed: an activation. */
  activate(node: Place, activation: ActivationSpec, value: Made): Made {
    const source = this.settled(node, value)
    const { dims, start, order } = source
    return { ...this.push(node, { type: 'activation', activation }, [source]), dims, start, ...(order && { order }) }
  }

  /** @throws UnsupportedModelError where a hard sigmoid is another's */
  expectSlope(node: Place, alpha: number, beta: number): void {
    if (beta !== 0.5) throw node.unsupported(`is a hard sigmoid that is ${beta} at 0; here it is 0.5`)
    this.#slopes.push(alpha)
  }

  /** What a layer gives, with all that waited for one. */
  settled(node: Place, value: Made): Made {
    const { steps, pending, ...made } = value
    if (steps !== undefined) return this.settled(node, givenBy(value, steps(true)))
    this.#expectFloats(node, value)
    if (value.erf !== undefined) throw node.unsupported('takes an Erf; it is only read as a part of a gelu')
    if (value.stack !== undefined) throw node.unsupported('takes the states of several layers together')
    if (pending === undefined) return made
    const { factor, offset } = pending
    return factor === 1 && offset === 0 ? made : this.#affine(node, made, [factor], [offset])
  }

  #expectFloats(node: Place, { tokens, whole }: Made): void {
    if (tokens !== undefined) throw node.unsupported('computes with tokens')
    if (whole !== undefined) throw node.unsupported('computes with whole numbers; here they are cast to floats first')
  }

  /** As rows whose numbers lie in the order of these dimensions (of a row, all of them), as layers take them. */
  arranged(node: Place, value: Made, order?: readonly number[]): Made {
    const made = this.settled(node, value)
    const dims = ofRow(made)
    const wanted = order === undefined ? dims : order.map((axis) => at(dims, axis))
    const shape = wanted.map(({ size }) => Number(size))
    if (made.start !== 0 || made.order !== undefined || sizeOf(shape) !== sizeOf(this.shapeOf(made)) || !liesAs(wanted, shape)) {
      if (made.node === -1 && !this.#turned && this.#inputShape.length > 1) throw new ChannelsFirst()
      throw node.unsupported('takes numbers in another order than the layer before it gives; channels are the last axis here')
    }
    if (shape.join() === this.shapeOf(made).join()) return made
    return this.push(node, shape.length === 1 ? { type: 'flatten' } : { type: 'reshape', targetShape: shape }, [made])
  }

  /** A row as one list, and where in the layer's list each number that the node sees is; undefined where they are the same. */
  listed(node: Place, value: Made): { made: Made; places: Int32Array | undefined } {
    const made = this.settled(node, value)
    const size = sizeOf(this.shapeOf(made))
    this.spend(node, size)
    const places = placesOf(made)
    const same = places.every((place, i) => place === i)
    if (places.length !== size) throw node.unsupported('takes a part of what the layer before it gives')
    const flat = this.shapeOf(made).length === 1 ? made : this.push(node, { type: 'flatten' }, [made])
    return { made: { node: flat.node, start: 0, dims: contiguous(['rows', size]) }, places: same ? undefined : places }
  }

  /** x factor + offset, numbers of each channel, which are those of the layer's last axis, or one for all. */
  affine(node: Place, value: Made, factor: readonly number[], offset: readonly number[]): Made {
    if (factor.length > 1 || offset.length > 1) return this.#affine(node, this.settled(node, value), factor, offset)
    this.#expectFloats(node, value)
    const before: Pending = value.pending ?? { factor: 1, offset: 0 }
    const pending = { factor: before.factor * at(factor, 0), offset: before.offset * at(factor, 0) + at(offset, 0) }
    const base = value.steps === undefined ? value : this.settled(node, value)
    return { ...base, pending }
  }

  #affine(node: Place, made: Made, factor: readonly number[], offset: readonly number[]): Made {
    const channels = this.shapeOf(made).at(-1) ?? 1
    const whole = sizeOf(this.#inputShape)
    this.spend(node, made.node === -1 ? 2 * whole : 2 * channels)
    const spread = (values: readonly number[]): number[] =>
      values.length === 1 ? Array<number>(channels).fill(at(values, 0)) : [...values]
    const [scale, shift] = [spread(factor), spread(offset)]
    if (![...scale, ...shift].every(Number.isFinite)) throw node.unsupported('divides by 0, or has numbers that are infinite or NaN')
    const isNext = made.node === -1 && (made.scalings ?? 0) === this.#inputs.length
    if (isNext && this.#nodes.length === 0 && scale.every((value) => value !== 0)) {
      const alike = factor.length === 1 && offset.length === 1
      const column = (values: readonly number[]) => Array.from({ length: whole }, (_, i) => at(values, i % channels))
      this.#inputs.push(
        alike
          ? { kind: 'rescale', factor: at(factor, 0), offset: at(offset, 0) }
          : { kind: 'normalize', shift: column(scale.map((by, i) => -at(shift, i) / by)), scale: column(scale.map((by) => 1 / by)) },
      )
      return { ...made, scalings: this.#inputs.length }
    }
    // What reads the same step of the same layer reads one layer.
    const known = [...this.#affines].find(
      ([i, step]) => this.#nodes[i]?.sources[0] === made.node && step[0].join() === scale.join() && step[1].join() === shift.join(),
    )
    // By a mean of 0 and a variance of 1, whose root with epsilon is 1.
    const weights = [scale, shift, shift.map(() => 0), shift.map(() => 1 - 1e-3)].map((values) => Float32Array.from(values))
    const pushed = known?.[0] ?? this.push(node, { type: 'batchNormalization' }, [made], weights).node
    this.#affines.set(pushed, [scale, shift])
    return {
      node: pushed,
      dims: made.dims,
      start: made.start,
      ...(made.order && { order: made.order }),
    }
  }

  /** Steps by constants go into the kernel and bias of the layer before them, where nothing else reads that. @param reached the layers that the output hangs on */
  #fold(reached: Set<number>): void {
    const readers = new Map<number, number>()
    for (const i of reached) for (const source of at(this.#nodes, i).sources) readers.set(source, (readers.get(source) ?? 0) + 1)
    for (const [i, [factor, offset]] of this.#affines) {
      const [source = -1] = at(this.#nodes, i).sources
      const own = this.#nodes[source]
      if (!reached.has(i) || own === undefined || readers.get(source) !== 1 || !isUnbiased(own.spec)) continue
      const [kernel = new Float32Array()] = own.weights
      const scaled = factor.every((by) => by === 1) ? kernel : kernel.map((value, k) => value * at(factor, k % factor.length))
      // A second offset would be another's: with a bias the layer is done.
      this.#nodes[i] = { ...own, spec: { ...own.spec, useBias: true } as LayerSpec, weights: [scaled, Float32Array.from(offset)] }
      this.#scalings[i] = at(this.#scalings, source)
      reached.delete(source)
    }
  }

  finish(node: Place, output: Made): Model {
    if (output.dims[0]?.size !== 'rows') throw node.unsupported('has the rows elsewhere than first')
    const end = this.arranged(node, output)
    if (end.node < 0) throw new UnsupportedModelError(`${this.#file}: has no layer that computes anything`)
    const nodes = this.#reached(node, end.node)
    const { layers, weights } = nested(nodes, nodes.length - 1, this.#file)
    const dialect = hardSigmoidDialect(this.#slopes)
    if (dialect === undefined)
      throw new UnsupportedModelError(
        `${this.#file}: has a hard sigmoid of another slope; here a network's are all of slope 0.2 or all of 1/6`,
      )
    const last = layers.at(-1)
    const activation = last !== undefined && 'activation' in last ? last.activation : undefined
    const network: TrainSpec['network'] = {
      ...(this.#inputShape.length === 1 ? { inputSize: at(this.#inputShape, 0) } : { inputShape: [...this.#inputShape] }),
      loss: inferLoss(typeof activation === 'object' ? activation.name : activation),
      layers,
    }
    return { spec: { network, dialect }, weights, data: dataOfSteps(this.#inputs, sizeOf(this.#inputShape)) }
  }

  /** The layers that the output hangs on: an exporter may leave others, and parts of what was read as one. */
  #reached(node: Place, end: number): FileNode[] {
    const reached = new Set([end])
    for (let i = end; i >= 0; i--) if (reached.has(i)) for (const source of at(this.#nodes, i).sources) if (source >= 0) reached.add(source)
    this.#fold(reached)
    const kept = [...this.#nodes.keys()].filter((i) => i <= end && reached.has(i))
    if (kept.some((i) => at(this.#scalings, i).some((count) => count !== this.#inputs.length)))
      throw node.unsupported('is computed of the inputs as they are where another node scales them')
    const places = new Map(kept.map((i, place) => [i, place]))
    return kept.map((i) => {
      const own = at(this.#nodes, i)
      return { ...own, sources: own.sources.map((source) => places.get(source) ?? -1) }
    })
  }
}
