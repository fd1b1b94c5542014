/** Columns that are shuffled together when it is asked what matters: those that make no sense apart, or that say nearly the same. */

import { InvalidSpecError } from '../core/errors.ts'
import { isObject, shown } from '../core/shown.ts'
import { findColumn } from '../prepare/cells.ts'
import type { Table } from '../table/table.ts'
import type { ColumnGroup } from './matters/columns.ts'

/** By its name the columns of each group, by name or place. */
export type LearnGroups = Readonly<Record<string, readonly (string | number)[]>>

/** @throws InvalidSpecError for what is no group or a column in two, InvalidDataError for a column that is not there */
export function readGroups(table: Table, groups: LearnGroups = {}): ColumnGroup[] {
  if (!isObject(groups)) throw new InvalidSpecError(`groups is ${shown(groups)}; it must be an object such as { place: ['lat', 'lon'] }`)
  const of = new Map<string, string>()
  return Object.entries(groups).map(([name, columns]) => {
    if (!Array.isArray(columns) || columns.length === 0)
      throw new InvalidSpecError(`groups.${name} is ${shown(columns)}; it must be a list of columns, such as ['lat', 'lon']`)
    const names = columns.map((column) => findColumn(table, column, `groups.${name}`).name)
    for (const column of names) {
      const other = of.get(column)
      if (other !== undefined)
        throw new InvalidSpecError(`column "${column}" is in groups.${other} and again in groups.${name}; a column is in one group, once`)
      of.set(column, name)
    }
    return { name, columns: names }
  })
}

/** What is shuffled: the groups, of their columns those that are read, and the other columns each alone. */
export function groupsOf(read: readonly string[], groups: readonly ColumnGroup[]): ColumnGroup[] {
  const grouped = groups.map(({ name, columns }) => ({ name, columns: columns.filter((column) => read.includes(column)) }))
  const alone = read.filter((name) => !grouped.some(({ columns }) => columns.includes(name)))
  return [...grouped.filter(({ columns }) => columns.length > 0), ...alone.map((name) => ({ name, columns: [name] }))]
}
