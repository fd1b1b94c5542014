// The section on learning curves.

import { mean } from 'simple-statistics'
import type { Trial } from '../../study/trial.ts'
import type { Section, Series, SeriesPoint } from '../model.ts'
import { historiesOf, numbersOf } from './histories.ts'
import { objectiveAxis, type Results, trialName, trialNames } from './results.ts'

/** Trials whose curves are shown. */
const SHOWN = 6

/** Learning curves of the best trials: of every epoch where the study recorded them, else of what trials reported on the way. */
export function curvesSection(results: Results): Section[] {
  const best = results.ranked.slice(0, SHOWN)
  const [metric = ''] = results.objectives
  const own = best.filter((trial) => hasHistory(trial, metric))
  const measured = own.length > 0 ? metric : best.some((trial) => hasHistory(trial, 'testLoss')) ? 'testLoss' : 'loss'
  const [test, training] = [measured, trainingOf(measured)]
  const names = trialNames(best, results.titleOf)
  const recorded = best.flatMap((trial, i) => [
    ...historySeries(trial, test, 'test', names[i]),
    ...(training === undefined ? [] : historySeries(trial, training, 'training', names[i])),
  ])
  const series = recorded.length > 0 ? withoutLoneFacet(recorded) : best.flatMap((trial, i) => reportedSeries(trial, names[i]))
  if (series.every(({ points }) => points.length < 2)) return []
  const repeats = Math.max(0, ...best.map((trial) => historiesOf(trial).length))
  const from =
    recorded.length > 0
      ? `every epoch${repeats > 1 ? `, the mean of ${repeats} repeats and how far they reach` : ''}`
      : 'as reported on the way'
  return [
    {
      title: 'Learning curves',
      paragraphs: [],
      blocks: [
        {
          kind: 'lineChart',
          name: 'learning-curves',
          caption: `How the best ${best.length} trials reached their values: ${from}.`,
          x: { label: recorded.length > 0 ? 'epoch' : 'step' },
          y: recorded.length > 0 ? { label: training ?? measured } : objectiveAxis(results),
          series,
        },
      ],
    },
  ]
}

const hasHistory = (trial: Trial, metric: string): boolean => historiesOf(trial).some((history) => numbersOf(history, metric).length > 0)

const trainingOf = (metric: string): string | undefined =>
  metric === 'testLoss' ? 'loss' : metric === 'testAccuracy' ? 'accuracy' : undefined

/** The mean of the repeats that got to each epoch, and the least and the greatest of them; none where no repeat has the metric. */
function historySeries(trial: Trial, metric: string, facet: string, name = trialName(trial)): Series[] {
  const curves = historiesOf(trial).map((history) => numbersOf(history, metric))
  const epochs = Math.max(0, ...curves.map(({ length }) => length))
  const points = Array.from({ length: epochs }, (_, epoch): SeriesPoint => {
    const values = curves.flatMap((curve) => curve[epoch] ?? []).filter(Number.isFinite)
    const middle = values.length === 0 ? Number.NaN : mean(values)
    return { x: epoch + 1, mean: middle, ...(values.length > 1 && { low: Math.min(...values), high: Math.max(...values) }) }
  })
  return points.length === 0 ? [] : [{ name, facet, points }]
}

const reportedSeries = (trial: Trial, name = trialName(trial)): Series[] => {
  const points = [...trial.intermediateValues].sort(([a], [b]) => a - b).map(([x, mean]) => ({ x, mean }))
  return points.length === 0 ? [] : [{ name, points }]
}

/** A chart of one facet needs no heading. */
const withoutLoneFacet = (series: readonly Series[]): Series[] =>
  new Set(series.map(({ facet }) => facet)).size > 1 ? [...series] : series.map((one) => ({ ...one, facet: undefined }))
