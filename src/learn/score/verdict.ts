/** An answer's score beside guessing and beside a linear model, and what that comes to in a sentence. */

import { InvalidSpecError } from '../../core/errors.ts'
import { checkJudged, guessOf } from './judged.ts'
import type { Estimate } from './quantity.ts'
import { differenceOf, higherIsBetter, mainMetric, type Predictions, type ScoreMetric, scoreOf } from './score.ts'

/** How an answer stands to a simpler one: `same` where the rows cannot tell the two apart. */
type Standing = 'better' | 'same' | 'worse'

interface Baseline {
  /** The simpler one's own score. */
  readonly score: Estimate
  /** The answer's metric less the simpler one's, row by row. */
  readonly difference: Estimate
  readonly standing: Standing
}

/** A score, the simpler answers beside it, and what they come to. */
export interface Score extends Estimate {
  readonly metric: ScoreMetric
  /** What the interval says it holds with, such as 0.95. */
  readonly level: number
  /** How many rows judged. */
  readonly rows: number
  readonly baselines: { readonly guess: Baseline; readonly linear?: Baseline | undefined }
  /** One plain sentence. */
  readonly verdict: string
}

export interface ScoreOptions {
  /** Log loss of classes, root mean squared error of numbers by default. */
  readonly metric?: ScoreMetric | undefined
  /** 0.95 by default. */
  readonly level?: number | undefined
  /** Of a linear model, of the same rows. */
  readonly linear?: Predictions | undefined
}

/**
 * What an answer is worth on fresh rows, from out-of-fold predictions: each by models that had not seen the row and were not chosen by it.
 * Guessing is to say of every row the share of each class, or the mean, of these very rows.
 * @throws InvalidDataError where predictions do not fit the rows, InvalidSpecError for a level outside 0 to 1 or a metric of another task
 */
export function scoreAnswer(predictions: Predictions, { metric, level = 0.95, linear }: ScoreOptions = {}): Score {
  if (!(level > 0 && level < 1)) throw new InvalidSpecError(`level is ${level}; it must lie between 0 and 1, as 0.95 does`)
  const { judged } = predictions
  checkJudged(judged)
  const by = metric ?? mainMetric(judged)
  const beside = (other: Predictions | undefined): Baseline => {
    const difference = differenceOf(predictions, other, by, level)
    return { score: scoreOf(other ?? { judged: guessOf(judged) }, by, level), difference, standing: standingOf(difference, by) }
  }
  const baselines = { guess: beside(undefined), ...(linear === undefined ? {} : { linear: beside(linear) }) }
  const rows = judged.actual.length
  return { ...scoreOf(predictions, by, level), metric: by, level, rows, baselines, verdict: verdictOf(baselines, rows) }
}

function standingOf({ low, high }: Estimate, metric: ScoreMetric): Standing {
  const [worst, best] = higherIsBetter(metric) ? [low, high] : [-high, -low]
  return worst > 0 ? 'better' : best < 0 ? 'worse' : 'same'
}

/** One sentence: better than guessing or not, and if so beside a straight line. */
function verdictOf({ guess, linear }: Score['baselines'], rows: number): string {
  if (guess.standing === 'worse') return `No better than guessing: on ${rows} rows it was worse.`
  if (guess.standing === 'same') return `No better than guessing, as far as ${rows} rows can tell.`
  if (linear === undefined) return 'Better than guessing.'
  if (linear.standing === 'better') return 'Better than guessing, and better than a straight line.'
  if (linear.standing === 'worse') return 'Better than guessing, and worse than a straight line: use that.'
  return `Better than guessing; whether better than a straight line, ${rows} rows cannot tell.`
}
