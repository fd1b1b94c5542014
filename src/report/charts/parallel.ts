// Draws parallel coordinates.

import { dot, line, ruleX, text } from '@observablehq/plot'
import { formatNumber, labelOf } from '../format.ts'
import type { ParallelCoordinatesBlock, ParameterAxis } from '../model.ts'
import { draw, NARROW, textWidth, WIDE, widest } from './canvas.ts'
import type { Chart } from './chart.ts'
import type { ChartDocument } from './document.ts'
import { fitted } from './labels.ts'

/** Px from an axis to the next; its name above it, its ticks below it. */
const ROW = 88
const MARGIN = 28
/** The best fifth of the lines, the next, … the worst fifth. */
const FIFTHS = ['best fifth', 'second', 'third', 'fourth', 'worst fifth'] as const

interface Tick {
  readonly label: string
  /** On its axis: 0 … 1. */
  readonly at: number
}

/** Axes lie below one another, so that any number of them fits a page; the last is the value, and colours say in which fifth of the values a line is. */
export function parallelCoordinates(document: ChartDocument, block: ParallelCoordinatesBlock): Chart {
  const { axes, direction, value } = block
  const sign = direction === 'minimize' ? 1 : -1
  const lines = block.lines.filter((one) => Number.isFinite(one.value)).sort((a, b) => sign * (b.value - a.value))
  const places = [
    ...axes.map((axis, i) =>
      place(
        axis,
        lines.map(({ at }) => at[i] ?? null),
      ),
    ),
    place(
      { name: labelOf(value), log: value.log },
      lines.map((one) => one.value),
    ),
  ]
  // The worst come first, so that the best are drawn over them.
  const fifth = (k: number): number => Math.floor((5 * (lines.length - 1 - k)) / lines.length)
  const points = lines.flatMap(({ name, at, value: result }, k) =>
    [...at, result].map((one, row) => ({
      k,
      name: `${name}: ${formatNumber(result, value.format)}`,
      row,
      at: places[row]?.of(one) ?? Number.NaN,
      color: `var(--f${fifth(k)})`,
    })),
  )
  const drawing = (width: number): string => {
    const inner = width - 2 * MARGIN
    const ticks = places.flatMap(({ ticks: own }, row) => staggered(own, inner).map((tick) => ({ ...tick, row })))
    return draw(
      document,
      {
        id: `${block.name}-${width}`,
        title: `${value.label} by ${axes.map(({ name }) => name).join(', ')}`,
        description: `Parallel coordinates of ${lines.length} configurations, an axis a parameter, the best drawn darkest. ${block.caption}`,
      },
      {
        ...{ width, height: ROW * (places.length - 1) + 80, marginLeft: MARGIN, marginRight: MARGIN, marginTop: 30, marginBottom: 50 },
        x: { domain: [0, 1], axis: null },
        y: { domain: [0, places.length - 1], reverse: true, axis: null },
        marks: [
          line(points, { x: 'at', y: 'row', z: 'k', stroke: 'color', strokeOpacity: 0.7, strokeWidth: 1.2 }),
          line(
            places.flatMap((_, row) => [
              { row, at: 0 },
              { row, at: 1 },
            ]),
            { x: 'at', y: 'row', z: 'row', strokeWidth: 1.2 },
          ),
          ruleX(ticks, { x: 'at', y1: ({ row }: { row: number }) => row - 4 / ROW, y2: ({ row }: { row: number }) => row + 4 / ROW }),
          dot(
            points.filter(({ row }) => row === axes.length),
            { x: 'at', y: 'row', fill: 'color', r: 3.5, title: 'name' },
          ),
          ...[0, 1, 2].map((level) =>
            text(
              ticks.filter((tick) => tick.level === level),
              { x: 'at', y: 'row', text: 'label', dy: 14 + 13 * level, fontSize: 11, ...halo },
            ),
          ),
          text(
            places.map(({ name }, row) => ({ name, row })),
            { x: () => 0, y: 'row', text: 'name', dx: -MARGIN + 4, dy: -14, textAnchor: 'start', fontWeight: 600, ...halo },
          ),
        ],
      },
    )
  }
  return {
    panels: lines.length === 0 || axes.length === 0 ? [] : [{ narrow: drawing(NARROW), wide: drawing(WIDE) }],
    legend: FIFTHS.map((name, i) => ({ name, color: `var(--f${i})`, shape: 'line' })),
  }
}

/** Keeps text readable where lines cross it. */
const halo = { stroke: 'var(--page)', strokeWidth: 4, fill: 'currentColor' } as const

/** Where the values of an axis lie on it, and what it is labelled with. */
function place(axis: ParameterAxis, values: readonly (number | string | null)[]) {
  const { name, log, choices } = axis
  if (choices !== undefined) {
    const at = (choice: string): number => (choices.indexOf(choice) + 0.5) / choices.length
    return {
      name,
      ticks: choices.map((choice): Tick => ({ label: choice, at: at(choice) })),
      of: (value: number | string | null) => (typeof value === 'string' && choices.includes(value) ? at(value) : Number.NaN),
    }
  }
  const scaled = (value: number): number => (log ? Math.log(value) : value)
  const numbers = values.filter((value) => typeof value === 'number').filter((value) => Number.isFinite(scaled(value)))
  const [low, high] = [scaled(Math.min(...numbers)), scaled(Math.max(...numbers))]
  const share = (value: number): number => (high === low ? 0.5 : (scaled(value) - low) / (high - low))
  const unscaled = (at: number): number => (log ? Math.exp(low + at * (high - low)) : low + at * (high - low))
  const middle = numbers.every(Number.isInteger) && !Number.isInteger(unscaled(0.5)) ? [] : [0.5]
  const ends = numbers.length === 0 ? [] : high === low ? [0.5] : [0, ...middle, 1]
  return {
    name,
    ticks: ends.map((at): Tick => ({ at, label: formatNumber(high === low ? unscaled(0) : unscaled(at), { significant: 3 }) })),
    of: (value: number | string | null) => (typeof value === 'number' && Number.isFinite(scaled(value)) ? share(value) : Number.NaN),
  }
}

/** Names too wide to stand side by side stand in two rows, or in three. */
function staggered(ticks: readonly Tick[], width: number): (Tick & { readonly level: number })[] {
  const room = width / Math.max(1, ticks.length)
  const levels = Math.min(3, Math.max(1, Math.ceil((widest(ticks.map(({ label }) => label)) + 6) / room)))
  return ticks.map(({ label, at }, i) => ({ at, label: fitted(label, levels * room - 6, textWidth), level: i % levels }))
}
