// Writes a graph as the layers of Keras and TensorFlow.js.

import type { Activation, ActivationName } from '../activation.ts'
import { UnsupportedModelError } from '../errors.ts'
import type { Graph, GraphLayer } from '../graph.ts'
import type { InputStep } from '../inputs.ts'
import type { Tensor } from '../safetensors/tensors.ts'
import { type Convention, type LayerJson, namer } from './convention.ts'

/** A layer with its weights, in the order of its variables. */
export interface LayerPart extends LayerJson {
  readonly weights: readonly (readonly [name: string, tensor: Tensor])[]
}

export type Part = Pick<LayerPart, 'className' | 'config'> & { readonly name?: string; readonly weights?: LayerPart['weights'] }

/** The words both have without a parameter. */
const PLAIN: Readonly<Partial<Record<ActivationName, string>>> = {
  linear: 'linear',
  relu: 'relu',
  selu: 'selu',
  softplus: 'softplus',
  softsign: 'softsign',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  softmax: 'softmax',
}

const same = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9

/** The word for the dense layer itself, and what must follow where there is no word. */
function activationParts({ name, parameter }: Activation, convention: Convention): { activation: string; after: Part[] } {
  const plain = PLAIN[name]
  if (plain !== undefined) return { activation: plain, after: [] }
  const leaky: Part = { className: 'LeakyReLU', config: { [convention.slopeKey]: parameter } }
  if (name === 'leakyRelu') return { activation: 'linear', after: [leaky] }
  if (name === 'elu') {
    if (parameter === 1) return { activation: 'elu', after: [] }
    if (convention.eluAlpha) return { activation: 'linear', after: [{ className: 'ELU', config: { alpha: parameter } }] }
    // alpha (e^x - 1) is a slope of alpha on the negative part of elu.
    return { activation: 'elu', after: [leaky] }
  }
  const factor = parameter / convention.hardSigmoid
  if (same(factor, 1)) return { activation: 'hard_sigmoid', after: [] }
  const rescaling = { className: 'Rescaling', config: { scale: factor, offset: 0 } }
  return { activation: 'linear', after: [rescaling, { className: 'Activation', config: { activation: 'hard_sigmoid' } }] }
}

function denseParts({ inputs, units, kernel, bias, activation: resolved }: GraphLayer, convention: Convention): Part[] {
  const { activation, after } = activationParts(resolved, convention)
  const weights = [
    ['kernel', { shape: [inputs, units], data: kernel }],
    ['bias', { shape: [units], data: bias }],
  ] as const
  return [{ className: 'Dense', config: { units, activation, use_bias: true }, weights }, ...after]
}

/** The layers of a shift and a scale. */
export type InputParts = (step: Extract<InputStep, { kind: 'normalize' }>) => Part[]

/** @throws UnsupportedModelError for a step that no layer does */
export const inputParts = (inputs: readonly InputStep[], normalize: InputParts, format: string): Part[] =>
  inputs.flatMap((step): Part[] => {
    if (step.kind === 'rescale') return [{ className: 'Rescaling', config: { scale: step.factor, offset: 0 } }]
    if (step.kind === 'normalize') return normalize(step)
    throw new UnsupportedModelError(
      `the model fills in missing values, and ${format} has no layer that does: write it as ONNX or safetensors, or without: ` +
        "{ ...model, data: { ...model.data, transforms: model.data.transforms.filter(({ kind }) => kind !== 'impute') } }",
    )
  })

/**
 * A graph as the layers of a Sequential model, its input layer first.
 * @param normalize the layers of a shift and a scale
 * @param first layers that come before all others
 * @throws UnsupportedModelError for a step that no layer does
 */
export function layersOf(
  { inputs, layers }: Graph,
  convention: Convention,
  normalize: InputParts,
  format: string,
  first: readonly Part[] = [],
): LayerPart[] {
  const before = inputParts(inputs, normalize, format)
  const input: Part = {
    className: 'InputLayer',
    config: { [convention.shapeKey]: [null, layers[0]?.inputs ?? 0], dtype: 'float32', sparse: false },
  }
  const nameOf = namer()
  return [input, ...first, ...before, ...layers.flatMap((layer) => denseParts(layer, convention))].map(
    ({ className, config, name: own, weights = [] }) => {
      const name = own ?? nameOf(className)
      const common = className === 'InputLayer' ? { name } : { name, trainable: true, dtype: 'float32' }
      return { className, name, config: { ...common, ...config }, weights }
    },
  )
}
