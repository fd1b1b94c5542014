/**
 * Keras's activations, as functions by their words and as layers. One that is none of ours may be one of ours between two affine steps, which
 * fold into the dense layers beside it.
 */

import { at } from '../../core/at.ts'
import type { Activation, ActivationName } from '../activation.ts'
import { type LayerReader, type LayerToRead, type Reading, refuse, type Step } from './step.ts'

const activate = (name: ActivationName, parameter = 0): Step => ({ kind: 'activate', activation: { name, parameter } satisfies Activation })
const affine = (factor: number, offset: number): Step => ({ kind: 'affine', affine: { factor: [factor], offset: [offset] } })

/** `keras/src/activations/activations.py`; a word that is not here is refused by name. */
const WORDS: Readonly<Record<string, (hardSigmoid: number) => readonly Step[]>> = {
  linear: () => [],
  relu: () => [activate('relu')],
  selu: () => [activate('selu')],
  softplus: () => [activate('softplus')],
  softsign: () => [activate('softsign')],
  tanh: () => [activate('tanh')],
  sigmoid: () => [activate('sigmoid')],
  softmax: () => [activate('softmax')],
  elu: () => [activate('elu', 1)],
  celu: () => [activate('elu', 1)],
  // The function; the layer has another slope.
  leakyrelu: () => [activate('leakyRelu', 0.2)],
  hardsigmoid: (slope) => [activate('hardSigmoid', slope)],
  relu6: () => [{ kind: 'clip', low: 0, high: 6 }],
  hardtanh: () => [{ kind: 'clip', low: -1, high: 1 }],
  logsigmoid: () => [affine(-1, 0), activate('softplus'), affine(-1, 0)],
}

/** Those that are ours and need nothing beside them. */
const KNOWN = 'linear, relu, selu, softplus, softsign, tanh, sigmoid, softmax, elu, leakyRelu, hardSigmoid'

/** TensorFlow.js writes hardSigmoid, Keras hard_sigmoid; TensorFlow's own functions end in their version. */
const plain = (word: string): string =>
  word
    .replace(/_v2$/, '')
    .replace(/[_\-\s]/g, '')
    .toLowerCase()

function byWord(word: string, given: LayerToRead): Reading {
  // Keras 2 takes the name of a layer as well, which has its own defaults.
  const layer = Object.hasOwn(ACTIVATION_LAYERS, word) ? ACTIVATION_LAYERS[word] : undefined
  if (layer !== undefined && word !== 'Activation') return layer({ ...given, field: () => undefined })
  const key = plain(word)
  const steps = Object.hasOwn(WORDS, key) ? WORDS[key]?.(given.hardSigmoid) : undefined
  if (steps === undefined) return refuse(`has the activation "${word}"; here it is one of ${KNOWN}`)
  if (key === 'softmax' && (given.shape?.length ?? 1) > 1)
    return refuse('has a softmax of rows that are no lists of numbers; put a Flatten before it')
  return steps
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The field `activation` of a Dense or Activation: a word, Keras's object around one, or a layer with its numbers. */
export function activationOf(given: LayerToRead): Reading {
  const value = given.layer.config.activation
  if (value === undefined || value === null) return []
  if (typeof value === 'string') return byWord(value, given)
  if (!isRecord(value) || typeof value.class_name !== 'string') return refuse('has an activation that is neither a word nor a layer')
  const { class_name, config, registered_name } = value
  if (typeof registered_name === 'string' && registered_name.includes('>'))
    return refuse(`has the activation ${registered_name}, which Keras itself does not have`)
  if (typeof config === 'string') return byWord(config, given)
  const reader = Object.hasOwn(ACTIVATION_LAYERS, class_name) ? ACTIVATION_LAYERS[class_name] : undefined
  if (reader === undefined || class_name === 'Activation') return byWord(class_name, given)
  const own = { ...given.layer, className: class_name, config: isRecord(config) ? config : {} }
  return reader({ ...given, layer: own, field: given.fieldIn(own), take: () => [] })
}

/** max(x, 0) with what Keras adds to it: a slope below a threshold, a largest value. */
const relu: LayerReader = ({ field }) => {
  const slope = field('negative_slope', 'number') ?? field('alpha', 'number') ?? 0
  const maximum = field('max_value', 'number')
  const threshold = field('threshold', 'number') ?? 0
  if (threshold !== 0) return refuse(`has a threshold of ${threshold}; here a relu turns at 0`)
  if (maximum === undefined) return [slope === 0 ? activate('relu') : activate('leakyRelu', slope)]
  if (slope !== 0) return refuse(`has a largest value, ${maximum}, and a slope, ${slope}; one of them alone is read`)
  return [{ kind: 'clip', low: 0, high: maximum }]
}

const prelu: LayerReader = ({ take }) => {
  const [alpha] = take(['alpha'])
  const [slope = 0, ...others] = alpha?.data ?? []
  if (others.some((other) => other !== slope)) return refuse('has a slope for each column; here a leaky relu has one')
  return [activate('leakyRelu', slope)]
}

const softmax: LayerReader = ({ field, shape }) => {
  const axes = field('axis', 'axes') ?? [-1]
  if ((shape?.length ?? 1) > 1 || axes.length !== 1 || ![-1, 1].includes(at(axes, 0)))
    return refuse(`is over the axis ${axes.join(' and ')}; here a softmax is over the outputs of a row, the axis -1`)
  return [activate('softmax')]
}

const thresholded: LayerReader = ({ field }) => {
  const theta = field('theta', 'number') ?? 1
  return theta === 0 ? [activate('relu')] : refuse(`has a threshold of ${theta}; here a relu turns at 0`)
}

/** The layers that are an activation. */
export const ACTIVATION_LAYERS: Readonly<Record<string, LayerReader>> = {
  Activation: activationOf,
  ReLU: relu,
  LeakyReLU: ({ field }) => [activate('leakyRelu', field('negative_slope', 'number') ?? field('alpha', 'number') ?? 0.3)],
  ELU: ({ field }) => [activate('elu', field('alpha', 'number') ?? 1)],
  PReLU: prelu,
  Softmax: softmax,
  ThresholdedReLU: thresholded,
}
