// Reads the layers of Keras and TensorFlow.js, branches among them, into a network of any kinds: an entry a class.

import { ACTIVATIONS, type ActivationSpec } from '../../core/activations.ts'
import { at } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { kindOf, type LayerSpec, splitLayer } from '../../core/layers/index.ts'
import { type Shape, sizeOf } from '../../core/layers/kind.ts'
import type { Weights } from '../../core/layout.ts'
import { MAX_INPUTS } from '../../core/rules.ts'
import type { TrainSpec } from '../../core/spec.ts'
import { UnsupportedModelError } from '../errors.ts'
import { type Affine, ofColumn } from '../fold.ts'
import { inferLoss } from '../graph.ts'
import { dataOfSteps, type InputStep } from '../inputs.ts'
import { batchNormalization, normalization, rescaling } from '../layers/affine.ts'
import { KERAS } from '../layers/convention.ts'
import { fieldOf } from '../layers/fields.ts'
import { imprecise } from '../layers/policy.ts'
import type { TakeWeights } from '../layers/read.ts'
import { isRefusal, type LayerReader, type LayerToRead } from '../layers/step.ts'
import { MODELS, type ReadLayer } from '../layers/topology.ts'
import type { Model } from '../model.ts'
import { activationLayer, isActivation } from './activations.ts'
import { fromLast } from './layer.ts'
import { type FileNode, nested } from './nest.ts'
import { READERS } from './readers.ts'

/** Finding blocks takes the square of their number. */
const MOST_LAYERS = 2000

/** Layers before the first of the network that are steps of its inputs. */
const INPUT_READERS: Readonly<Record<string, LayerReader>> = { Rescaling: rescaling, Normalization: normalization }

class Network {
  readonly #file: string
  readonly #hardSigmoid: number
  readonly #take: TakeWeights
  readonly #inputs: InputStep[] = []
  readonly #nodes: FileNode[] = []
  readonly #shapes: Shape[] = []
  #inputShape: Shape | undefined
  /** By the names of layers, the number of the node whose output is theirs. */
  readonly #ends = new Map<string, number>()
  #slopes = false

  constructor(file: string, hardSigmoid: number, take: TakeWeights) {
    this.#file = file
    this.#hardSigmoid = hardSigmoid
    this.#take = take
  }

  #unsupported(where: string, what: string): UnsupportedModelError {
    return new UnsupportedModelError(`${this.#file}: ${where} ${what}`)
  }

  #expectShape(layer: ReadLayer, where: string): Shape {
    if (this.#inputShape !== undefined) return this.#inputShape
    const field = (key: string) => fieldOf(layer, key, 'shape', this.#file)
    const shape = (field('batch_shape') ?? field('batch_input_shape') ?? layer.inputShape)?.slice(1)
    const known = shape?.flatMap((size) => (size === null ? [] : [size]))
    if (shape === undefined || known === undefined || known.length !== shape.length || known.length === 0 || sizeOf(known) > MAX_INPUTS)
      throw this.#unsupported(where, 'gets rows of a shape that the file does not say, or that is too large')
    this.#inputShape = known
    return known
  }

  #shapeOf(node: number): Shape {
    return this.#shapes[node] ?? this.#inputShape ?? []
  }

  #push(spec: FileNode['spec'], weights: readonly Float32Array[], sources: readonly number[], where: string): number {
    const inputs = sources.map((source) => this.#shapeOf(source))
    const place = { from: sources, span: 1 }
    const type = 'join' in spec ? spec.join : (spec.type ?? 'dense')
    const kind = kindOf(type)
    const shape = kind.resolveShape({ ...('join' in spec ? {} : (splitLayer(spec).shape as object)), ...place })
    const reason = kind.refusal?.(shape, at(inputs, 0), inputs)
    if (reason !== undefined) throw this.#unsupported(where, `is not read: ${reason}`)
    this.#nodes.push({ spec, weights, sources, where })
    this.#shapes.push(kind.outputShape(shape, at(inputs, 0), inputs))
    return this.#nodes.length - 1
  }

  #activate(activation: ActivationSpec, sources: readonly number[], where: string): number {
    const name = typeof activation === 'string' ? activation : activation.name
    if (name === 'hardSigmoid') this.#slopes = true
    return name === 'linear' ? at(sources, 0) : this.#push({ type: 'activation', activation }, [], sources, where)
  }

  /** @param before the layer of the list before it, which it takes where the file names none */
  read(layer: ReadLayer, before: string | undefined): void {
    const { className, name, sources: names = before === undefined ? [] : [before] } = layer
    const where = `layer "${name}" (${className})`
    const why = imprecise(layer)
    if (why !== undefined) throw this.#unsupported(where, why)
    const inputShape = this.#expectShape(layer, where)
    const sources = names.map((source) => {
      const node = this.#ends.get(source)
      if (node === undefined) throw this.#unsupported(where, `takes what comes after it, "${source}"`)
      return node
    })
    this.#ends.set(name, className === 'InputLayer' ? -1 : this.#layer(layer, sources.length === 0 ? [-1] : sources, inputShape, where))
  }

  #layer(layer: ReadLayer, sources: readonly number[], inputShape: Shape, where: string): number {
    const fieldIn =
      (own: ReadLayer): LayerToRead['field'] =>
      (key, kind) =>
        fieldOf(own, key, kind, this.#file)
    const shape = this.#shapeOf(at(sources, 0))
    const given: LayerToRead = {
      ...{ layer, shape, hardSigmoid: this.#hardSigmoid, field: fieldIn(layer), fieldIn },
      take: (variables, inner) => this.#take(layer, variables, inner),
    }
    const { className } = layer
    if (className === 'Add') return this.#push({ join: 'residual' }, [], sources, where)
    if (className === 'Concatenate') {
      const axes = fromLast(given.field('axis', 'axes') ?? [-1], shape.length)
      if (axes?.join() !== '-1') throw this.#unsupported(where, 'joins along another axis than the last')
      return this.#push({ join: 'concatenate' }, [], sources, where)
    }
    if (sources.length > 1) throw this.#unsupported(where, 'takes several inputs')
    // What TensorFlow.js has in place of a Normalization.
    const isScaling = className === 'BatchNormalization' && given.field('epsilon', 'number') === 0 && layer.config.trainable === false
    const ofInputs = isScaling ? batchNormalization : Object.hasOwn(INPUT_READERS, className) ? INPUT_READERS[className] : undefined
    if (ofInputs !== undefined) return this.#input(ofInputs, given, sources, where)
    if (className === 'Activation' && layer.config.activation === 'glu') return this.#push({ type: 'glu' }, [], sources, where)
    const activation = activationLayer(given)
    if (activation !== undefined) {
      if (isActivation(activation)) return this.#activate(activation, sources, where)
      throw this.#unsupported(where, activation.refused)
    }
    if (MODELS.includes(className))
      throw this.#unsupported(
        where,
        'is a model within a model; that is read where all layers are dense ones in a row: call its layers one after the other in one model, and save that',
      )
    const reader = Object.hasOwn(READERS, className) ? READERS[className] : undefined
    if (reader === undefined) throw this.#unsupported(where, 'is not read; docs/formats.md has the list of layers that are')
    const read = reader(given, inputShape === shape ? inputShape : shape)
    if ('refused' in read) throw this.#unsupported(where, read.refused)
    return read.layers.reduce(
      (source, { spec, weights }) => {
        if (JSON.stringify(spec).includes('hardSigmoid')) this.#slopes = true
        return this.#push(spec, weights, [source], where)
      },
      at(sources, 0),
    )
  }

  #input(reader: LayerReader, given: LayerToRead, sources: readonly number[], where: string): number {
    if (sources[0] !== -1 || this.#nodes.length > 0)
      throw this.#unsupported(where, 'comes after a layer; it is read as a step of the inputs alone')
    const reading = reader(given)
    if (isRefusal(reading)) throw this.#unsupported(where, reading.refused)
    for (const step of reading) {
      if (step.kind === 'normalize') this.#inputs.push(step)
      else if (step.kind === 'affine') this.#inputs.push(inputStep(step.affine))
      else throw this.#unsupported(where, 'is no step of the inputs that is read')
    }
    return -1
  }

  /** @param output the name of the layer that is the network's output */
  finish(output: string): Model {
    const inputShape = this.#inputShape ?? []
    const end = this.#ends.get(output)
    if (end === undefined || end < 0) throw new UnsupportedModelError(`${this.#file}: has no layer that computes anything`)
    const { layers, weights, read } = nested(this.#nodes, end, this.#file)
    if (read.size < this.#nodes.length) throw new UnsupportedModelError(`${this.#file}: has layers that its output does not hang on`)
    const wrong = this.#slopes && Math.abs(this.#hardSigmoid - KERAS.hardSigmoid) > 1e-9
    const network: TrainSpec['network'] = {
      ...(inputShape.length === 1 ? { inputSize: at(inputShape, 0) } : { inputShape: [...inputShape] }),
      loss: inferLoss(outputActivation(layers.at(-1))),
      layers,
    }
    return {
      spec: { network, dialect: wrong ? 'keras2.2' : 'keras3' },
      weights: weights satisfies Weights,
      data: dataOfSteps(this.#inputs, sizeOf(inputShape)),
    }
  }
}

/** x factor + offset as a step of the inputs. */
function inputStep({ factor, offset }: Affine): InputStep {
  if (factor.length === 1 && offset.length === 1) return { kind: 'rescale', factor: at(factor, 0), offset: at(offset, 0) }
  const length = Math.max(factor.length, offset.length)
  const scale = Array.from({ length }, (_, i) => 1 / ofColumn(factor, i))
  return { kind: 'normalize', shift: scale.map((value, i) => -ofColumn(offset, i) * value), scale }
}

/** The name of the activation that a network ends in. */
function outputActivation(layer: LayerSpec | undefined): string | undefined {
  const activation = layer !== undefined && 'activation' in layer ? layer.activation : undefined
  const name = typeof activation === 'object' ? activation.name : activation
  return name !== undefined && Object.hasOwn(ACTIVATIONS, name) ? name : undefined
}

/**
 * The model of layers that may have branches.
 * @throws UnsupportedModelError naming the layer; InvalidDataError where its config or weights are damaged
 */
export function readNetwork(
  layers: readonly ReadLayer[],
  output: string | undefined,
  hardSigmoid: number,
  take: TakeWeights,
  file: string,
): Model {
  const network = new Network(file, hardSigmoid, take)
  if (layers.length > MOST_LAYERS) throw new UnsupportedModelError(`${file}: has more than ${MOST_LAYERS} layers`)
  layers.forEach((layer, i) => {
    network.read(layer, layers[i - 1]?.name)
  })
  const last = output ?? layers.at(-1)?.name
  if (last === undefined) throw new InvalidDataError(`${file}: has no layers; the file is damaged`)
  return network.finish(last)
}
