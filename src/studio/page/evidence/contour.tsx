// Two settings against the objective: what a forest predicts over both, and the trials on it.

import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import { at } from '../../../core/at.ts'
import type { ContourShown } from '../../evidenceProtocol.ts'
import type { Colors } from '../colors.ts'
import type { Controller } from '../controller.ts'
import { formatNumber } from '../format.ts'
import { Select } from '../parts.tsx'
import { type Axis, chartAxis, NUMBER, OBJECTIVE, textAt } from './axes.ts'
import { Chart, type EChartsType } from './chart.tsx'
import { type Look, usePointing } from './look.ts'

export function ContourChart({
  look,
  controller,
  study,
}: {
  readonly look: Look
  readonly controller: Controller
  readonly study: string
}) {
  const { evidence, axes, shown, inside } = look
  const params = useMemo(() => axes.filter(({ key }) => key !== NUMBER && key !== OBJECTIVE), [axes])
  const [keys, setKeys] = useState(() => [params[0]?.key ?? '', params[1]?.key ?? ''] as const)
  const [found, setFound] = useState<ContourShown>()
  const [problem, setProblem] = useState<string>()
  const [chart, setChart] = useState<EChartsType>()
  const onReady = useCallback((made: EChartsType) => setChart(made), [])
  const [x, y] = keys.map((key) => params.find((axis) => axis.key === key))
  usePointing(chart, look)
  useEffect(() => {
    const [keyX, keyY] = keys
    if (keyX === keyY) return
    controller.ask('contour', { study, part: evidence.part, x: keyX, y: keyY }).then(
      (given) => {
        setFound(given)
        setProblem(undefined)
      },
      (error) => setProblem(error instanceof Error ? error.message : String(error)),
    )
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
        xAxis: { ...chartAxis(x, colors), nameLocation: 'middle', nameGap: 30, ...boundsOf(x) },
        yAxis: { ...chartAxis(y, colors), nameLocation: 'middle', nameGap: 64, ...boundsOf(y) },
        visualMap: {
          ...{
            type: 'continuous',
            dimension: 4,
            seriesIndex: 1,
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
        tooltip: {
          renderMode: 'richText',
          formatter: ({ dataIndex, seriesIndex, value }: { dataIndex: number; seriesIndex: number; value: readonly number[] }) => {
            const trial = shown[dataIndex]
            if (seriesIndex !== 0) return `predicted: ${formatNumber(value[4] ?? Number.NaN)}`
            return trial === undefined
              ? ''
              : `trial ${trial.number}: ${formatNumber(trial.value)}\n${x.title}: ${textAt(x, x.at(trial))}\n${y.title}: ${textAt(y, y.at(trial))}`
          },
        },
        series: [
          { type: 'scatter' },
          {
            type: 'custom',
            z: 1,
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
    [x, y, found, evidence, shown],
  )
  const changesOf = useCallback(
    ({ text, page }: Colors) => ({
      series: [
        {
          type: 'scatter',
          z: 3,
          symbolSize: 9,
          emphasis: { scale: 2 },
          data: shown.map((trial) => ({
            value: [x?.at(trial) ?? Number.NaN, y?.at(trial) ?? Number.NaN],
            itemStyle: { color: page, borderColor: text, borderWidth: 1.5, opacity: inside.has(trial.number) ? 1 : 0.12 },
          })),
        },
      ],
    }),
    [x, y, shown, inside],
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
