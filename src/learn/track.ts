/** Where candidates are trained, and what they come to, fold by fold. */

import type { Backend } from '../backend/backend.ts'
import { at, missing } from '../core/at.ts'
import type { Steps } from '../core/steps.ts'
import type { Preparation } from '../prepare/preparation.ts'
import type { Clock } from './clock.ts'
import type { FoldInputs, Inputs } from './inputs.ts'
import { learnedLoss } from './learned.ts'
import type { Entry, FoldModel, Library } from './library.ts'
import type { Problem } from './problem.ts'
import type { LearningRows } from './rows.ts'

/** Where and when training happens. */
export interface Track {
  readonly backend: Backend
  readonly problem: Problem
  readonly inputs: Inputs
  readonly library: Library
  readonly seed: number
  readonly signal: AbortSignal
  /** Lets others have their turn, every few milliseconds of work on this thread. */
  readonly pause: () => Promise<void>
  readonly clock: Clock
}

/** Points of a candidate that are kept. */
const KEPT_POINTS = 2

/** The numbers of a candidate at a point, fold by fold. */
export class Collected {
  readonly predicted: Float64Array
  /** (rows), where models say one. */
  variances: Float64Array | undefined
  readonly #models: (() => FoldModel)[] = []
  readonly problem: Problem
  #isWhole = true

  constructor(problem: Problem) {
    this.problem = problem
    this.predicted = new Float64Array(problem.rows.length * problem.outputs).fill(Number.NaN)
  }

  get isWhole(): boolean {
    return this.#isWhole && this.#models.length === this.problem.folds.length
  }

  /** One a fold. */
  models(): FoldModel[] {
    return this.#models.map((model) => model())
  }

  add(fold: number, predicted: Float64Array | undefined, model: () => FoldModel, variances?: Float64Array): void {
    const { folds, outputs } = this.problem
    if (variances !== undefined) {
      const all = this.variances ?? new Float64Array(this.problem.rows.length).fill(Number.NaN)
      this.variances = all
      at(folds, fold).held.forEach((row, i) => {
        all[row] = variances[i] ?? missing(variances, i)
      })
    }
    if (predicted === undefined || !predicted.every(Number.isFinite)) this.#isWhole = false
    else
      at(folds, fold).held.forEach((row, i) => {
        for (let o = 0; o < outputs; o++)
          this.predicted[row * outputs + o] = predicted[i * outputs + o] ?? missing(predicted, i * outputs + o)
      })
    this.#models[fold] = model
  }
}

/** A candidate at a point of its training. */
type Point = Pick<Entry, 'settings' | 'again'> & { readonly collected: Collected }

/** A fold's rows, for trees and lines. */
export function learningRowsOf({ outputs, task, loss }: Problem, train: FoldInputs['train'], { target }: Preparation): LearningRows {
  const { features, rows, inputSize, targets, sampleWeights } = train
  return {
    ...{ features, rows, inputs: inputSize, targets, outputs, task },
    ...(sampleWeights && { sampleWeights }),
    ...(task === 'regression' && { loss: learnedLoss(loss.ofNumbers, target.units[0]) }),
  }
}

/** Puts a candidate's best points into the library. @returns the loss of the best; undefined where all failed */
export function keepBest(
  { library }: Track,
  points: readonly Point[],
  candidate: Pick<Entry, 'kind' | 'candidate' | 'unfit'>,
): number | undefined {
  const whole = points
    .filter(({ collected }) => collected.isWhole)
    .map((point) => ({ ...point, loss: library.lossOf(point.collected.predicted) }))
  const best = whole.toSorted((a, b) => a.loss - b.loss).slice(0, KEPT_POINTS)
  for (const { collected, settings, again } of best)
    library.add({
      ...candidate,
      settings,
      again,
      predicted: collected.predicted,
      models: collected.models(),
      ...(collected.variances && { variances: collected.variances }),
    })
  return best[0]?.loss
}

/** A seed of its own for every candidate on every fold. */
export const seedOf = (seed: number, candidate: number, fold: number): number => (seed + candidate * 1009 + fold * 100_003) >>> 0

/** Does work of this thread in pieces, so that others have their turn. */
export async function inPieces<T>(steps: Steps<T>, { pause }: Pick<Track, 'pause'>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    await pause()
  }
}
