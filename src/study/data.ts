// The data of a study, for each fold.

import { InvalidSpecError } from '../core/errors.ts'
import type { Inputs } from '../core/inputs.ts'
import { METRICS } from '../core/names.ts'
import type { Dataset } from '../data/dataset.ts'
import { kFolds } from '../data/split.ts'
import type { Preparation } from '../prepare/index.ts'
import { type FitData, readData } from '../train/check.ts'
import type { Objective } from './objective.ts'
import type { Json } from './trial.ts'

/**
 * What a study trains on: the same rows for every repeat, or a function of the fold's number (from 0), for splits of your own.
 * With `repeats.folds` and a data set as `train`, its rows are cut into folds, stratified by class, and `test` is left out.
 */
export type StudyData = FitData | ((fold: number) => FitData)

const isDataset = (train: FitData['train']): train is Dataset => 'task' in train && 'outputSize' in train

/** Arrays of other kinds are converted once, not at every rung. */
function kept(data: FitData): FitData {
  const { train, test, classNames } = readData(data)
  const { inputShape } = data.train
  return { train: { ...train, ...(inputShape && { inputShape }), ...(classNames && { classNames }) }, ...(test && { test }) }
}

/** The data of a study as it is given, and as its folds train on it. */
export interface FoldedData {
  /** One a fold, or one for all folds where they are cut from one set of rows. */
  readonly given: readonly FitData[]
  readonly folds: readonly FitData[]
}

/** @throws InvalidSpecError, InvalidDataError */
export function dataOfFolds(data: StudyData, folds: number, seed: number): FoldedData {
  if (typeof data === 'function') {
    const given = Array.from({ length: folds }, (_, fold) => data(fold))
    return { given, folds: given.map(kept) }
  }
  const whole = kept(data)
  if (folds === 1) return { given: [data], folds: [whole] }
  const { train } = data
  if (!isDataset(train)) {
    throw new InvalidSpecError(
      `repeats.folds is ${folds}; the data must then be a function of the fold, or have a Dataset as train (loadDataset and the parsers give one)`,
    )
  }
  return { given: [{ train }], folds: kFolds(train, { folds, seed, stratify: train.task !== 'regression' }) }
}

/** What made numbers of a table's rows, as `prepare` gives it beside them: one, or a list of one a fold where each fold learned its own. */
export function preparationOf({ given }: FoldedData): Json | undefined {
  const all = given.flatMap(({ train }) => (train as { readonly preparation?: Preparation }).preparation ?? [])
  return all.length === 0 ? undefined : JSON.parse(JSON.stringify(all.length === 1 ? all[0] : all))
}

/** What a training row is. */
export function inputsOf(data: FitData): Inputs {
  const { features, rows, tokens } = readData(data).train
  return { inputSize: features.length / rows, inputShape: data.train.inputShape, tokens }
}

/** @throws InvalidSpecError when an objective or a constraint needs test rows and there are none */
export function checkTested(objectives: readonly Pick<Objective, 'metric'>[], folds: readonly FitData[]): void {
  const tested = objectives.find(({ metric }) => metric.startsWith('test') || METRICS.some((name) => name === metric))
  if (tested === undefined || folds.every(({ test }) => test !== undefined)) return
  throw new InvalidSpecError(`objective is "${tested.metric}"; it is of test rows, so give \`test\` in the data, or folds`)
}
