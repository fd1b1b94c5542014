// Loads and prepares the data of a training or study file.

import { InvalidSpecError } from '../core/errors.ts'
import { resolveLoss, targetsPerRow, taskOf } from '../core/losses.ts'
import { widthsOf } from '../core/resolve.ts'
import type { TrainSpec } from '../core/spec.ts'
import { type Dataset, fitImputer, fitMinMax, fitStandardizer, type TableOptions, type TransformNumbers, trainTestSplit } from '../index.ts'
import { readSource } from './source.ts'
import { besideFile, type DataSection, type TrainingFile } from './training-file.ts'

interface Parts {
  readonly train: Dataset
  readonly test: Dataset | undefined
}

/** Rows ready to train on, and what was learnt from the training part to make them so, in the order it was applied. */
export interface TrainingData extends Parts {
  readonly transforms: readonly TransformNumbers[]
}

function tableOptions({ target, task, categorical, ignore, classNames, missing }: DataSection): TableOptions {
  // Filling in is left to `prepare`: it must learn from the training part alone.
  const reading = missing === undefined || missing === 'refuse' || missing === 'drop' ? missing : 'keep'
  return {
    ...(target !== undefined && { target }),
    ...(task && { task }),
    ...(categorical && { categorical }),
    ...(ignore && { ignore }),
    ...(classNames && { classNames }),
    ...(reading && { missing: reading }),
  }
}

function splitRows(all: Dataset, { fraction = 0.2, seed = 0, stratify }: NonNullable<DataSection['test']>): Parts {
  if (fraction === 0) return { train: all, test: undefined }
  return trainTestSplit(all, { testFraction: fraction, seed, stratify: stratify ?? all.task !== 'regression' })
}

/** Fills in and scales, by what the training part says. */
function prepare({ train, test }: Parts, { missing, scaling }: DataSection): TrainingData {
  const learners = [
    missing === 'mean' || missing === 'median' || missing === 'mode' ? (part: Dataset) => fitImputer(part, missing) : undefined,
    scaling === 'standardize' ? fitStandardizer : scaling === 'minMax' ? fitMinMax : undefined,
  ]
  let data: TrainingData = { train, test, transforms: [] }
  for (const learn of learners) {
    if (learn === undefined) continue
    const fitted = learn(data.train)
    data = { train: fitted.apply(data.train), test: data.test && fitted.apply(data.test), transforms: [...data.transforms, fitted] }
  }
  return data
}

/** Fields that say nothing about images that come in two parts. */
const OF_TABLES = ['target', 'task', 'categorical', 'ignore', 'missing', 'test'] as const

/** Loads, splits, fills in and scales what the `data:` section names. */
export async function loadTrainingData(section: DataSection, specPath: string, signal?: AbortSignal): Promise<TrainingData> {
  const path = besideFile(specPath, section.source)
  const source = await readSource(section.source, path, tableOptions(section), signal)
  if ('all' in source) return prepare(splitRows(source.all, section.test ?? {}), section)
  const idle = OF_TABLES.find((field) => section[field] !== undefined)
  if (idle !== undefined)
    throw new InvalidSpecError(`data.${idle} is given; ${section.source} is images with a test part of their own, so leave it out`)
  return prepare(source, section)
}

/** The class's name: YAML reads 1 as a number, and the class is called "1". */
export const positiveClassOf = ({ positiveClass }: DataSection): string | undefined =>
  positiveClass === undefined ? undefined : String(positiveClass)

/** The part of a training file that `fit` takes, with the input size the data has. Throws InvalidSpecError where they disagree. */
export function specFor({ data: _data, backend: _backend, network, ...training }: TrainingFile, train: Dataset): TrainSpec {
  const { inputSize = train.inputSize, loss, layers } = network
  if (inputSize !== train.inputSize)
    throw new InvalidSpecError(
      `network.inputSize is ${inputSize}; the data has ${train.inputSize} features (left out, it is taken from the data)`,
    )
  const spec: TrainSpec = { ...training, network: { ...network, inputSize } }
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
