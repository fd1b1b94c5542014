/** Rows as features, by the name of an encoding: learned of each fold's own training rows, and kept while it is of use. */

import { at } from '../core/at.ts'
import { finish, type Steps } from '../core/steps.ts'
import { featureSteps, type PreparedDataset, preparingSteps } from '../prepare/apply.ts'
import { fittingSteps } from '../prepare/fit.ts'
import type { PrepareOptions } from '../prepare/options.ts'
import type { Preparation } from '../prepare/preparation.ts'
import { constantOf } from './loss.ts'
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
    const encoding = this.#problem.task === 'regression' ? { ...given, targets: this.#targetsOf(given) } : { ...given, targets: undefined }
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

  /** Medians and quantiles may be learned by the logarithm; means of what is straight, or of counts, may not. */
  #targetsOf({ targets }: Encoding): Encoding['targets'] {
    const { name } = this.#problem.loss.ofNumbers
    if (name === 'poisson') return 'none'
    return name === 'huber' || name === 'gaussianLikelihood' ? 'standard' : targets
  }

  /**
   * Counts are learned as they are, over their mean; what models say is the logarithm of that, so that it is e^z times the mean in the target's units.
   * Classes that count alike have weights by row.
   */
  #byLoss(preparation: Preparation, train: PreparedDataset): Pick<FoldInputs, 'preparation' | 'train'> {
    const { ofNumbers, classWeights } = this.#problem.loss
    if (classWeights !== undefined)
      return { preparation, train: { ...train, sampleWeights: Float32Array.from(train.targets, (own) => at(classWeights, own)) } }
    if (this.#problem.task !== 'regression' || ofNumbers.name !== 'poisson') return { preparation, train }
    const mean = Math.max(constantOf(ofNumbers, train.targets), Number.MIN_VALUE)
    const unit = { log: true, mean: Math.log(mean), scale: 1 }
    return {
      preparation: { ...preparation, target: { ...preparation.target, units: [unit] } },
      train: { ...train, targets: Float32Array.from(train.targets, (own) => own / mean) },
    }
  }

  *#prepared(encoding: Encoding, fold: number): Steps<FoldInputs> {
    const { table, options, rows, folds } = this.#problem
    const { train, held } = at(folds, fold)
    const placesOf = (some: Uint32Array) => some.map((i) => at(rows, i))
    const preparation = yield* fittingSteps(table, placesOf(train), { ...options, ...encoding })
    const prepared = yield* preparingSteps(preparation, table, placesOf(train), { training: true })
    return {
      ...this.#byLoss(preparation, prepared),
      held: (yield* featureSteps(preparation, table, placesOf(held))).features,
    }
  }
}
