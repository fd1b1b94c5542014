import { resolveActivation } from './activations.ts'
import { InvalidSpecError } from './errors.ts'
import { resolveInitializer } from './initializers.ts'
import type { Weights } from './layout.ts'
import { classesOf } from './metrics.ts'
import { LOSSES } from './names.ts'
import { resolveOptimizer } from './optimizers.ts'
import type { EarlyStopping, Member, MemberLayer, Topology } from './population.ts'
import { type MemberSpec, memberSchema, type TopologySpec, type TrainSpec, topologySchema } from './spec.ts'
import { parseSpec } from './validate.ts'

/** Specs as people write them become topologies and members with every number said. Rules over several fields stand here. */

/** What a user calls the fields: `network.layers[1].units` in a training spec, `units[1]` and `members[3].layers[1]` in a population. */
export interface FieldNames {
  readonly units: (layer: number) => string
  readonly layers: string
  /** Opens the path of a member's other fields. */
  readonly own: string
}

export const TRAIN_SPEC_NAMES: FieldNames = { units: (i) => `network.layers[${i}].units`, layers: 'network.layers', own: '' }

export const memberNames = (index: number): FieldNames => ({
  units: (i) => `units[${i}]`,
  layers: `members[${index}].layers`,
  own: `members[${index}].`,
})

/** Rows of an update unless said; of fewer rows all are one batch. */
const BATCH_SIZE = 32

/**
 * @param rows of the training data, where there is any: a batch size that is not said is no larger
 * @throws InvalidSpecError
 */
export function resolveTopology(given: TopologySpec, names: FieldNames = memberNames(0), rows = BATCH_SIZE): Topology {
  const { inputSize, units, loss, batchSize = Math.min(BATCH_SIZE, rows) } = parseSpec(topologySchema, given)
  if (loss === 'categoricalCrossentropy' && units.at(-1) === 1) {
    throw new InvalidSpecError(
      `${names.units(units.length - 1)} is 1; ${loss} needs an output per class (for two classes and one output: binaryCrossentropy)`,
    )
  }
  return { inputSize, units, loss, batchSize }
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

const OUTPUT_OF_LOSS = { 1: 'sigmoid', 2: 'softmax' } as const

function checkActivations(layers: readonly MemberLayer[], { loss }: Topology, names: FieldNames): void {
  layers.forEach(({ activation }, i) => {
    const last = i === layers.length - 1
    const needed = last && LOSSES[loss] !== 0 ? OUTPUT_OF_LOSS[LOSSES[loss]] : undefined
    const field = `${names.layers}[${i}].activation is "${activation.name}"`
    if (needed !== undefined && activation.name !== needed)
      throw new InvalidSpecError(`${field}; the output of ${loss} must be "${needed}"`)
    if (needed !== 'softmax' && activation.name === 'softmax') {
      throw new InvalidSpecError(`${field}; softmax is an output activation, for the categorical cross-entropies`)
    }
  })
}

function checkWeights(weights: Weights, { inputSize, units }: Topology, where: string): void {
  if (weights.length !== units.length) {
    throw new InvalidSpecError(`${where}initialWeights holds ${weights.length} layers; the network has ${units.length}`)
  }
  weights.forEach(([kernel, bias], i) => {
    const width = units[i] ?? 0
    const inputs = i === 0 ? inputSize : (units[i - 1] ?? 0)
    if (kernel.length !== inputs * width || bias.length !== width) {
      throw new InvalidSpecError(
        `${where}initialWeights[${i}] has a kernel of ${kernel.length} and a bias of ${bias.length} numbers; ` +
          `they must be ${inputs} x ${width} = ${inputs * width} and ${width}`,
      )
    }
    if (![kernel, bias].every((values) => values.every(Number.isFinite))) {
      throw new InvalidSpecError(`${where}initialWeights[${i}] holds a number that is not finite`)
    }
  })
}

/** @throws InvalidSpecError */
export function resolveMember(given: MemberSpec, topology: Topology, initialWeights?: Weights, names: FieldNames = memberNames(0)): Member {
  const where = names.own
  const spec = parseSpec(memberSchema, given, names.own)
  const { inputSize, units } = topology
  if (spec.layers.length !== units.length) {
    throw new InvalidSpecError(`${names.layers} holds ${spec.layers.length} layers; the topology has ${units.length}`)
  }
  const dialect = spec.dialect ?? 'keras3'
  const layers = spec.layers.map((layer, i): MemberLayer => {
    const fanIn = i === 0 ? inputSize : (units[i - 1] ?? 0)
    const fanOut = units[i] ?? 0
    return {
      activation: resolveActivation(layer.activation ?? 'linear', dialect),
      initializer: resolveInitializer(layer.initializer ?? 'glorotUniform', fanIn, fanOut),
      biasInitializer: resolveInitializer(layer.biasInitializer ?? 'zeros', fanOut, fanOut),
      l1: layer.l1 ?? 0,
      l2: layer.l2 ?? 0,
      dropout: layer.dropout ?? 0,
    }
  })
  checkActivations(layers, topology, names)
  const flat = layers.findIndex(({ biasInitializer }) => biasInitializer.kind === 'orthogonal')
  if (flat >= 0)
    throw new InvalidSpecError(`${names.layers}[${flat}].biasInitializer is "orthogonal"; a bias has one dimension, so it must be another`)
  if ((layers.at(-1)?.dropout ?? 0) > 0) {
    throw new InvalidSpecError(
      `${names.layers}[${layers.length - 1}].dropout is ${layers.at(-1)?.dropout}; the output layer cannot drop its outputs`,
    )
  }
  if (initialWeights !== undefined) checkWeights(initialWeights, topology, where)
  const outputs = units.at(-1) ?? 0
  const classes = classesOf(topology)
  if (spec.classWeights !== undefined && spec.classWeights.length !== classes) {
    const allowed =
      classes > 0 ? `one factor for each of the ${classes} classes` : `left out: ${topology.loss} with ${outputs} outputs has no classes`
    throw new InvalidSpecError(`${where}classWeights holds ${spec.classWeights.length} numbers; it must be ${allowed}`)
  }
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
  const { inputSize, loss, layers } = network
  const topology = { inputSize, loss, units: layers.map((layer) => layer.units), ...(batchSize === undefined ? {} : { batchSize }) }
  return { topology, member: { ...training, layers: layers.map(({ units: _units, ...layer }) => layer) } }
}
