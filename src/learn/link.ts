/** From scores to what a model answers. */

import { missing } from '../core/at.ts'
import type { Task } from '../data/dataset.ts'

/** Scores (rows x outputs) of a regression as they are, of one output through sigmoid, of more through softmax; in place. */
export function link(scores: Float64Array, outputs: number, task: Task): Float64Array {
  if (task === 'regression') return scores
  if (outputs === 1) {
    for (let i = 0; i < scores.length; i++) scores[i] = 1 / (1 + Math.exp(-(scores[i] ?? missing(scores, i))))
    return scores
  }
  for (let from = 0; from < scores.length; from += outputs) {
    const row = scores.subarray(from, from + outputs)
    softmaxOf(row, 0, row)
  }
  return scores
}

/** Probabilities of the scores from a place on, as many as `to` holds; both may be the same memory. */
export function softmaxOf(scores: Float64Array, at: number, to: Float64Array): void {
  let highest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < to.length; i++) highest = Math.max(highest, scores[at + i] ?? missing(scores, at + i))
  let sum = 0
  for (let i = 0; i < to.length; i++) {
    const power = Math.exp((scores[at + i] ?? missing(scores, at + i)) - highest)
    to[i] = power
    sum += power
  }
  for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? missing(to, i)) / sum
}
