/** Rows that judge an answer: what is true of each and what was said of it by models that had not seen it, and that were not chosen by it. */

import { at } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { constantOf, type NumberLoss, SQUARED } from '../loss.ts'

interface Together {
  /** (rows), from 0: which rows belong together, as those of one patient. Intervals are wider then. */
  readonly groups?: Int32Array
}

/** Rows with a class each. */
export interface JudgedClasses extends Together {
  readonly task: 'classes'
  /** (rows), from 0. */
  readonly actual: Int32Array
  readonly classes: number
  /** (rows x classes), row by row: what was said, each row adding up to 1. */
  readonly probabilities: Float64Array
  /** Whether every class counts alike, however few its rows are. */
  readonly isBalanced?: boolean
}

/** Rows with a number each, in the target's own units. */
export interface JudgedNumbers extends Together {
  readonly task: 'numbers'
  /** (rows) */
  readonly actual: Float64Array
  /** (rows) */
  readonly predicted: Float64Array
  /** What was learned by, in the target's units; squared errors where it is absent. */
  readonly loss?: NumberLoss
}

export type Judged = JudgedClasses | JudgedNumbers

/** @throws InvalidDataError where there are fewer than two rows, lengths disagree, or something is not finite */
export function checkJudged(judged: Judged): void {
  const rows = judged.actual.length
  if (rows < 2) throw new InvalidDataError(`${rows} rows judge; an interval takes at least 2`)
  const said = judged.task === 'classes' ? judged.probabilities : judged.predicted
  const width = judged.task === 'classes' ? judged.classes : 1
  if (said.length !== rows * width)
    throw new InvalidDataError(`${said.length} numbers were predicted for ${rows} rows; there must be ${width} a row`)
  const broken = said.findIndex((value) => !Number.isFinite(value))
  if (broken >= 0)
    throw new InvalidDataError(`row ${Math.floor(broken / width)} was predicted as ${at(said, broken)}; every number must be finite`)
}

/**
 * What is said by who knows nothing of a row but the rows that judge: the share of each class (of balanced ones all alike), or the mean, or what else costs least
 * by the loss. No other constant answer costs less on them, so whoever beats it has used the row.
 */
export function guessOf(judged: Judged): Judged {
  const rows = judged.actual.length
  if (judged.task === 'numbers') {
    return { ...judged, predicted: new Float64Array(rows).fill(constantOf(judged.loss ?? SQUARED, judged.actual)) }
  }
  const { classes } = judged
  const shares = new Float64Array(classes)
  if (judged.isBalanced) shares.fill(1 / classes)
  else for (const actual of judged.actual) shares[actual] = at(shares, actual) + 1 / rows
  return { ...judged, probabilities: Float64Array.from({ length: rows * classes }, (_, i) => at(shares, i % classes)) }
}
