/** Numbers and times as the page shows them. */

import { shortNumber } from '../../core/figures.ts'

/** Four significant digits; very large and very small numbers in powers of ten. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : value > 0 ? '∞' : '−∞'
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value).replace('-', '−')
  const size = Math.abs(value)
  const text = size < 1e-3 || size >= 1e6 ? value.toExponential(2) : shortNumber(value)
  return text
    .replace(/\.?0+e/, 'e')
    .replace('e+', 'e')
    .replaceAll('-', '−')
}

export const formatValue = (value: unknown): string => (typeof value === 'number' ? formatNumber(value) : String(value ?? '–'))

export const formatCount = (count: number): string => count.toLocaleString('en')

export const plural = (count: number, one: string, many = `${one}s`): string => `${formatCount(count)} ${count === 1 ? one : many}`

export const formatTime = (time: Date): string => time.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })
