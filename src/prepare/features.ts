/** Which columns of a table are features, and as what kind. */

import { InvalidDataError } from '../core/errors.ts'
import type { Column, Table } from '../table/table.ts'
import { findColumn } from './cells.ts'
import type { PrepareOptions } from './options.ts'
import { targetColumns } from './target.ts'

/** As what a feature column is learned; undefined for one that is not learned from. */
export function featureKind(
  table: Table,
  column: Column,
  { categorical = [] }: PrepareOptions,
): 'number' | 'category' | 'date' | undefined {
  if (categorical.some((reference) => findColumn(table, reference, 'categorical') === column)) return 'category'
  switch (column.kind) {
    case 'number':
    case 'date':
    case 'category':
      return column.kind
    case 'boolean':
      return 'category'
    case 'id':
    case 'text':
      return undefined
    default:
      return column satisfies never
  }
}

/** Whether a column is learned from: neither a target, nor ignored, nor a name or free text. */
export function isFeature(table: Table, column: Column, options: PrepareOptions): boolean {
  const others = [...targetColumns(table, options), ...(options.ignore ?? []).map((reference) => findColumn(table, reference, 'ignore'))]
  return !others.includes(column) && featureKind(table, column, options) !== undefined
}

/** The columns that are not learned from, and why. */
export function leftColumns(table: Table, options: PrepareOptions): { name: string; why: string }[] {
  const targets = targetColumns(table, options)
  const ignored = (options.ignore ?? []).map((reference) => findColumn(table, reference, 'ignore'))
  return table.columns.flatMap((column) => {
    if (targets.includes(column)) return []
    if (ignored.includes(column)) return [{ name: column.name, why: 'it is under ignore' }]
    return featureKind(table, column, options) === undefined ? [{ name: column.name, why: column.why }] : []
  })
}

/** @throws InvalidDataError where nothing is left to learn from */
export function featureColumns(table: Table, options: PrepareOptions): Column[] {
  for (const name of Object.keys(options.columns ?? {})) findColumn(table, name, 'columns')
  const found = table.columns.filter((column) => isFeature(table, column, options))
  if (found.length > 0) return found
  const targets = targetColumns(table, options).map(({ name }) => `"${name}"`)
  throw new InvalidDataError(`there is no column left for features beside the target ${targets.join(', ')}`)
}
