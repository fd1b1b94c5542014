// A lesson: what to look at, and what a replayed study measured.

import { useEffect, useMemo, useState } from 'preact/hooks'
import type { LessonChart, LessonData } from '../../lessonData.ts'
import type { Lesson } from '../../playLessons.ts'
import { PLAY } from '../../playPlace.ts'
import type { Colors } from '../colors.ts'
import { Card } from '../parts.tsx'
import { useLater } from '../useLater.ts'

/** Charts come with a library that only those load who open a lesson or the evidence of a study. */
const loadCharts = () => import('../evidence/chart.tsx')

export function LessonCard({ lesson: { id, title, here } }: { readonly lesson: Lesson }) {
  const { data, problem } = useLessonData()
  return (
    <div class="lesson">
      <Card title={title} id="lesson">
        {here.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        <details>
          <summary>What a published study measured</summary>
          {data?.[id]?.said.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
          {problem !== undefined && <p class="problem">{problem}</p>}
          <div class="panels">
            {data?.[id]?.charts.map((chart) => (
              <StudyChart key={`${chart.title} ${chart.y}`} chart={chart} />
            ))}
          </div>
        </details>
        <div class="actions">
          <a class="button" href={PLAY}>
            Close the lesson
          </a>
        </div>
      </Card>
    </div>
  )
}

/** The studies' data lie beside the page. */
function useLessonData(): { readonly data: LessonData | undefined; readonly problem: string | undefined } {
  const [data, setData] = useState<LessonData>()
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    const load = async (): Promise<void> => {
      const answer = await fetch('data/lessons.json')
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
      setData((await answer.json()) as LessonData)
    }
    load().catch((error) => setProblem(`The study's data could not be loaded: ${error instanceof Error ? error.message : error}.`))
  }, [])
  return { data, problem }
}

/** Curves with their intervals in the tooltip; of a few series, also as bands. */
function StudyChart({ chart }: { readonly chart: LessonChart }) {
  const charts = useLater(loadCharts)
  const optionOf = useMemo(() => (colors: Colors) => optionsOf(chart, colors, charts), [chart, charts])
  if (charts === undefined) return <p class="skeleton">Loading the charts …</p>
  if (charts instanceof Error) return <p class="problem">{charts.message}</p>
  const { title, y, x, series } = chart
  return (
    <div>
      <h3>{title}</h3>
      <charts.Chart height="20rem" optionOf={optionOf} label={`${title}: ${y} by ${x} of ${series.map(({ name }) => name).join(', ')}.`} />
    </div>
  )
}

type Charts = Awaited<ReturnType<typeof loadCharts>>

function optionsOf({ series, x, y, kind, falling }: LessonChart, colors: Colors, charts: Charts | Error | undefined) {
  if (charts === undefined || charts instanceof Error) return {}
  const axis = charts.axisOf(colors)
  const text = (value: number): string => String(Number(value.toFixed(3)))
  const said = ([at, mean, low, high]: readonly number[], name: string): string =>
    `${name}, ${x} ${at}: ${text(mean ?? Number.NaN)}${low === undefined || high === undefined ? '' : ` (${text(low)} to ${text(high)})`}`
  return {
    tooltip: {
      renderMode: 'richText',
      formatter: ({ value, seriesName }: { value: readonly number[]; seriesName: string }) => said(value, seriesName),
    },
    legend: { type: 'scroll', top: 0, textStyle: { color: colors.text } },
    grid: { left: 56, right: 16, top: 52, bottom: 44 },
    xAxis: {
      ...axis,
      type: 'value',
      name: x,
      nameLocation: 'middle',
      nameGap: 28,
      min: falling ? 1 : 'dataMin',
      max: 'dataMax',
      splitLine: { show: false },
    },
    yAxis: {
      ...axis,
      type: 'value',
      name: y,
      nameLocation: falling ? 'start' : 'end',
      nameTextStyle: { ...axis.nameTextStyle, align: 'left' },
      scale: true,
      inverse: falling,
      ...(falling && { min: 1, minInterval: 1 }),
    },
    series: series.map(({ name, points }) => ({
      ...{ name, data: points, type: kind === 'lines' ? 'line' : 'scatter' },
      ...{ showSymbol: falling, symbolSize: kind === 'dots' ? 8 : 6, lineStyle: { width: 2 }, emphasis: { focus: 'series' } },
    })),
  }
}
