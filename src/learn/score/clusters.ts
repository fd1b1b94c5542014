/**
 * Rows that belong together, as those of one patient, err alike: many of few patients say less than as many of as many. An interval around rows taken for
 * independent is widened by the design effect, the variance of the sum of the groups' sums over that of rows by chance (Liang and Zeger, "Longitudinal data
 * analysis using generalized linear models", Biometrika 73, 1986), and by Student's quantile of the number of groups, fewer where they are unequal (Carter,
 * Schnepel, Steigerwald, "Asymptotic behavior of a t-test robust to cluster heterogeneity", Review of Economics and Statistics 99, 2017).
 */

import { at } from '../../core/at.ts'
import { studentQuantile } from '../../study/statistics/student.ts'

/**
 * The factor of a variance; 1 where nothing is known of groups, and never less.
 * @param values (rows), what each row adds to a metric
 * @param groups (rows), each row's group, from 0
 */
export function ofGroups(values: Float64Array, groups: Int32Array | undefined, level: number): number {
  if (groups === undefined) return 1
  const rows = values.length
  const count = groups.reduce((most, group) => Math.max(most, group + 1), 0)
  const sums = new Float64Array(count)
  const sizes = new Float64Array(count)
  const mean = values.reduce((sum, value) => sum + value, 0) / rows
  let squares = 0
  for (const [row, value] of values.entries()) {
    const group = at(groups, row)
    sums[group] = at(sums, group) + value - mean
    sizes[group] = at(sizes, group) + 1
    squares += (value - mean) ** 2
  }
  const there = sizes.reduce((sum, size) => sum + Number(size > 0), 0)
  // So many groups of equal size would scatter as much.
  const effective = rows ** 2 / sizes.reduce((sum, size) => sum + size ** 2, 0)
  const between = (there / (there - 1)) * sums.reduce((sum, own) => sum + own ** 2, 0)
  const within = (rows / (rows - 1)) * squares
  // Where all rows are alike, as where every one was right, nothing says that another group's would be.
  const design = squares > 0 && there > 1 ? between / within : rows / effective
  const wider = studentQuantile(level, Math.max(1, effective - 1)) / studentQuantile(level, rows - 1)
  return Math.max(1, design) * wider ** 2
}

/** An interval with its ends as much further from its value. */
export function wider<Own extends { readonly value: number; readonly low: number; readonly high: number }>(
  estimate: Own,
  factor: number,
  [least, most]: readonly [number, number],
): Own {
  if (factor === 1) return estimate
  const { value, low, high } = estimate
  const by = Math.sqrt(factor)
  return { ...estimate, low: Math.max(least, value - (value - low) * by), high: Math.min(most, value + (high - value) * by) }
}
