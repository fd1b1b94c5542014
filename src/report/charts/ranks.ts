// Draws how ranks change from rung to rung.

import { dot, line, text } from '@observablehq/plot'
import { formatNumber, labelOf, nameOf } from '../format.ts'
import type { RankPlotBlock } from '../model.ts'
import { BOTTOM, draw, NARROW, textWidth, WIDE, widest } from './canvas.ts'
import { type Chart, colorOf } from './chart.ts'
import type { ChartDocument } from './document.ts'
import { fitted, spreadApart } from './labels.ts'

/** Px from a rank to the next. */
const ROW = 22

/** A bump chart, every line with its rank and name where it ends: the steps are spaced by their order, not their number. */
export function rankPlot(document: ChartDocument, block: RankPlotBlock): Chart {
  const ranked = block.lines.map((one, i) => ({ ...one, color: colorOf(i) })).filter(({ ranks }) => ranks.some(Number.isFinite))
  const last = Math.max(...ranked.flatMap(({ ranks }) => ranks.filter(Number.isFinite)))
  const places = ranked.flatMap(({ name, ranks, color }) =>
    block.steps.map((step, i) => ({ name, color, step: nameOf(step), rank: ranks[i] ?? Number.NaN })),
  )
  const labels = (which: 'first' | 'last', room: number) => {
    const step = nameOf((which === 'first' ? block.steps[0] : block.steps.at(-1)) ?? '')
    const ends = places.filter((place) => place.step === step && Number.isFinite(place.rank))
    // Names that share a rank stand below one another.
    const apart = spreadApart(
      ends.map(({ rank }) => rank),
      14 / ROW,
      0.7,
      last + 0.3,
    )
    return ends.map(({ name, rank }, i) => ({ step, rank: apart[i], label: `${formatNumber(rank)}  ${fitted(name, room, textWidth)}` }))
  }
  const drawing = (width: number): string => {
    const wide = width === WIDE
    const room = Math.min(widest(ranked.map(({ name }) => name)), wide ? 220 : 120)
    const label = (which: 'first' | 'last') =>
      text(labels(which, room), {
        ...{ x: 'step', y: 'rank', text: 'label' },
        ...(which === 'first' ? { dx: -12, textAnchor: 'end' as const } : { dx: 12, textAnchor: 'start' as const }),
      })
    return draw(
      document,
      {
        id: `${block.name}-${width}`,
        title: `Ranks by ${block.x.label}`,
        description: `A line for each of ${ranked.map(({ name }) => name).join(', ')}, rank 1 on top. ${block.caption}`,
      },
      {
        ...{ width, marginLeft: wide ? room + 40 : 20, marginRight: room + 40, marginTop: 8, height: 8 + BOTTOM + ROW * last },
        x: {
          type: 'point',
          domain: block.steps.map(nameOf),
          label: labelOf(block.x),
          labelArrow: 'none',
          padding: 0.05,
        },
        y: { domain: [last + 0.5, 0.5], axis: null },
        marks: [
          line(places, { x: 'step', y: 'rank', z: 'name', stroke: 'color', strokeWidth: 2, curve: 'bump-x' }),
          dot(places, { x: 'step', y: 'rank', fill: 'color', r: 4, title: 'name' }),
          ...(wide ? [label('first')] : []),
          label('last'),
        ],
      },
    )
  }
  return { panels: ranked.length === 0 ? [] : [{ narrow: drawing(NARROW), wide: drawing(WIDE) }], legend: [] }
}
