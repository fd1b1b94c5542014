// Data in the form that other libraries take.

import type { Examples } from 'espalier'

/** Features and targets as the peers want them: scaled floats, one-hot classes. */
export interface Arrays {
  readonly features: Float32Array
  readonly targets: Float32Array
  readonly rows: number
}

export function arraysOf({ features, targets, rows, scale = 1 }: Examples, outputs: number): Arrays {
  const floats = features instanceof Float32Array ? features : Float32Array.from(features, (value) => value * scale)
  if (outputs === 1) return { features: floats, targets: Float32Array.from(targets), rows }
  const oneHot = new Float32Array(rows * outputs)
  targets.forEach((label, row) => {
    oneHot[row * outputs + label] = 1
  })
  return { features: floats, targets: oneHot, rows }
}

/** @param logits (outputs) */
function isCorrect(logits: Float32Array, truth: Float32Array): boolean {
  if (truth.length === 1) return (logits[0] ?? 0) > 0 === (truth[0] ?? 0) > 0.5
  return logits.indexOf(Math.max(...logits)) === truth.indexOf(1)
}

/** How many of the rows are right. Both arrays are (rows, outputs). */
export function countCorrect(logits: Float32Array, truths: Float32Array, outputs: number): number {
  let correct = 0
  for (let at = 0; at < truths.length; at += outputs) {
    correct += Number(isCorrect(logits.subarray(at, at + outputs), truths.subarray(at, at + outputs)))
  }
  return correct
}
