/** An answer as plain data: all that is kept of what was learned. */

import type { Intervals } from '../intervals/intervals.ts'
import type { NumberLoss } from '../loss.ts'
import type { Ensemble } from '../model.ts'
import type { AnswerColumn } from './outside.ts'

/** What a metric came to on rows that no choice was made by, and what the two simplest answers come to on the same rows. */
export interface AnswerMetric {
  /** As scikit-learn calls it: `rootMeanSquaredError`, `logLoss`, … */
  readonly name: string
  readonly value: number
  /** It holds the metric on fresh rows with the probability of `AnswerScore.level`. */
  readonly interval: readonly [low: number, high: number]
  /** Of the mean, or the shares of the classes: what knows no column. */
  readonly guess: number
  /** Of a regularised linear model; null where none was trained. */
  readonly linear: number | null
}

/** How good the answer is. */
export interface AnswerScore {
  readonly metric: string
  readonly value: number
  readonly interval: readonly [low: number, high: number]
  readonly level: number
  readonly baselines: { readonly guess: number; readonly linear: number | null }
  readonly verdict: 'betterThanLinear' | 'betterThanGuessing' | 'noBetterThanGuessing'
  /** For a person: what the numbers say. */
  readonly sentence: string
  /** All metrics, the one above among them. */
  readonly metrics: readonly AnswerMetric[]
}

/** How much something matters: by how much the score is worse without it. */
export interface Matter {
  readonly name: string
  readonly value: number
  readonly interval: readonly [low: number, high: number]
}

/** How the answer was learned. */
export interface AnswerLearning {
  readonly seed: number
  readonly budget: { readonly seconds: number } | { readonly steps: number }
  readonly steps: number
  readonly seconds: number
  readonly rows: number
  readonly folds: number
  /** What was learned by, where that is not squared errors, or the cross-entropy of rows that count alike: `quantile 0.9`. */
  readonly loss?: string
  /** Whole groups by a column were learned from or judged; absent where rows were dealt one by one. */
  readonly by?: { readonly column: string; readonly groups: number }
  /** How often the rows were dealt to folds once more; absent where they were not. */
  readonly repeats?: number
  /** How many models were trained to choose from. */
  readonly candidates: number
  /** Whether it was stopped before its budget was spent. */
  readonly stopped: boolean
}

/** All that is kept of what was learned. Plain data, but for the typed arrays of the models. */
export interface AnswerData {
  readonly version: 1
  readonly ensemble: Ensemble
  /** The columns it reads. */
  readonly columns: readonly AnswerColumn[]
  readonly score: AnswerScore
  readonly matters: {
    readonly columns: readonly Matter[]
    readonly settings: readonly Matter[]
    /** What there is to say of the settings in words: `cannot be told apart`. */
    readonly sentences: readonly string[]
  }
  /** Of single rows; null where there were too few rows to find them. */
  readonly intervals: Intervals | null
  /** Of numbers: what was learned by, in the target's units; squared errors where it is absent. */
  readonly loss?: NumberLoss
  readonly data: {
    /** The table's, where it is known. */
    readonly name: string | null
    readonly rows: number
    readonly columns: number
    /** 16 hexadecimal digits: the same table has the same. */
    readonly fingerprint: string
  }
  readonly learned: AnswerLearning
  /** What a person should know before they rely on it, a sentence each. */
  readonly limits: readonly string[]
}
