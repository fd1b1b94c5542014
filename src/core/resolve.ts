/** Specs as people write them become topologies and members with all numbers filled in. Rules that span several fields are here. */

import { at } from './at.ts'
import { nodesOf } from './blocks.ts'
import { InvalidSpecError } from './errors.ts'
import { kindOf, type LayerSpec, type ShapeSpec, splitLayer } from './layers/index.ts'
import { type Shape, sizeOf } from './layers/kind.ts'
import { parameterLayout, type Weights, walk, weightsLayout } from './layout.ts'
import { outputActivationOf, resolveLoss, targetsPerRow, taskOf } from './losses.ts'
import { outputsOf } from './metrics.ts'
import { CLIPS, type OptimizerSpec, resolveOptimizer } from './optimizers.ts'
import type { EarlyStopping, Member, MemberLayer, Topology, TopologyLayer } from './population.ts'
import { memberLayerSchema } from './schemas.ts'
import { type MemberSpec, memberSchema, type TopologySpec, type TrainSpec, topologySchema } from './spec.ts'
import { parseSpec } from './validate.ts'

/** What a user calls the fields: `network.layers[1].units` in a training spec, `units[1]` and `members[3].layers[1]` in a population. */
export interface FieldNames {
  readonly units: (layer: number) => string
  readonly layers: string
  /** The beginning of the path of a member's other fields. */
  readonly own: string
}

export const TRAIN_SPEC_NAMES: FieldNames = { units: (i) => `network.layers[${i}].units`, layers: 'network.layers', own: '' }

export const memberNames = (index: number): FieldNames => ({
  units: (i) => `units[${i}]`,
  layers: `members[${index}].layers`,
  own: `members[${index}].`,
})

/** Rows of an update by default. Fewer rows form one batch. */
const BATCH_SIZE = 32

/** The flat list of layers, and where each of them is written. */
function resolveShapes({ units, layers }: TopologySpec, names: FieldNames): { layers: TopologyLayer[]; paths: string[] } {
  if ((units === undefined) === (layers === undefined))
    throw new InvalidSpecError(
      `${units === undefined ? 'neither units nor layers is' : 'both units and layers are'} given; one of them must be`,
    )
  const given: readonly ShapeSpec[] = layers ?? (units ?? []).map((width) => ({ units: width }))
  const nodes = nodesOf(given, names.layers)
  return {
    layers: nodes.map(
      ({ spec, place }) => ({ ...kindOf(spec.type ?? 'dense').resolveShape({ ...spec, ...place }), ...place }) as TopologyLayer,
    ),
    paths: nodes.map(({ path }) => path),
  }
}

function resolveInput({ inputSize, inputShape }: TopologySpec): Shape {
  if (inputShape === undefined && inputSize === undefined)
    throw new InvalidSpecError('inputSize is missing; it must be the features of a row')
  if (inputShape !== undefined && inputSize !== undefined && sizeOf(inputShape) !== inputSize)
    throw new InvalidSpecError(
      `inputSize is ${inputSize}; inputShape [${inputShape.join(', ')}] has ${sizeOf(inputShape)}: leave one of them out`,
    )
  return inputShape ?? [inputSize ?? 0]
}

/** Every layer must accept what it reads, and the last must give a list of numbers. @returns how many */
function checkShapes(topology: Topology, paths: readonly string[]): number {
  const walked = walk(topology, (layer, input, inputs, i) => {
    const reason = kindOf(layer.type).refusal?.(layer, input, inputs)
    if (reason !== undefined) throw new InvalidSpecError(`${paths[i]}: ${reason}`)
  })
  const shape = walked.at(-1)?.output ?? topology.inputShape
  if (shape.length !== 1) {
    throw new InvalidSpecError(
      `${paths.at(-1)} makes rows of shape [${shape.join(', ')}]; the last layer must make a list: put a flatten before it`,
    )
  }
  return sizeOf(shape)
}

/**
 * @param rows of the training data, if there is any: the default batch size is no larger
 * @throws InvalidSpecError
 */
export function resolveTopology(given: TopologySpec, names: FieldNames = memberNames(0), rows = BATCH_SIZE): Topology {
  const spec = parseSpec(topologySchema, given)
  const { layers, paths } = resolveShapes(spec, names)
  const topology = {
    inputShape: resolveInput(spec),
    layers,
    loss: resolveLoss(spec.loss),
    batchSize: spec.batchSize ?? Math.min(BATCH_SIZE, rows),
  }
  const outputs = checkShapes(topology, paths)
  const { loss } = topology
  if (taskOf(loss) === 'categorical' && loss.name !== 'sparseCategoricalCrossentropy' && outputs === 1) {
    throw new InvalidSpecError(
      `${names.units(layers.length - 1)} is 1; ${loss.name} needs an output per class (for two classes and one output: binaryCrossentropy)`,
    )
  }
  if (!Number.isInteger(targetsPerRow(loss, outputs)))
    throw new InvalidSpecError(`${names.units(layers.length - 1)} is ${outputs}; ${loss.name} needs two outputs for every target`)
  return topology
}

function resolveStopping(given: MemberSpec['earlyStopping']): EarlyStopping | undefined {
  if (given === undefined) return undefined
  return {
    monitor: given.monitor ?? 'testLoss',
    patience: given.patience ?? 0,
    minDelta: given.minDelta ?? 0,
    restoreBest: given.restoreBest ?? true,
  }
}

/** The activation of a layer, if it has one. */
const activationOf = (layer: MemberLayer | undefined) =>
  layer?.type === 'dense' || layer?.type === 'activation' ? layer.activation : undefined

function checkOutput(layers: readonly MemberLayer[], { loss }: Topology, names: FieldNames): void {
  const needed = outputActivationOf(loss)
  const last = layers.length - 1
  const activation = activationOf(layers[last])
  if (needed !== undefined && activation?.name !== needed) {
    const found =
      activation === undefined
        ? `${names.layers}[${last}] has no activation`
        : `${names.layers}[${last}].activation is "${activation.name}"`
    throw new InvalidSpecError(`${found}; the output of ${loss.name} must be "${needed}"`)
  }
  const output = layers[last]
  if (output?.type === 'dense' && output.dropout > 0)
    throw new InvalidSpecError(`${names.layers}[${last}].dropout is ${output.dropout}; the output layer cannot drop its outputs`)
}

function checkWeights(weights: Weights, topology: Topology, where: string): void {
  const layers = weightsLayout(parameterLayout(topology))
  if (weights.length !== layers.length) {
    throw new InvalidSpecError(`${where}initialWeights holds ${weights.length} layers; the network has ${layers.length}`)
  }
  layers.forEach((expected, i) => {
    const given = weights[i] ?? []
    if (given.length !== expected.length || expected.some(({ size }, t) => given[t]?.length !== size)) {
      const sizes = (count: readonly { length: number }[]) =>
        count.length === 0 ? 'nothing' : count.map(({ length }) => length).join(' and ')
      const wanted = expected
        .map(({ name, shape, size }) => `a ${name} of ${shape.length > 1 ? `${shape.join(' x ')} = ` : ''}${size}`)
        .join(' and ')
      throw new InvalidSpecError(`${where}initialWeights[${i}] holds ${sizes(given)} numbers; it must hold ${wanted || 'nothing'}`)
    }
    if (!given.every((values) => values.every(Number.isFinite))) {
      throw new InvalidSpecError(`${where}initialWeights[${i}] holds a number that is not finite`)
    }
  })
}

/** A member's layers, each by the rules of the topology's kind. */
function resolveLayers(given: MemberSpec, topology: Topology, names: FieldNames): MemberLayer[] {
  const dialect = given.dialect ?? 'keras3'
  const nodes = nodesOf(given.layers, names.layers)
  if (nodes.length !== topology.layers.length)
    throw new InvalidSpecError(`${names.layers} holds ${nodes.length} layers; the topology has ${topology.layers.length}`)
  return walk(topology).map(({ layer, input }, i) => {
    const kind = kindOf(layer.type)
    const { spec, path } = at(nodes, i)
    const fields = parseSpec(memberLayerSchema(layer.type), spec, `${path}.`)
    const own = kind.resolveMember(fields, layer, input, dialect)
    const initializers = kind.initializers(own)
    if (!initializers.some(({ kind }) => kind === 'orthogonal')) return own
    for (const [t, { name, shape }] of [...kind.tensors(layer, input), ...kind.state(layer, input)].entries()) {
      if (initializers[t]?.kind === 'orthogonal' && shape.length < 2)
        throw new InvalidSpecError(`${path}.${name}Initializer is "orthogonal"; a ${name} has one dimension, so it must be another`)
    }
    return own
  })
}

function checkClassWeights({ length }: readonly number[], topology: Topology, where: string): void {
  const { classes, size } = outputsOf(topology)
  if (length === classes) return
  const allowed =
    classes > 0 ? `one factor for each of the ${classes} classes` : `left out: ${topology.loss.name} with ${size} outputs has no classes`
  throw new InvalidSpecError(`${where}classWeights holds ${length} numbers; it must be ${allowed}`)
}

/** One way to clip, as in Keras: of two the kernels would take one, and leave the other out without a word. */
function checkClips(optimizer: OptimizerSpec, where: string): void {
  const given = CLIPS.filter((name) => typeof optimizer === 'object' && optimizer[name] !== undefined)
  if (given.length < 2) return
  throw new InvalidSpecError(`${where}optimizer has ${given.join(' and ')}; it can have one of ${CLIPS.join(', ')}`)
}

/** @throws InvalidSpecError */
export function resolveMember(given: MemberSpec, topology: Topology, initialWeights?: Weights, names: FieldNames = memberNames(0)): Member {
  const where = names.own
  const spec = parseSpec(memberSchema, given, names.own)
  const layers = resolveLayers(spec, topology, names)
  checkOutput(layers, topology, names)
  if (initialWeights !== undefined) checkWeights(initialWeights, topology, where)
  if (spec.classWeights !== undefined) checkClassWeights(spec.classWeights, topology, where)
  if (spec.optimizer !== undefined) checkClips(spec.optimizer, where)
  const dialect = spec.dialect ?? 'keras3'
  return {
    dialect,
    layers,
    optimizer: resolveOptimizer(spec.optimizer ?? 'rmsprop', dialect),
    learningRateSchedule: spec.learningRateSchedule,
    earlyStopping: resolveStopping(spec.earlyStopping),
    classWeights: spec.classWeights,
    seed: spec.seed ?? 0,
    epochs: spec.epochs ?? 1,
    shuffle: spec.shuffle ?? true,
    initialWeights,
  }
}

/** A training spec is a topology and one member. */
export function splitSpec({ network, batchSize, metrics: _metrics, recordStepLosses: _record, ...training }: TrainSpec): {
  topology: TopologySpec
  member: MemberSpec
} {
  const { inputSize, inputShape, loss, layers } = network
  const halves = layers.map((layer: LayerSpec) => splitLayer(layer))
  const topology: TopologySpec = {
    ...(inputSize === undefined ? {} : { inputSize }),
    ...(inputShape === undefined ? {} : { inputShape }),
    loss,
    ...shapesOf(halves.map(({ shape }) => shape)),
    ...(batchSize === undefined ? {} : { batchSize }),
  }
  return { topology, member: { ...training, layers: halves.map(({ own }) => own) } }
}

/** Plain dense layers as their widths alone. */
function shapesOf(shapes: readonly ShapeSpec[]): Pick<TopologySpec, 'units' | 'layers'> {
  const widths = shapes.map((shape) => (Object.keys(shape).join() === 'units' && 'units' in shape ? shape.units : undefined))
  const plain = widths.every((width) => width !== undefined)
  return plain ? { units: widths.map((width) => width ?? 0) } : { layers: [...shapes] }
}

/** The shapes that rows have on their way through a network: [[28, 28, 1], [28, 28, 32], …, [10]]. */
function shapesAlong(spec: TrainSpec): Shape[] {
  const topology = resolveTopology(splitSpec(spec).topology, TRAIN_SPEC_NAMES)
  return [topology.inputShape, ...parameterLayout(topology).layers.map(({ output }) => output)]
}

/** As their numbers: [784, 512, 10]. */
export const widthsOf = (spec: TrainSpec): number[] => shapesAlong(spec).map(sizeOf)

/** In words: 28x28x1-28x28x32-10. */
export const shapesText = (spec: TrainSpec): string =>
  shapesAlong(spec)
    .map((shape) => shape.join('x'))
    .join('-')
