// Activations as Keras and TensorFlow.js write them: a word, or where it has numbers a layer.

import { ACTIVATIONS, type Activation, type ActivationName, type ActivationSpec, resolveActivation } from '../../core/activations.ts'
import { at } from '../../core/at.ts'
import { canonicalName } from '../../core/names.ts'
import { UnsupportedModelError } from '../errors.ts'
import type { Convention } from '../layers/convention.ts'
import { snakeCase, TFJS } from '../layers/convention.ts'
import { isRefusal, type LayerToRead, type Refusal, refuse } from '../layers/step.ts'
import type { Part } from '../layers/write.ts'

/** tfjs-layers 4.22, `activations.ts`; other words it does not load. */
const TFJS_WORDS: readonly string[] = [
  ...['linear', 'relu', 'relu6', 'elu', 'selu', 'softplus', 'softsign', 'tanh', 'sigmoid', 'hardSigmoid', 'softmax', 'logSoftmax'],
  ...['silu', 'mish', 'gelu'],
]
/** Where the word is not the name in snake case. */
const WORDS: Readonly<Partial<Record<ActivationName, string>>> = { hardSwish: 'hard_silu', relu6: 'relu6' }
const TFJS_WORD: Readonly<Partial<Record<ActivationName, string>>> = { silu: 'swish' }

const sameNumbers = (a: Activation, b: Activation): boolean =>
  a.kernel === b.kernel && a.numbers.every((value, i) => Math.abs(value - at(b.numbers, i)) <= 1e-9)

/** The word, if the format has one that means just this. */
function wordOf(activation: Activation, convention: Convention): string | undefined {
  const { name, numbers } = activation
  const ofTfjs = convention === TFJS
  if (ofTfjs && activation.kernel === 'tanhGelu') return 'gelu_new'
  if (ofTfjs && !TFJS_WORDS.includes(name)) return undefined
  const usual =
    name === 'hardSigmoid'
      ? Math.abs(numbers[0] - convention.hardSigmoid) <= 1e-9
      : sameNumbers(activation, resolveActivation(name, 'keras3'))
  if (!usual || name === 'leakyRelu') return undefined
  return (ofTfjs ? TFJS_WORD[name] : undefined) ?? WORDS[name] ?? snakeCase(name)
}

/** The layer, if the format has one that means just this. */
function layerOf({ name, numbers: [a, b, c] }: Activation, convention: Convention): Part | undefined {
  if (name === 'leakyRelu') return { className: 'LeakyReLU', config: { [convention.slopeKey]: a } }
  if (name === 'elu' && convention.eluAlpha) return { className: 'ELU', config: { alpha: a } }
  if (name !== 'relu' || (convention === TFJS && (a !== 0 || c !== 0))) return undefined
  const largest = b > 1e38 ? null : b
  return {
    className: 'ReLU',
    config: convention === TFJS ? { max_value: largest } : { max_value: largest, negative_slope: a, threshold: c },
  }
}

/**
 * The word for a layer itself, and what must follow where there is no word.
 * @throws UnsupportedModelError for an activation that the format has neither for; `where` opens its message
 */
export function activationParts(activation: Activation, convention: Convention, where: string): { word: string; after: Part[] } {
  const word = wordOf(activation, convention)
  if (word !== undefined) return { word, after: [] }
  const layer = layerOf(activation, convention)
  if (layer !== undefined) return { word: 'linear', after: [layer] }
  throw new UnsupportedModelError(
    `${where}.activation is "${activation.name}", for which ${convention === TFJS ? 'TensorFlow.js' : 'Keras'} has no word with these numbers; toSafetensors keeps it`,
  )
}

const NAMES = Object.keys(ACTIVATIONS)

/** The activation that a word means; glu is a layer of its own here. */
function ofWord(word: string): ActivationSpec | Refusal {
  if (word === 'gelu_new') return { name: 'gelu', approximate: true }
  const name = canonicalName(word.replace(/_v2$/, ''), NAMES)
  if (!Object.hasOwn(ACTIVATIONS, name)) return refuse(`has the activation "${word}"`)
  return name === 'leakyRelu' ? { name, negativeSlope: 0.2 } : (name as ActivationSpec)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The field `activation`, or another that is one: a word, Keras's object around one, or a layer with its numbers. */
export function activationOf(given: LayerToRead, key = 'activation'): ActivationSpec | Refusal {
  const value = given.layer.config[key] ?? 'linear'
  if (typeof value === 'string') return ofWord(value)
  if (!isRecord(value) || typeof value.class_name !== 'string') return refuse('has an activation that is neither a word nor a layer')
  const { class_name: className, config } = value
  if (typeof config === 'string') return ofWord(config)
  const own = { ...given.layer, className, config: isRecord(config) ? config : {} }
  return activationLayer({ ...given, layer: own, field: given.fieldIn(own) }) ?? ofWord(className)
}

/** The activation that a layer is; undefined of any other layer. */
export function activationLayer(given: LayerToRead): ActivationSpec | Refusal | undefined {
  const { field, layer } = given
  const number = (key: string, usual: number) => field(key, 'number') ?? usual
  switch (layer.className) {
    case 'Activation':
      return activationOf(given)
    case 'LeakyReLU':
      return { name: 'leakyRelu', negativeSlope: field('negative_slope', 'number') ?? number('alpha', 0.3) }
    case 'ELU':
      return { name: 'elu', alpha: number('alpha', 1) }
    case 'ThresholdedReLU':
      return { name: 'threshold', threshold: number('theta', 1), defaultValue: 0 }
    case 'ReLU': {
      const largest = field('max_value', 'number')
      const [negativeSlope, threshold] = [number('negative_slope', 0), number('threshold', 0)]
      return { name: 'relu', negativeSlope, threshold, ...(largest !== undefined && { maxValue: largest }) }
    }
    case 'Softmax': {
      const axes = field('axis', 'axes') ?? [-1]
      return axes.join() === '-1' ? 'softmax' : refuse(`is over the axis ${axes.join(' and ')}; here a softmax is over the last, -1`)
    }
    default:
      return undefined
  }
}

export const isActivation = (read: ActivationSpec | Refusal): read is ActivationSpec =>
  typeof read === 'string' || !isRefusal(read as never)
