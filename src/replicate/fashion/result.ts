// The results of a replication of the Fashion-MNIST study.

import type { StageReport } from '../../study/sampler/winnerTakesAllReport.ts'
import type { Params } from '../../study/space/distributions.ts'
import type { Trial } from '../../study/trial.ts'
import type { Judgement } from '../claims.ts'
import type { Curves } from '../curves.ts'
import type { Figure } from './protocol.ts'
import type { FashionStage } from './published.ts'

/** A configuration that the study trained, and its results here. */
export interface Measured {
  readonly label: string
  readonly params: Params
  /** One per seed; none if it failed, see `failure`. */
  readonly repeats: readonly Curves[]
  readonly failure: string | undefined
}

/** A printed table's rows, as the study ran them. */
export interface TableResult {
  readonly stage: FashionStage
  readonly rows: readonly Measured[]
}

/** One of Figure 2's charts. */
export interface FigureResult {
  readonly figure: Figure
  readonly rows: readonly Measured[]
}

/** The staged search, each stage holding the winners that were measured here. */
export interface StagedResult {
  readonly stages: readonly FashionStage[]
  readonly report: readonly StageReport[]
  /** What it ends with; undefined if a stage had no winner. */
  readonly winner: Params | undefined
  /** Epochs of all its trials, all seeds. */
  readonly networkEpochs: number
  readonly seconds: number
}

/** A search of everything at once, and its winner's results on seeds that no search saw. */
export interface JointResult {
  readonly trials: readonly Trial[]
  /** Seeds of each trial. */
  readonly seeds: number
  /** Of the winner: its configuration, and its test accuracy in the search. */
  readonly winner: Params
  readonly value: number
  /** Epochs of all its trials, all seeds. */
  readonly networkEpochs: number
  readonly seconds: number
  /** The winner on the fresh seeds. */
  readonly repeats: readonly Curves[]
  /** Its test accuracy less that of the staged search's winner, seed by seed; two-sided 95 %. */
  readonly difference: { readonly value: number; readonly low: number; readonly high: number; readonly p: number }
}

/** Which search finds the better network, measured on seeds that no search saw. */
export interface ControlResult {
  /** With one seed a trial, and with as many as the staged search. */
  readonly searches: readonly JointResult[]
  /** The fresh seeds. */
  readonly seeds: number
  /** Of all its training, the comparison included. */
  readonly seconds: number
  /** The staged search's winner on the fresh seeds. */
  readonly stagedRepeats: readonly Curves[]
}

/** A parameter's share of the variance of test accuracy over the joint search's space, with what bootstrapped trials make of it. */
export interface Importance {
  readonly name: string
  readonly fraction: number
  readonly resampled: readonly number[]
}

export interface FashionMeasurements {
  readonly tables: readonly TableResult[]
  readonly figures: readonly FigureResult[]
  readonly importances: readonly Importance[]
  /** What stands for the study's 5. */
  readonly epochs: number
}

/** Everything that the replay measured, and its verdicts on the claims. */
export interface FashionReplay extends FashionMeasurements {
  /** Of the rows of the tables and of the curves. */
  readonly seeds: number
  /** Of a trial of the staged search: the seeds that the journal was begun with. */
  readonly searchSeeds: number
  readonly staged: StagedResult | undefined
  readonly control: ControlResult | undefined
  readonly judgements: readonly Judgement[]
  /** Networks trained, over all studies. */
  readonly networks: number
  /** Seconds of training, over all runs of the journal. */
  readonly seconds: number
  readonly notes: readonly string[]
}
