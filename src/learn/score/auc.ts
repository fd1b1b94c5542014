/** The area under the ROC curve, with its interval; of more than two classes the mean of each against the others. */

import { at } from '../../core/at.ts'
import { below, quantile } from '../../study/sampler/normal.ts'
import { studentQuantile } from '../../study/statistics/student.ts'
import { momentsOf, widened } from './intervals.ts'
import type { JudgedClasses } from './judged.ts'
import type { Estimate, Frame } from './quantity.ts'

/** An area and how much each row moves it, (rows), about 0. */
interface Area {
  readonly value: number
  readonly influence: Float64Array
}

/**
 * The area by Mann and Whitney (1947), and each row's influence on it: how many of the other side it is on the right side of, ties counting half (DeLong,
 * DeLong, Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating characteristic curves", Biometrics 44, 1988).
 */
export function aucInfluence(judged: JudgedClasses, sharper?: Float64Array): Area {
  const { actual, classes } = judged
  const rows = actual.length
  const looked = classes === 2 ? [1] : Array.from({ length: classes }, (_, index) => index)
  const areas = looked
    .map((index) => sharpenedArea(areaOf(judged, index), sharper?.[index]))
    .filter((area): area is Area => area !== undefined)
  if (areas.length === 0) return { value: Number.NaN, influence: new Float64Array(rows).fill(Number.NaN) }
  const influence = new Float64Array(rows)
  for (const area of areas)
    for (let row = 0; row < rows; row++) influence[row] = at(influence, row) + at(area.influence, row) / areas.length
  return { value: areas.reduce((sum, { value }) => sum + value, 0) / areas.length, influence }
}

/** The area of scores that lie apart by this factor more, in standard deviations: of normal scores the area is that of the normal below their distance. */
function sharpenedArea(area: Area | undefined, factor = 1): Area | undefined {
  if (area === undefined || factor === 1 || area.value === 0 || area.value === 1) return area
  const apart = quantile(area.value)
  const slope = factor * Math.exp((apart ** 2 * (1 - factor ** 2)) / 2)
  return { value: below(factor * apart), influence: area.influence.map((one) => one * slope) }
}

/** One class against the others; undefined without both. */
function areaOf({ actual, classes, probabilities }: JudgedClasses, index: number): Area | undefined {
  const rows = actual.length
  const score = Float64Array.from({ length: rows }, (_, row) => at(probabilities, row * classes + index))
  const order = Uint32Array.from(score.keys()).sort((a, b) => at(score, a) - at(score, b))
  const own = actual.reduce((sum, actually) => sum + Number(actually === index), 0)
  const others = rows - own
  if (own === 0 || others === 0) return undefined
  const placed = new Float64Array(rows)
  let [ownBelow, othersBelow] = [0, 0]
  for (let start = 0; start < rows; ) {
    let [end, tiedOwn] = [start, 0]
    const value = at(score, at(order, start))
    while (end < rows && at(score, at(order, end)) === value) tiedOwn += Number(actual[at(order, end++)] === index)
    const tiedOthers = end - start - tiedOwn
    for (let i = start; i < end; i++) {
      const row = at(order, i)
      placed[row] = actual[row] === index ? (othersBelow + tiedOthers / 2) / others : 1 - (ownBelow + tiedOwn / 2) / own
    }
    ownBelow += tiedOwn
    othersBelow += tiedOthers
    start = end
  }
  const value = placed.reduce((sum, one, row) => sum + (actual[row] === index ? one : 0), 0) / own
  const influence = placed.map((one, row) => (one - value) * (rows / (actual[row] === index ? own : others)))
  return { value, influence }
}

/** Rows of the class that has the fewest, but some: so many it takes to know how much an area scatters. */
export function rowsOfRarest({ actual, classes }: JudgedClasses): number {
  const counts = new Uint32Array(classes)
  for (const own of actual) counts[own] = at(counts, own) + 1
  return Math.min(...counts.filter((count) => count > 0))
}

/** By its logit, so that the interval stays below 1; where the two sides do not overlap, by `scoreInterval`, for no row moves such an area. */
export function aucInterval(judged: JudgedClasses, { level, correction }: Frame<JudgedClasses>): Estimate {
  const { value, influence } = aucInfluence(judged, correction.sharper)
  if (Number.isNaN(value)) return { value, low: 0, high: 1 }
  const { rows, error } = momentsOf(influence)
  const few = rowsOfRarest(judged)
  if (error === 0 || value === 0 || value === 1) return { value, ...scoreInterval(value, few, rows - few, level) }
  const reach =
    (studentQuantile(level, Math.max(2, few - 1)) * error * Math.sqrt((1 + correction.spill) * widened(rows))) / (value * (1 - value))
  const logit = Math.log(value / (1 - value))
  return { value, low: 1 / (1 + Math.exp(reach - logit)), high: 1 / (1 + Math.exp(-reach - logit)) }
}

/**
 * The areas that are not further from what was seen than their own standard error allows, that of Hanley and McNeil (Newcombe, "Confidence intervals for an
 * effect size measure based on the Mann-Whitney statistic, part 2", Statistics in Medicine 25, 2006, method 5).
 */
function scoreInterval(value: number, own: number, others: number, level: number): { low: number; high: number } {
  const t = studentQuantile(level, Math.max(1, own + others - 1))
  const mean = (own + others) / 2 - 1
  const held = (area: number): boolean =>
    Math.abs(area - value) <=
    t * Math.sqrt(((area * (1 - area)) / (own * others)) * (1 + mean * ((1 - area) / (2 - area) + area / (1 + area))))
  const end = (outer: number): number => {
    if (value === outer || held(outer)) return outer
    let [inside, outside] = [value, outer]
    for (let i = 0; i < 60; i++) {
      const middle = (inside + outside) / 2
      if (held(middle)) inside = middle
      else outside = middle
    }
    return inside
  }
  return { low: end(0), high: end(1) }
}
