// All trials as lines over all axes; a range dragged along an axis is looked at in every chart.

import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import type { Colors } from '../colors.ts'
import { Scroll } from '../parts.tsx'
import { type Axis, chartAxis, NUMBER } from './axes.ts'
import { Chart, type EChartsType } from './chart.tsx'
import { narrowed } from './filter.ts'
import { type Look, usePointing } from './look.ts'

/** Lines that are outside of what is looked at. */
const FAINT = 0.05
const idOf = (i: number): string => `axis ${i}`

export function ParallelChart({ look }: { readonly look: Look }) {
  const { evidence, axes, shown, inside, setFilter } = look
  const [chart, setChart] = useState<EChartsType>()
  const placed = useMemo(() => axes.filter(({ key }) => key !== NUMBER), [axes])
  usePointing(chart, look)
  const onReady = useCallback((made: EChartsType) => setChart(made), [])
  useBrushing(chart, placed, setFilter)

  const optionOf = useCallback(
    (colors: Colors) => ({
      parallel: { left: 50, right: 70, top: 44, bottom: 24, axisExpandable: false },
      parallelAxis: placed.map((axis, dim) => ({
        ...chartAxis(axis, colors),
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
    ({ text }: Colors) => ({
      series: [
        {
          type: 'parallel',
          // Past this many the browser draws a few at a time.
          progressive: 1000,
          inactiveOpacity: 1,
          activeOpacity: 1,
          emphasis: { lineStyle: { width: 4, opacity: 1, color: text } },
          data: shown.map((trial) => ({
            value: placed.map(({ at }) => {
              const place = at(trial)
              return Number.isNaN(place) ? '-' : place
            }),
            lineStyle: { opacity: inside.has(trial.number) ? 0.6 : FAINT, width: 1.5 },
          })),
        },
      ],
    }),
    [placed, shown, inside],
  )
  return (
    <Scroll label="All trials over all settings">
      <div class="broad">
        <Chart
          height="24rem"
          label={`${shown.length} trials as lines over ${placed.map(({ title }) => title).join(', ')}. What a drag along an axis chooses can be typed under “Look at some trials only”.`}
          optionOf={optionOf}
          changesOf={changesOf}
          onReady={onReady}
        />
      </div>
    </Scroll>
  )
}

/** A range that is dragged along an axis. */
function useBrushing(chart: EChartsType | undefined, placed: readonly Axis[], setFilter: Look['setFilter']): void {
  useEffect(() => {
    if (chart === undefined) return
    const select = (event: unknown): void => {
      const { parallelAxisId, intervals } = event as { parallelAxisId?: string; intervals?: [number, number][] }
      const axis = placed.find((_, i) => idOf(i) === parallelAxisId)
      if (axis === undefined) return
      const [range] = intervals ?? []
      setFilter((before) => narrowed(before, axis.key, range && [Math.min(...range), Math.max(...range)]))
    }
    chart.on('axisareaselected', select)
    return () => {
      if (!chart.isDisposed()) chart.off('axisareaselected', select)
    }
  }, [chart, placed, setFilter])
}
