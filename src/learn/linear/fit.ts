/** Lines as a baseline: ridge regression and L2 logistic regression, whose strength is chosen on the rows they learn from. */

import type { Steps } from '../../core/steps.ts'
import { constantOf, isSquared, SQUARED } from '../loss.ts'
import type { LinearModel } from '../model.ts'
import { checkFinite, checkLearningRows, type LearningRows } from '../rows.ts'
import { lineByLoss } from './byLoss.ts'
import { classLines } from './classes.ts'
import type { LinearOptions } from './options.ts'
import { along, centred, leftOutErrors, shrunk } from './ridge.ts'
import { type Chosen, type Rotated, rotateSteps, weightOf } from './rotate.ts'
import { drawSome, lowest } from './sample.ts'

/** A line, and how it was found. */
export interface LinearFit {
  readonly model: LinearModel
  /** The strength that was chosen; of a regression one an output. Empty where there was nothing to choose: one class, or no feature that varies. */
  readonly strengths: readonly number[]
  /** Rows that the coefficients are of: all with a weight above 0, unless they have more than 16 million numbers, or more than 600 columns. */
  readonly rows: number
  /** Rows that the strength of classes was chosen on, by four folds; of a regression all rows are left out once, by a formula. */
  readonly rowsOfChoice: number
}

/** Numbers of rotated rows at most: 128 MB. */
const MOST_NUMBERS = 2 ** 24

/** Directions at most: finding them takes the cube of their number. */
const MOST_DIRECTIONS = 600

const powers = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => 10 ** (from + ((to - from) * i) / (count - 1)))

/** Fits a line in pieces of some milliseconds. @throws InvalidDataError */
export function* linearSteps(data: LearningRows, options: LinearOptions): Steps<LinearFit> {
  checkLearningRows(data)
  checkFinite(data.features, data.rows, data.inputs)
  yield
  const all = countedRows(data)
  const most =
    data.inputs > MOST_DIRECTIONS ? MOST_DIRECTIONS : Math.floor((options.mostNumbers ?? MOST_NUMBERS) / Math.max(1, data.inputs))
  const chosen = yield* drawSome(all, most, options.seed)
  const rotated = yield* rotateSteps(data, chosen)
  yield
  if (data.task === 'regression') return yield* ridge(data, options.strengths ?? powers(-3, 6, 37), chosen, rotated)
  const { lines, strength, rowsOfChoice } = yield* classLines(data, options.strengths ?? powers(3, -3, 13), chosen, rotated, options)
  const model = blank(data)
  for (const { output, coefficients, intercept } of lines) write(model, output, rotated, coefficients, intercept)
  return { model, strengths: strength === undefined ? [] : [strength], rows: chosen.length, rowsOfChoice }
}

/** The rows with a weight above 0, ascending. */
function countedRows(data: LearningRows): Chosen {
  const rows = new Uint32Array(data.rows)
  let count = 0
  for (let row = 0; row < data.rows; row++) if (weightOf(data, row) > 0) rows[count++] = row
  return rows.subarray(0, count)
}

/** Writes an output's coefficients, given along directions, into the model. */
function write(model: LinearModel, output: number, rotated: Rotated, coefficients: ArrayLike<number>, intercept: number): void {
  const { coefficients: own, shift } = rotated.back(coefficients)
  own.forEach((value, input) => {
    model.coefficients[input * model.outputs + output] = value
  })
  model.intercepts[output] = intercept - shift
}

const blank = ({ inputs, outputs }: LearningRows): LinearModel => ({
  kind: 'linear',
  outputs,
  coefficients: new Float64Array(inputs * outputs),
  intercepts: new Float64Array(outputs),
})

function* ridge(data: LearningRows, strengths: readonly number[], chosen: Chosen, rotated: Rotated): Steps<LinearFit> {
  const model = blank(data)
  const { loss = SQUARED } = data
  const isOther = !isSquared(loss)
  const weights = Float64Array.from(chosen, (row) => weightOf(data, row))
  // Of strengths that do equally well the strongest.
  const descending = strengths.toSorted((a, b) => b - a)
  const found: number[] = []
  for (let output = 0; output < data.outputs; output++) {
    const { mean, values } = centred(data, chosen, output)
    if (rotated.width === 0) {
      const constant = isOther
        ? constantOf(
            loss,
            Float64Array.from(chosen, (row) => Number(data.targets[row * data.outputs + output])),
          )
        : mean
      model.intercepts[output] = loss.name === 'poisson' ? Math.log(constant) : constant
      continue
    }
    const strength = lowest(descending, yield* leftOutErrors(rotated, values, weights, descending))
    found.push(strength)
    const squares = { coefficients: shrunk(along(rotated, values, weights), rotated.spreads, strength), intercept: mean }
    const { coefficients, intercept } = isOther
      ? yield* lineByLoss(
          loss,
          rotated,
          values.map((value) => value + mean),
          weights,
          squares,
          strength,
        )
      : squares
    write(model, output, rotated, coefficients, intercept)
  }
  return { model, strengths: found, rows: chosen.length, rowsOfChoice: chosen.length }
}
