// Loads and prepares the data of a training or study file.

import { InvalidSpecError } from '../core/errors.ts'
import { withEmbeddings, withInputs } from '../core/inputs.ts'
import { sizeOf } from '../core/layers/kind.ts'
import { resolveLoss, targetsPerRow, taskOf } from '../core/losses.ts'
import { canonicalName } from '../core/names.ts'
import { splitSpec, widthsOf } from '../core/resolve.ts'
import { isObject } from '../core/shown.ts'
import type { TrainSpec } from '../core/spec.ts'
import { naming } from '../data/node/files.ts'
import type { SplitOptions } from '../data/split.ts'
import { type Dataset, fitMinMax, fitStandardizer, type TransformNumbers } from '../index.ts'
import {
  type Preparation,
  type PreparedTable,
  type PrepareOptions,
  prepare,
  prepareFolds,
  prepareTable,
  type SplitByOptions,
  targetColumns,
  unseenText,
  usableRows,
} from '../prepare/index.ts'
import type { ReadingOptions } from '../table/options.ts'
import type { Table } from '../table/table.ts'
import { knownTarget, readAlike, readingOf, readTrainingSource, targetOf } from './source.ts'
import { besideFile, type DataSection, type TrainingFile } from './training-file.ts'

/** Rows ready to train on. */
export interface TrainingData {
  readonly train: Dataset
  readonly test: Dataset | undefined
  /** Of images: what was learnt from the training part to scale both, in the order it was applied. */
  readonly transforms: readonly TransformNumbers[]
  /** Of a table. */
  readonly preparation?: Preparation
  /** Of a table that is trained on in folds: each with a preparation of its own, learned of its own training rows. */
  readonly folds?: readonly PreparedTable[]
  /** What a person should know of the rows. */
  readonly said: readonly string[]
}

/** Losses of which a target may be scaled: they go by the difference of target and prediction, and ask nothing of their size or sign. */
const SCALABLE: readonly string[] = ['meanSquaredError', 'meanAbsoluteError', 'huber', 'logCosh', 'quantile']

/** Whether a network, as a file says it, can learn a target that was scaled: by such a loss, and with an output that any number can come out of. */
export function takesScaledTargets(network: unknown): boolean {
  if (!isObject(network)) return false
  const { loss, layers } = network
  const name = isObject(loss) ? loss.name : loss
  const last = Array.isArray(layers) ? layers.at(-1) : undefined
  const isScalable = typeof name === 'string' && SCALABLE.includes(canonicalName(name, SCALABLE))
  return isScalable && isObject(last) && (last.activation === undefined || last.activation === 'linear')
}

/** What a preparation is made by. A file that says neither `numbers` nor `scaling` leaves numbers as they are, as 0.1.0 did. */
function prepareOptions(section: DataSection, network: unknown): PrepareOptions {
  const { target, task, classNames, ignore, categorical, scaling, numbers, categories, missing, indicator, dates, columns } = section
  const { targets = 'auto' } = section
  return {
    ...{ target, task, classNames, ignore, categorical, missing, indicator, dates, columns, categories, numbers },
    ...(numbers === undefined && { scaling: scaling ?? 'none' }),
    ...(numbers !== undefined && scaling !== undefined && { scaling }),
    targets: targets === 'auto' && !takesScaledTargets(network) ? 'none' : targets,
  }
}

/** Rows to test on: a fifth by default. @throws InvalidSpecError for ways that exclude each other */
function splitOptions(test: NonNullable<DataSection['test']>): SplitOptions | SplitByOptions | false {
  const { fraction = 0.2, seed = 0, stratify, by, source } = test
  const second = by !== undefined && stratify !== undefined ? 'stratify' : undefined
  if (second !== undefined) throw new InvalidSpecError(`data.test.by and data.test.${second} are both given; give one of them`)
  const other =
    source === undefined ? undefined : (['by', 'fraction', 'seed', 'stratify'] as const).find((name) => test[name] !== undefined)
  if (other !== undefined)
    throw new InvalidSpecError(`data.test.source and data.test.${other} are both given; the test rows are those of the file`)
  if (source !== undefined || fraction === 0) return false
  return by === undefined
    ? { testFraction: fraction, seed, ...(stratify !== undefined && { stratify }) }
    : { by, testFraction: fraction, seed }
}

/** Rows of a file of their own, prepared as the training rows were. */
async function testRows(
  source: string,
  path: string,
  table: Table,
  options: PrepareOptions,
  preparation: Preparation,
  reading: ReadingOptions,
) {
  const rows = await readAlike(path, preparation, reading)
  // By name: the places of another file's columns may be others.
  const named = {
    ...options,
    target: targetColumns(table, options).map(({ name }) => name),
    ignore: undefined,
    categorical: undefined,
    columns: undefined,
  }
  return naming(source, () => {
    const usable = usableRows({ ...rows, columns: rows.columns.filter(({ name }) => isUsed(preparation, name)) }, named)
    const test = prepare(preparation, rows, usable.rows)
    return { test, said: [...usable.said, ...unseenText(test.unseen)].map((line) => `of the test rows, ${line}`) }
  })
}

const isUsed = ({ columns, target }: Preparation, name: string): boolean =>
  columns.some((column) => column.name === name) || target.names.includes(name)

/** What was strange about the file, each with the line that mends it. */
const problemsOf = ({ problems }: Table): string[] =>
  problems.map(({ message, mend }) => (mend === undefined ? message : `${message} (data: { ${mend} })`))

/** Fields that say nothing about images that come in two parts. */
const OF_TABLES = [
  ...['target', 'task', 'categorical', 'ignore', 'missing', 'test'],
  ...['numbers', 'categories', 'indicator', 'dates', 'targets', 'columns'],
] as const satisfies readonly string[]

/** Scales images by what their training part says. */
function scaleImages({ train, test }: { readonly train: Dataset; readonly test: Dataset }, { scaling }: DataSection): TrainingData {
  const learn = { none: undefined, standardize: fitStandardizer, minMax: fitMinMax }[scaling ?? 'none']
  if (learn === undefined) return { train, test, transforms: [], said: [] }
  const fitted = learn(train)
  return { train: fitted.apply(train), test: fitted.apply(test), transforms: [fitted], said: [] }
}

/**
 * Loads, splits and prepares what the `data:` section names.
 * @param network as the file says it: whether a regression's target can be scaled hangs on it
 * @param folds into which a study cuts the training rows
 */
export async function loadTrainingData(
  section: DataSection,
  specPath: string,
  network: unknown,
  signal?: AbortSignal,
  folds?: { readonly folds: number; readonly seed: number },
): Promise<TrainingData> {
  const path = besideFile(specPath, section.source)
  const { classNames } = section
  const source = await readTrainingSource(
    section.source,
    path,
    { ...readingOf(section), ...knownTarget(section.target) },
    { classNames, signal },
  )
  if ('table' in source) {
    const target = typeof section.target === 'string' ? targetOf(section.target, source.table) : section.target
    const options = prepareOptions({ ...section, target }, network)
    const { source: tests } = section.test ?? {}
    const prepared = await naming(section.source, () => {
      const split = splitOptions(section.test ?? {})
      return { ...prepareTable(source.table, options, split), ...(folds && { folds: prepareFolds(source.table, options, split, folds) }) }
    })
    const told = [...problemsOf(source.table), ...prepared.said]
    if (tests === undefined) return { ...prepared, transforms: [], said: told }
    const tested = await testRows(tests, besideFile(specPath, tests), source.table, options, prepared.preparation, readingOf(section))
    return { ...prepared, test: tested.test, transforms: [], said: [...told, ...tested.said] }
  }
  const idle = OF_TABLES.find((field) => section[field as keyof DataSection] !== undefined)
  if (idle !== undefined)
    throw new InvalidSpecError(`data.${idle} is given; ${section.source} is images with a test part of their own, so leave it out`)
  return scaleImages(source, section)
}

/** The class's name: YAML reads 1 as a number, and the class is called "1". */
export const positiveClassOf = ({ positiveClass }: DataSection): string | undefined =>
  positiveClass === undefined ? undefined : String(positiveClass)

/** The part of a training file that `fit` takes, with the inputs the data has. Throws InvalidSpecError where they disagree. */
export function specFor({ data: _data, backend: _backend, network, ...training }: TrainingFile, train: Dataset): TrainSpec {
  const { inputSize, inputShape, loss, layers } = network
  const said = inputShape === undefined ? inputSize : sizeOf(inputShape)
  if (said !== undefined && said !== train.inputSize)
    throw new InvalidSpecError(
      `${inputShape === undefined ? `network.inputSize is ${said}` : `network.inputShape is [${inputShape.join(', ')}], which has ${said} numbers`}; the data has ${train.inputSize} features (left out, it is taken from the data)`,
    )
  const given = withEmbeddings({ ...training, network }, train)
  const found = withInputs(splitSpec(given).topology, train)
  const inputs = found.inputShape === undefined ? { inputSize: found.inputSize } : { inputShape: found.inputShape }
  const spec: TrainSpec = { ...given, network: { ...given.network, ...inputs } }
  const resolved = resolveLoss(loss)
  const { name } = resolved
  const task = taskOf(resolved)
  const units = widthsOf(spec).at(-1) ?? 0
  const categorical = task === 'categorical'
  if (train.task === 'multiclass' && !categorical)
    throw new InvalidSpecError(
      `network.loss is "${name}"; the data has ${train.classNames.length} classes, so it must be "categoricalCrossentropy"`,
    )
  if (train.task === 'regression' && task !== 'regression')
    throw new InvalidSpecError(
      `network.loss is "${name}"; the target "${train.targetNames[0]}" is a number, so it must be "meanSquaredError" or another loss of numbers (for classes numbered in a column: data.task: multiclass)`,
    )
  const needed = categorical ? train.classNames.length : train.outputSize
  if (targetsPerRow(resolved, units) !== needed) {
    const reason =
      train.task === 'regression'
        ? `${needed} target columns`
        : `${train.classNames.length} classes, which with ${name} take ${needed} outputs`
    throw new InvalidSpecError(`network.layers[${layers.length - 1}].units is ${units}; the data has ${reason}`)
  }
  return spec
}
