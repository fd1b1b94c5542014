/** Between numbers as they are learned and the target's own units. */

import { type TargetUnit, toUnits } from '../core/units.ts'
import type { NumberLoss } from './loss.ts'

/** Of numbers, the loss in units of what is learned. */
export const learnedLoss = (loss: NumberLoss, unit: TargetUnit | undefined): NumberLoss =>
  unit === undefined ? loss : { ...loss, delta: loss.delta / unit.scale }

/** Outputs of a regression in the target's own units; others as they are. */
export const inUnitsOf = (outputs: Float64Array, unit: TargetUnit | undefined): Float64Array =>
  unit === undefined ? outputs : outputs.map((z) => toUnits(z, unit))
