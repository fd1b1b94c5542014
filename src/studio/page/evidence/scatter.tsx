// The objective against one axis: trials as dots, and what a forest makes of them along it; a rectangle is looked at in every chart.

import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { TrialPoint } from '../../evidenceProtocol.ts'
import type { Colors } from '../colors.ts'
import { formatNumber } from '../format.ts'
import { Select } from '../parts.tsx'
import { chartAxis, NUMBER, OBJECTIVE, textAt } from './axes.ts'
import { Chart, type EChartsType, ring } from './chart.tsx'
import { dots } from './dots.ts'
import { narrowed } from './filter.ts'
import { type Look, SERIES_OF_GROUPS, usePointing } from './look.ts'

/** Dots of one place are spread by their trials' numbers, so that they can be told apart: at most so far to a side. */
const SPREAD = 0.28
const spread = (number: number): number => (((number * 0.618034) % 1) * 2 - 1) * SPREAD

export function ScatterChart({ look, initial }: { readonly look: Look; readonly initial: string }) {
  const { evidence, axes, shown, groups, filter, setFilter } = look
  const [key, setKey] = useState(initial)
  const [log, setLog] = useState(false)
  const [chart, setChart] = useState<EChartsType>()
  /** The rectangle that the chart shows, as the ends of both axes. */
  const dragged = useRef<readonly unknown[] | undefined>(undefined)
  const [x, y] = useMemo(() => [axes.find((axis) => axis.key === key) ?? axes[0], axes.find((axis) => axis.key === OBJECTIVE)], [axes, key])
  const canLog = (y?.low ?? 0) > 0
  const placeOf = useCallback(
    (trial: TrialPoint): [number, number] => [
      (x?.at(trial) ?? Number.NaN) + ((x?.margin ?? 0) > 0 ? spread(trial.number) : 0),
      trial.value,
    ],
    [x],
  )
  const markOf = useCallback((made: EChartsType, trial: TrialPoint) => ring(made, placeOf(trial)), [placeOf])
  usePointing(chart, look, markOf)
  const onReady = useCallback((made: EChartsType) => setChart(made), [])
  useEffect(() => {
    if (chart === undefined || x === undefined) return
    const end = (event: unknown): void => {
      const { areas } = event as { areas: readonly { coordRange?: readonly [[number, number], [number, number]] }[] }
      const range = areas[0]?.coordRange
      dragged.current = range
      setFilter((before) => narrowed(narrowed(before, x.key, range?.[0]), OBJECTIVE, range?.[1]))
    }
    chart.on('brushEnd', end)
    return () => {
      if (!chart.isDisposed()) chart.off('brushEnd', end)
    }
  }, [chart, x, setFilter])
  const brush = useCallback(
    (made: EChartsType, isFresh: boolean) => {
      if (isFresh) {
        made.dispatchAction({ type: 'takeGlobalCursor', key: 'brush', brushOption: { brushType: 'rect', brushMode: 'single' } })
        dragged.current = undefined
      }
      const ranges = [filter.get(x?.key ?? ''), filter.get(OBJECTIVE)]
      const wanted = ranges.every((range) => range?.every(Number.isFinite)) ? ranges : undefined
      if (String(wanted) === String(dragged.current)) return
      dragged.current = wanted
      const areas = wanted === undefined ? [] : [{ brushType: 'rect', xAxisIndex: 0, yAxisIndex: 0, coordRange: wanted }]
      made.dispatchAction({ type: 'brush', areas })
    },
    [x, filter],
  )

  const optionOf = useCallback(
    (colors: Colors) => {
      if (x === undefined || y === undefined) return {}
      const curve = evidence.effects.find(({ name }) => name === x.key)?.curve ?? []
      const placed = curve.map((at) => ({ ...at, place: x.choices.length > 0 ? x.choices.indexOf(String(at.x)) : Number(at.x) }))
      const line = (name: string, of: (at: (typeof placed)[number]) => number, dashed: boolean) => ({
        ...{
          name,
          type: 'line',
          showSymbol: false,
          silent: true,
          z: 5,
          lineStyle: { color: colors.text, width: dashed ? 1 : 2.5, type: dashed ? 'dashed' : 'solid' },
        },
        data: placed.map((at) => [at.place, of(at)]),
      })
      return {
        grid: { left: 64, right: 20, top: 20, bottom: 52 },
        xAxis: { ...chartAxis(x, colors), nameLocation: 'middle', nameGap: 30 },
        yAxis: { ...chartAxis({ ...y, log }, colors), nameLocation: 'middle', nameGap: 48, ...(log && { min: y.low, max: y.high }) },
        brush: {
          toolbox: [],
          xAxisIndex: 0,
          yAxisIndex: 0,
          // What is inside is drawn anew when the drag has ended: at every move it would take 60 ms.
          seriesIndex: [],
          brushStyle: { color: colors.accent, opacity: 0.15, borderColor: colors.accent },
        },
        series: [
          // Groups of trials, and the best.
          ...Array.from({ length: SERIES_OF_GROUPS + 1 }, () => ({ type: 'scatter' })),
          ...(placed.length === 0 || x.choices.length > 0
            ? []
            : [
                line('forest', ({ mean }) => mean, false),
                line('less its deviation', ({ mean, sd }) => mean - sd, true),
                line('and its deviation', ({ mean, sd }) => mean + sd, true),
              ]),
          ...(x.choices.length === 0
            ? []
            : [
                {
                  type: 'scatter',
                  silent: true,
                  z: 5,
                  symbol: 'rect',
                  symbolSize: [44, 3],
                  itemStyle: { color: colors.text },
                  data: placed.map(({ place, mean }) => [place, mean]),
                },
              ]),
        ],
      }
    },
    [x, y, log, evidence],
  )
  const changesOf = useCallback(
    ({ accent, quiet }: Colors) => {
      const best = shown.find(({ number }) => number === evidence.best)
      return {
        tooltip: {
          formatter: ({ dataIndex, seriesIndex }: { dataIndex: number; seriesIndex: number }) => {
            const trial = groups[seriesIndex]?.trials[dataIndex]
            return trial === undefined || x === undefined
              ? ''
              : `trial ${trial.number}: ${formatNumber(trial.value)}\n${x.title}: ${textAt(x, x.at(trial))}`
          },
        },
        series: [
          ...dots(groups, placeOf, ({ inside, complete }) => ({ color: complete ? accent : quiet, opacity: inside ? 0.75 : 0.1 })),
          {
            ...{ type: 'scatter', silent: true, symbol: 'diamond', symbolSize: 15, itemStyle: { color: accent } },
            data: best === undefined ? [] : [placeOf(best)],
          },
        ],
      }
    },
    [x, placeOf, shown, groups, evidence],
  )
  return (
    <>
      <div class="tools">
        <Select
          label="Against"
          options={axes
            .filter((axis) => axis.key !== OBJECTIVE)
            .map((axis) => ({ value: axis.key, title: axis.key === NUMBER ? 'The trials in their order' : axis.title }))}
          value={key}
          onChange={setKey}
        />
        {canLog && (
          <label class="check">
            <input type="checkbox" checked={log} onChange={({ currentTarget }) => setLog(currentTarget.checked)} />
            Logarithmic axis of {y?.title}
          </label>
        )}
      </div>
      <Chart
        height="22rem"
        label={`${y?.title} of ${shown.length} trials against ${x?.title}.`}
        optionOf={optionOf}
        changesOf={changesOf}
        brush={brush}
        onReady={onReady}
      />
      <p class="hint">
        The diamond is the best. Where a line is drawn, it is what a forest of trees predicts, averaged over all other settings, and its
        deviation from tree to tree.
      </p>
    </>
  )
}
