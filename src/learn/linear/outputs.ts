/** What lines answer for rows. */

import { missing } from '../../core/at.ts'
import type { Task } from '../../data/dataset.ts'
import { link } from '../link.ts'
import type { LinearModel } from '../model.ts'

/**
 * What the lines say of rows, (rows x outputs): of a regression numbers, of classes probabilities.
 * @param features (rows x inputs), row-major
 */
export function linearOutputs(
  { outputs, coefficients, intercepts }: LinearModel,
  features: Float32Array,
  rows: number,
  task: Task,
): Float64Array {
  const inputs = coefficients.length / outputs
  const scores = new Float64Array(rows * outputs)
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      let sum = intercepts[output] ?? missing(intercepts, output)
      for (let input = 0; input < inputs; input++) {
        const value = features[row * inputs + input] ?? missing(features, row * inputs + input)
        sum += value * (coefficients[input * outputs + output] ?? missing(coefficients, input * outputs + output))
      }
      scores[row * outputs + output] = sum
    }
  }
  return link(scores, outputs, task)
}
