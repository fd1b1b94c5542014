/** Trains boosted trees on the folds of a problem, and puts what they come to into the library. */

import { at } from '../core/at.ts'
import type { TreesCandidate } from './again.ts'
import { inUnitsOf } from './learned.ts'
import { Collected, inPieces, keepBest, learningRowsOf, seedOf, type Track } from './track.ts'
import { binningSteps } from './trees/bins.ts'
import { Booster } from './trees/booster.ts'

/** Boosted trees on every fold; all folds answer with the same numbers of rounds, of which the best are kept. */
export async function trainTrees(track: Track, candidate: TreesCandidate, number: number): Promise<void> {
  const { problem, clock, library } = track
  const { folds } = problem
  const { rounds } = candidate
  let points = [...new Set(POINTS_OF_TREES.map((part) => Math.max(1, Math.round(part * rounds))))]
  const left = clock.left ?? Number.POSITIVE_INFINITY
  // What is left once is not enough for two like it is used up by one.
  const part = Math.min(0.95, Math.max(PART_OF_TREES, (1.2 * clock.longestTrees) / left))
  const began = clock.seconds
  const late = began + (left * part) / folds.length
  const collected = points.map(() => new Collected(problem))
  const boosters: Booster[] = []
  for (const [fold, { held: rows }] of folds.entries()) {
    const { booster, held, train, preparation } = await boosterOf(track, candidate, number, fold)
    const unit = preparation.target.units[0]
    boosters.push(booster)
    const evaluator = booster.evaluator(held, held.length / train.inputSize)
    const losses: number[] = []
    for (const [k, until] of points.entries()) {
      while (booster.rounds < until && !(fold === 0 && k > 0 && clock.seconds > late)) {
        await inPieces(booster.steps(), track)
        await track.pause()
      }
      if (booster.rounds < until) {
        // All folds must come to as many rounds: what the first had time for.
        points = points.slice(0, k)
        break
      }
      await inPieces(evaluator.steps(), track)
      const own = at(collected, k)
      // Models are made at the end, of the points that are kept: together they would be large.
      own.add(fold, inUnitsOf(evaluator.outputs(), unit), () => ({ preparation, model: at(boosters, fold).model(until) }))
      if (fold === 0) losses.push(library.lossOf(own.predicted, rows))
      if (fold === 0 && isPast(losses)) {
        points = points.slice(0, k + 1)
        break
      }
    }
  }
  clock.longestTrees = Math.max(clock.longestTrees, clock.seconds - began)
  keepBest(
    track,
    points.map((point, k) => pointOf(candidate, point, at(collected, k))),
    { kind: 'trees', candidate: number },
  )
}

/** The same trees on a problem's folds, of as many rounds as they had. */
export async function trainRounds(track: Track, candidate: TreesCandidate, rounds: number, number: number): Promise<void> {
  const collected = new Collected(track.problem)
  for (const fold of track.problem.folds.keys()) {
    const { booster, held, train, preparation } = await boosterOf(track, candidate, number, fold)
    while (booster.rounds < rounds) {
      await inPieces(booster.steps(), track)
      await track.pause()
    }
    const evaluator = booster.evaluator(held, held.length / train.inputSize)
    await inPieces(evaluator.steps(), track)
    const model = booster.model()
    collected.add(fold, inUnitsOf(evaluator.outputs(), preparation.target.units[0]), () => ({ preparation, model }))
  }
  keepBest(track, [pointOf(candidate, rounds, collected)], { kind: 'trees', candidate: number })
}

const pointOf = (candidate: TreesCandidate, rounds: number, collected: Collected) =>
  ({ collected, settings: { ...candidate.described, rounds }, again: { of: 'trees', candidate, rounds } }) as const

/** Trees of no rounds yet, of a fold's rows. */
async function boosterOf(track: Track, { encoding, settings }: TreesCandidate, number: number, fold: number) {
  const { train, held, preparation } = await inPieces(track.inputs.steps(encoding, fold), track)
  const bins = await inPieces(binningSteps(train.features, train.rows, train.inputSize), track)
  const booster = new Booster(
    learningRowsOf(track.problem, train, preparation),
    { ...settings, seed: seedOf(track.seed, number, fold) },
    bins,
  )
  return { booster, train, held, preparation }
}

/** Of the time that is left, what trees may take. */
const PART_OF_TREES = 0.35

/** Parts of the rounds at which trees may answer. */
const POINTS_OF_TREES = [0.05, 0.08, 0.12, 0.18, 0.27, 0.4, 0.6, 0.8, 1]

/** More rounds only learn rows by heart where the last two points are both worse than one before, and by more than this part. */
const WORSE = 0.01

const isPast = (losses: readonly number[]): boolean => {
  const best = Math.min(...losses)
  return losses.length > 2 && losses.slice(-2).every((loss) => loss > best * (1 + WORSE))
}
