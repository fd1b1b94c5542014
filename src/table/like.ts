/** What is known of columns from a table read before, for what the cells of another one of its kind leave open. */

import { InvalidSpecError } from '../core/errors.ts'
import { isObject, shown } from '../core/shown.ts'
import { DECIMAL_COMMA, type Notation } from './notation.ts'
import type { Column } from './table.ts'

/** A column of the table read before; those of an answer, a preparation and a table are such. */
export interface LikeColumn {
  readonly name: string
  /** A cell that is one of them means it, also where it means missing in most tables, as `NA` and `None` do. */
  readonly categories?: readonly string[]
  /** What 03/04/2020 means, where no other date of the column tells. */
  readonly order?: 'ymd' | 'dmy' | 'mdy' | undefined
  /** What 12,345 or 12.345 means, where no other number of the table tells. */
  readonly decimal?: ',' | undefined
  /** What stands behind its numbers, as `cm`, and is left out. */
  readonly unit?: string | undefined
}

/** What a table is like. */
export interface Likeness {
  readonly like?: readonly LikeColumn[]
}

export const likeOf = ({ like }: Likeness, name: string): LikeColumn | undefined => like?.find((column) => column.name === name)

/** How the cells of a column are written, where that is not as most are: what is kept of it with what was learned of it. */
export function writingOf(column: Column): { readonly order?: 'dmy' | 'mdy'; readonly decimal?: ','; readonly unit?: string } {
  if (column.kind === 'date') return column.order === undefined ? {} : { order: column.order }
  if (column.kind !== 'number') return {}
  const { decimal, unit } = column
  return { ...(decimal !== undefined && { decimal }), ...(unit !== undefined && { unit }) }
}

/** How the column wrote its numbers, where that is not as most do. */
export const habitOf = (name: string, of: Likeness): Notation | undefined => (likeOf(of, name)?.decimal === ',' ? DECIMAL_COMMA : undefined)

/** @throws InvalidSpecError */
export function checkLike(like: unknown): void {
  if (
    like === undefined ||
    (Array.isArray(like) && Array.from<unknown>(like).every((column) => isObject(column) && typeof column.name === 'string'))
  )
    return
  throw new InvalidSpecError(`like is ${shown(like)}; it must be a list of columns, such as the columns of an answer's data or of a table`)
}

/** Whether a line names the columns, as those of the table read before say; undefined where they say nothing of it. */
export function isHeader(cells: readonly string[], like: readonly LikeColumn[] | undefined): boolean | undefined {
  if (like === undefined || like.length === 0) return undefined
  const named = like.filter(({ name }) => cells.includes(name)).length
  if (named * 2 >= like.length) return true
  return named === 0 && like.every(({ name }) => /^column\d+$/.test(name)) ? false : undefined
}
