/** The calls of the evidence of a study: everything that can be touched of it, its trials one by one, two of them beside one another. */

import type { ParamValue } from '../study/space/distributions.ts'
import type { Direction, TrialState } from '../study/trial.ts'
import type { PictureShape } from './pictures.ts'

export interface EvidenceCalls {
  /** All trials of a study and what they say of its parameters, as of now. `part`: of a replay, which of its studies, the first by default. */
  evidence: { takes: { study: string; part?: string | undefined }; gives: Evidence }
  /** Two parameters against the objective. */
  contour: { takes: { study: string; part?: string | undefined; x: string; y: string }; gives: ContourShown }
  trial: { takes: TrialName; gives: TrialDetail }
  /** Trains a trial's network once more, and says of which test rows it is furthest from the truth. */
  errors: { takes: TrialName; gives: RowErrors }
  /** Whether one trial is better than another for real; they may be of different studies. */
  pair: { takes: { a: TrialName; b: TrialName }; gives: PairShown }
}

export interface TrialName {
  readonly study: string
  readonly part?: string | undefined
  readonly trial: number
}

/** A parameter as an axis. */
export interface ParamAxis {
  readonly name: string
  /** Of a range of numbers: its ends, whether it is even in the logarithm, and whether it has whole numbers only. */
  readonly range: { readonly low: number; readonly high: number; readonly log: boolean; readonly whole: boolean } | undefined
  /** Of a list, as text, in its order; empty for a range. */
  readonly choices: readonly string[]
}

export interface TrialPoint {
  readonly number: number
  readonly state: TrialState
  /** NaN where there is none. */
  readonly value: number
  readonly params: Readonly<Record<string, ParamValue>>
  readonly seconds: number | undefined
  /** Why it failed. */
  readonly reason: string | undefined
}

/** What the trials say of one parameter. */
export interface Effect {
  readonly name: string
  /** What a forest predicts along it, averaged over all others, and its deviation from tree to tree; empty where there are too few trials. */
  readonly curve: readonly { readonly x: ParamValue; readonly mean: number; readonly sd: number }[]
  /** Spearman's rank correlation with the objective: of the parameter, or of each of its choices against the others. */
  readonly correlations: readonly Correlation[]
  /** Trials that failed, by choice; of a range all together. */
  readonly failed: readonly { readonly of: string; readonly failed: number; readonly all: number }[]
}

export interface Correlation {
  /** Of a choice: which one. */
  readonly choice: string | undefined
  /** Above 0: more of it, a larger objective. */
  readonly value: number
  /** Its interval: all intervals of a study together are 95 % sure. */
  readonly low: number
  readonly high: number
  /** What that means for who wants the objective good. */
  readonly meaning: 'helps' | 'harms' | 'cannot be told apart'
}

export interface Evidence {
  readonly title: string
  readonly part: string | undefined
  /** Of a replay its studies; empty for a search. */
  readonly parts: readonly string[]
  readonly objective: string
  readonly direction: Direction
  readonly axes: readonly ParamAxis[]
  readonly trials: readonly TrialPoint[]
  readonly effects: readonly Effect[]
  /** The number of the best complete trial. */
  readonly best: number | undefined
}

export interface ContourShown {
  readonly x: readonly ParamValue[]
  readonly y: readonly ParamValue[]
  /** One row for each of y, one number in it for each of x. */
  readonly z: readonly (readonly number[])[]
}

export interface TrialDetail {
  readonly point: TrialPoint
  /** Of every repeat the objective. */
  readonly repeats: readonly number[]
  /** Their mean with its 95 % interval, where there are several. */
  readonly low: number
  readonly high: number
  /** Of every repeat, by epoch. */
  readonly curves: readonly {
    readonly testLoss: readonly number[]
    readonly loss: readonly number[]
    readonly testAccuracy: readonly number[]
  }[]
  /** The best trial's settings, to be compared with. */
  readonly best: TrialPoint | undefined
  /** Among the complete trials, from 1. */
  readonly rank: number | undefined
  readonly complete: number
}

export interface RowErrors {
  /** How many test rows are answered wrong, of how many; of a regression undefined. */
  readonly wrong: { readonly rows: number; readonly of: number } | undefined
  /** Of a table: its columns, for the cells of rows; of pictures their shape. */
  readonly columns: readonly string[]
  readonly shape: PictureShape | undefined
  /** The worst first. `row` counts from 1: in the table, of pictures among those that test. */
  readonly rows: readonly {
    readonly row: number
    readonly truth: string
    readonly said: string
    readonly sureness: string
    readonly error: number
    /** The row as the table has it. */
    readonly cells: readonly (string | null)[]
    readonly pixels: Uint8Array | undefined
  }[]
}

export interface PairShown {
  readonly a: TrialDetail
  readonly b: TrialDetail
  /** a less b, with its 95 % interval where there is one. */
  readonly difference: { readonly value: number; readonly low: number; readonly high: number }
  readonly verdict:
    | 'a better for real'
    | 'a worse for real'
    | 'inside the noise'
    | 'one run each proves nothing'
    | 'no value'
    | 'different objectives'
    | 'different rows'
  /** How that was judged, in a sentence. */
  readonly how: string
}
