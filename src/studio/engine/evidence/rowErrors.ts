// Of which rows a network is furthest from the truth.

import { at } from '../../../core/at.ts'
import { testRowsOf } from '../../../prepare/split.ts'
import { answersOf, type Predictions } from '../../../report/network/predictions.ts'
import type { StudioConfig } from '../../config.ts'
import { prepareOptions, tableSplitOptions } from '../../dataOptions.ts'
import type { RowErrors } from '../../evidenceProtocol.ts'
import type { DataReader, StudioData } from '../data.ts'
import { textOf } from '../describeTable.ts'

/** A test row, by its number among them, and how wrong its answer is. */
type RowError = Omit<RowErrors['rows'][number], 'cells' | 'pixels'>

interface Errors {
  readonly wrong: RowErrors['wrong']
  readonly rows: readonly RowError[]
}

/** Rows that are listed. */
const WORST = 40

const percent = (share: number): string => `${Math.round(100 * share)} %`
const short = (value: number): string => String(Number(value.toPrecision(4)))

/** Rows in the order of their errors: of classes those answered wrong, the surest first. */
export function rowErrors(predictions: Predictions): Errors {
  const { task, rows } = predictions
  const all = task === 'regression' ? ofNumbers(predictions) : ofClasses(predictions)
  const wrong = task === 'regression' ? undefined : { rows: all.length, of: rows }
  return { wrong, rows: all.sort((a, b) => b.error - a.error).slice(0, WORST) }
}

function ofClasses(predictions: Predictions): RowError[] {
  const nameOf = (index: number): string => predictions.classNames[index] ?? String(index)
  return answersOf(predictions).flatMap(({ said, is, probability }, i) => {
    if (said === is) return []
    const error = predictions.task === 'binary' && said === 0 ? 1 - probability : probability
    return [{ row: i + 1, truth: nameOf(is), said: nameOf(said), sureness: percent(error), error }]
  })
}

/** Of several targets the one that is furthest off. */
function ofNumbers({ outputs, targets, rows, targetNames }: Predictions): RowError[] {
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

/** The same with every row as it stands in the table, target and columns that were left out aside; of pictures with the picture. */
export async function withRows(
  { wrong, rows }: Errors,
  config: StudioConfig['data'],
  { test }: Pick<StudioData, 'test'>,
  data: Pick<DataReader, 'tableOf' | 'pictures'>,
): Promise<RowErrors> {
  const { features, inputSize } = test
  if (config.target === null) {
    const { shape } = await data.pictures(config.source)
    const pixelsOf = (row: number) => (features instanceof Uint8Array ? features.slice((row - 1) * inputSize, row * inputSize) : undefined)
    return { wrong, columns: [], shape, rows: rows.map((one) => ({ ...one, cells: [], pixels: pixelsOf(one.row) })) }
  }
  const table = await data.tableOf(config.source)
  const tested = testRowsOf(table, prepareOptions(config), tableSplitOptions(config))
  const columns = table.columns.filter(({ name }) => name !== config.target && !config.ignore.includes(name))
  return {
    ...{ wrong, columns: columns.map(({ name }) => name), shape: undefined },
    rows: rows.map((one) => {
      const row = at(tested, one.row - 1)
      return { ...one, row: row + 1, cells: columns.map((column) => textOf(column, row)), pixels: undefined }
    }),
  }
}
