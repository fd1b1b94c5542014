// What page and engine say to one another about an answer: what was learned of a table, as plain data.

import type { Task } from '../data/dataset.ts'
import type { RawRow } from '../learn/predictor/cells.ts'
import type { AnswerData } from '../learn/predictor/data.ts'
import type { Followed } from './asker/protocol.ts'
import type { DataSource } from './config.ts'
import type { DataDescription } from './description.ts'
import type { FoundPictures } from './pictures.ts'
import type { Problem } from './problem.ts'

/** What is to be learned, and how long that may take. */
export interface AnswerRequest {
  /** Which of the page's requests it is; what is told of an earlier one is no longer of interest. */
  readonly number: number
  readonly source: DataSource
  readonly target: string
  readonly task: Task
  /** Columns left out, beside those that the table leaves out. */
  readonly ignore: readonly string[]
  /** Columns of numbers that are categories. */
  readonly categorical: readonly string[]
  /** The column that names what several rows are of. */
  readonly by?: string | undefined
  readonly seconds: number
  /** What the page's address is meanwhile: it asks the same again. */
  readonly address: string
}

/** An answer that the browser keeps. */
export interface KeptAnswer {
  readonly id: string
  /** Of the data, or as somebody named it. */
  readonly title: string
  readonly note: string
  readonly target: string
  /** Milliseconds since 1970. */
  readonly created: number
  readonly address: string
}

/** A kept or shared answer as it is shown again; without `news` it is learned again. */
export interface OpenedAnswer {
  readonly address: string
  readonly news: AnswerNews | undefined
}

/** What was found so far. */
export interface Found {
  readonly target: string
  readonly task: Task
  readonly classNames: readonly string[]
  readonly score: AnswerData['score']
  readonly matters: AnswerData['matters']
  /** Whether what matters was found of an earlier answer, and is looked at again at the end. */
  readonly isEarlier: boolean
  readonly columns: AnswerData['columns']
  readonly learned: AnswerData['learned']
  readonly limits: readonly string[]
  /** What was done to the columns, a sentence each. */
  readonly preparation: readonly string[]
  /** What of the whole each kind of model has to say: parts of 1. */
  readonly models: readonly { readonly kind: string; readonly count: number; readonly weight: number }[]
  /** The networks that were tried, and how wrong each was on rows it never saw; undefined where it failed. */
  readonly tried: readonly { readonly settings: Readonly<Record<string, string | number>>; readonly loss: number | undefined }[]
  /** The answer's file, which predicts. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Some of the table's rows. */
  readonly rows: readonly RawRow[]
  /** A row of what is usual of each column: the middle of numbers, the most frequent of categories. */
  readonly usual: Readonly<Record<string, string | number | null>>
  /** Columns of whole numbers. */
  readonly whole: readonly string[]
  /** Of pictures. */
  readonly pictures?: FoundPictures | undefined
}

/** How far the learning is. */
export interface AnswerNews {
  /** Of the request. */
  readonly number: number
  readonly state: 'learning' | 'done' | 'stopped' | 'failed'
  /** From 0 to 1. */
  readonly done: number
  /** Undefined until there is something. */
  readonly found: Found | undefined
  /** Why it failed. */
  readonly problem: Problem | undefined
}

/**
 * `answer` is what `espalier predict` and pages read, `onnx` the same for others, `card` says what it is in words, `page` is a page that predicts by itself. Of
 * pictures there are `card`, one of the networks as `onnx`, `model` (safetensors) or `tfjs`, and the pictures themselves, as two IDX files in a ZIP archive.
 */
export type AnswerExport = 'answer' | 'onnx' | 'card' | 'page' | 'model' | 'tfjs' | 'idx'

/** What a page holds that an answer is shared as, beside the answer's file. */
export interface SharedAnswer {
  readonly news: AnswerNews
  readonly data: DataDescription
  /** From the column that matters most on. */
  readonly curves: readonly Followed[]
}
