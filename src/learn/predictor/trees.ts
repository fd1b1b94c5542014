/** Boosted trees and linear models over a block of rows: scores, and of classes the probabilities that they stand for. */

import { missing } from '../../core/at.ts'
import type { LinearModel, TreesModel } from '../model.ts'
import { sigmoidOf, softmaxRows } from './activations.ts'
import { damaged } from './faults.ts'
import type { Compiled } from './network.ts'

/** What scores become: of a regression they are what is said. */
function finish(isClasses: boolean, values: Float64Array, rows: number, outputs: number): void {
  if (!isClasses) return
  if (outputs === 1) sigmoidOf(values, rows)
  else softmaxRows(values, rows, outputs)
}

function checkTrees({ outputs, base, roots, feature, threshold, left, value }: TreesModel, inputs: number): void {
  const nodes = feature.length
  if (base.length !== outputs || !base.every(Number.isFinite)) throw damaged('has trees without a number to begin with')
  if ([threshold, left, value].some(({ length }) => length !== nodes)) throw damaged('has trees whose lists are not as long as each other')
  if (roots.some((root) => root < 0 || root >= nodes)) throw damaged('has trees that begin nowhere')
  feature.forEach((one, i) => {
    if (one < -1 || one >= inputs) throw damaged(`has trees that ask for feature ${one} of ${inputs}`)
    // Only onwards, or a row would never arrive.
    const next = left[i] ?? missing(left, i)
    if (one >= 0 && !(next > i && next + 1 < nodes)) throw damaged('has trees that lead nowhere')
    if (!Number.isFinite(one < 0 ? value[i] : threshold[i])) throw damaged('has trees with numbers that are not finite')
  })
}

/** @throws InvalidDataError for trees that lead nowhere */
export function compileTrees(model: TreesModel, inputs: number, isClasses: boolean): Compiled {
  checkTrees(model, inputs)
  const { outputs, base, roots, feature, threshold, left, value } = model
  const leafOf = (x: Float64Array, row: number, root: number): number => {
    let node = root
    for (;;) {
      const asked = feature[node] ?? missing(feature, node)
      if (asked < 0) return value[node] ?? missing(value, node)
      const goes = (x[row + asked] ?? missing(x, row + asked)) <= (threshold[node] ?? missing(threshold, node))
      node = (left[node] ?? missing(left, node)) + (goes ? 0 : 1)
    }
  }
  return {
    inputs,
    outputs,
    forward(x, rows, to) {
      for (let r = 0; r < rows; r++) to.set(base, r * outputs)
      // Tree by tree: its nodes stay in the cache for the rows of the block.
      roots.forEach((root, t) => {
        for (let r = 0; r < rows; r++) {
          const at = r * outputs + (t % outputs)
          to[at] = (to[at] ?? missing(to, at)) + leafOf(x, r * inputs, root)
        }
      })
      finish(isClasses, to, rows, outputs)
    },
  }
}

/** @throws InvalidDataError */
export function compileLinear({ outputs, coefficients, intercepts }: LinearModel, isClasses: boolean): Compiled {
  const inputs = coefficients.length / outputs
  if (!Number.isInteger(inputs) || intercepts.length !== outputs)
    throw damaged('has a linear model whose lists are not as long as they must be')
  if (![...coefficients, ...intercepts].every(Number.isFinite)) throw damaged('has a linear model with numbers that are not finite')
  return {
    inputs,
    outputs,
    forward(x, rows, to) {
      for (let r = 0; r < rows; r++)
        for (let o = 0; o < outputs; o++) {
          let sum = intercepts[o] ?? missing(intercepts, o)
          for (let i = 0; i < inputs; i++)
            sum +=
              (x[r * inputs + i] ?? missing(x, r * inputs + i)) * (coefficients[i * outputs + o] ?? missing(coefficients, i * outputs + o))
          to[r * outputs + o] = sum
        }
      finish(isClasses, to, rows, outputs)
    },
  }
}
