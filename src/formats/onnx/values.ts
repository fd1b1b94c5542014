/** What the names of a graph stand for while it is read: constants, what is computed of the inputs, and what cannot be read. */

import type { EspalierError } from '../../core/errors.ts'
import type { Activation } from '../activation.ts'
import type { Affine, Numbers } from '../fold.ts'
import type { Made } from './graph/made.ts'
import type { Size } from './size.ts'
import type { Constant } from './tensors.ts'

/** How a value is computed of the graph's input. `where` names the node, for messages. */
export type Operation =
  | { readonly op: 'input'; readonly where: string }
  | { readonly op: 'dense'; readonly of: Operation; readonly kernel: Kernel; readonly bias: Numbers | undefined; readonly where: string }
  | { readonly op: 'affine'; readonly of: Operation; readonly affine: Affine; readonly where: string }
  | { readonly op: 'activation'; readonly of: Operation; readonly activation: Activation; readonly where: string }
  | { readonly op: 'clip'; readonly of: Operation; readonly low: number; readonly high: number; readonly where: string }
  | { readonly op: 'impute'; readonly of: Operation; readonly value: readonly number[]; readonly where: string }
  | { readonly op: 'made'; readonly made: Made; readonly where: string }
  | PartOperation

/** Parts of an activation that an exporter took apart: nothing by themselves. `sum` and `largest` are over the columns of a row. */
type PartOperation =
  | { readonly op: Part; readonly of: Operation; readonly where: string }
  | { readonly op: 'greater'; readonly of: Operation; readonly than: number; readonly where: string }
  | { readonly op: 'not'; readonly of: Operation; readonly where: string }
  | { readonly op: 'where'; readonly condition: Operation; readonly yes: Operation; readonly no: Operation; readonly where: string }
  | { readonly op: Pair; readonly left: Operation; readonly right: Operation; readonly takes?: readonly string[]; readonly where: string }

export type Part = 'exp' | 'log' | 'abs' | 'reciprocal' | 'isNaN' | 'sum' | 'largest'
/** Of two values that are both computed. */
export type Pair = 'add' | 'multiply' | 'divide' | 'max' | 'min'

export interface Kernel {
  readonly inputs: number
  readonly units: number
  readonly data: Numbers
}

/** Something for each row: rows first in memory, then its columns in their order, whatever sizes of 1 the shape has besides. */
export interface Rows {
  readonly kind: 'rows'
  /** undefined where the file does not say it */
  readonly shape: readonly Size[] | undefined
  /** Whole numbers come as inputs only, and are cast before anything is computed. */
  readonly whole: boolean
  readonly step: Operation
}

/** What is not read; nothing is wrong as long as the network's outputs are not computed of it. */
export interface Unread {
  readonly kind: 'unread'
  readonly error: EspalierError
  /** What it was computed of. */
  readonly of: readonly Operation[]
}

export type Value = Constant | Rows | Unread

export const rowsOf = (rows: Rows, step: Operation, shape = rows.shape): Rows => ({ kind: 'rows', whole: false, shape, step })

/** How many columns a row has; undefined where the file does not say it, or the rows are not among the sizes. */
export function columnsOf(shape: readonly Size[] | undefined): number | undefined {
  if (shape === undefined || !shape.includes('rows') || shape.includes(-1)) return undefined
  return shape.reduce<number>((product, size) => (size === 'rows' ? product : product * size), 1)
}

/** The steps that a step is computed of. */
export function sourcesOf(step: Operation): readonly Operation[] {
  if (step.op === 'input' || step.op === 'made') return []
  if (step.op === 'where') return [step.condition, step.yes, step.no]
  return 'left' in step ? [step.left, step.right] : [step.of]
}

const sameNumbers = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.prototype.every.call(a, (value, i) => value === b[i])

/** Whether two steps compute the same: exporters write some expressions twice, none deeper than this. */
export function same(a: Operation, b: Operation, depth = 8): boolean {
  if (a === b) return true
  if (depth === 0) return false
  if (a.op !== b.op || a.op === 'input' || a.op === 'dense' || a.op === 'made') return false
  const numbers = (step: Operation): readonly ArrayLike<number>[] => {
    if (step.op === 'affine') return [step.affine.factor, step.affine.offset]
    if (step.op === 'activation') return [[step.activation.parameter]]
    if (step.op === 'clip') return [[step.low, step.high]]
    return step.op === 'greater' ? [[step.than]] : step.op === 'impute' ? [step.value] : []
  }
  const [mine, others] = [numbers(a), numbers(b)]
  if (!mine.every((values, i) => sameNumbers(values, others[i] ?? []))) return false
  if (a.op === 'activation' && b.op === 'activation' && a.activation.name !== b.activation.name) return false
  const right = sourcesOf(b)
  return sourcesOf(a).every((source, i) => {
    const other = right[i]
    return other !== undefined && same(source, other, depth - 1)
  })
}
