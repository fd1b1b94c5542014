/** Lines for classes: the strength of their penalty chosen by folds, then all rows once more. */

import { missing } from '../../core/at.ts'
import { Purpose, permutation } from '../../core/random.ts'
import type { Steps } from '../../core/steps.ts'
import type { LearningRows } from '../rows.ts'
import { fitLogistic, type LabelledRows, logLossOf, meanLogSum, scoresOf, startOf } from './logistic.ts'
import type { LinearOptions } from './options.ts'
import { type Chosen, type Rotated, weightOf } from './rotate.ts'
import { drawSome, lowest } from './sample.ts'

/** A score's line, along directions. */
interface Line {
  readonly output: number
  readonly coefficients: Float64Array
  readonly intercept: number
}

interface ClassLines {
  readonly lines: readonly Line[]
  /** Undefined where there was nothing to choose. */
  readonly strength: number | undefined
  readonly rowsOfChoice: number
}

/** Numbers (rows x directions x scores) that the strength is chosen on at most: its 52 fits are a second or two. */
const MOST_OF_CHOICE = 2 ** 20

const FOLDS = 4

/** How far above its minimum the mean log loss may stay: while strengths are compared, and in the end. */
const TOLERANCE = { choice: 1e-6, end: 1e-11 }

/** Fits the lines of a task with classes. */
export function* classLines(
  data: LearningRows,
  strengths: readonly number[],
  chosen: Chosen,
  rotated: Rotated,
  { seed, rowsOfChoice = Number.POSITIVE_INFINITY, tolerance = TOLERANCE.end }: Omit<LinearOptions, 'strengths'>,
): Steps<ClassLines> {
  const own = Array.from(chosen, (row) => Number(data.targets[row]))
  const present = [...new Set(own)].sort((a, b) => a - b)
  if (present.length === 1)
    return { lines: ofOneClass(data, present[0] ?? missing(present, 0), rotated), strength: undefined, rowsOfChoice: 0 }
  const { width, places, spreads } = rotated
  const rows: LabelledRows = {
    chosen: Uint32Array.from(chosen, (_, i) => i),
    width,
    places,
    spreads,
    labels: Uint32Array.from(own, (label) => present.indexOf(label)),
    weights: Float64Array.from(chosen, (row) => weightOf(data, row)),
    classes: present.length,
  }
  const most = Math.min(rowsOfChoice, Math.max(1000, Math.floor(MOST_OF_CHOICE / Math.max(1, width * scoresOf(present.length)))))
  const judged = yield* drawSome(rows.chosen, most, seed)
  const strength =
    width === 0 ? undefined : yield* chooseStrength({ ...rows, chosen: judged }, strengths, seed, Math.max(TOLERANCE.choice, tolerance))
  const parameters = startOf(rows)
  if (strength !== undefined) yield* fitLogistic(rows, parameters, strength, tolerance)
  return { lines: yield* linesOf(data, rows, present, parameters), strength, rowsOfChoice: strength === undefined ? 0 : judged.length }
}

/** What is known where all rows are of one class: the others are as likely as if half a row were theirs. */
function ofOneClass({ task, outputs }: LearningRows, only: number, { rows, width }: Rotated): Line[] {
  const few = Math.log(0.5 / rows)
  const coefficients = new Float64Array(width)
  if (task === 'binary') return [{ output: 0, coefficients, intercept: only === 1 ? -few : few }]
  return Array.from({ length: outputs }, (_, output) => ({ output, coefficients, intercept: output === only ? 0 : few }))
}

/** Parameters as lines: of two classes one score, in a task of more classes half of it for one and half against the other; classes without rows get half a row's share. */
function* linesOf(data: LearningRows, rows: LabelledRows, present: readonly number[], parameters: Float64Array): Steps<Line[]> {
  const { width } = rows
  const coefficientsOf = (k: number) => parameters.slice(k * (width + 1), k * (width + 1) + width)
  const interceptOf = (k: number) => parameters[k * (width + 1) + width] ?? missing(parameters, k * (width + 1) + width)
  if (data.task === 'binary') return [{ output: 0, coefficients: coefficientsOf(0), intercept: interceptOf(0) }]
  const lines = present.map((output, k) => {
    if (present.length > 2) return { output, coefficients: coefficientsOf(k), intercept: interceptOf(k) }
    const sign = k === 0 ? -0.5 : 0.5
    return { output, coefficients: coefficientsOf(0).map((x) => sign * x), intercept: sign * interceptOf(0) }
  })
  if (present.length === data.outputs) return lines
  const few = Math.log(0.5 / rows.chosen.length) + (yield* meanLogSum(rows, parameters))
  for (let output = 0; output < data.outputs; output++)
    if (!present.includes(output)) lines.push({ output, coefficients: new Float64Array(width), intercept: few })
  return lines
}

/** The strength with the lowest log loss on rows that are left out by folds; of equal ones the strongest; where no row can be left out, that nearest to 1. */
function* chooseStrength(rows: LabelledRows, strengths: readonly number[], seed: number, tolerance: number): Steps<number> {
  // From strong to weak, each search begins where the one before ended.
  const descending = strengths.toSorted((a, b) => b - a)
  const errors = new Float64Array(strengths.length)
  const folds = foldsOf(rows, seed)
  if (folds.every((fold) => fold === FOLDS))
    return lowest(
      descending,
      Float64Array.from(descending, (one) => Math.abs(Math.log(one))),
    )
  for (let fold = 0; fold < FOLDS; fold++) {
    const train = rows.chosen.filter((_, i) => folds[i] !== fold)
    const test = rows.chosen.filter((_, i) => folds[i] === fold)
    const share = train.length / rows.weights.length
    const learned: LabelledRows = { ...rows, chosen: train, spreads: rows.spreads.map((spread) => spread * share) }
    const parameters = startOf(learned)
    for (const [s, strength] of descending.entries()) {
      yield* fitLogistic(learned, parameters, strength, tolerance)
      errors[s] = (errors[s] ?? missing(errors, s)) + (yield* logLossOf({ ...rows, chosen: test }, parameters))
    }
  }
  return lowest(descending, errors)
}

/** The fold of each chosen row, every class dealt out evenly; FOLDS, which is none, for rows of classes that are too rare to be in each. */
function foldsOf({ chosen, labels, classes }: LabelledRows, seed: number): Uint8Array {
  const folds = new Uint8Array(chosen.length).fill(FOLDS)
  const byClass = Array.from({ length: classes }, (): number[] => [])
  for (const i of permutation(seed, 0, chosen.length, Purpose.split)) {
    const row = chosen[i] ?? missing(chosen, i)
    const label = labels[row] ?? missing(labels, row)
    const own = byClass[label] ?? missing(byClass, label)
    own.push(i)
  }
  let next = 0
  for (const own of byClass) {
    if (own.length < FOLDS) continue
    for (const i of own) folds[i] = next++ % FOLDS
  }
  return folds
}
