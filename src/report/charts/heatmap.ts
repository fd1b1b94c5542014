// Draws heat maps.

import { axisX, axisY, cell, text } from '@observablehq/plot'
import { formatNumber } from '../format.ts'
import type { HeatmapBlock } from '../model.ts'
import { draw, NARROW, textWidth, WIDE, widest } from './canvas.ts'
import type { Chart } from './chart.ts'
import type { ChartDocument } from './document.ts'
import { fitted } from './labels.ts'

/** How much of the colour the strongest cell has: text stays readable on it. */
const STRONGEST = 0.6

/** Cells in one colour above the domain's middle and another below it; where all numbers have one sign, in one colour from 0 on. */
export function heatmap(document: ChartDocument, block: HeatmapBlock): Chart {
  const cells = block.rows.flatMap((row, i) =>
    block.columns.map((column, k) => ({ row, column, value: block.cells[i]?.[k] ?? Number.NaN })),
  )
  const measured = cells.map(({ value }) => value).filter(Number.isFinite)
  const [low, high] = block.domain ?? [Math.min(...measured), Math.max(...measured)]
  const diverging = low < 0 && high > 0
  const strength = (value: number): number => {
    const share = diverging ? Math.abs(value) / Math.max(-low, high) : high === low ? 1 : (value - low) / (high - low)
    return STRONGEST * Math.min(1, Math.max(0, share))
  }
  const drawing = (width: number): string => {
    const marginLeft = Math.min(widest(block.rows) + 12, 0.35 * width) + 20
    // As wide as the names need, where there is room: side by side they must not run into one another.
    const size = Math.min(Math.max(84, widest(block.columns) + 16), (width - marginLeft - 12) / block.columns.length)
    const fontSize = Math.min(12, size * 0.36)
    const [marginTop, marginBottom] = [8, 48]
    return draw(
      document,
      {
        id: `${block.name}-${width}`,
        title: `${block.value.label} by ${block.rowLabel} and ${block.columnLabel}`,
        description: `A heat map with its numbers, ${block.rows.length} rows by ${block.columns.length} columns. ${block.caption}`,
      },
      {
        ...{ width: marginLeft + size * block.columns.length + 12, marginLeft, marginRight: 12, marginTop, marginBottom },
        height: marginTop + marginBottom + Math.max(24, Math.min(size, 40)) * block.rows.length,
        x: { type: 'band', domain: block.columns, padding: 0.04 },
        y: { type: 'band', domain: block.rows, padding: 0.04 },
        marks: [
          axisX({ tickSize: 0, tickFormat: (name: string) => fitted(name, size, textWidth), label: block.columnLabel, labelArrow: 'none' }),
          axisY({
            ...{ tickSize: 0, tickFormat: (name: string) => fitted(name, marginLeft - 28, textWidth) },
            ...{ label: block.rowLabel, labelArrow: 'none', labelAnchor: 'center' },
          }),
          cell(
            cells.filter(({ value }) => Number.isFinite(value)),
            {
              ...{
                x: 'column',
                y: 'row',
                fill: ({ value }: { value: number }) => (diverging && value < 0 ? 'var(--below)' : 'var(--above)'),
              },
              fillOpacity: ({ value }: { value: number }) => strength(value),
            },
          ),
          text(cells, { x: 'column', y: 'row', text: ({ value }: { value: number }) => formatNumber(value, block.value.format), fontSize }),
        ],
        opacity: { type: 'identity' },
      },
    )
  }
  return { panels: measured.length === 0 ? [] : [{ narrow: drawing(NARROW), wide: drawing(WIDE) }], legend: [] }
}
