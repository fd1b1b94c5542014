/** Rows that belong together, as those of one patient: none of a group may be learned from where another judges. */

import { missing } from '../core/at.ts'
import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { findColumn, isMissing, wordOf } from '../prepare/cells.ts'
import { isIdName } from '../table/numbers.ts'
import type { Column, Table } from '../table/table.ts'

export interface Grouping {
  /** The column that names the groups. */
  readonly by: string
  /** (rows), each row's group, from 0. */
  readonly groups: Int32Array
  readonly count: number
}

/** Fewer groups tell too little of what others are like. */
export const LEAST_GROUPS = 5

/**
 * @param rows places in the table
 * @throws InvalidSpecError for a column that names no groups, InvalidDataError where a row has none, or there are too few
 */
export function readGrouping(table: Table, rows: Uint32Array, by: string | number): Grouping {
  const column = findColumn(table, by, 'by')
  const { name, kind } = column
  if (kind === 'date')
    throw new InvalidSpecError(
      `by is "${name}", a column of dates, which name no groups; to judge by later rows, keep those in a file of their own, and predict it`,
    )
  const { groups, count } = numberGroups(rows, (row) => {
    const word = wordOf(column, row)
    if (word !== null) return word
    throw new InvalidDataError(`by is "${name}", which row ${row + 1} of the table does not have; fill it in, or leave such rows out`)
  })
  if (kind === 'number' && !(rows.every((row) => Number.isInteger(column.values[row])) && count <= RECURRING * rows.length))
    throw new InvalidSpecError(
      `by is "${name}", whose numbers seem to measure something; if they name groups, say so by kinds: { ${JSON.stringify(name)}: category }`,
    )
  if (count < LEAST_GROUPS)
    throw new InvalidDataError(
      `by is "${name}", which has ${count} ${count === 1 ? 'group' : 'groups'} among the rows to learn from; at least ${LEAST_GROUPS} are needed to learn from some and judge by others`,
    )
  return { by: name, groups, count }
}

/** Groups by number, in the order in which they come. */
export function numberGroups(
  rows: ArrayLike<number>,
  nameOf: (row: number) => string,
): { readonly groups: Int32Array; readonly count: number } {
  const numbers = new Map<string, number>()
  const groups = Int32Array.from(rows, (row) => {
    const name = nameOf(row)
    const number = numbers.get(name) ?? numbers.size
    numbers.set(name, number)
    return number
  })
  return { groups, count: numbers.size }
}

/** Things of which a table often has several rows each. */
const THINGS =
  /^(patient|subject|participant|proband|person|individual|user|customer|client|member|player|driver|animal|household|family|student|pupil|teacher|school|hospital|batch)s?([ _-]?(id|no|nr|num|number|code|key|name))?$/i

/** Of the rows at most so many are different: else a column numbers them. */
const RECURRING = 0.8

const namesThings = (name: string): boolean => THINGS.test(name) || isIdName(name)

/** Whether a column of so many different values seems to name what several rows are of. */
export const seemsToGroup = (name: string, different: number, rows: number): boolean =>
  namesThings(name) && different >= LEAST_GROUPS && different <= RECURRING * rows

/** What is to be known where a column seems to name what several rows are of, and nobody said so. */
export function groupsUnsaid({ columns }: Table, rows: Uint32Array, target: string): string[] {
  return columns.flatMap((column) => {
    const { name } = column
    if (name === target || column.kind === 'date' || !namesThings(name)) return []
    return seemsToGroup(name, differentOf(column, rows), rows.length)
      ? [
          `"${name}" seems to name what several rows are of: where fresh rows are of others, the score is too good, unless it is learned with by: ${JSON.stringify(name)}`,
        ]
      : []
  })
}

function differentOf(column: Column, rows: Uint32Array): number {
  const seen = new Set<number | string | null>()
  for (const row of rows) {
    if (isMissing(column, row)) continue
    seen.add('values' in column ? (column.values[row] ?? missing(column.values, row)) : wordOf(column, row))
  }
  return seen.size
}
