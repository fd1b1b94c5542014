// The numbers by which TypeScript, AssemblyScript and WGSL name kinds, activations, losses and optimizers.

import { ACTIVATION_KERNELS } from './activations.ts'
import { FILL_MODES } from './layers/augment.ts'
import { LAYERS } from './layers/index.ts'
import { LOSSES } from './losses.ts'
import { OPTIMIZERS } from './optimizers.ts'
import { Purpose } from './random.ts'

/** What the derivative of an activation is computed from. */
export const READS = { output: 0, sum: 1, row: 2 } as const
/** What a loss's targets are. */
export const TASKS = { regression: 0, binary: 1, categorical: 2 } as const

const codes = <K extends string>(rules: Readonly<Record<K, { readonly code: number }>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries<{ readonly code: number }>(rules).map(([name, { code }]) => [name, code]))

const { sparseCategoricalCrossentropy: _same, ...losses } = LOSSES

/**
 * The numbers that stand for names in the kernels, one group per table. assembly/generate.mjs writes them out for AssemblyScript, and
 * shaders/generate.mjs for WGSL.
 */
export const ABI: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Activation: codes(ACTIVATION_KERNELS),
  Reads: READS,
  Loss: codes(losses),
  Task: TASKS,
  Optimizer: codes(OPTIMIZERS),
  LayerKind: codes(LAYERS),
  Purpose,
  Fill: FILL_MODES,
}

/** leakyRelu -> LEAKY_RELU */
export const upperCase = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()
