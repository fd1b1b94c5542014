// Of which rows a network is furthest from the truth.

import { answersOf, type Predictions } from '../../../report/network/predictions.ts'
import type { RowErrors } from '../../evidenceProtocol.ts'

/** Rows that are listed. */
const WORST = 40

const percent = (share: number): string => `${Math.round(100 * share)} %`
const short = (value: number): string => String(Number(value.toPrecision(4)))

/** Rows in the order of their errors: of classes those answered wrong, the surest first. */
export function rowErrors(predictions: Predictions): RowErrors {
  const { task, rows } = predictions
  const all = task === 'regression' ? ofNumbers(predictions) : ofClasses(predictions)
  const wrong = task === 'regression' ? undefined : { rows: all.length, of: rows }
  return { wrong, rows: all.sort((a, b) => b.error - a.error).slice(0, WORST) }
}

function ofClasses(predictions: Predictions): RowErrors['rows'][number][] {
  const nameOf = (index: number): string => predictions.classNames[index] ?? String(index)
  return answersOf(predictions).flatMap(({ said, is, probability }, i) => {
    if (said === is) return []
    const error = predictions.task === 'binary' && said === 0 ? 1 - probability : probability
    return [{ row: i + 1, truth: nameOf(is), said: nameOf(said), sureness: percent(error), error }]
  })
}

/** Of several targets the one that is furthest off. */
function ofNumbers({ outputs, targets, rows, targetNames }: Predictions): RowErrors['rows'][number][] {
  const width = targetNames.length
  return Array.from({ length: rows }, (_, row) => {
    const errors = targetNames.map((_, i) => (outputs[row * width + i] ?? Number.NaN) - Number(targets[row * width + i]))
    const worst = errors.reduce((most, error, i) => (Math.abs(error) > Math.abs(errors[most] ?? 0) ? i : most), 0)
    const prefix = width > 1 ? `${targetNames[worst]}: ` : ''
    const error = errors[worst] ?? Number.NaN
    return {
      row: row + 1,
      truth: prefix + short(Number(targets[row * width + worst])),
      said: prefix + short(outputs[row * width + worst] ?? Number.NaN),
      sureness: `off by ${short(error)}`,
      error: Math.abs(error),
    }
  })
}
