// The section on the best trials.

import { ATTRIBUTE, repeatsOf } from '../../study/attributes.ts'
import { frontsOf, toLosses } from '../../study/pareto.ts'
import { own } from '../../study/space/distributions.ts'
import { type ComparisonTable, compareTrials } from '../../study/statistics/compare.ts'
import { leftOutText } from '../../study/statistics/leftOut.ts'
import { type Direction, isBetter, type Trial } from '../../study/trial.ts'
import { formatValue } from '../format.ts'
import type { Block, Cell, Section } from '../model.ts'
import { isRanked, objectiveAxis, objectiveOf, paramText, type Results, spreadOf, trialName } from './results.ts'

/** Rows of the table of the best. */
const BEST = 20

/** What the search found: the best trials, how they compare, and what failed. */
export function resultSection(results: Results, directions: readonly Direction[]): Section {
  const { trials, ranked } = results
  const count = (state: Trial['state']): number => trials.filter((trial) => trial.state === state).length
  const counts = `${trials.length} trials: ${count('complete')} complete, ${count('pruned')} pruned, ${count('fail')} failed.${leftOutText(trials)}`
  const [best] = ranked
  if (best === undefined) return { title: 'Result', paragraphs: [`${counts} None has a value to show.`], blocks: failures(trials) }
  const comparison = compare(results)
  const found = `The best${directions.length > 1 ? ' by the first objective' : ''} is ${trialName(best)}: ${results.objectives
    .map((name, i) => `${name} ${formatValue(spreadOf(best, results.ranges[i], i))}`)
    .join(', ')}.`
  return {
    title: 'Result',
    paragraphs: [counts, found, ...(comparison === undefined ? [] : [verdict(comparison)])],
    blocks: [table(results, comparison), convergence(results), ...front(results, directions), ...failures(trials)],
  }
}

/** None where trials were not repeated: nothing then says what a difference means. */
function compare({ ranked, direction }: Results): ComparisonTable | undefined {
  if (!ranked.some((trial) => (repeatsOf(trial)?.length ?? 0) > 1)) return undefined
  return compareTrials(ranked, { direction })
}

function verdict({ best, rows }: ComparisonTable): string {
  const apart = rows.filter(({ adjustedP }) => adjustedP < 0.05).length
  const least = Math.min(1, (2 / 2 ** best.summary.count) * rows.length)
  const floor = least < 0.05 ? '' : ` With ${best.summary.count} repeats the test cannot show any difference.`
  return (
    `${apart} of ${rows.length} other trials differ from the best at the 5 % level: Wilcoxon's signed-rank test over ${best.summary.count} paired repeats, ` +
    `corrected for all comparisons (Holm).${floor} The best was chosen by the same numbers, which favours it.`
  )
}

function table(results: Results, comparison: ComparisonTable | undefined): Block {
  const { ranked, objectives, ranges, parameters } = results
  const ps = new Map(comparison?.rows.map(({ number, adjustedP }) => [number, adjustedP]))
  const shown = ranked.slice(0, BEST)
  const rows = shown.map((trial, i): Cell[] => [
    i === 0 ? { value: trialName(trial), marks: ['winner'] } : trialName(trial),
    ...objectives.map((_, k) => spreadOf(trial, ranges[k], k)),
    ...(comparison === undefined ? [] : [ps.get(trial.number) ?? null]),
    ...parameters.map((name) => {
      const value = own(trial.params, name)
      return value === undefined ? null : typeof value === 'number' ? value : paramText(value)
    }),
  ])
  const intervals =
    comparison === undefined
      ? ''
      : ' Brackets: 95 % intervals of the mean over the repeats, by Student’s t; p: against the best, corrected.'
  return {
    kind: 'table',
    name: 'best-trials',
    caption: `The best ${shown.length} of ${ranked.length} complete trials.${intervals}`,
    columns: [
      { name: 'trial' },
      ...objectives.map((name, i) => ({ name, format: objectiveAxis(results, i).format })),
      ...(comparison === undefined ? [] : [{ name: 'p', format: { significant: 2 } }]),
      ...parameters.map((name) => ({ name })),
    ],
    rows,
  }
}

/** The best value so far, by trials; there must be a complete one. */
export function convergence(results: Results): Block {
  const { trials, direction } = results
  const complete = trials.filter(isRanked)
  let best = Number.NaN
  const points = complete.map((trial) => {
    if (isBetter(objectiveOf(trial), best, direction)) best = objectiveOf(trial)
    return { x: trial.number, mean: best }
  })
  const last = points.findLast(({ mean }, i) => mean !== points[i - 1]?.mean)?.x ?? 0
  return {
    kind: 'lineChart',
    name: 'convergence',
    caption: `The best value after each complete trial; none was better after trial ${last}.`,
    x: { label: 'trial' },
    y: objectiveAxis(results),
    series: [{ name: 'best so far', points }],
    stepped: true,
  }
}

/** Of several objectives the first two. */
function front(results: Results, directions: readonly Direction[]): Block[] {
  if (directions.length < 2) return []
  const [first = []] = frontsOf(results.ranked.map(({ values = [] }) => toLosses(values, directions)))
  const best = new Set(first)
  return [
    {
      kind: 'scatter',
      name: 'objectives',
      caption: 'Complete trials by their first two objectives; no trial is better than a compromise of the front in all objectives.',
      x: objectiveAxis(results),
      y: objectiveAxis(results, 1),
      points: results.ranked.map((trial, i) => ({
        name: trialName(trial),
        x: objectiveOf(trial),
        y: objectiveOf(trial, 1),
        group: best.has(i) ? 'front' : 'dominated',
      })),
    },
  ]
}

function failures(trials: readonly Trial[]): Block[] {
  const failed = trials.filter(({ state }) => state === 'fail')
  if (failed.length === 0) return []
  return [
    {
      kind: 'table',
      name: 'failed-trials',
      caption: 'Trials without a value, and why.',
      columns: [{ name: 'trial' }, { name: 'reason' }],
      rows: failed.map((trial) => [trialName(trial), String(trial.systemAttrs[ATTRIBUTE.reason] ?? 'not said')]),
    },
  ]
}
