/** Skewed numbers by their logarithms, so that ratios become differences: what is small stays apart, and what is large is no outlier. */

import { at } from '../../core/at.ts'
import { isStraightened, quantile } from './statistics.ts'

/** 0 below 0, nearly x / unit in the beginning, nearly log(x / unit) far above the unit. */
export const logarithmOf = (x: number, unit: number): number => Math.log(1 + Math.max(0, x) / unit)

/** The unit is this part of the number that a tenth of those above 0 lie below: well among the small ones, so that most numbers are told apart by their ratios. */
const UNIT = { share: 0.1, part: 0.25 }

/** From this skewness on. */
const SKEWED = 2

/** What a column's numbers are measured by: undefined where some are below 0, they are not skewed, or their logarithms are no less so. */
export function logarithmUnit(rising: Float64Array): number | undefined {
  if (at(rising, 0) < 0) return undefined
  const above = rising.filter((x) => x > 0)
  const unit = UNIT.part * quantile(above, UNIT.share)
  return isStraightened(rising, SKEWED, (x) => logarithmOf(x, unit)) ? unit : undefined
}
