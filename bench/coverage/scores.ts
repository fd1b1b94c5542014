/** How often intervals of scores and differences hold what fresh rows say. */

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

export function heldOf(number: number, task: Judged['task'], noise: boolean, fresh: number, options: NestedOptions = {}): Held[] {
  const random = drawOf(number + (task === 'numbers' ? 10_000 : 0) + (noise ? 20_000 : 0))
  const world = worldOf(number, task, noise, random)
  const data = world.draw(world.rows, random)
  const { own, line, answer, lineAnswer } = nested(data, world.classes, random, options)
  const { judged } = own
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
  return metrics.flatMap((metric) => {
    const fact = (of: Judged): number => scoreOf({ judged: of }, metric).value
    const truth = fact(truly)
    return [
      { ...base, what: metric, truth, ...scoreOf(own, metric) },
      { ...base, what: `${metric} - guess`, truth: truth - fact(trulyGuess), ...differenceOf(own, undefined, metric) },
      { ...base, what: `${metric} - line`, truth: truth - fact(trulyLine), ...differenceOf(own, line, metric) },
    ]
  })
}
