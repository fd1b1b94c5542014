/** How often intervals of scores and differences hold what fresh rows say. */

import { at } from '../../src/core/at.ts'
import { classesOf, type Intervals, intervalOf } from '../../src/learn/intervals/intervals.ts'
import { learnIntervals } from '../../src/learn/intervals/learn.ts'
import { guessOf, type Judged } from '../../src/learn/score/judged.ts'
import { differenceOf, SCORE_METRICS, type ScoreMetric, scoreOf } from '../../src/learn/score/score.ts'
import { drawOf } from './draw.ts'
import { judgedAs, type NestedOptions, nested } from './nested.ts'
import { worldOf } from './worlds.ts'

/** One interval of one world. */
export interface Held {
  readonly world: string
  readonly rows: number
  readonly classes: number
  readonly what: string
  readonly truth: number
  readonly value: number
  readonly low: number
  readonly high: number
}

export interface Tried {
  /** The intervals of scores and of differences. */
  readonly held: readonly Held[]
  /** The share of fresh rows whose interval of 95 %, or set of classes, holds what is true of them, and how wide those are on average (or how many classes). */
  readonly inside: number
  readonly width: number
}

/** The truth is measured on so many times the rows at least, or its own scatter would be taken for the interval's fault: on as many rows 95 % would hold in 83. */
const TIMES_THE_ROWS = 20

export function triedOn(number: number, task: Judged['task'], noise: boolean, least: number, options: NestedOptions = {}): Tried {
  const random = drawOf(number + (task === 'numbers' ? 10_000 : 0) + (noise ? 20_000 : 0))
  const world = worldOf(number, task, noise, random)
  const data = world.draw(world.rows, random)
  const { own, line, answer, lineAnswer } = nested(data, world.classes, random, options)
  const { judged } = own
  const fresh = Math.max(least, TIMES_THE_ROWS * world.rows)
  const later = world.draw(fresh, random)
  const truly = judgedAs(later, world.classes, answer(later.features, fresh))
  const trulyLine = judgedAs(later, world.classes, lineAnswer(later.features, fresh))
  const guessed = guessOf(judged)
  const outputs = Math.max(1, world.classes)
  const constant = guessed.task === 'classes' ? guessed.probabilities : guessed.predicted
  const trulyGuess = judgedAs(
    later,
    world.classes,
    Float64Array.from({ length: fresh * outputs }, (_, i) => constant[i % outputs] as number),
  )
  const metrics: readonly ScoreMetric[] = SCORE_METRICS[task]
  const base = { world: world.name, rows: world.rows, classes: world.classes }
  const held = metrics.flatMap((metric) => {
    const fact = (of: Judged): number => scoreOf({ judged: of }, metric).value
    const truth = fact(truly)
    return [
      { ...base, what: metric, truth, ...scoreOf(own, metric) },
      { ...base, what: `${metric} - guess`, truth: truth - fact(trulyGuess), ...differenceOf(own, undefined, metric) },
      { ...base, what: `${metric} - line`, truth: truth - fact(trulyLine), ...differenceOf(own, line, metric) },
    ]
  })
  return { held, ...insideOf(learnIntervals(judged), truly) }
}

function insideOf(data: Intervals, truly: Judged): { inside: number; width: number } {
  const rows = truly.actual.length
  let [inside, width] = [0, 0]
  for (let row = 0; row < rows; row++) {
    if (truly.task === 'classes' && data.kind === 'classes') {
      const set = classesOf(data, truly.probabilities.subarray(row * truly.classes, (row + 1) * truly.classes))
      inside += Number(set.includes(at(truly.actual, row))) / rows
      width += set.length / rows
    } else if (truly.task === 'numbers' && data.kind === 'numbers') {
      const { low, high } = intervalOf(data, at(truly.predicted, row))
      inside += Number(low <= at(truly.actual, row) && at(truly.actual, row) <= high) / rows
      width += (high - low) / rows
    }
  }
  return { inside, width }
}
