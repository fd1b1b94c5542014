import type { Activation, ActivationSpec } from '../core/activations.ts'
import type { Initializer, InitializerSpec } from '../core/initializers.ts'
import type { Optimizer, OptimizerSpec } from '../core/optimizers.ts'
import type { Member, Topology } from '../core/population.ts'
import type { TrainSpec } from '../core/spec.ts'
import type { Dataset } from '../data/dataset.ts'
import type { TransformNumbers } from '../data/transform.ts'
import type { FitResult } from '../train/result.ts'
import { describeData, type Model } from './model.ts'

function activationSpec({ name, parameter }: Activation): ActivationSpec {
  if (name === 'elu') return { name, alpha: parameter }
  return name === 'leakyRelu' ? { name, negativeSlope: parameter } : name
}

/** Scaled initializers come back as the distribution they are for these widths. */
function initializerSpec(given: Initializer): InitializerSpec {
  switch (given.kind) {
    case 'constant':
      return { name: 'constant', value: given.value }
    case 'uniform':
      return { name: 'randomUniform', minval: given.low, maxval: given.high }
    case 'orthogonal':
      return { name: 'orthogonal', gain: given.gain }
    default:
      return { name: given.kind === 'normal' ? 'randomNormal' : 'truncatedNormal', mean: given.mean, stddev: given.stddev }
  }
}

function optimizerSpec(given: Optimizer): OptimizerSpec {
  const { name, learningRate, momentum, nesterov, rho, epsilon, initialAccumulator, scheduleDecay, weightDecay } = given
  const moments = { learningRate, beta1: given.beta1, beta2: given.beta2, epsilon }
  switch (name) {
    case 'sgd':
      return { name, learningRate, momentum, nesterov }
    case 'rmsprop':
    case 'adadelta':
      return { name, learningRate, rho, epsilon }
    case 'adagrad':
      return { name, learningRate, initialAccumulator, epsilon }
    case 'nadam':
      return { name, ...moments, scheduleDecay }
    case 'adamw':
      return { name, ...moments, weightDecay }
    default:
      return { name, ...moments }
  }
}

/** The training spec that resolves to this topology and member, every number said. */
export function specOf({ inputSize, units, loss, batchSize }: Topology, member: Member): TrainSpec {
  const { dialect, optimizer, learningRateSchedule, earlyStopping, classWeights, epochs, shuffle, seed } = member
  const layers = member.layers.map(({ activation, initializer, biasInitializer, l1, l2, dropout }, i) => ({
    units: units[i] ?? 0,
    activation: activationSpec(activation),
    initializer: initializerSpec(initializer),
    biasInitializer: initializerSpec(biasInitializer),
    l1,
    l2,
    dropout,
  }))
  return {
    network: { inputSize, loss, layers },
    batchSize,
    optimizer: optimizerSpec(optimizer),
    dialect,
    epochs,
    shuffle,
    seed,
    ...(learningRateSchedule && { learningRateSchedule }),
    ...(earlyStopping && { earlyStopping }),
    ...(classWeights && { classWeights: [...classWeights] }),
  }
}

/** What a network was trained on. */
export interface ModelOptions {
  /** What it was trained on: names of classes and columns, and the scale of byte features, come from there. */
  readonly data?: Partial<Dataset> | undefined
  /** What was learnt from the rows before training (`standardize`, `fitImputer`, …), in the order it was applied. */
  readonly transforms?: readonly TransformNumbers[] | undefined
}

/** A trained network as a value that can be written to files, with its training spec and where its training stood. */
export function modelOf(result: FitResult, { data = {}, transforms = [] }: ModelOptions = {}): Model {
  const { topology, member, weights, checkpoint } = result
  return { spec: specOf(topology, member), weights, data: describeData(data, transforms), checkpoint }
}
