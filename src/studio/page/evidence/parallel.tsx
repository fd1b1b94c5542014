// All trials as lines over all axes; a range dragged along an axis is looked at in every chart.

import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { TrialPoint } from '../../evidenceProtocol.ts'
import type { Colors } from '../colors.ts'
import { Scroll } from '../parts.tsx'
import { type Axis, chartAxis, NUMBER } from './axes.ts'
import { Chart, type EChartsType, polyline } from './chart.tsx'
import { narrowed } from './filter.ts'
import { type Look, usePointing } from './look.ts'

/** Lines that are outside of what is looked at. */
const FAINT = 0.05
/** Of more lines so many are drawn in a frame: 1,000 of them take a task of 100 ms. */
const MANY = 500
const AT_ONCE = 100
/** So long a drag rests, in ms, before the charts follow: at every move that would take them 100 ms. */
const RESTS = 60
/** Around the axes, in pixels. */
const ROOM = { left: 50, right: 70, top: 44, bottom: 24 }
const endsOf = ({ low, high, margin }: Axis) => ({ min: low - margin, max: high + margin })

/** Where a trial's line meets the axes, in pixels. */
function pointsOf(chart: EChartsType, placed: readonly Axis[], trial: TrialPoint): [number, number][] {
  const [width, height] = [chart.getWidth() - ROOM.left - ROOM.right, chart.getHeight() - ROOM.top - ROOM.bottom]
  return placed.flatMap((axis, i): [number, number][] => {
    const { min, max } = endsOf(axis)
    const scale = axis.log ? Math.log : (value: number) => value
    const part = (scale(axis.at(trial)) - scale(min)) / (scale(max) - scale(min))
    return Number.isFinite(part) ? [[ROOM.left + (width * i) / (placed.length - 1), ROOM.top + height * (1 - part)]] : []
  })
}

const idOf = (i: number): string => `axis ${i}`

export function ParallelChart({ look }: { readonly look: Look }) {
  const { evidence, axes, shown, groups } = look
  const [chart, setChart] = useState<EChartsType>()
  const placed = useMemo(() => axes.filter(({ key }) => key !== NUMBER), [axes])
  const markOf = useCallback((made: EChartsType, trial: TrialPoint) => polyline(pointsOf(made, placed, trial)), [placed])
  usePointing(chart, look, markOf)
  const onReady = useCallback((made: EChartsType) => setChart(made), [])
  const brush = useBrushing(chart, placed, look)

  const optionOf = useCallback(
    (colors: Colors) => ({
      parallel: { ...ROOM, axisExpandable: false },
      parallelAxis: placed.map((axis, dim) => ({
        ...chartAxis(axis, colors),
        ...endsOf(axis),
        ...{ dim, id: idOf(dim), nameLocation: 'end', nameTextStyle: { color: colors.text, fontSize: 12 }, nameGap: 14 },
        areaSelectStyle: { width: 18, borderColor: colors.accent, color: colors.accent, opacity: 0.25 },
      })),
      visualMap: {
        ...{ show: false, type: 'continuous', dimension: placed.length - 1 },
        ...{ min: placed.at(-1)?.low ?? 0, max: placed.at(-1)?.high ?? 1 },
        inRange: {
          color:
            evidence.direction === 'minimize' ? [colors.above, colors.quiet, colors.below] : [colors.below, colors.quiet, colors.above],
        },
      },
      tooltip: { show: false },
    }),
    [placed, evidence],
  )
  const changesOf = useCallback(
    () => ({
      series: groups.map(({ inside, trials }) => {
        const opacity = inside ? 0.6 : FAINT
        return {
          ...{ type: 'parallel', progressive: AT_ONCE, progressiveThreshold: MANY, emphasis: { disabled: true } },
          ...{ lineStyle: { opacity, width: 1.5 }, activeOpacity: opacity, inactiveOpacity: opacity },
          data: trials.map((trial) => placed.map(({ at }) => at(trial))),
        }
      }),
    }),
    [placed, groups],
  )
  return (
    <Scroll label="All trials over all settings">
      <div class="broad">
        <Chart
          height="24rem"
          label={`${shown.length} trials as lines over ${placed.map(({ title }) => title).join(', ')}. What a drag along an axis chooses can be typed under “Look at some trials only”.`}
          optionOf={optionOf}
          changesOf={changesOf}
          brush={brush}
          onReady={onReady}
        />
      </div>
    </Scroll>
  )
}

/** A range that is dragged along an axis. @returns what shows it after the chart was drawn anew, and takes it away where all are looked at again */
function useBrushing(chart: EChartsType | undefined, placed: readonly Axis[], { filter, setFilter }: Look) {
  /** Keys of the axes that show a range: to change that on all of them takes 100 ms at 5,000 trials. */
  const dragged = useRef(new Set<string>())
  useEffect(() => {
    if (chart === undefined) return
    let later: ReturnType<typeof setTimeout> | undefined
    const select = (event: unknown): void => {
      const { parallelAxisId, intervals } = event as { parallelAxisId?: string; intervals?: [number, number][] }
      const axis = placed.find((_, i) => idOf(i) === parallelAxisId)
      if (axis === undefined) return
      const [range] = intervals ?? []
      if (range === undefined) dragged.current.delete(axis.key)
      else dragged.current.add(axis.key)
      clearTimeout(later)
      later = setTimeout(() => setFilter((before) => narrowed(before, axis.key, range && [Math.min(...range), Math.max(...range)])), RESTS)
    }
    chart.on('axisareaselected', select)
    return () => {
      clearTimeout(later)
      if (!chart.isDisposed()) chart.off('axisareaselected', select)
    }
  }, [chart, placed, setFilter])
  return useCallback(
    (made: EChartsType, isFresh: boolean) => {
      if (isFresh) dragged.current.clear()
      for (const [i, { key }] of placed.entries()) {
        const range = filter.get(key)
        const intervals = range?.every(Number.isFinite) ? [range] : []
        if (dragged.current.has(key) === intervals.length > 0) continue
        if (intervals.length > 0) dragged.current.add(key)
        else dragged.current.delete(key)
        // Silent, for what is looked at is known.
        made.dispatchAction({ type: 'axisAreaSelect', parallelAxisId: idOf(i), intervals }, { silent: true })
      }
    },
    [placed, filter],
  )
}
