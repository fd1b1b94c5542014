/** Gradient boosting by histograms (Friedman, "Greedy function approximation", 2001; Ke et al., "LightGBM", NIPS 2017), a round at a time. */

import { missing } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { finish, PIECE, type Steps } from '../../core/steps.ts'
import type { TreesModel } from '../model.ts'
import { checkLearningRows, type LearningRows } from '../rows.ts'
import { type Bins, binFeatures } from './bins.ts'
import { Evaluator } from './evaluator.ts'
import { Forest } from './forest.ts'
import { addedBy, Grower, type Leaf } from './grow.ts'
import { lossOf, type TreesLoss } from './losses.ts'
import { addTrees } from './outputs.ts'
import { drawFeatures, drawRows } from './random.ts'
import { type TreesSettings, treesSettings } from './settings.ts'

export class Booster {
  readonly #data: LearningRows
  readonly #settings: TreesSettings
  readonly #loss: TreesLoss
  readonly #grower: Grower
  readonly #forest = new Forest()
  /** (rows x outputs) */
  readonly #scores: Float64Array
  /** The rows with a weight above 0, ascending. */
  readonly #rows: Uint32Array
  /** The features with more than one bin. */
  readonly #features: readonly number[]
  #rounds = 0

  /**
   * @param settings those that are left out are LightGBM's
   * @param bins of the same rows, as `binFeatures` makes them; made here where they are left out
   * @throws InvalidDataError, InvalidSpecError
   */
  constructor(data: LearningRows, settings: Partial<TreesSettings> = {}, bins?: Bins) {
    checkLearningRows(data)
    const { features, rows, inputs, outputs, sampleWeights } = data
    const own = bins ?? binFeatures(features, rows, inputs)
    if (own.rows !== rows || own.inputs !== inputs)
      throw new InvalidDataError(
        `the bins are of ${own.rows} rows of ${own.inputs} inputs; the data has ${rows} of ${inputs}: bin the same features`,
      )
    this.#data = data
    this.#settings = treesSettings(settings)
    this.#loss = lossOf(data)
    this.#grower = new Grower(own, this.#settings)
    this.#scores = new Float64Array(rows * outputs)
    for (let row = 0; row < rows; row++) this.#scores.set(this.#loss.base, row * outputs)
    const all = Uint32Array.from({ length: rows }, (_, row) => row)
    this.#rows = sampleWeights === undefined ? all : all.filter((row) => (sampleWeights[row] ?? missing(sampleWeights, row)) > 0)
    this.#features = own.features.flatMap(({ bins: count }, feature) => (count > 1 ? [feature] : []))
  }

  /** Rounds that are done. */
  get rounds(): number {
    return this.#rounds
  }

  /** One round: a tree for each output. */
  round(): void {
    finish(this.steps())
  }

  /** One round in pieces of a few milliseconds. It must be gone through to its end before the next. */
  *steps(): Steps<void> {
    const { outputs } = this.#data
    const { rowFraction, featureFraction, seed } = this.#settings
    yield* this.#loss.derive(this.#scores)
    const drawn = drawRows(this.#rows, rowFraction, seed, this.#rounds)
    for (let output = 0; output < outputs; output++) {
      const derivatives = this.#loss.derivatives[output] ?? missing(this.#loss.derivatives, output)
      if (!this.#loss.isLearned(output)) {
        this.#forest.plant()
        continue
      }
      const order = outputs > 1 ? drawn.slice() : drawn
      const features = drawFeatures(this.#features, featureFraction, seed, this.#forest.trees)
      const leaves = yield* this.#grower.grow(this.#forest, order, derivatives, features)
      yield* this.#add(leaves, order, output)
    }
    this.#rounds++
  }

  /** Sets the values of leaves and adds them to the scores of training rows. */
  *#add(leaves: readonly Leaf[], order: Uint32Array, output: number): Steps<void> {
    const { features, rows, inputs, outputs } = this.#data
    const { leafValue } = this.#loss
    const values = leaves.map((leaf) => {
      const added =
        leafValue === undefined
          ? addedBy(leaf, this.#settings)
          : this.#settings.learningRate * leafValue(this.#scores, order, leaf.begin, leaf.end, output)
      return this.#forest.setValue(leaf.node, added)
    })
    // Rows that were not drawn have to go through the tree, and then all may as well.
    if (this.#settings.rowFraction < 1) {
      const trees = this.#forest.view(this.#loss.base, this.#forest.trees)
      for (let from = 0; from < rows; from += PIECE / 8) {
        addTrees(trees, features, inputs, this.#scores, this.#forest.trees - 1, this.#forest.trees, from, Math.min(rows, from + PIECE / 8))
        yield
      }
      return
    }
    for (const [i, { begin, end }] of leaves.entries()) {
      const value = values[i] ?? missing(values, i)
      for (let from = begin; from < end; from += PIECE) {
        if (from > begin) yield
        addValue(this.#scores, outputs, output, value, order, from, Math.min(end, from + PIECE))
      }
    }
    yield
  }

  /** Keeps the scores of other rows (rows x inputs, row-major). */
  evaluator(features: Float32Array, rows: number): Evaluator {
    const { inputs, task } = this.#data
    if (features.length !== rows * inputs)
      throw new InvalidDataError(`features has ${features.length} numbers; ${rows} rows of ${inputs} inputs are ${rows * inputs}`)
    return new Evaluator(
      { base: this.#loss.base, trees: () => this.#forest.view(this.#loss.base, this.#rounds * this.#data.outputs) },
      features,
      rows,
      inputs,
      task,
    )
  }

  /** The first rounds, all by default, as a model of its own. */
  model(rounds = this.#rounds): TreesModel {
    return this.#forest.model(this.#loss.base, Math.min(rounds, this.#rounds) * this.#data.outputs)
  }
}

function addValue(
  scores: Float64Array,
  outputs: number,
  output: number,
  value: number,
  order: Uint32Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const place = (order[i] ?? missing(order, i)) * outputs + output
    scores[place] = (scores[place] ?? missing(scores, place)) + value
  }
}
