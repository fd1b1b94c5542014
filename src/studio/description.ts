// What the engine found in the data.

import type { Task } from '../data/dataset.ts'
import type { ColumnKind, Guess, Problem } from '../table/table.ts'
import type { DataSource } from './config.ts'
import type { PictureShape } from './pictures.ts'

/** What the engine found in the data, for people and for defaults. */
export interface DataDescription {
  readonly source: DataSource
  /** `Pima Indians diabetes`, `iris.csv`. */
  readonly title: string
  readonly rows: number
  /** Of the test part that the source has; 0 where the studio splits. */
  readonly testRows: number
  /** Of a table, the target's among them; none for images. */
  readonly columns: readonly ColumnDescription[]
  /** The first rows of a table as they stand; null is a missing value. */
  readonly preview: readonly (readonly (string | null)[])[]
  /** Of images: what a row is made of, and the classes. */
  readonly images: ImagesDescription | undefined
  /** The column that is probably to be predicted; undefined for images. */
  readonly target: string | undefined
  /** What was guessed of the file as a whole, and what a person should know of it. */
  readonly guesses: readonly Guess[]
  readonly problems: readonly Problem[]
}

export interface ImagesDescription {
  readonly inputSize: number
  readonly classes: readonly string[]
  readonly shape: PictureShape
  /** How many pictures each class has. */
  readonly counts: readonly number[]
  /** Whether they have rows and columns of pixels, and so are answered first. */
  readonly isAnswered: boolean
  /** Whether they came in folders, so that they can be read at another size. */
  readonly isFolder: boolean
}

export interface ColumnDescription {
  readonly name: string
  readonly kind: ColumnKind
  /** Why it is of this kind, as one sentence. */
  readonly why: string
  /** Cells without a value. */
  readonly missing: number
  /** Different values. */
  readonly distinct: number
  /** Of numbers. */
  readonly range: { readonly min: number; readonly max: number; readonly mean: number } | undefined
  /** The first few different values. */
  readonly examples: readonly string[]
  /** Of few different values: how many rows have each, in the order of the values. */
  readonly counts?: readonly { readonly value: string; readonly rows: number }[]
  /** What a network can learn of it, the likeliest first; none for a column that cannot be a target. */
  readonly tasks: readonly Task[]
  /** Why it had better be left out, for example as an identifier or free text. */
  readonly doubt: string | undefined
  /** Whether it seems to name what several rows are of, as a patient. */
  readonly isOfSeveral?: boolean
}
