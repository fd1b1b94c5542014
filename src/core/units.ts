/** How the targets of a regression were changed for training, and the way back. */

import { isObject } from './shown.ts'

/** One a target column: with `log` its natural logarithm, then (y - mean) / scale. Plain data. */
export interface TargetUnit {
  readonly log: boolean
  readonly mean: number
  readonly scale: number
}

export const isUnit = (value: unknown): value is TargetUnit =>
  isObject(value) && typeof value.log === 'boolean' && Number.isFinite(value.mean) && Number.isFinite(value.scale) && value.scale !== 0

/** A target as the network learns it. In float64. */
export const toLearned = (y: number, { log, mean, scale }: TargetUnit): number => ((log ? Math.log(y) : y) - mean) / scale

/** What the network says, in the target's own units. In float64. */
export function toUnits(z: number, { log, mean, scale }: TargetUnit): number {
  const y = z * scale + mean
  return log ? Math.exp(y) : y
}

/** Outputs (rows x units.length, row-major) in the target's own units, rounded to float32; as they are where there is nothing to undo. */
export function inUnits<T extends Float32Array | Uint8Array | Int32Array>(
  outputs: T,
  units: readonly TargetUnit[] | undefined,
): T | Float32Array {
  if (units === undefined || units.length === 0) return outputs
  return Float32Array.from(outputs, (z, i) => {
    const unit = units[i % units.length]
    return unit === undefined ? z : toUnits(z, unit)
  })
}
