// Two settings against the objective: what a forest predicts over both, and the trials on it.

import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import { at } from '../../../core/at.ts'
import type { ContourShown, TrialPoint } from '../../evidenceProtocol.ts'
import type { Colors } from '../colors.ts'
import type { Controller } from '../controller.ts'
import { formatNumber } from '../format.ts'
import { Select } from '../parts.tsx'
import { type Axis, chartAxis, NUMBER, OBJECTIVE, textAt } from './axes.ts'
import { Chart, type EChartsType, ring } from './chart.tsx'
import { dots } from './dots.ts'
import { type Look, SERIES_OF_GROUPS, usePointing } from './look.ts'

export function ContourChart({
  look,
  controller,
  study,
}: {
  readonly look: Look
  readonly controller: Controller
  readonly study: string
}) {
  const { evidence, axes, shown, groups } = look
  const params = useMemo(() => axes.filter(({ key }) => key !== NUMBER && key !== OBJECTIVE), [axes])
  const [keys, setKeys] = useState(() => [params[0]?.key ?? '', params[1]?.key ?? ''] as const)
  const [found, setFound] = useState<ContourShown & { readonly keys: readonly string[] }>()
  const [problem, setProblem] = useState<string>()
  const [chart, setChart] = useState<EChartsType>()
  const onReady = useCallback((made: EChartsType) => setChart(made), [])
  // Of what was answered last: until the next is there, it stays with its own axes.
  const [x, y] = (found?.keys ?? keys).map((key) => params.find((axis) => axis.key === key))
  const placeOf = useCallback((trial: TrialPoint): [number, number] => [x?.at(trial) ?? Number.NaN, y?.at(trial) ?? Number.NaN], [x, y])
  const markOf = useCallback((made: EChartsType, trial: TrialPoint) => ring(made, placeOf(trial)), [placeOf])
  usePointing(chart, look, markOf)
  useEffect(() => {
    const [keyX, keyY] = keys
    if (keyX === keyY) return
    let isWanted = true
    controller.ask('contour', { study, part: evidence.part, x: keyX, y: keyY }).then(
      (given) => {
        if (!isWanted) return
        setFound({ ...given, keys })
        setProblem(undefined)
      },
      (error) => isWanted && setProblem(error instanceof Error ? error.message : String(error)),
    )
    return () => {
      isWanted = false
    }
  }, [keys, controller, study, evidence])

  const optionOf = useCallback(
    (colors: Colors) => {
      if (x === undefined || y === undefined || found === undefined) return {}
      const [xs, ys] = [edgesOf(x, found.x), edgesOf(y, found.y)]
      const cells = found.z.flatMap((row, j) => row.map((z, i) => [...(xs[i] ?? []), ...(ys[j] ?? []), z]))
      const zs = found.z.flat()
      const ends = [Math.min(...zs), Math.max(...zs)] as const
      const good = evidence.direction === 'minimize' ? [colors.above, colors.page, colors.below] : [colors.below, colors.page, colors.above]
      return {
        grid: { left: 84, right: 20, top: 20, bottom: 100 },
        xAxis: { ...chartAxis(x, colors), nameLocation: 'middle', nameGap: 30, splitLine: { show: false }, ...boundsOf(x) },
        yAxis: { ...chartAxis(y, colors), nameLocation: 'middle', nameGap: 64, splitLine: { show: false }, ...boundsOf(y) },
        visualMap: {
          ...{
            type: 'continuous',
            dimension: 4,
            seriesIndex: SERIES_OF_GROUPS,
            min: ends[0],
            max: ends[1],
            orient: 'horizontal',
            left: 'center',
            bottom: 0,
          },
          ...{
            inRange: { color: good },
            textStyle: { color: colors.quiet },
            text: [formatNumber(ends[1]), formatNumber(ends[0])],
            calculable: false,
          },
        },
        series: [
          ...Array.from({ length: SERIES_OF_GROUPS }, () => ({ type: 'scatter' })),
          {
            type: 'custom',
            zlevel: -2,
            data: cells,
            encode: { x: [0, 1], y: [2, 3] },
            renderItem: (_: unknown, api: CellApi) => {
              const [left, top] = api.coord([api.value(0), api.value(3)])
              const [right, bottom] = api.coord([api.value(1), api.value(2)])
              // A pixel more: cells that only touch leave light between them.
              return {
                type: 'rect',
                shape: { x: left, y: top, width: (right ?? 0) - (left ?? 0) + 1, height: (bottom ?? 0) - (top ?? 0) + 1 },
                style: { fill: api.visual('color') },
              }
            },
          },
        ],
      }
    },
    [x, y, found, evidence],
  )
  const changesOf = useCallback(
    ({ text, page }: Colors) => ({
      tooltip: {
        formatter: ({ dataIndex, seriesIndex, value }: { dataIndex: number; seriesIndex: number; value: readonly number[] }) => {
          const trial = groups[seriesIndex]?.trials[dataIndex]
          if (trial === undefined || x === undefined || y === undefined) return `predicted: ${formatNumber(value[4] ?? Number.NaN)}`
          return `trial ${trial.number}: ${formatNumber(trial.value)}\n${x.title}: ${textAt(x, x.at(trial))}\n${y.title}: ${textAt(y, y.at(trial))}`
        },
      },
      series: dots(groups, placeOf, ({ inside }) => ({ color: page, borderColor: text, borderWidth: 1.5, opacity: inside ? 1 : 0.12 })),
    }),
    [x, y, placeOf, groups],
  )
  const options = params.map(({ key, title }) => ({ value: key, title }))
  return (
    <>
      <div class="tools">
        <Select label="Across" options={options} value={keys[0]} onChange={(key) => setKeys([key, keys[1]])} />
        <Select label="Upwards" options={options} value={keys[1]} onChange={(key) => setKeys([keys[0], key])} />
      </div>
      {problem !== undefined || keys[0] === keys[1] || found === undefined ? (
        <p class="skeleton">{problem ?? (keys[0] === keys[1] ? 'Choose two different settings.' : 'Growing a forest …')}</p>
      ) : (
        <Chart
          height="26rem"
          label={`What a forest predicts of ${evidence.objective} over ${x?.title} and ${y?.title}, with ${shown.length} trials.`}
          optionOf={optionOf}
          changesOf={changesOf}
          onReady={onReady}
        />
      )}
    </>
  )
}

interface CellApi {
  readonly value: (dimension: number) => number
  readonly coord: (place: readonly [number, number]) => readonly number[]
  readonly visual: (name: 'color') => string
}

const boundsOf = ({ low, high, margin }: Axis) => ({ min: low - margin, max: high + margin })

/** The ends of each place's cell: half way to its neighbours, in the logarithm where the axis is. */
function edgesOf({ choices, log, low, high, margin }: Axis, values: readonly unknown[]): (readonly [number, number])[] {
  if (choices.length > 0) {
    return values.map((value) => {
      const place = choices.indexOf(typeof value === 'string' ? value : JSON.stringify(value))
      return [place - 0.5, place + 0.5]
    })
  }
  const numbers = values.map(Number)
  const middle = (a: number, b: number): number => (log ? Math.sqrt(a * b) : (a + b) / 2)
  const last = numbers.length - 1
  return numbers.map((value, i) => [
    i === 0 ? low - margin : middle(at(numbers, i - 1), value),
    i === last ? high + margin : middle(value, at(numbers, i + 1)),
  ])
}
