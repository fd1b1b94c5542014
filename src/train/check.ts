/** Rules between members, topology and data. */

import type { Backend } from '../backend/backend.ts'
import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { checkExamples, type GivenExamples, readExamples } from '../core/examples.ts'
import { taskOf } from '../core/losses.ts'
import { metricApplies } from '../core/metrics.ts'
import type { MetricName } from '../core/names.ts'
import type { Examples, Member, Topology } from '../core/population.ts'
import type { FieldNames } from '../core/resolve.ts'
import { isObject, shown } from '../core/shown.ts'
import { classNamesOf } from './positive.ts'

/** Rows to train on, and rows to be evaluated after every epoch. */
export interface FitData {
  readonly train: GivenExamples
  readonly test?: GivenExamples | undefined
}

/** The same as they are kept. */
export interface KeptData {
  readonly train: Examples
  readonly test?: Examples | undefined
  /** The class names of the training data. */
  readonly classNames: readonly string[] | undefined
}

/** The data as it is stored, whatever arrays hold it; training rows alone may stand for `{ train }`. @throws InvalidDataError */
export function readData(given: unknown): KeptData {
  if (!isObject(given) || !('train' in given || 'features' in given))
    throw new InvalidDataError(
      `data is ${shown(given)}; it must be { train, test }, or a dataset to train on, as fromArrays({ features, targets, task }) makes one`,
    )
  const { train, test } = 'train' in given ? given : { train: given }
  return {
    train: readExamples(train, 'train'),
    ...(test === undefined ? {} : { test: readExamples(test, 'test') }),
    classNames: classNamesOf(train),
  }
}

/** @throws InvalidSpecError for what is no backend */
export function checkBackend(backend: unknown): asserts backend is Backend {
  if (isObject(backend) && typeof backend.createSession === 'function') return
  const hint =
    isObject(backend) && typeof backend.then === 'function' ? 'write `await openBackend()`' : 'it must be what `await openBackend()` gives'
  throw new InvalidSpecError(`backend is ${shown(backend)}; ${hint}`)
}

/** @throws InvalidSpecError */
export function checkMetrics(metrics: readonly MetricName[], topology: Topology): void {
  const wrong = metrics.find((metric) => !metricApplies(metric, topology))
  if (wrong === undefined) return
  throw new InvalidSpecError(
    `metrics holds "${wrong}"; it needs classes: binaryCrossentropy with one output, or a categorical cross-entropy`,
  )
}

function checkMonitor(field: string, monitor: string, { loss }: Topology, hasTest: boolean): void {
  if (monitor.startsWith('test') && !hasTest)
    throw new InvalidSpecError(`${field} is "${monitor}"; it needs test data, or must be loss or accuracy`)
  if (monitor.toLowerCase().endsWith('accuracy') && taskOf(loss) === 'regression') {
    throw new InvalidSpecError(`${field} is "${monitor}"; ${loss.name} has no accuracy, so it must be loss or testLoss`)
  }
}

/** @throws InvalidSpecError, InvalidDataError */
export function checkFit(
  topology: Topology,
  members: readonly Member[],
  { train, test }: KeptData,
  metrics: readonly MetricName[],
  names: (member: number) => FieldNames,
): void {
  if (members.length === 0) throw new InvalidSpecError('members is empty; it must hold at least one member')
  checkExamples(train, topology, 'train')
  if (test !== undefined) checkExamples(test, topology, 'test')
  if (topology.batchSize > train.rows) {
    throw new InvalidSpecError(`batchSize is ${topology.batchSize}; it must be at most the ${train.rows} rows of the training data`)
  }
  if (metrics.length > 0 && test === undefined)
    throw new InvalidSpecError('metrics are computed on test data; give `test`, or leave them out')
  checkMetrics(metrics, topology)
  members.forEach(({ earlyStopping, learningRateSchedule: schedule }, i) => {
    if (earlyStopping !== undefined)
      checkMonitor(`${names(i).own}earlyStopping.monitor`, earlyStopping.monitor, topology, test !== undefined)
    if (schedule?.name === 'reduceOnPlateau') {
      checkMonitor(`${names(i).own}learningRateSchedule.monitor`, schedule.monitor ?? 'testLoss', topology, test !== undefined)
    }
  })
}
