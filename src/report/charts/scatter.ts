// Draws scatter plots.

import { dot, link } from '@observablehq/plot'
import type { ScatterBlock } from '../model.ts'
import { BOTTOM, draw, NARROW, TOP, WIDE } from './canvas.ts'
import { type Chart, colorOf } from './chart.ts'
import type { ChartDocument } from './document.ts'
import { isShown, scaleOf } from './scales.ts'

export function scatter(document: ChartDocument, block: ScatterBlock): Chart {
  const points = block.points.filter(({ x, y }) => isShown(block.x, x) && isShown(block.y, y))
  const groups = [...new Set(points.map(({ group }) => group))]
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
  // Where both axes have the same numbers.
  const [from, to] = [Math.max(Math.min(...xs), Math.min(...ys)), Math.min(Math.max(...xs), Math.max(...ys))]
  const drawing = (width: number): string => {
    const [height, marginLeft, marginRight] = [width === WIDE ? 420 : 320, 56, 16]
    return draw(
      document,
      {
        id: `${block.name}-${width}`,
        title: `${block.y.label} by ${block.x.label}`,
        description: `A scatter plot of ${points.length} points. ${block.caption}`,
      },
      {
        ...{ width, height, marginLeft, marginRight },
        x: { ...scaleOf(block.x, xs, 'x', width - marginLeft - marginRight), grid: true, inset: 8 },
        y: { ...scaleOf(block.y, ys, 'y', height - TOP - BOTTOM), grid: true, inset: 8 },
        marks: [
          ...(block.diagonal && from < to
            ? [link([{ from, to }], { x1: 'from', y1: 'from', x2: 'to', y2: 'to', strokeDasharray: '4 4', strokeOpacity: 0.6 })]
            : []),
          dot(points, {
            x: 'x',
            y: 'y',
            fill: ({ group }: { group?: string }) => colorOf(groups.indexOf(group)),
            fillOpacity: 0.75,
            r: 4,
            title: 'name',
          }),
        ],
      },
    )
  }
  return {
    panels: points.length === 0 ? [] : [{ narrow: drawing(NARROW), wide: drawing(WIDE) }],
    legend: groups.length < 2 ? [] : groups.map((group, i) => ({ name: group ?? 'others', color: colorOf(i), shape: 'dot' })),
  }
}
