// The section on how early rungs predict the end.

import { type Pair, spearman } from '../../study/statistics/correlation.ts'
import { rankCorrelation, topKRegret } from '../../study/statistics/rungs.ts'
import type { Trial } from '../../study/trial.ts'
import type { Block, Section } from '../model.ts'
import { objectiveOf, type Results, trialNames } from './results.ts'

/** Trials that a correlation is of at least; of two it is always 1. */
const FEWEST = 3
/** Rungs that a reader can take in. */
const MOST = 8
/** Lines of the rank plot. */
const LINES = 12

/** Whether the order of the trials early on is their order at the end. */
export function rungsSection(results: Results): Section[] {
  const steps = comparableSteps(results)
  const [correlations, ...lines] = rungCharts(results)
  if (correlations === undefined) return []
  return [
    {
      title: 'Early rungs and the end',
      paragraphs: [
        'Whether the order of the trials at an early rung is their order at the end. Complete trials only: where a pruner stopped the rest, these are the survivors.',
      ],
      blocks: [correlations, table(results, steps), ...lines],
    },
  ]
}

/** The heat map and the ranks, without the table's bootstrap intervals, which take seconds of hundreds of trials. */
export function rungCharts(results: Results): Block[] {
  const steps = comparableSteps(results)
  return steps.length === 0 ? [] : [heatmap(results.ranked, steps), ranks(results, steps)]
}

/** None where they are too few to compare. */
function comparableSteps({ ranked }: Results): readonly number[] {
  const steps = spreadOut(reportedSteps(ranked), MOST)
  return steps.length < 2 || ranked.length < FEWEST ? [] : steps
}

function reportedSteps(trials: readonly Trial[]): number[] {
  const steps = new Set(trials.flatMap(({ intermediateValues }) => [...intermediateValues.keys()]))
  const reported = (step: number): number => trials.filter(({ intermediateValues }) => Number.isFinite(intermediateValues.get(step))).length
  return [...steps].filter((step) => reported(step) >= FEWEST).sort((a, b) => a - b)
}

/** The first, the last, and between them what is nearest to equal factors. */
function spreadOut(steps: readonly number[], most: number): number[] {
  const [first, last] = [steps[0], steps.at(-1)]
  if (first === undefined || last === undefined || steps.length <= most) return [...steps]
  const wanted = Array.from({ length: most }, (_, i) => first * (last / first) ** (i / (most - 1)))
  const nearest = (place: number): number =>
    steps.reduce((found, step) => (Math.abs(step - place) < Math.abs(found - place) ? step : found), first)
  return [...new Set(wanted.map(nearest))]
}

function heatmap(trials: readonly Trial[], steps: readonly number[]): Block {
  const names = steps.map(String)
  const pairs = (a: number, b: number): Pair[] =>
    trials.flatMap(({ intermediateValues }): Pair[] => {
      const [x = Number.NaN, y = Number.NaN] = [intermediateValues.get(a), intermediateValues.get(b)]
      return Number.isFinite(x) && Number.isFinite(y) ? [[x, y]] : []
    })
  return {
    kind: 'heatmap',
    name: 'rung-correlations',
    caption: "Spearman's rank correlation of the trials between steps of training: 1 is the same order, 0 no relation.",
    value: { label: 'Spearman correlation', format: { decimals: 2 } },
    rowLabel: 'step',
    columnLabel: 'step',
    rows: names,
    columns: names,
    cells: steps.map((a) => steps.map((b) => spearman(pairs(a, b)))),
    domain: [-1, 1],
  }
}

function table({ ranked, direction }: Results, steps: readonly number[]): Block {
  const estimate = ({ value, low, high }: { value: number; low: number; high: number }) => ({ mean: value, low, high })
  return {
    kind: 'table',
    name: 'rungs',
    caption:
      'Rank correlation of each step of training with the final value, 95 % bootstrap intervals; regret: what it costs to keep only the best 1, 3 or 5 there.',
    columns: [
      { name: 'step' },
      { name: 'trials' },
      { name: 'Spearman', format: { decimals: 2 } },
      { name: 'Kendall', format: { decimals: 2 } },
      ...[1, 3, 5].map((k) => ({ name: `top-${k} regret`, format: { significant: 3 } })),
    ],
    rows: rankCorrelation(ranked, [...steps]).map(({ step, count, spearman: rho, kendall }) => [
      ...[step, count, estimate(rho), estimate(kendall)],
      ...[1, 3, 5].map((k) => topKRegret(ranked, step, k, direction)),
    ]),
  }
}

function ranks({ ranked, direction, titleOf }: Results, steps: readonly number[]): Block {
  const shown = ranked.slice(0, LINES)
  const names = trialNames(shown, titleOf)
  const sign = direction === 'minimize' ? 1 : -1
  const among = (values: readonly number[]): readonly number[] =>
    values.map((value) => (Number.isFinite(value) ? 1 + values.filter((other) => sign * other < sign * value).length : Number.NaN))
  const byStep = steps.map((step) => among(shown.map(({ intermediateValues }) => intermediateValues.get(step) ?? Number.NaN)))
  const final = among(shown.map((trial) => objectiveOf(trial)))
  // Where the last rung is the end, its ranks are the final ones.
  const ended = byStep.at(-1)?.every((rank, i) => rank === final[i]) ? byStep.slice(0, -1) : byStep
  return {
    kind: 'rankPlot',
    name: 'ranks',
    caption: `Where the best ${shown.length} trials stood among one another at each step of training; the last is their final order.`,
    x: { label: 'step' },
    steps: [...steps.slice(0, ended.length), 'end'],
    lines: shown.map((_, i) => ({
      name: names[i] ?? '',
      ranks: [...ended.map((one) => one[i] ?? Number.NaN), final[i] ?? Number.NaN],
    })),
  }
}
