/** Rows as features, by the name of an encoding: learned of each fold's own training rows, and kept while it is of use. */

import { at } from '../core/at.ts'
import { finish, type Steps } from '../core/steps.ts'
import { featureSteps, type PreparedDataset, preparingSteps } from '../prepare/apply.ts'
import { fittingSteps } from '../prepare/fit.ts'
import type { PrepareOptions } from '../prepare/options.ts'
import type { Preparation } from '../prepare/preparation.ts'
import type { Problem } from './problem.ts'

/** How numbers and categories become features. */
export type Encoding = Pick<PrepareOptions, 'numbers' | 'categories' | 'targets'>

/** A fold's rows, ready: what is trained on, and the features of the rows held out, (held x inputSize). */
export interface FoldInputs {
  readonly preparation: Preparation
  readonly train: PreparedDataset
  readonly held: Float32Array
}

/** Features are forgotten, the oldest first, when there are more than these numbers. 256 MiB. */
const MOST_NUMBERS = 2 ** 26

/** The inputs of all folds, by encoding. */
export class Inputs {
  readonly #problem: Problem
  readonly #kept = new Map<string, FoldInputs>()

  constructor(problem: Problem) {
    this.#problem = problem
  }

  of(given: Encoding, fold: number): FoldInputs {
    return finish(this.steps(given, fold))
  }

  /** The same in pieces. */
  *steps(given: Encoding, fold: number): Steps<FoldInputs> {
    // Only numbers are scaled; classes have no such choice.
    const encoding = this.#problem.task === 'regression' ? given : { ...given, targets: undefined }
    const key = JSON.stringify([encoding, fold])
    const kept = this.#kept.get(key) ?? (yield* this.#prepared(encoding, fold))
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    let numbers = 0
    for (const [other, { train, held }] of [...this.#kept].reverse()) {
      numbers += train.features.length + held.length
      if (numbers > MOST_NUMBERS && other !== key) this.#kept.delete(other)
    }
    return kept
  }

  *#prepared(encoding: Encoding, fold: number): Steps<FoldInputs> {
    const { table, options, rows, folds } = this.#problem
    const { train, held } = at(folds, fold)
    const placesOf = (some: Uint32Array) => some.map((i) => at(rows, i))
    const preparation = yield* fittingSteps(table, placesOf(train), { ...options, ...encoding })
    return {
      preparation,
      train: yield* preparingSteps(preparation, table, placesOf(train), { training: true }),
      held: (yield* featureSteps(preparation, table, placesOf(held))).features,
    }
  }
}
