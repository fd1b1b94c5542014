/** The scores of rows that trees do not learn from, kept while the trees become more: every tree is gone through once. */

import { finish, PIECE, type Steps } from '../../core/steps.ts'
import type { Task } from '../../data/dataset.ts'
import { link } from '../link.ts'
import type { TreesModel } from '../model.ts'
import { addTrees } from './outputs.ts'

export class Evaluator {
  readonly #trees: () => TreesModel
  readonly #features: Float32Array
  readonly #rows: number
  readonly #inputs: number
  readonly #task: Task
  readonly #outputs: number
  #added = 0
  /** (rows x outputs), raw, of the rounds that `update` has seen. */
  readonly scores: Float64Array

  /** @param source what all rows start from, and the trees of the rounds that are done */
  constructor(
    { base, trees }: { base: Float64Array; trees: () => TreesModel },
    features: Float32Array,
    rows: number,
    inputs: number,
    task: Task,
  ) {
    this.#trees = trees
    this.#features = features
    this.#rows = rows
    this.#inputs = inputs
    this.#task = task
    this.#outputs = base.length
    this.scores = new Float64Array(rows * base.length)
    for (let row = 0; row < rows; row++) this.scores.set(base, row * base.length)
  }

  /** Rounds that are in the scores. */
  get rounds(): number {
    return this.#added / this.#outputs
  }

  /** Adds the rounds that the booster has done since. */
  update(): void {
    finish(this.steps())
  }

  /** The same in pieces of a few milliseconds; between them the scores are not whole. */
  *steps(): Steps<void> {
    const trees = this.#trees()
    const last = trees.roots.length
    const piece = Math.max(256, Math.floor(PIECE / 8 / Math.max(1, last - this.#added)))
    for (let from = 0; from < this.#rows; from += piece) {
      addTrees(trees, this.#features, this.#inputs, this.scores, this.#added, last, from, Math.min(this.#rows, from + piece))
      yield
    }
    this.#added = last
  }

  /** What the trees say, (rows x outputs): of a regression numbers, of classes probabilities. A copy. */
  outputs(): Float64Array {
    return link(this.scores.slice(), this.#outputs, this.#task)
  }
}
