import { InvalidSpecError } from '../core/errors.ts'
import { checkExamples } from '../core/examples.ts'
import { metricApplies } from '../core/metrics.ts'
import { LOSSES, type MetricName } from '../core/names.ts'
import type { Examples, Member, Topology } from '../core/population.ts'
import type { FieldNames } from '../core/resolve.ts'

/** Rules between members, topology and data. */

export interface FitData {
  readonly train: Examples
  readonly test?: Examples | undefined
}

/**
 * Only the fields of Examples: a data set may carry more (names, functions of its owner), which a worker need not or cannot be sent.
 */
export function onlyExamples({ features, rows, scale, targets, sampleWeights }: Examples): Examples {
  return { features, rows, targets, ...(scale === undefined ? {} : { scale }), ...(sampleWeights === undefined ? {} : { sampleWeights }) }
}

/** @throws InvalidSpecError */
export function checkMetrics(metrics: readonly MetricName[], topology: Topology): void {
  const wrong = metrics.find((metric) => !metricApplies(metric, topology))
  if (wrong === undefined) return
  throw new InvalidSpecError(
    `metrics holds "${wrong}"; it needs two classes: binaryCrossentropy with one output, or a categorical cross-entropy with two`,
  )
}

function checkMonitor(field: string, monitor: string, { loss }: Topology, hasTest: boolean): void {
  if (monitor.startsWith('test') && !hasTest)
    throw new InvalidSpecError(`${field} is "${monitor}"; it needs test data, or must be loss or accuracy`)
  if (monitor.toLowerCase().endsWith('accuracy') && LOSSES[loss] === LOSSES.meanSquaredError) {
    throw new InvalidSpecError(`${field} is "${monitor}"; ${loss} has no accuracy, so it must be loss or testLoss`)
  }
}

/** @throws InvalidSpecError, InvalidDataError */
export function checkFit(
  topology: Topology,
  members: readonly Member[],
  { train, test }: FitData,
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
