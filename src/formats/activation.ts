// The activations that files of other programs may contain.

import { type Activation as CoreActivation, resolveActivation } from '../core/activations.ts'
import type { Dialect } from '../core/names.ts'
import { UnsupportedModelError } from './errors.ts'

/** The activations that graphs of other programs are read into, and written with: those of version 0.1.0. */
const NAMES = ['linear', 'relu', 'leakyRelu', 'elu', 'selu', 'softplus', 'softsign', 'tanh', 'sigmoid', 'hardSigmoid', 'softmax'] as const
export type ActivationName = (typeof NAMES)[number]

/** An activation as graphs know it: its parameter is elu's alpha, leakyRelu's and hardSigmoid's slope, and 0 for the others. */
export interface Activation {
  readonly name: ActivationName
  readonly parameter: number
}

/** Its number in a dialect. */
export const parameterOf = (name: ActivationName, dialect: Dialect): number => resolveActivation(name, dialect).numbers[0]

/** Whether graphs are written with it. */
export const isGraphActivation = ({ name, kernel }: CoreActivation): boolean => NAMES.some((own) => own === name && own === kernel)

/** @throws UnsupportedModelError for an activation that graphs are not written with; `where` opens its message */
export function graphActivation({ name, kernel, numbers: [parameter] }: CoreActivation, where: string): Activation {
  const known = NAMES.find((own) => own === name && own === kernel)
  if (known !== undefined) return { name: known, parameter }
  const which = kernel === name ? '' : ' with these numbers'
  throw new UnsupportedModelError(
    `${where}.activation is "${name}"${which}, which files of other programs are not written with yet; toSafetensors keeps it`,
  )
}
