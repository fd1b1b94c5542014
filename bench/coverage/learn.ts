/** How often the intervals of `learn` itself hold: small budgets, so that many worlds can be learned. */

import { type Answer, type Backend, learn, readTable } from 'espalier'
import { at } from '../../src/core/at.ts'
import type { Judged } from '../../src/learn/score/judged.ts'
import { type ScoreMetric, scoreOf } from '../../src/learn/score/score.ts'
import { drawOf } from './draw.ts'
import type { Held } from './scores.ts'
import { type Rows, worldOf } from './worlds.ts'

/** What an answer said of itself and of fresh rows, and what is true. */
export interface LearnedWorld {
  readonly held: readonly Held[]
  readonly verdict: string
  /** The share of fresh rows whose interval of 95 %, or set, holds the truth. */
  readonly inside: number
}

const nameOf = (index: number): string => `c${index}`

const csvOf = ({ rows, width, features, targets }: Rows, classes: number): string =>
  [
    [...Array.from({ length: width }, (_, i) => `x${i}`), 'y'].join(','),
    ...Array.from({ length: rows }, (_, row) =>
      [...features.subarray(row * width, (row + 1) * width), classes > 0 ? nameOf(at(targets, row)) : at(targets, row)].join(','),
    ),
  ].join('\n')

export async function learnedOn(
  backend: Backend,
  number: number,
  task: Judged['task'],
  noise: boolean,
  fresh: number,
  repeats = 0,
): Promise<LearnedWorld | undefined> {
  const random = drawOf(number + (task === 'numbers' ? 50_000 : 40_000) + (noise ? 20_000 : 0))
  const world = worldOf(number, task, noise, random)
  const data = world.draw(world.rows, random)
  const there = new Set(data.targets)
  // With one class there is nothing to learn, and `learn` says so.
  if (world.classes > 0 && there.size < 2) return undefined
  const table = await readTable(csvOf(data, world.classes))
  const answer = await learn(backend, table, {
    target: 'y',
    budget: { steps: 1 },
    seed: number,
    repeats,
    ...(task === 'numbers' && { task: 'regression' }),
  })
  const later = world.draw(fresh, random)
  const { judged, inside } = await judgedOn(answer, later, world.classes)
  const base = { world: world.name, rows: world.rows, classes: world.classes }
  const held = answer.data.score.metrics.map(({ name, value, interval: [low, high] }) => ({
    ...base,
    what: name,
    truth: scoreOf({ judged }, name as ScoreMetric).value,
    value,
    low,
    high,
  }))
  return { held, verdict: answer.score.verdict, inside }
}

async function judgedOn(answer: Answer, later: Rows, classes: number): Promise<{ judged: Judged; inside: number }> {
  const said = answer.predict(await readTable(csvOf(later, classes)))
  let inside = 0
  if (classes === 0) {
    const predicted = new Float64Array(said.length)
    for (const [row, one] of said.entries()) {
      predicted[row] = Number(one.value)
      const truth = at(later.targets, row)
      if ('interval' in one && one.interval !== undefined && one.interval.low <= truth && truth <= one.interval.high) inside++
    }
    return { judged: { task: 'numbers', actual: later.targets, predicted }, inside: inside / said.length }
  }
  const probabilities = new Float64Array(said.length * classes)
  for (const [row, one] of said.entries()) {
    const truth = nameOf(at(later.targets, row))
    if (!('probabilities' in one)) continue
    for (let index = 0; index < classes; index++) probabilities[row * classes + index] = one.probabilities[nameOf(index)] ?? 0
    if (one.set?.includes(truth)) inside++
  }
  return { judged: { task: 'classes', actual: Int32Array.from(later.targets), classes, probabilities }, inside: inside / said.length }
}
