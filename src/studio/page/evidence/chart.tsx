// A chart on a canvas, drawn by Apache ECharts, in the colours of the page.

import { BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts'
import {
  AriaComponent,
  BrushComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  ParallelComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components'
import { type EChartsCoreOption, type EChartsType, graphic, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Colors, followColors } from '../colors.ts'

use([
  ...[BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart],
  ...[AriaComponent, BrushComponent, DataZoomComponent, GridComponent, LegendComponent, MarkLineComponent, ParallelComponent],
  ...[TooltipComponent, VisualMapComponent, CanvasRenderer],
])

export type { EChartsCoreOption, EChartsType }

/** A mark over a chart, on a layer of its own. */
export type Mark = Parameters<ReturnType<EChartsType['getZr']>['add']>[0]

const above = () => ({
  ...{ zlevel: 1, silent: true },
  style: { fill: 'none', stroke: getComputedStyle(document.documentElement).getPropertyValue('--text').trim(), lineWidth: 3.5 },
})

/** Where a place of the chart's two axes is, in pixels. */
export function ring(chart: EChartsType, place: readonly [number, number]): Mark | undefined {
  const [cx, cy] = chart.convertToPixel({ gridIndex: 0 }, [...place])
  return cx === undefined || cy === undefined || Number.isNaN(cx + cy)
    ? undefined
    : (new graphic.Circle({ ...above(), shape: { cx, cy, r: 9 } }) as Mark)
}
export const polyline = (points: [number, number][]): Mark => new graphic.Polyline({ ...above(), shape: { points } }) as Mark

/** What every chart has: the page's letters and colours. A tooltip is drawn, for the page's policy allows no styles in markup. */
const common = ({ text, quiet, series }: Colors): EChartsCoreOption => ({
  animation: false,
  color: [...series],
  textStyle: { color: text, fontFamily: 'system-ui, sans-serif', fontSize: 12 },
  legend: { show: false, top: 0, textStyle: { color: text } },
  tooltip: { renderMode: 'richText' },
  aria: { enabled: false },
  axisPointer: { lineStyle: { color: quiet } },
})

/** Of an axis. */
export const axisOf = ({ quiet, line }: Colors) => ({
  axisLine: { onZero: false, lineStyle: { color: quiet } },
  axisLabel: { color: quiet },
  nameTextStyle: { color: quiet },
  splitLine: { lineStyle: { color: line } },
})

export function Chart({
  label,
  height,
  optionOf,
  changesOf,
  brush,
  onReady,
}: {
  /** What it shows, for who does not see it. */
  readonly label: string
  readonly height: string
  /** The same function as long as the chart is the same. */
  readonly optionOf: (colors: Colors) => EChartsCoreOption
  /** What changes while the chart is the same, such as which marks are faint: merged into it. */
  readonly changesOf?: (colors: Colors) => EChartsCoreOption
  /** Shows what was dragged over: called whenever the whole was drawn, which forgets it (`isFresh`), and where the function is another. */
  readonly brush?: (chart: EChartsType, isFresh: boolean) => void
  /** Called when the chart is made, to listen to it. */
  readonly onReady?: (chart: EChartsType) => void
}) {
  const place = useRef<HTMLDivElement>(null)
  const [chart, setChart] = useState<EChartsType>()
  const [colors, setColors] = useState<Colors>()
  const isFresh = useRef(true)
  useEffect(() => followColors(setColors), [])
  useEffect(() => {
    if (place.current === null) return
    const made = init(place.current, null, { renderer: 'canvas' })
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(place.current)
    setChart(made)
    onReady?.(made)
    return () => {
      observer.disconnect()
      made.dispose()
    }
  }, [onReady])
  useEffect(() => {
    if (chart === undefined || colors === undefined) return
    return inTask(() => {
      chart.setOption({ ...common(colors), ...optionOf(colors) }, { notMerge: true })
      isFresh.current = true
    })
  }, [chart, colors, optionOf])
  useEffect(() => {
    if (chart === undefined || colors === undefined || brush === undefined) return
    return inTask(() => {
      brush(chart, isFresh.current)
      isFresh.current = false
    })
  }, [chart, colors, optionOf, brush])
  useEffect(() => {
    if (chart === undefined || colors === undefined || changesOf === undefined) return
    return inTask(() => chart.setOption(changesOf(colors)))
  }, [chart, colors, optionOf, changesOf])
  return <div ref={place} class="chart-box" style={{ height }} role="img" aria-label={label} />
}

/** In a task of its own, after those that wait already: several charts are drawn at once, and follow the same change. @returns what takes it back */
function inTask(work: () => void): () => void {
  const task = setTimeout(work)
  return () => clearTimeout(task)
}
