// Makes a model from the result of a training.

import { ACTIVATIONS, type Activation, type ActivationSpec } from '../core/activations.ts'
import { at } from '../core/at.ts'
import type { Initializer, InitializerSpec } from '../core/initializers.ts'
import type { LayerSpec } from '../core/layers/index.ts'
import { LOSSES, type Loss, type LossSpec } from '../core/losses.ts'
import type { Optimizer, OptimizerSpec } from '../core/optimizers.ts'
import type { Member, MemberLayer, Topology, TopologyLayer } from '../core/population.ts'
import type { TrainSpec } from '../core/spec.ts'
import type { Dataset } from '../data/dataset.ts'
import type { TransformNumbers } from '../data/transform.ts'
import type { FitResult } from '../train/result.ts'
import { describeData, type Model } from './model.ts'
import { recurrentSpec } from './recurrences.ts'
import { windowSpec } from './windows.ts'
import { asWritten } from './written.ts'

type ActivationParameters = Readonly<Record<string, { readonly keras3: number; readonly 'keras2.2': number }>>
type LossParameters = Readonly<Record<string, { readonly initial: number }>>

/** With the parameters that are not their defaults, and those that dialects disagree about. */
function activationSpec({ name, numbers }: Activation): ActivationSpec {
  const rules = Object.entries(ACTIVATIONS[name].parameters as ActivationParameters)
  const said = rules.flatMap(([field, { keras3, 'keras2.2': keras2 }], i) => {
    const value = at(numbers, i)
    const usual = name !== 'elu' && keras3 === keras2 && value === keras3
    return usual ? [] : [[field, field === 'approximate' ? value !== 0 : value] as const]
  })
  return (said.length === 0 ? name : { name, ...Object.fromEntries(said) }) as ActivationSpec
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
    case 'patched':
      return initializerSpec(given.whole)
    default:
      return { name: given.kind === 'normal' ? 'randomNormal' : 'truncatedNormal', mean: given.mean, stddev: given.stddev }
  }
}

/** What an optimizer of its own kind has beside the numbers of version 0.1.0, said where it is not the default. */
function extras(given: Optimizer): Partial<Record<keyof Optimizer, unknown>> {
  const { name, weightDecay, excludeFromWeightDecay, clipValue, clipNorm, globalClipNorm, gradientAccumulationSteps: steps } = given
  const { momentum, centered, amsgrad } = given
  return {
    ...(name === 'rmsprop' && momentum > 0 && { momentum }),
    ...(centered && { centered }),
    ...(amsgrad && { amsgrad }),
    ...(name !== 'adamw' && weightDecay > 0 && { weightDecay }),
    ...(excludeFromWeightDecay.length > 0 && { excludeFromWeightDecay: [...excludeFromWeightDecay] }),
    ...(clipValue > 0 && { clipValue }),
    ...(clipNorm > 0 && { clipNorm }),
    ...(globalClipNorm > 0 && { globalClipNorm }),
    ...(steps > 1 && { gradientAccumulationSteps: steps }),
  }
}

function optimizerNumbers(given: Optimizer): Partial<Record<keyof Optimizer, unknown>> {
  const { name, momentum, nesterov, rho, epsilon, initialAccumulator, scheduleDecay, weightDecay, beta1, beta2 } = given
  const moments = { beta1, beta2, epsilon }
  switch (name) {
    case 'sgd':
      return { momentum, nesterov }
    case 'rmsprop':
    case 'adadelta':
      return { rho, epsilon }
    case 'adagrad':
      return { initialAccumulator, epsilon }
    case 'nadam':
      return { ...moments, scheduleDecay }
    case 'adamw':
      return { ...moments, weightDecay }
    case 'adam':
    case 'adamax':
    case 'lamb':
      return moments
    case 'lion':
      return { beta1, beta2 }
    case 'adafactor': {
      const { beta2Decay, epsilon1, epsilon2, clipThreshold } = given
      return { beta2Decay, epsilon1, epsilon2, clipThreshold }
    }
    default:
      return name satisfies never
  }
}

const optimizerSpec = (given: Optimizer): OptimizerSpec =>
  ({ name: given.name, learningRate: given.learningRate, ...optimizerNumbers(given), ...extras(given) }) as OptimizerSpec

/** A loss by its name alone where all its parameters are the defaults. */
function lossSpec(loss: Loss): LossSpec {
  const { name, fromLogits, labelSmoothing, parameter, gamma, applyClassBalancing } = loss
  const said: Readonly<Record<string, unknown>> = {
    fromLogits,
    labelSmoothing,
    delta: parameter,
    quantile: parameter,
    alpha: parameter,
    gamma,
    applyClassBalancing,
  }
  const fields = Object.entries(LOSSES[name].parameters as LossParameters).flatMap(([field, { initial }]) =>
    Number(said[field]) === initial ? [] : [[field, said[field]] as const],
  )
  return (fields.length === 0 ? name : { name, ...Object.fromEntries(fields) }) as LossSpec
}

/** A layer that resolves to these halves. */
function layerSpec(layer: TopologyLayer, own: MemberLayer): LayerSpec {
  if (layer.type === 'dense' && own.type === 'dense') {
    const { units, useBias, trainable } = layer
    const { activation, initializer, biasInitializer, l1, l2, dropout } = own
    return {
      units,
      ...(useBias ? {} : { useBias }),
      ...(trainable ? {} : { trainable }),
      activation: activationSpec(activation),
      initializer: initializerSpec(initializer),
      biasInitializer: initializerSpec(biasInitializer),
      l1,
      l2,
      dropout,
    }
  }
  if (layer.type === 'batchNormalization' && own.type === 'batchNormalization') {
    const { center, scale, trainable } = layer
    const [gamma, beta, movingMean, movingVariance] = [
      ...(scale ? [] : [undefined]),
      ...own.initializers.slice(0, Number(scale)),
      ...(center ? [] : [undefined]),
      ...own.initializers.slice(Number(scale)),
    ]
    const said = (name: string, initializer: Initializer | undefined) =>
      initializer === undefined ? {} : { [name]: initializerSpec(initializer) }
    return {
      type: layer.type,
      center,
      scale,
      trainable,
      momentum: own.momentum,
      epsilon: own.epsilon,
      ...said('gammaInitializer', gamma),
      ...said('betaInitializer', beta),
      ...said('movingMeanInitializer', movingMean),
      ...said('movingVarianceInitializer', movingVariance),
    }
  }
  if (layer.type === 'prelu' && own.type === 'prelu')
    return {
      type: layer.type,
      sharedAxes: [...layer.sharedAxes],
      trainable: layer.trainable,
      initializer: initializerSpec(own.initializer),
    }
  if (layer.type === 'layerNormalization' && own.type === 'layerNormalization') {
    const { type, axis, center, scale, trainable } = layer
    const [gamma, beta] = [...(scale ? [] : [undefined]), ...own.initializers]
    return {
      ...{ type, axis: [...axis], center, scale, trainable, epsilon: own.epsilon },
      ...(gamma && { gammaInitializer: initializerSpec(gamma) }),
      ...(beta && { betaInitializer: initializerSpec(beta) }),
    }
  }
  if (own.type === 'dropout' || own.type === 'spatialDropout1d' || own.type === 'spatialDropout2d')
    return { type: own.type, rate: own.rate }
  if (own.type === 'gaussianNoise') return { type: own.type, stddev: own.stddev }
  if (own.type === 'activation') return { type: own.type, activation: activationSpec(own.activation) }
  if (own.type === 'flatten' || own.type === 'glu') return { type: own.type }
  const to = { activation: activationSpec, initializer: initializerSpec }
  const found = windowSpec(layer, own, to) ?? recurrentSpec(layer, own, to)
  if (found === undefined) throw new Error(`a ${layer.type} layer is of a member's ${own.type}`)
  return found
}

/** The training spec that resolves to this topology and member, with all numbers filled in. */
export function specOf({ inputShape, layers, loss, batchSize }: Topology, member: Member): TrainSpec {
  const { dialect, optimizer, learningRateSchedule, earlyStopping, classWeights, epochs, shuffle, seed } = member
  const [inputSize, ...more] = inputShape
  const input = more.length === 0 && inputSize !== undefined ? { inputSize } : { inputShape: [...inputShape] }
  const specs = layers.map((layer, i): LayerSpec => {
    // A block holds its layers: asWritten makes it of them.
    if (layer.type === 'residual') return { type: layer.type, layers: [] }
    return layer.type === 'concatenate' ? { type: layer.type, branches: [] } : layerSpec(layer, at(member.layers, i))
  })
  return {
    network: { ...input, loss: lossSpec(loss), layers: asWritten(layers, specs) },
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
