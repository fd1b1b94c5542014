// Scales and ticks for the axes of charts.

import type { ScaleOptions } from '@observablehq/plot'
import { formatNumber, labelOf } from '../format.ts'
import type { Axis } from '../model.ts'

/** Px between ticks that leave room for their labels. */
const TICK_SPACE = { x: 80, y: 44 } as const

/** Whether an axis has a place for the value. */
export const isShown = (axis: Axis, value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && (axis.log !== true || value > 0)

/**
 * A scale of Plot that holds these values (those that can be shown), with ticks that are labelled as the axis's numbers are.
 * @param length of the axis in px
 * @param include values that the scale begins or ends at, the 0 of bars say
 */
export function scaleOf(axis: Axis, values: readonly (number | undefined)[], along: 'x' | 'y', length: number): ScaleOptions {
  const shown = values.filter((value) => isShown(axis, value))
  // As arguments of one call, the 100,000 numbers of long curves are too many for a worker's stack.
  const low = shown.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = shown.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  const whole = shown.every(Number.isInteger)
  return {
    type: axis.log ? 'log' : 'linear',
    domain: axis.log ? logDomain(low, high) : low === high ? [low - 0.5, high + 0.5] : [low, high],
    nice: !axis.log && !whole,
    ticks: axis.log
      ? logTicks(...logDomain(low, high))
      : whole
        ? wholeTicks(low, high, length / TICK_SPACE[along])
        : length / TICK_SPACE[along],
    ...tickFormat(axis, whole),
    label: labelOf(axis) + (axis.log || whole ? '' : enlarged(low, high)),
    labelArrow: 'none',
    ...(along === 'x' && { labelAnchor: 'center' }),
  }
}

/** An axis whose ends differ by less than this part of what stands there shows differences larger than they are. */
const NARROW = 0.05

/** What an axis says of itself where it shows next to nothing, from 0.850 to 0.854 say, as if it were much. */
function enlarged(low: number, high: number): string {
  const most = Math.max(Math.abs(low), Math.abs(high))
  if (low === high || low * high <= 0 || high - low >= NARROW * most) return ''
  const digits = { significant: 1 + Math.ceil(Math.log10(most / (high - low))) }
  return `, enlarged: only from ${formatNumber(low, digits)} to ${formatNumber(high, digits)}`
}

/** Where nothing is said, Plot gives all ticks of a linear axis the same decimals. */
function tickFormat({ format, log }: Axis, whole: boolean): Pick<ScaleOptions, 'tickFormat'> {
  const short = { significant: 6 }
  if (format !== undefined && 'percent' in format) return { tickFormat: (tick: number) => `${formatNumber(100 * tick, short)} %` }
  return log || whole ? { tickFormat: (tick: number) => formatNumber(tick, short) } : {}
}

/** A factor of 10 at least, so that there is a tick. */
function logDomain(low: number, high: number): [number, number] {
  const missing = 10 / (high / low)
  return missing <= 1 ? [low, high] : [low / Math.sqrt(missing), high * Math.sqrt(missing)]
}

function logTicks(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low))
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i)
  const digits = decades.length > 4 ? [1] : [1, 2, 5]
  // Read as text: 10 ** -5 is not 1e-5.
  return decades.flatMap((decade) => digits.map((digit) => Number(`${digit}e${decade}`))).filter((tick) => tick >= low && tick <= high)
}

/** Whole numbers 1, 2, 5, 10, 20 … apart, no more than fit. */
function wholeTicks(low: number, high: number, most: number): number[] {
  const least = Math.max(1, (high - low) / most)
  const decade = 10 ** Math.floor(Math.log10(least))
  const step = [1, 2, 5, 10].map((digit) => digit * decade).find((one) => one >= least) ?? 10 * decade
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step)
}
