// The file that `espalier train` reads.

import { dirname, resolve } from 'node:path'
import * as z from 'zod/mini'
import { InvalidSpecError } from '../core/errors.ts'
import { fraction, MAX_SEED, MAX_WORKERS, whole } from '../core/fields.ts'
import { trainSpecSchema } from '../core/spec.ts'
import { parseSpec } from '../core/validate.ts'
import { prepareShape } from '../prepare/index.ts'
import { readingShape } from '../table/options.ts'
import { readYaml } from './yaml.ts'

const column = z.union([z.string(), z.int()], { error: 'must be the name of a column, or its place from 0 (-1 is the last)' })

export const dataSchema = z.strictObject({
  source: z
    .string()
    .check(
      z.minLength(1),
      z.describe(
        'pima, fashion-mnist, a table (CSV, TSV, ARFF, JSON, Parquet or XLSX, also gzipped), or a folder of IDX files; paths start from this file',
      ),
    ),
  ...readingShape,
  target: z.optional(z.union([column, z.array(column)])).check(z.describe('Column to predict: the last by default')),
  task: z.optional(z.enum(['binary', 'multiclass', 'regression'])).check(z.describe('Found out from the target by default')),
  categorical: z.optional(z.array(column)).check(z.describe('Columns of numbers to be taken as categories')),
  classNames: z.optional(z.array(z.string())).check(z.describe('The classes in index order')),
  positiveClass: z
    .optional(z.union([z.string(), z.int()], { error: 'must be the name of a class' }))
    .check(z.describe('Class that precision, recall, f1 and auc are of: the rarer of two by default')),
  ...prepareShape,
  test: z.optional(
    z.strictObject({
      fraction: z.optional(fraction()).check(z.describe('Part of the rows to test on: 0.2 by default, 0 for none')),
      seed: z.optional(whole(0, MAX_SEED)).check(z.describe('Which rows these are: 0 by default')),
      stratify: z.optional(z.boolean()).check(z.describe('Same share of every class in both parts: true by default')),
      by: z
        .optional(column)
        .check(z.describe('Column to split by: by dates and numbers the last rows are the test, by others no group is in both parts')),
      source: z.optional(z.string().check(z.minLength(1))).check(z.describe('A file of test rows of its own, by its path from this one')),
    }),
  ),
  scaling: z
    .optional(z.enum(['none', 'standardize', 'minMax']))
    .check(z.describe("Version 0.1's word for `numbers`, of one-hot columns as well; none by default")),
})
export type DataSection = z.infer<typeof dataSchema>

export const backendSchema = z.strictObject({
  prefer: z.optional(z.enum(['auto', 'wasm', 'webgpu'])),
  workers: z.optional(whole(0, MAX_WORKERS)).check(z.describe('Threads; 0 is the main one, one per core by default')),
})

const network = trainSpecSchema.shape.network

/** What `espalier train` reads: a training spec whose inputSize the data may give, the data, and where to run. */
const trainingFileSchema = z.extend(trainSpecSchema, {
  network: z.extend(network, { inputSize: z.optional(network.shape.inputSize) }),
  data: dataSchema,
  backend: z.optional(backendSchema),
})
export type TrainingFile = z.infer<typeof trainingFileSchema>

/** The JSON Schema of a training file, for editors. */
export function trainingFileJsonSchema(): Record<string, unknown> {
  return { title: 'espalier training file', ...z.toJSONSchema(trainingFileSchema, { io: 'input' }) }
}

/** @throws InvalidSpecError naming every field that is wrong */
export function parseTrainingFile(value: unknown, path: string): TrainingFile {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidSpecError(`${path}: must hold a mapping with at least \`network:\` and \`data:\`; \`espalier train --help\` shows one`)
  try {
    return parseSpec(trainingFileSchema, value)
  } catch (error) {
    if (error instanceof InvalidSpecError)
      throw new InvalidSpecError(`${path} is no valid training file:\n${error.message.replace(/^/gm, '  ')}`)
    throw error
  }
}

/** Errors as `readYaml` and `parseTrainingFile`. */
export const readTrainingFile = async (path: string): Promise<TrainingFile> => parseTrainingFile(await readYaml(path), path)

/** A path in a training file starts from the file's own folder. */
export const besideFile = (specPath: string, source: string): string => resolve(dirname(specPath), source)
