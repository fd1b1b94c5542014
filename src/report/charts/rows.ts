// Draws charts with one row per item: intervals and bars.

import { axisY, barX, dot, link, ruleX, text } from '@observablehq/plot'
import { formatNumber } from '../format.ts'
import type { BarsBlock, DotIntervalsBlock } from '../model.ts'
import { BOTTOM, draw, NARROW, textWidth, WIDE, widest } from './canvas.ts'
import { type Chart, colorOf, type LegendEntry } from './chart.ts'
import type { ChartDocument } from './document.ts'
import { fitted } from './labels.ts'
import { isShown, scaleOf } from './scales.ts'

/** The names at the left of a chart with a row a name: as wide as the longest, or two fifths of the chart. */
function nameAxis(names: readonly string[], width: number) {
  const room = Math.min(widest(names) + 8, 0.4 * width)
  return {
    marginLeft: room + 8,
    mark: axisY({ tickSize: 0, tickFormat: (name: string) => fitted(name, room, textWidth), label: null }),
  }
}

/** Two drawings of one chart whose panel is alone. */
const both = (drawing: (width: number) => string) => [{ narrow: drawing(NARROW), wide: drawing(WIDE) }]

export function dotIntervals(document: ChartDocument, block: DotIntervalsBlock): Chart {
  const axis = block.value
  const dots = block.dots.filter(({ value, published }) => isShown(axis, value) || isShown(axis, published))
  const names = [...new Set(dots.map(({ name }) => name))]
  const groups = [...new Set(dots.map(({ group }) => group))]
  const hasPublished = dots.some(({ published }) => isShown(axis, published))
  const rowHeight = 16 + 10 * groups.length
  const drawing = (width: number): string => {
    const { marginLeft, mark } = nameAxis(names, width)
    const x = scaleOf(
      axis,
      dots.flatMap(({ value, low, high, published }) => [value, low, high, published]),
      'x',
      width - marginLeft - 20,
    )
    const marks = groups.flatMap((group, i) => {
      const own = dots.filter((one) => one.group === group)
      const [fill, dy] = [colorOf(i), 10 * (i - (groups.length - 1) / 2)]
      return [
        link(
          own.filter(({ low, high }) => isShown(axis, low) && isShown(axis, high)),
          {
            ...{ x1: 'low', x2: 'high', y1: 'name', y2: 'name', stroke: fill, strokeWidth: 2, dy },
          },
        ),
        dot(
          own.filter(({ value }) => isShown(axis, value)),
          { x: 'value', y: 'name', fill, r: 4, dy, title: 'name' },
        ),
        dot(
          own.filter(({ published }) => isShown(axis, published)),
          {
            ...{
              x: 'published',
              y: 'name',
              symbol: 'diamond',
              stroke: 'currentColor',
              strokeWidth: 1.4,
              fill: 'var(--page)',
              r: 4.5,
              dy,
              title: 'name',
            },
          },
        ),
      ]
    })
    return draw(
      document,
      {
        id: `${block.name}-${width}`,
        title: `${axis.label} by ${block.label}`,
        description: `A row for each of ${names.join(', ')}: the value as a dot, its interval as a line. ${block.caption}`,
      },
      {
        ...{ width, marginLeft, marginRight: 20, marginTop: 8, height: 8 + BOTTOM + rowHeight * names.length },
        x: { ...x, grid: true },
        y: { type: 'band', domain: names, label: null },
        marks: [mark, ...marks],
      },
    )
  }
  const legend = groups.map((group, i): LegendEntry => ({ name: group ?? 'measured', color: colorOf(i), shape: 'dot' }))
  const published: LegendEntry[] = hasPublished ? [{ name: 'published', color: 'currentColor', shape: 'diamond' }] : []
  return { panels: dots.length === 0 ? [] : both(drawing), legend: legend.length > 1 || hasPublished ? [...legend, ...published] : [] }
}

export function bars(document: ChartDocument, block: BarsBlock): Chart {
  const axis = block.value
  const shown = block.bars.filter(({ value }) => isShown(axis, value))
  const names = shown.map(({ name }) => name)
  const drawing = (width: number): string => {
    const { marginLeft, mark } = nameAxis(names, width)
    const labels = shown.map((bar) => ({
      ...bar,
      end: Math.max(bar.value, bar.high ?? bar.value, 0),
      text: formatNumber(bar.value, axis.format),
    }))
    const marginRight = 16 + widest(labels.map((label) => label.text))
    const x = scaleOf(
      axis,
      [axis.log ? undefined : 0, ...shown.flatMap(({ value, low, high }) => [value, low, high])],
      'x',
      width - marginLeft - marginRight,
    )
    return draw(
      document,
      {
        id: `${block.name}-${width}`,
        title: `${axis.label} by ${block.label}`,
        description: `A bar for each of ${names.join(', ')}. ${block.caption}`,
      },
      {
        ...{ width, marginLeft, marginRight, marginTop: 8, height: 8 + BOTTOM + 26 * names.length },
        x: { ...x, grid: true },
        y: { type: 'band', domain: names, label: null, padding: 0.3 },
        marks: [
          mark,
          barX(shown, { x: 'value', y: 'name', fill: colorOf(0), fillOpacity: 0.75, title: 'name' }),
          ...(axis.log ? [] : [ruleX([0])]),
          link(
            shown.filter(({ low, high }) => isShown(axis, low) && isShown(axis, high)),
            {
              ...{ x1: 'low', x2: 'high', y1: 'name', y2: 'name', strokeWidth: 1.6 },
            },
          ),
          text(labels, { x: 'end', y: 'name', text: 'text', dx: 6, textAnchor: 'start' }),
        ],
      },
    )
  }
  return { panels: shown.length === 0 ? [] : both(drawing), legend: [] }
}
