/** What `learn` takes beside a backend and a table, and what it says on the way. */

import type { Backend } from '../backend/backend.ts'
import type { Task } from '../data/dataset.ts'
import type { Table } from '../table/table.ts'
import type { Answer } from './answer.ts'
import type { LearnGroups } from './groups.ts'

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
  /** Columns left out, by name or place. */
  readonly ignore?: readonly (string | number)[] | undefined
  /** Columns of numbers that are categories. */
  readonly categorical?: readonly (string | number)[] | undefined
  /** Columns that are shuffled together when it is asked which matter, such as { place: ['lat', 'lon'] }: columns that say the same stand in for each other. */
  readonly groups?: LearnGroups | undefined
  readonly onProgress?: ((progress: LearnProgress) => void) | undefined
  /** Stops it, and what was best until then is the answer. */
  readonly signal?: AbortSignal | undefined
}

export type Learn = (backend: Backend, table: Table, options: LearnOptions) => Promise<Answer>
