import { dirname, resolve } from 'node:path'
import { Lexer, parse } from 'yaml'
import * as z from 'zod/mini'
import { InvalidSpecError } from '../core/errors.ts'
import { fraction, MAX_SEED, MAX_WORKERS, whole } from '../core/fields.ts'
import { trainSpecSchema } from '../core/spec.ts'
import { parseSpec } from '../core/validate.ts'
import { readText } from '../data/node/files.ts'

const column = z.union([z.string(), z.int()], { error: 'must be the name of a column, or its place from 0 (-1 is the last)' })

export const dataSchema = z.strictObject({
  source: z
    .string()
    .check(
      z.minLength(1),
      z.describe('pima, fashion-mnist, a .csv or .arff file, or a folder of IDX files; paths start from the spec file'),
    ),
  target: z.optional(z.union([column, z.array(column)])).check(z.describe('Column to predict: the last unless said')),
  task: z.optional(z.enum(['binary', 'multiclass', 'regression'])).check(z.describe('Found out from the target unless said')),
  categorical: z.optional(z.array(column)).check(z.describe('Columns of numbers to be taken as categories')),
  ignore: z.optional(z.array(column)).check(z.describe('Columns left out')),
  classNames: z.optional(z.array(z.string())).check(z.describe('The classes in index order')),
  missing: z.optional(z.enum(['refuse', 'drop', 'mean', 'median', 'mode'])).check(z.describe('Missing values: refuse unless said')),
  test: z.optional(
    z.strictObject({
      fraction: z.optional(fraction()).check(z.describe('Part of the rows to test on: 0.2 unless said, 0 for none')),
      seed: z.optional(whole(0, MAX_SEED)).check(z.describe('Which rows these are: 0 unless said')),
      stratify: z.optional(z.boolean()).check(z.describe('Same share of every class in both parts: true unless said')),
    }),
  ),
  scaling: z.optional(z.enum(['none', 'standardize', 'minMax'])).check(z.describe('By statistics of the training rows; none unless said')),
})
export type DataSection = z.infer<typeof dataSchema>

export const backendSchema = z.strictObject({
  prefer: z.optional(z.enum(['auto', 'wasm', 'webgpu'])),
  workers: z.optional(whole(0, MAX_WORKERS)).check(z.describe('Threads; 0 is the main one, one per core unless said')),
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

/** Lists and mappings in one another: no file that a person wrote has so many. */
const MOST_NESTED = 100

/** The value that a file of YAML, or of JSON, which is YAML, holds. @throws InvalidSpecError; DataUnavailableError where it cannot be read */
export async function readYaml(path: string): Promise<unknown> {
  const text = await readText(path)
  try {
    // The parser calls itself for each of them: deep in the stack it may end the process rather than throw.
    if (isTooDeep(text)) throw new InvalidSpecError(TOO_DEEP)
    const value: unknown = parse(text, { logLevel: 'error' })
    refuseOdd(value, [])
    return value
  } catch (cause) {
    // The parser has errors of its own for syntax, and JavaScript's for aliases of nothing or without end.
    throw new InvalidSpecError(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

const TOO_DEEP = 'its lists and mappings are nested too deeply'

/** Whether brackets are open in one another, or lists begin in one another on a line, more often than any file needs. */
function isTooDeep(text: string): boolean {
  let brackets = 0
  let dashes = 0
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets++
    if (token === ']' || token === '}') brackets--
    if (token === '-' || token === '?') dashes++
    if (/^\r?\n$/.test(token)) dashes = 0
    if (brackets > MOST_NESTED || dashes > MOST_NESTED) return true
  }
  return false
}

/** What YAML can say and no file here means: bytes and other tagged values, and aliases of what they stand in. @throws InvalidSpecError */
function refuseOdd(value: unknown, around: readonly unknown[]): void {
  if (typeof value !== 'object' || value === null) return
  if (around.includes(value)) throw new InvalidSpecError('an alias stands inside of what it stands for')
  if (around.length > MOST_NESTED) throw new InvalidSpecError(TOO_DEEP)
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype)
    throw new InvalidSpecError('a value with a tag, as !!binary, is neither text nor number, list nor mapping')
  for (const inner of Object.values(value)) refuseOdd(inner, [...around, value])
}

/**
 * Reads a training file.
 * @throws InvalidSpecError naming every field that is wrong
 */
export async function readTrainingFile(path: string): Promise<TrainingFile> {
  const value = await readYaml(path)
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

/** A path in a training file starts from the file's own folder. */
export const besideFile = (specPath: string, source: string): string => resolve(dirname(specPath), source)
