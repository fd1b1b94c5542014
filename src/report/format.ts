// Formats numbers, intervals and names for reports.

import { shortNumber } from '../core/figures.ts'
import type { Axis, Cell, Mark, NumberFormat, Spread, Value } from './model.ts'

/** What stands for a number that was not measured. */
const MISSING = '–'

/** `0.8714`, `87.1 %`, `1.2e-7`; four significant digits by default. */
export function formatNumber(value: number, format: NumberFormat = { significant: 4 }): string {
  if (Number.isNaN(value)) return MISSING
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
  if ('decimals' in format) return withoutNegativeZero(value.toFixed(format.decimals))
  if ('percent' in format) return `${withoutNegativeZero((100 * value).toFixed(format.percent))} %`
  return shortNumber(value, format.significant)
}

const withoutNegativeZero = (text: string): string => (Number(text) === 0 ? text.replace('-', '') : text)

export const isSpread = (value: Value): value is Spread => typeof value === 'object' && value !== null
export const cellValue = (cell: Cell): Value => (isMarked(cell) ? cell.value : cell)
export const cellMarks = (cell: Cell): readonly Mark[] => (isMarked(cell) ? cell.marks : [])

const isMarked = (cell: Cell): cell is Exclude<Cell, Value> => typeof cell === 'object' && cell !== null && 'marks' in cell

/** A mean with its interval is `0.871 [0.868, 0.874]`; without one, the mean alone. */
export function formatValue(value: Value, format?: NumberFormat): string {
  if (value === null) return MISSING
  if (typeof value === 'string') return value
  if (!isSpread(value)) return formatNumber(value, format)
  const mean = formatNumber(value.mean, format)
  if (Number.isNaN(value.low) || Number.isNaN(value.high)) return mean
  return `${mean} [${formatNumber(value.low, format)}, ${formatNumber(value.high, format)}]`
}

/** A name of its own, or a number's. */
export const nameOf = (step: number | string): string => (typeof step === 'string' ? step : formatNumber(step))

/** `time (s)`. */
export const labelOf = ({ label, unit }: Pick<Axis, 'label' | 'unit'>): string => (unit === undefined ? label : `${label} (${unit})`)

/** As papers write it: `p = 0.0432`, and `p < 0.0001` below that. */
export const formatP = (p: number): string => (p < 1e-4 ? 'p < 0.0001' : `p = ${formatNumber(p, { significant: 3 })}`)
