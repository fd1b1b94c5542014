/**
 * Everything a study of the studio is made from, as plain data; the link, the snippet and the engine use the same. A parameter with several
 * values is searched; a list of one, or a range that ends where it begins, is fixed.
 */

import * as z from 'zod/mini'
import { ACTIVATIONS, type ActivationName } from '../core/activations.ts'
import { between, flag, MAX_SEED, MAX_WORKERS, nonNegative, positive, whole } from '../core/fields.ts'
import { INITIALIZERS } from '../core/initializers.ts'
import { METRICS } from '../core/names.ts'
import { OPTIMIZERS, type OptimizerName } from '../core/optimizers.ts'
import { MAX_UNITS } from '../core/rules.ts'
import { parseExact } from '../core/validate.ts'
import { FORMATS, type ReadingOptions, readingShape } from '../table/options.ts'

/** Data that lie beside the page. */
export const SAMPLES = ['pima', 'auto-mpg', 'concrete', 'votes', 'fashion-mnist'] as const
export type SampleName = (typeof SAMPLES)[number]
/** Samples that are tables: their files beside the page, and in the package's folder `data`. */
export const SAMPLE_FILES = {
  pima: 'pima.arff',
  'auto-mpg': 'auto-mpg.csv',
  concrete: 'concrete.csv',
  votes: 'votes.csv',
} as const
export const STRATEGIES = ['tpe', 'random', 'grid', 'winnerTakesAll', 'pyramid', 'hyperband'] as const
export type Strategy = (typeof STRATEGIES)[number]
export const SCALINGS = ['none', 'standardize', 'minMax'] as const
export const TASKS = ['binary', 'multiclass', 'regression'] as const
export const MISSING = ['refuse', 'drop', 'mean', 'median', 'mode'] as const
export const OBJECTIVES = ['testAccuracy', 'testLoss', ...METRICS] as const
export type ObjectiveName = (typeof OBJECTIVES)[number]
/** Where the target is a number; the others are of classes. */
export const OBJECTIVES_OF_NUMBERS: readonly ObjectiveName[] = ['testLoss', 'meanAbsoluteError', 'rootMeanSquaredError', 'r2']
/** Softmax is for outputs. */
export const HIDDEN_ACTIVATIONS = (Object.keys(ACTIVATIONS) as ActivationName[]).filter((name) => name !== 'softmax')
export const OPTIMIZER_NAMES = Object.keys(OPTIMIZERS) as OptimizerName[]
/** Hidden layers that a network of the studio may have. */
export const MAX_LAYERS = 8
/** The configuration's version, which changes when old configurations can no longer be read. */
export const VERSION = 1

const listOf = <T extends z.core.$ZodType>(item: T) =>
  z.array(item).check(
    z.minLength(1, { error: 'must hold at least one value' }),
    z.refine((values: readonly unknown[]) => new Set(values).size === values.length, { error: 'must hold every value once' }),
  )
const namesOf = <T extends string>(names: readonly T[]) => listOf(z.enum(names as [T, ...T[]]))

/** `points`: how many values of it the strategies take that cannot search a continuum (grid, winner takes all), both ends among them. */
const rangeOf = (end: z.core.$ZodType<number, number>) =>
  z.strictObject({ low: end, high: end, log: flag(), points: whole(2, 50) }).check(
    z.refine(({ low, high }) => Number(low) <= Number(high), { error: 'must have a low that is not above its high' }),
    z.refine(({ low, log }) => !log || Number(low) > 0, { error: 'must have a low above 0 where log is true' }),
  )

const file = z.strictObject({
  name: z.string(),
  /** SHA-256 in hexadecimal, by which the browser's store knows the file. */
  digest: z.string().check(z.regex(/^[0-9a-f]{64}$/, { error: 'must be a SHA-256 of 64 hexadecimal digits' })),
  bytes: whole(0, Number.MAX_SAFE_INTEGER),
})

const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sample'), name: z.enum(SAMPLES), reading: z.optional(z.strictObject(readingShape)) }),
  z.strictObject({
    kind: z.literal('table'),
    format: z.enum(FORMATS),
    file,
    /** Whether a CSV file's first line names the columns; null: detected. */
    header: z.nullable(flag()),
    /** Between a CSV file's cells; null: detected. */
    delimiter: z.nullable(z.string()),
    /** What else somebody said of how it is read. */
    reading: z.optional(z.strictObject(readingShape)),
  }),
  /** Images and labels; the test part's where there is one. */
  z.strictObject({
    kind: z.literal('idx'),
    train: z.tuple([file, file]),
    test: z.nullable(z.tuple([file, file])),
    /** Of a folder of pictures: its name, and those of its classes, in the order of the labels. */
    folder: z.optional(z.strictObject({ name: z.string(), classes: z.array(z.string()) })),
  }),
])

const configSchema = z.strictObject({
  version: z.literal(VERSION),
  data: z.strictObject({
    source,
    /** A column's name; null for images. */
    target: z.nullable(z.string()),
    task: z.enum(TASKS),
    /** Columns left out. */
    ignore: z.array(z.string()),
    /** Columns of numbers that are categories. */
    categorical: z.array(z.string()),
    /** The column that names what several rows are of: whole groups are learned from, or tested on. */
    by: z.optional(z.string()),
    missing: z.enum(MISSING),
    /** Rows to test on; ignored if the source has a test part of its own. */
    test: z.strictObject({ share: between(0.01, 0.9), seed: whole(0, MAX_SEED), stratify: flag() }),
    scaling: z.enum(SCALINGS),
    /** How the numbers of a target are scaled: as they are by default. */
    targets: z.optional(z.enum(['none', 'auto'])),
  }),
  network: z.strictObject({
    /** Hidden ones. */
    layers: rangeOf(whole(1, MAX_LAYERS)),
    /** Of every hidden layer; with the pyramid, each layer has a width of its own. */
    units: rangeOf(whole(1, MAX_UNITS)),
    activations: namesOf(HIDDEN_ACTIVATIONS),
    initializers: namesOf(INITIALIZERS),
    dropout: rangeOf(between(0, 0.95)),
    l2: rangeOf(nonNegative()),
  }),
  training: z.strictObject({
    optimizers: namesOf(OPTIMIZER_NAMES),
    learningRate: rangeOf(positive()),
    batchSizes: listOf(whole(1, 65_536)),
    epochs: whole(1, 10_000),
  }),
  search: z.strictObject({
    strategy: z.enum(STRATEGIES),
    objective: z.enum(OBJECTIVES),
    /** At most; grid, winner takes all and the pyramid may end earlier. */
    trials: whole(1, 100_000),
    /** Seeds of every trial. */
    repeats: whole(1, 100),
    seed: whole(0, MAX_SEED),
  }),
  backend: z.strictObject({
    prefer: z.enum(['auto', 'wasm', 'webgpu']),
    /** null: as many as there are processor cores. */
    workers: z.nullable(whole(0, MAX_WORKERS)),
  }),
})

export type StudioConfig = z.infer<typeof configSchema>
export type DataSource = StudioConfig['data']['source']
export type StoredFile = z.infer<typeof file>
export interface Range {
  readonly low: number
  readonly high: number
  readonly log: boolean
  readonly points: number
}

/** How a table is read: what was said of it, all else is guessed. */
export function readingOf(source: DataSource): ReadingOptions {
  if (source.kind === 'idx') return {}
  if (source.kind === 'sample') return source.reading ?? {}
  const { header, delimiter, reading } = source
  return { ...(header !== null && { header }), ...(delimiter !== null && { delimiter }), ...reading }
}

/** The same table, read otherwise. */
export function readAs(source: DataSource, reading: ReadingOptions): DataSource {
  if (source.kind === 'idx') return source
  return source.kind === 'sample' ? { ...source, reading } : { ...source, header: null, delimiter: null, reading }
}

/** The folder that they lay in, or the file. */
export const imagesTitle = ({ folder, train: [{ name }] }: Extract<DataSource, { kind: 'idx' }>): string =>
  folder?.name ?? name.split('/')[0] ?? name

/** The files that hold the data; none for a sample. */
export function filesOf(source: DataSource): readonly StoredFile[] {
  if (source.kind === 'sample') return []
  return source.kind === 'table' ? [source.file] : [...source.train, ...(source.test ?? [])]
}

/** @throws InvalidSpecError naming every field that is wrong, its value and what is allowed */
export function parseConfig(value: unknown): StudioConfig {
  return parseExact(configSchema, value, '', 'the configuration')
}
