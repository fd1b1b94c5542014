/** What `learn` takes beside a backend and a table, and what it says on the way. */

import type { Backend } from '../backend/backend.ts'
import type { Task } from '../data/dataset.ts'
import type { Table } from '../table/table.ts'
import type { Answer } from './answer.ts'
import type { LearnGroups } from './groups.ts'
import type { LearnLoss } from './loss.ts'
import type { Repeats } from './repeats.ts'

export interface LearnProgress {
  /** From 0 to 1. */
  readonly done: number
  /** For a person: the best so far. */
  readonly note: string
  /** What would be returned were it stopped now. */
  readonly answer: Answer
  /** The settings of every network that was tried, and its loss on rows that it never saw; undefined where it failed. */
  readonly tried: readonly { readonly settings: Readonly<Record<string, string | number>>; readonly loss: number | undefined }[]
}

export interface LearnOptions {
  /** The column to predict, by name or by place (from 0; -1 is the last). The last that is neither text nor an id by default. */
  readonly target?: string | number | undefined
  /** How long it may take; the same seed and a budget in steps give the same bits. */
  readonly budget: { readonly seconds: number } | { readonly steps: number }
  /**
   * What the target is: found out by default, where words are classes, any two values, three whole numbers, and up to 30 whole numbers of a column that is
   * called as classes are (`class`, `label`, `type`, `species` …). Other numbers are numbers.
   */
  readonly task?: Task | undefined
  readonly seed?: number | undefined
  /**
   * What is learned, chosen and judged by. Of numbers `meanSquaredError` by default, `meanAbsoluteError`, `huber` (`delta`, in the target's units), `quantile`
   * (`quantile`, 0.5 by default), `poisson` (counts and rates), `gaussianLikelihood` (networks say a variance as well, by which intervals follow the row). Of
   * classes `crossentropy` (`labelSmoothing`) or `focalCrossentropy` (`gamma`), by which networks train.
   */
  readonly loss?: LearnLoss | undefined
  /** `balanced`: every class counts alike, however few its rows are, in what is learned, chosen and judged by. */
  readonly classWeight?: 'balanced' | undefined
  /**
   * Trains what answers on the rows dealt to folds anew, for an interval of the score that hangs less on how they were dealt, and an answer of more models: so many
   * times, or until the interval of the metric is `width` wide at most (`most` times, 10 by default). Of seconds half are then for the search and the rest for
   * repeats, as many as there is time for; under steps they follow the steps. None by default.
   */
  readonly repeats?: Repeats | undefined
  /** Columns left out, by name or place. */
  readonly ignore?: readonly (string | number)[] | undefined
  /** Columns of numbers that are categories. */
  readonly categorical?: readonly (string | number)[] | undefined
  /** Columns that are shuffled together when it is asked which matter, such as { place: ['lat', 'lon'] }: columns that say the same stand in for each other. */
  readonly groups?: LearnGroups | undefined
  /**
   * The column that names what several rows are of, such as a patient: whole groups are learned from or judge, so that the score is one for rows of others. The
   * column itself is not learned from.
   */
  readonly by?: string | number | undefined
  readonly onProgress?: ((progress: LearnProgress) => void) | undefined
  /** Stops it, and what was best until then is the answer. */
  readonly signal?: AbortSignal | undefined
}

export type Learn = (backend: Backend, table: Table, options: LearnOptions) => Promise<Answer>
