/** What boosted trees answer for rows. */

import { missing } from '../../core/at.ts'
import type { Task } from '../../data/dataset.ts'
import { link } from '../link.ts'
import type { TreesModel } from '../model.ts'

/** Rows that go through one tree after the other while their features are in the cache. */
const BLOCK = 256

/**
 * What the trees say of rows, (rows x outputs): of a regression numbers, of classes probabilities.
 * @param features (rows x inputs), row-major
 */
export function treesOutputs(model: TreesModel, features: Float32Array, rows: number, task: Task): Float64Array {
  const { base, outputs, roots } = model
  const scores = new Float64Array(rows * outputs)
  for (let row = 0; row < rows; row++) scores.set(base, row * outputs)
  addTrees(model, features, features.length / rows, scores, 0, roots.length, 0, rows)
  return link(scores, outputs, task)
}

/** Adds what trees from..to say of rows begin..end to their scores (rows x outputs). */
export function addTrees(
  { outputs, roots, feature, threshold, left, value }: TreesModel,
  features: Float32Array,
  inputs: number,
  scores: Float64Array,
  from: number,
  to: number,
  begin: number,
  end: number,
): void {
  for (let first = begin; first < end; first += BLOCK) {
    const last = Math.min(end, first + BLOCK)
    for (let tree = from; tree < to; tree++) {
      const root = roots[tree] ?? missing(roots, tree)
      const output = tree % outputs
      for (let row = first; row < last; row++) {
        const start = row * inputs
        let node = root
        let asked = feature[node] ?? missing(feature, node)
        while (asked >= 0) {
          const isRight = (features[start + asked] ?? missing(features, start + asked)) > (threshold[node] ?? missing(threshold, node))
          node = (left[node] ?? missing(left, node)) + (isRight ? 1 : 0)
          asked = feature[node] ?? missing(feature, node)
        }
        const place = row * outputs + output
        scores[place] = (scores[place] ?? missing(scores, place)) + (value[node] ?? missing(value, node))
      }
    }
  }
}
