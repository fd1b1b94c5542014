// What the page asks the worker that predicts, and what it answers.

import type { RawRow } from '../../learn/predictor/cells.ts'
import type { Prediction } from '../../learn/predictor/predictor.ts'

export type Asked =
  | { readonly ask: 'load'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly ask: 'row'; readonly id: number; readonly row: RawRow }
  /** How predictions follow a column, on average over rows. Of a class its chance. */
  | {
      readonly ask: 'column'
      readonly id: number
      readonly column: string
      readonly grid: readonly (number | string)[]
      readonly rows: readonly RawRow[]
      readonly className: string | undefined
    }

export interface Followed {
  readonly column: string
  readonly grid: readonly (string | number)[]
  readonly mean: readonly number[]
}

export type AskerReply =
  | { readonly of: 'row'; readonly id: number; readonly said: Prediction }
  | ({ readonly of: 'column'; readonly id: number } & Followed)
  /** Another answer has come meanwhile. */
  | { readonly of: 'nothing'; readonly id: number }
  | { readonly of: 'problem'; readonly id: number; readonly message: string }
