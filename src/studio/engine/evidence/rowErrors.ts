// Of which rows a network is furthest from the truth.

import { at } from '../../../core/at.ts'
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
    const errors = targetNames.map((_, i) => at(outputs, row * width + i) - at(targets, row * width + i))
    const worst = errors.reduce((most, error, i) => (Math.abs(error) > Math.abs(at(errors, most)) ? i : most), 0)
    const prefix = width > 1 ? `${targetNames[worst]}: ` : ''
    const error = at(errors, worst)
    return {
      row: row + 1,
      truth: prefix + short(at(targets, row * width + worst)),
      said: prefix + short(at(outputs, row * width + worst)),
      sureness: `off by ${short(error)}`,
      error: Math.abs(error),
    }
  })
}
