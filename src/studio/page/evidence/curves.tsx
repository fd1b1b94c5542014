// The learning curves of one trial or of two.

import { useCallback, useState } from 'preact/hooks'
import type { TrialDetail } from '../../evidenceProtocol.ts'
import type { Colors } from '../colors.ts'
import { Select } from '../parts.tsx'
import { axisOf, Chart } from './chart.tsx'

const CURVES = [
  { value: 'testLoss', title: 'Loss on test rows' },
  { value: 'loss', title: 'Loss on training rows' },
  { value: 'testAccuracy', title: 'Accuracy on test rows' },
] as const
type CurveName = (typeof CURVES)[number]['value']

export function TrialCurves({ trials }: { readonly trials: readonly { readonly name: string; readonly detail: TrialDetail }[] }) {
  const [name, setName] = useState<CurveName>('testLoss')
  const [log, setLog] = useState(false)
  const known = CURVES.filter(({ value }) => trials.some(({ detail }) => detail.curves.some((curve) => curve[value].some(Number.isFinite))))
  const optionOf = useCallback(
    (colors: Colors) => ({
      grid: { left: 60, right: 20, top: trials.length > 1 ? 40 : 16, bottom: 46 },
      legend: { show: trials.length > 1, top: 0, textStyle: { color: colors.text }, data: trials.map((trial) => trial.name) },
      xAxis: {
        ...axisOf(colors),
        type: 'value',
        name: 'epoch',
        nameLocation: 'middle',
        nameGap: 28,
        min: 1,
        max: 'dataMax',
        splitLine: { show: false },
      },
      yAxis: { ...axisOf(colors), type: log ? 'log' : 'value', scale: true },
      tooltip: { renderMode: 'richText', trigger: 'item' },
      series: trials.flatMap((trial, t) =>
        trial.detail.curves.map((curve, repeat) => ({
          ...{ name: trial.name, type: 'line', symbolSize: 5, showSymbol: curve[name].length < 30, triggerLineEvent: true },
          lineStyle: { color: colors.series[t], width: 1.8, type: repeat === 0 ? 'solid' : 'dashed', opacity: 0.85 },
          itemStyle: { color: colors.series[t] },
          emphasis: { lineStyle: { width: 3.5 } },
          data: curve[name].map((value, i) => [i + 1, Number.isFinite(value) ? value : null]),
        })),
      ),
    }),
    [trials, name, log],
  )
  if (known.length === 0) return <p class="skeleton">Nothing was recorded of its training.</p>
  return (
    <>
      <div class="tools">
        <Select label="Curve" options={known} value={name} onChange={setName} />
        {name !== 'testAccuracy' && (
          <label class="check">
            <input type="checkbox" checked={log} onChange={({ currentTarget }) => setLog(currentTarget.checked)} />
            Logarithmic axis
          </label>
        )}
      </div>
      <Chart height="20rem" optionOf={optionOf} label={`${CURVES.find(({ value }) => value === name)?.title} by epoch, a line a repeat.`} />
    </>
  )
}
