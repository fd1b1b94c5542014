/** Where candidates are trained, and what they come to, fold by fold. */

import type { Backend } from '../backend/backend.ts'
import { at, missing } from '../core/at.ts'
import type { Steps } from '../core/steps.ts'
import { type TargetUnit, toUnits } from '../core/units.ts'
import type { Clock } from './clock.ts'
import type { Inputs } from './inputs.ts'
import type { Entry, FoldModel, Library } from './library.ts'
import type { Problem } from './problem.ts'

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

  add(fold: number, predicted: Float64Array | undefined, model: () => FoldModel): void {
    const { folds, outputs } = this.problem
    if (predicted === undefined || !predicted.every(Number.isFinite)) this.#isWhole = false
    else
      at(folds, fold).held.forEach((row, i) => {
        for (let o = 0; o < outputs; o++)
          this.predicted[row * outputs + o] = predicted[i * outputs + o] ?? missing(predicted, i * outputs + o)
      })
    this.#models[fold] = model
  }
}

/** Puts a candidate's best points into the library. @returns the loss of the best; undefined where all failed */
export function keepBest(
  { library }: Track,
  points: readonly { readonly collected: Collected; readonly settings: Entry['settings'] }[],
  candidate: Pick<Entry, 'kind' | 'candidate' | 'unfit'>,
): number | undefined {
  const whole = points
    .filter(({ collected }) => collected.isWhole)
    .map((point) => ({ ...point, loss: library.lossOf(point.collected.predicted) }))
  const best = whole.toSorted((a, b) => a.loss - b.loss).slice(0, KEPT_POINTS)
  for (const { collected, settings } of best)
    library.add({ ...candidate, settings, predicted: collected.predicted, models: collected.models() })
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
/** Outputs of a regression in the target's own units; others as they are. */
export const inUnitsOf = (outputs: Float64Array, unit: TargetUnit | undefined): Float64Array =>
  unit === undefined ? outputs : outputs.map((z) => toUnits(z, unit))
