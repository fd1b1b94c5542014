// Draws learning curves.

import { areaY, dot, lineY, link, type ScaleOptions, scale, text } from '@observablehq/plot'
import type { LineChartBlock, Series, SeriesPoint } from '../model.ts'
import { BOTTOM, draw, NARROW, TOP, WIDE, widest } from './canvas.ts'
import { type Chart, colorOf } from './chart.ts'
import type { ChartDocument } from './document.ts'
import { spreadApart } from './labels.ts'
import { isShown, scaleOf } from './scales.ts'

/** Learning curves: lines with bands, in panels with the same axes. */
export function lineChart(document: ChartDocument, block: LineChartBlock): Chart {
  const shown = block.series
    .map((series) => ({ ...series, points: series.points.filter(({ x, mean }) => isShown(block.x, x) && isShown(block.y, mean)) }))
    .filter(({ points }) => points.length > 0)
  const names = [...new Set(shown.map(({ name }) => name))]
  const facets = [...new Set(shown.map(({ facet }) => facet))]
  const colors = new Map(names.map((name, i) => [name, colorOf(i)]))
  const panel = (facet: string | undefined, i: number, width: number): string => {
    const series = shown.filter((one) => one.facet === facet)
    const id = `${block.name}-${i}-${width}`
    const title = facet === undefined ? `${block.y.label} by ${block.x.label}` : `${facet}: ${block.y.label} by ${block.x.label}`
    const description = `Line chart of ${series.map(({ name }) => name).join(', ')}. ${block.caption}`
    return draw(document, { id, title, description }, options(block, shown, series, colors, width))
  }
  return {
    panels: facets.map((facet, i) => ({
      title: facet,
      narrow: panel(facet, i, NARROW),
      wide: facets.length === 1 ? panel(facet, i, WIDE) : undefined,
    })),
    legend: names.map((name) => ({
      name,
      color: colors.get(name) ?? 'currentColor',
      shape: shown.find((one) => one.name === name)?.dashed ? 'dashes' : 'line',
    })),
    labelled: facets.length === 1,
  }
}

interface Place extends SeriesPoint {
  readonly name: string
  readonly color: string
  readonly series: Series
}

function options(
  block: LineChartBlock,
  all: readonly Series[],
  series: readonly Series[],
  colors: ReadonlyMap<string, string>,
  width: number,
) {
  const wide = width === WIDE
  const [height, marginLeft] = [wide ? 400 : 280, 56]
  const marginRight = wide ? Math.min(240, 28 + widest(series.map(({ name }) => name))) : 12
  const edge = width - marginRight
  const points = all.flatMap((one) => one.points)
  const x = scaleOf(
    block.x,
    points.map((point) => point.x),
    'x',
    edge - marginLeft,
  )
  const y = scaleOf(
    block.y,
    points.flatMap(({ mean, low, high }) => [mean, low, high]),
    'y',
    height - TOP - BOTTOM,
  )
  const places = series.flatMap((one): Place[] => {
    const color = colors.get(one.name) ?? 'currentColor'
    return one.points.map((point) => ({ ...point, name: one.name, color, series: one }))
  })
  const banded = places.filter(({ low, high }) => isShown(block.y, low) && isShown(block.y, high))
  const curve = block.stepped ? 'step-after' : 'linear'
  const line = (dashed: boolean) =>
    lineY(
      places.filter((place) => (place.series.dashed ?? false) === dashed),
      { x: 'x', y: 'mean', z: 'series', stroke: 'color', strokeWidth: 1.6, curve, ...(dashed && { strokeDasharray: '5 4' }) },
    )
  return {
    width,
    height,
    marginLeft,
    marginRight,
    x,
    y: { ...y, grid: true },
    marks: [
      areaY(banded, { x: 'x', y1: 'low', y2: 'high', z: 'series', fill: 'color', fillOpacity: 0.14 }),
      line(false),
      line(true),
      dot(
        series.flatMap(({ points: own, name }) => own.slice(-1).map((point) => ({ ...point, color: colors.get(name), name }))),
        { x: 'x', y: 'mean', fill: 'color', r: 2.5, title: 'name' },
      ),
      ...(wide ? endLabels(series, colors, { ...x, range: [marginLeft, edge] }, { ...y, range: [height - BOTTOM, TOP] }, edge) : []),
    ],
  }
}

/** The names at the right, each by a thin line from where its curve ends. */
function endLabels(series: readonly Series[], colors: ReadonlyMap<string, string>, x: ScaleOptions, y: ScaleOptions, edge: number) {
  const [acrossPx, downPx] = [scale({ x }), scale({ y })]
  const ends = series.flatMap(({ name, points }) => points.slice(-1).map((end) => ({ ...end, name, color: colors.get(name) })))
  const places = spreadApart(
    ends.map(({ mean }) => downPx.apply(mean)),
    14,
    TOP,
    Math.max(...((y.range as readonly number[] | undefined) ?? [])),
  )
  const labels = ends.map((end, i) => ({ ...end, edge: acrossPx.invert?.(edge + 14), at: downPx.invert?.(places[i]) }))
  return [
    link(labels, { x1: 'x', y1: 'mean', x2: 'edge', y2: 'at', stroke: 'color', strokeOpacity: 0.5 }),
    text(labels, { x: 'edge', y: 'at', text: 'name', dx: 4, textAnchor: 'start' }),
  ]
}
