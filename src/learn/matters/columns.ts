/** Which columns matter to an answer: how much worse it says rows whose values of a column are those of other rows. */

import { at, missing } from '../../core/at.ts'
import { InvalidSpecError } from '../../core/errors.ts'
import { Purpose, permutation } from '../../core/random.ts'
import { isSquared, SQUARED } from '../loss.ts'
import { ofGroups } from '../score/clusters.ts'
import { aroundMean } from '../score/intervals.ts'
import { checkJudged, type Judged } from '../score/judged.ts'
import { lossesOf } from '../score/losses.ts'
import { inUnit, outOfUnit, unitOf } from '../score/scale.ts'
import { mainMetric } from '../score/score.ts'
import { spillOf } from '../score/training.ts'

/** Columns that are shuffled together: those that make no sense apart, such as the parts of a date, or that say nearly the same. */
export interface ColumnGroup {
  readonly name: string
  /** Names or numbers of columns, as `predict` understands them. */
  readonly columns: readonly string[]
}

/**
 * What the models say of every judged row, each by those that had not seen it, if the row had these columns' values from row `from[row]`.
 * @returns as `probabilities` or `predicted` of what is judged
 */
export type PredictReplaced = (columns: readonly string[], from: Uint32Array) => Float64Array | Promise<Float64Array>

export interface ColumnOptions {
  /** Shufflings, averaged row by row; 5 by default. */
  readonly shuffles?: number | undefined
  /** Of the intervals, 0.95 by default. */
  readonly level?: number | undefined
  /** 0 by default. */
  readonly seed?: number | undefined
}

/** What an answer loses without a column. */
export interface ColumnImportance {
  readonly name: string
  /** By how much the log loss of classes, or the root mean squared error of numbers (or what else was learned by), grows, with its interval. About 0: of no use. */
  readonly value: number
  readonly low: number
  readonly high: number
  /** Whether it is sure that the answer uses it, at the level for all columns together. */
  readonly matters: boolean
  /** The places, from 1, that it may have among all columns. */
  readonly place: { readonly best: number; readonly worst: number }
  /** Columns whose importance cannot be told apart from this one's. */
  readonly tied: readonly string[]
}

/**
 * Permutation importance on judged rows (Breiman, "Random forests", Machine Learning 45, 2001; of any model Fisher, Rudin, Dominici, JMLR 20, 2019). Two columns
 * that say the same stand in for each other: each looks unimportant unless they are one group.
 * @returns from the largest value to the least
 * @throws InvalidDataError where predictions do not fit the rows
 */
export async function columnImportance(
  judged: Judged,
  groups: readonly ColumnGroup[],
  predict: PredictReplaced,
  { shuffles = 5, level = 0.95, seed = 0 }: ColumnOptions = {},
): Promise<ColumnImportance[]> {
  checkJudged(judged)
  if (!(Number.isInteger(shuffles) && shuffles > 0))
    throw new InvalidSpecError(`shuffles is ${shuffles}; it must be a whole number of at least 1`)
  const rows = judged.actual.length
  const unit = unitOf(judged)
  const scaled = (of: Judged): Judged => (unit === 1 ? of : inUnit({ judged: of }, unit).judged)
  const own = scaled(judged)
  const losses = lossesOf(own)
  const lost: Lost[] = []
  for (const [place, group] of groups.entries()) {
    const increases = new Float64Array(rows)
    let spill = 0
    for (let shuffle = 0; shuffle < shuffles; shuffle++) {
      const from = permutation(seed, place * shuffles + shuffle, rows, Purpose.study)
      const said = await predict(group.columns, from)
      const replaced: Judged = judged.task === 'classes' ? { ...judged, probabilities: said } : { ...judged, predicted: said }
      checkJudged(replaced)
      const other = scaled(replaced)
      // Chance is in what was said and, as much, in what the other row's value makes of it.
      spill += Math.min(1.25, 2 * spillOf(own, other)) / shuffles
      for (const [row, loss] of lossesOf(other).entries()) increases[row] = at(increases, row) + (loss - at(losses, row)) / shuffles
    }
    lost.push({ name: group.name, increases, spill })
  }
  const whole = losses.reduce((sum, loss) => sum + loss, 0) / rows
  // Of numbers losses are mostly squared errors; shown is what their root grows by, in the target's units.
  const isRoot = judged.task === 'numbers' && isSquared(judged.loss ?? SQUARED)
  const shown = (increase: number): number => (!isRoot ? increase : Math.sqrt(Math.max(0, whole + increase)) - Math.sqrt(whole))
  return ranked(lost, level, judged.groups).map(({ value, low, high, ...rest }) => ({
    ...rest,
    ...outOfUnit({ value: shown(value), low: shown(low), high: shown(high) }, mainMetric(judged), unit),
  }))
}

interface Lost {
  readonly name: string
  /** (rows) */
  readonly increases: Float64Array
  readonly spill: number
}

/** Sure is what holds for all columns together (Bonferroni); each is compared with each, row by row. */
function ranked(lost: readonly Lost[], level: number, groups: Int32Array | undefined): ColumnImportance[] {
  const together = 1 - (1 - level) / Math.max(1, lost.length)
  const around = (values: Float64Array, at: number, spill: number) => aroundMean(values, at, (1 + spill) * ofGroups(values, groups, at))
  const above = lost.map((one) =>
    lost.map((other) => {
      if (one === other) return false
      const differences = one.increases.map((value, row) => value - (other.increases[row] ?? missing(other.increases, row)))
      return around(differences, together, Math.max(one.spill, other.spill)).low > 0
    }),
  )
  return lost
    .map(({ name, increases, spill }, place) => {
      const over = lost.filter((_, other) => above[other]?.[place] === true).length
      const under = lost.filter((_, other) => above[place]?.[other] === true).length
      return {
        name,
        ...around(increases, level, spill),
        matters: around(increases, together, spill).low > 0,
        place: { best: over + 1, worst: lost.length - under },
        tied: lost
          .filter((_, other) => other !== place && above[other]?.[place] !== true && above[place]?.[other] !== true)
          .map((other) => other.name),
      }
    })
    .sort((a, b) => b.value - a.value)
}
