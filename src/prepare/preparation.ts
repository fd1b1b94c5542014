/** A preparation as plain data: all that was learned of the training rows, so that any table of such columns becomes numbers alike. */

import * as z from 'zod/mini'
import { missing } from '../core/at.ts'
import { InvalidDataError } from '../core/errors.ts'
import { whole } from '../core/fields.ts'
import { MAX_INPUTS, MAX_UNITS } from '../core/rules.ts'
import { parseStored } from '../core/stored.ts'
import { numberEncodingSchema } from './numbers/kinds.ts'

/** Of a column of any kind: its name, and whether a feature after the others says where a value is missing. */
const base = { name: z.string(), indicator: z.boolean() }

const numberColumn = z.strictObject({
  kind: z.literal('number'),
  ...base,
  /** What stands for a missing value; null where none may be missing. */
  fill: z.nullable(z.number()),
  /** Whether numbers are rounded to float32 before anything else, as version 0.1.0 did. */
  rounded: z.boolean(),
  encoding: numberEncodingSchema,
  /** The decimal sign, where it is a comma: what a number as 12,345 of new rows is read by. */
  decimal: z.exactOptional(z.literal(',')),
  /** What stood behind every number and was left out, as `cm`. */
  unit: z.exactOptional(z.string()),
})

const list = z.array(z.number())

const categoryEncodingSchema = z.discriminatedUnion('kind', [
  /** A feature a category, 1 where it is this one; then (x - shift) / scale, where 0.1.0's scaling was asked for. */
  z.strictObject({
    kind: z.literal('oneHot'),
    /** What a missing cell becomes, where that is no category: 0.1.0 filled every one-hot column in by itself. */
    missing: z.optional(list),
    scaling: z.optional(z.strictObject({ kind: z.enum(['standard', 'minMax']), shift: list, scale: list })),
  }),
  /** One feature of a column of two: 1 for the second category, 0 for the first, 0.5 for any other. */
  z.strictObject({ kind: z.literal('binary') }),
  /** The smoothed mean of the target among the training rows of the category, (categories x outputs), and of all of them, for any other. */
  z.strictObject({
    kind: z.literal('targetMean'),
    smoothing: z.number(),
    means: z.array(list),
    overall: list,
    outputs: z.array(z.string()),
  }),
  /**
   * One feature, a token for an embedding of outputDim numbers a token: `first` for what is none of the categories, then one a category, then one for a
   * missing cell, where training rows had any. Columns of one outputDim share a table, each its own rows of it.
   */
  z.strictObject({ kind: z.literal('embedding'), outputDim: whole(1, MAX_UNITS), first: whole(0, MAX_INPUTS), missing: z.boolean() }),
])
export type CategoryEncoding = z.infer<typeof categoryEncodingSchema>

const categoryColumn = z.strictObject({
  kind: z.literal('category'),
  ...base,
  fill: z.nullable(z.string()),
  /** Those of the training rows. */
  categories: z.array(z.string()),
  encoding: categoryEncodingSchema,
})

/** A part as it was learned: lines are standardised, circles need no learning. */
const datePartSchema = z.discriminatedUnion('part', [
  z.strictObject({ part: z.enum(['elapsed', 'year']), mean: z.number(), scale: z.number() }),
  z.strictObject({ part: z.enum(['month', 'weekday', 'hour']) }),
])
export type LearnedDatePart = z.infer<typeof datePartSchema>

const dateColumn = z.strictObject({
  kind: z.literal('date'),
  ...base,
  /** Milliseconds since 1970. */
  fill: z.nullable(z.number()),
  parts: z.array(datePartSchema).check(z.minLength(1)),
  /** Which came first where day and month were numbers: what a date as 03/04/2020 of new rows is read by. */
  order: z.exactOptional(z.enum(['dmy', 'mdy'])),
})

const columnSchema = z.discriminatedUnion('kind', [numberColumn, categoryColumn, dateColumn])
export type ColumnPreparation = z.infer<typeof columnSchema>
export type NumberPreparation = z.infer<typeof numberColumn>
export type CategoryPreparation = z.infer<typeof categoryColumn>
export type DatePreparation = z.infer<typeof dateColumn>

const targetSchema = z.strictObject({
  names: z.array(z.string()).check(z.minLength(1)),
  task: z.enum(['binary', 'multiclass', 'regression']),
  classNames: z.array(z.string()),
  /** How the numbers of a regression were changed, one a target column; empty where they are as they were. */
  units: z.array(z.strictObject({ log: z.boolean(), mean: z.number(), scale: z.number() })),
})
export type TargetPreparation = z.infer<typeof targetSchema>

const preparationSchema = z.strictObject({
  version: z.literal(1),
  columns: z.array(columnSchema).check(z.minLength(1)),
  target: targetSchema,
  /** How the table was read, where that was guessed. */
  guesses: z.array(z.strictObject({ of: z.string(), value: z.json(), why: z.string() })),
  /** Columns that are not learned from, and why. */
  left: z.array(z.strictObject({ name: z.string(), why: z.string() })),
})

/**
 * What was learned of training rows: how each column becomes features, and how targets were changed. Plain data: `JSON.stringify` keeps every bit, and
 * `preparationFromJSON` checks what comes back.
 * @useDeclaredType
 */
export type Preparation = z.infer<typeof preparationSchema>

/** A preparation from what `JSON.stringify` made of one. @throws InvalidDataError where it is none */
export function preparationFromJSON(json: unknown): Preparation {
  const refusal = (reason: string) => new InvalidDataError(`this is no preparation: ${reason}`)
  const preparation = parseStored(preparationSchema, json, refusal)
  for (const column of preparation.columns) {
    const fault = faultOf(column)
    if (fault !== undefined) throw refusal(`column "${column.name}" ${fault}`)
  }
  return preparation
}

/** What the schema cannot say: lists that belong together are as long, and nothing is divided by 0. */
function faultOf(column: ColumnPreparation): string | undefined {
  if (column.kind === 'date') return column.parts.some((part) => 'scale' in part && part.scale === 0) ? 'has a scale of 0' : undefined
  if (column.kind === 'number') {
    const { encoding } = column
    if ('scale' in encoding && encoding.scale === 0) return 'has a scale of 0'
    const rising = 'edges' in encoding ? encoding.edges : []
    return rising.some((edge, i) => i > 0 && edge <= (rising[i - 1] ?? missing(rising, i - 1))) ? 'has edges that do not rise' : undefined
  }
  const { categories, encoding, fill } = column
  if (fill !== null && !categories.includes(fill)) return 'is filled with what is no category of it'
  if (encoding.kind === 'binary') return categories.length === 2 ? undefined : 'needs two categories'
  if (encoding.kind === 'embedding') return column.indicator ? 'has an indicator beside its token' : undefined
  if (encoding.kind === 'targetMean')
    return encoding.means.length === categories.length && encoding.means.every(({ length }) => length === encoding.overall.length)
      ? undefined
      : 'needs a mean for each category'
  if (encoding.missing !== undefined && encoding.missing.length !== categories.length)
    return 'needs as many values for a missing cell as categories'
  const { shift, scale } = encoding.scaling ?? {}
  if (shift === undefined || scale === undefined) return undefined
  if (scale.includes(0)) return 'has a scale of 0'
  return shift.length === categories.length && scale.length === categories.length ? undefined : 'needs a scale for each category'
}
