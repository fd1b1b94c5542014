/** What a person may say of a preparation: the fields of a file's `data:` section, of `fitPreparation`, and their defaults in words. */

import * as z from 'zod/mini'
import { flag, nonNegative, whole } from '../core/fields.ts'
import { MAX_UNITS } from '../core/rules.ts'
import { recordOf } from '../core/stored.ts'
import { DATE_PARTS } from './dates.ts'
import { type NumbersOptions, numbersSchemas } from './numbers/kinds.ts'

const NUMBERS = [
  'none',
  'standard',
  'minMax',
  'robust',
  'quantile',
  'piecewiseLinear',
  'periodic',
] as const satisfies NumbersOptions['name'][]
const CATEGORIES = ['oneHot', 'targetMean', 'embedding'] as const

const numbers = z.union([z.enum(NUMBERS), z.discriminatedUnion('name', numbersSchemas)])

/** Of the kinds of categories that take options; the others are a name. */
const categoriesSchemas = [
  z.strictObject({ name: z.literal('oneHot') }),
  z.strictObject({
    name: z.literal('targetMean'),
    smoothing: z
      .optional(nonNegative())
      .check(z.describe('Rows by which a category’s mean is drawn to the mean of all rows: 10 by default')),
  }),
  z.strictObject({
    name: z.literal('embedding'),
    outputDim: z.optional(whole(1, MAX_UNITS)).check(z.describe('Numbers a category becomes: 8 by default')),
  }),
] as const
const categories = z.union([z.enum(CATEGORIES), z.discriminatedUnion('name', categoriesSchemas)])

const missing = z.enum(['refuse', 'drop', 'mean', 'median', 'mode', 'zero'])

/** Of one column, before what is said of all. */
const columnSchema = z.strictObject({
  numbers: z.optional(numbers).check(z.describe('How its numbers become features')),
  categories: z.optional(categories).check(z.describe('How its categories become features')),
})

/** The fields of `data:` that a preparation is made by. */
export const prepareShape = {
  numbers: z
    .optional(numbers)
    .check(z.describe('How numbers become features: none, standard, minMax, robust, quantile, piecewiseLinear or periodic')),
  categories: z.optional(categories).check(z.describe('How categories become features: oneHot by default, targetMean, or embedding')),
  missing: z.optional(missing).check(z.describe('Missing values: refuse by default; zero fills sequences up')),
  indicator: z
    .optional(flag())
    .check(
      z.describe('Whether a column whose training rows miss values has a feature that says where: true by default, but for missing: zero'),
    ),
  dates: z
    .optional(z.array(z.enum(DATE_PARTS)).check(z.minLength(1)))
    .check(z.describe('What is made of a date: elapsed, month, weekday and hour by default')),
  targets: z
    .optional(z.enum(['auto', 'none', 'standard', 'logStandard']))
    .check(z.describe('How the numbers of a target are scaled: auto by default')),
  columns: z.optional(recordOf(columnSchema)).check(z.describe('By the name of a column, what holds for it alone')),
}

const prepareSchema = z.strictObject(prepareShape)
type Prepare = z.infer<typeof prepareSchema>
export type ColumnOptions = z.infer<typeof columnSchema>
export type CategoriesOptions = z.infer<(typeof categoriesSchemas)[number]>

/** How `fitPreparation` turns the columns of a table into features and targets. Columns are named, or counted from 0 (-1 is the last). */
export interface PrepareOptions extends Prepare {
  /** The column to predict; several for a regression. The last by default. */
  readonly target?: string | number | readonly (string | number)[] | undefined
  /** Found out from the target by default: categories are classes, numbers are classes where they are two and a regression else. */
  readonly task?: 'binary' | 'multiclass' | 'regression' | undefined
  /** The classes in index order; those of the table by default. */
  readonly classNames?: readonly string[] | undefined
  /** Columns left out. */
  readonly ignore?: readonly (string | number)[] | undefined
  /** Columns of numbers that are categories. */
  readonly categorical?: readonly (string | number)[] | undefined
  /**
   * The scaling of version 0.1.0, in place of `numbers`: of one-hot columns as well, and of numbers that were rounded to float32 first, unless
   * different values of a column fall together then. The same rows give the same bits as `encodeTable` and `standardize` or `minMaxScale`.
   */
  readonly scaling?: 'none' | 'standardize' | 'minMax' | undefined
}

export const numbersOf = (said: z.infer<typeof numbers> | undefined): NumbersOptions =>
  said === undefined ? { name: 'standard' } : typeof said === 'string' ? ({ name: said } as NumbersOptions) : said

export const categoriesOf = (said: z.infer<typeof categories> | undefined): CategoriesOptions =>
  said === undefined ? { name: 'oneHot' } : typeof said === 'string' ? { name: said } : said
