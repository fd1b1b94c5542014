/** What is given for options or rows, before anything reads it. */

import * as z from 'zod/mini'
import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { isObject, shown } from '../core/shown.ts'
import { parseExact } from '../core/validate.ts'
import type { Table } from '../table/table.ts'
import { type PrepareOptions, prepareShape } from './options.ts'

const column = z.union([z.string(), z.int()], { error: 'must be the name of a column, or its place from 0 (-1 is the last)' })
const optionsSchema = z.strictObject({
  ...prepareShape,
  target: z.optional(z.union([column, z.array(column)])),
  task: z.optional(z.enum(['binary', 'multiclass', 'regression'])),
  classNames: z.optional(z.array(z.string())),
  ignore: z.optional(z.array(column)),
  categorical: z.optional(z.array(column)),
  scaling: z.optional(z.enum(['none', 'standardize', 'minMax'])),
})

/** @throws InvalidSpecError naming every option that is wrong */
export function checkPrepareOptions(options: unknown): asserts options is PrepareOptions {
  if (!isObject(options) || Array.isArray(options))
    throw new InvalidSpecError(`the options of a preparation are ${shown(options)}; they must be an object`)
  const { numbers, scaling } = parseExact(
    optionsSchema,
    Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  )
  if (scaling !== undefined && numbers !== undefined)
    throw new InvalidSpecError('scaling and numbers are both given; scaling is what 0.1.0 called it, so give numbers')
}

/** @throws InvalidDataError */
export function checkRows(table: Table, rows: unknown): asserts rows is ArrayLike<number> {
  if (!(Array.isArray(rows) || (ArrayBuffer.isView(rows) && 'length' in rows)))
    throw new InvalidDataError(`rows is ${shown(rows)}; it must be an array of row numbers`)
  const numbers = rows as ArrayLike<unknown>
  if (numbers.length === 0) throw new InvalidDataError('there are no rows')
  for (let i = 0; i < numbers.length; i++) {
    const row = numbers[i]
    if (typeof row !== 'number' || !Number.isInteger(row) || row < 0 || row >= table.rows)
      throw new InvalidDataError(`rows[${i}] is ${shown(row)}; it must be a whole number from 0 to ${table.rows - 1}`)
  }
}
