/** Trains boosted trees on the folds of a problem, and puts what they come to into the library. */

import { at } from '../core/at.ts'
import type { TreesCandidate } from './candidates.ts'
import { Collected, inPieces, inUnitsOf, keepBest, seedOf, type Track } from './track.ts'
import { binningSteps } from './trees/bins.ts'
import { Booster } from './trees/booster.ts'

/** Boosted trees on every fold; all folds answer with the same numbers of rounds, of which the best are kept. */
export async function trainTrees(track: Track, candidate: TreesCandidate, number: number): Promise<void> {
  const { problem, inputs, clock } = track
  const { folds, outputs, task } = problem
  const { rounds, encoding, settings } = candidate
  let points = [...new Set(POINTS_OF_TREES.map((part) => Math.max(1, Math.round(part * rounds))))]
  const late = clock.seconds + ((clock.left ?? Number.POSITIVE_INFINITY) * PART_OF_TREES) / folds.length
  const collected = points.map(() => new Collected(problem))
  for (const fold of folds.keys()) {
    const { train, held, preparation } = await inPieces(inputs.steps(encoding, fold), track)
    const unit = preparation.target.units[0]
    const bins = await inPieces(binningSteps(train.features, train.rows, train.inputSize), track)
    const booster = new Booster(
      { features: train.features, rows: train.rows, inputs: train.inputSize, targets: train.targets, outputs, task },
      { ...settings, seed: seedOf(track.seed, number, fold) },
      bins,
    )
    const evaluator = booster.evaluator(held, held.length / train.inputSize)
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
      at(collected, k).add(fold, inUnitsOf(evaluator.outputs(), unit), { preparation, model: booster.model() })
    }
  }
  keepBest(
    track,
    points.map((point, k) => ({ collected: at(collected, k), settings: { ...candidate.described, rounds: point } })),
    { kind: 'trees', candidate: number },
  )
}

/** Of the time that is left, what trees may take. */
const PART_OF_TREES = 0.5

/** Parts of the rounds at which trees may answer. */
const POINTS_OF_TREES = [0.08, 0.15, 0.25, 0.4, 0.6, 0.8, 1]
