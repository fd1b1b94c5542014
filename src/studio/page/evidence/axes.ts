// What the charts of evidence have for axes: the objective, the trials' numbers, every parameter, all as numbers.

import type { Evidence, ParamAxis, TrialPoint } from '../../evidenceProtocol.ts'
import type { Colors } from '../colors.ts'
import { formatNumber } from '../format.ts'
import { OBJECTIVE_WORDS, parameterTitle } from '../words.ts'
import { axisOf } from './chart.tsx'

/** An axis of the charts. Choices stand at 0, 1, 2 …, each with room of a half to either side. */
export interface Axis {
  readonly key: string
  readonly title: string
  readonly choices: readonly string[]
  readonly log: boolean
  /** Whether it has whole numbers only. */
  readonly whole: boolean
  readonly low: number
  readonly high: number
  /** NaN where the trial has none. */
  readonly at: (trial: TrialPoint) => number
}

/** Keys that no parameter has. */
export const OBJECTIVE = ' objective'
export const NUMBER = ' number'

export function axesOf(evidence: Evidence): readonly Axis[] {
  const { trials, axes } = evidence
  const values = trials.map(({ value }) => value).filter(Number.isFinite)
  return [
    {
      key: NUMBER,
      title: 'Trial',
      choices: [],
      log: false,
      whole: true,
      low: 0,
      high: Math.max(1, trials.length - 1),
      at: ({ number }) => number,
    },
    ...axes.map(ofParameter),
    {
      ...{ key: OBJECTIVE, title: titleOf(evidence), choices: [], log: false, whole: false, at: ({ value }) => value },
      ...{ low: Math.min(...values), high: Math.max(...values) },
    },
  ]
}

export const titleOf = ({ objective }: Pick<Evidence, 'objective'>): string =>
  OBJECTIVE_WORDS[objective as keyof typeof OBJECTIVE_WORDS]?.title ?? objective

function ofParameter({ name, range, choices }: ParamAxis): Axis {
  const title = parameterTitle(name)
  const own = ({ params }: TrialPoint): unknown => (Object.hasOwn(params, name) ? params[name] : undefined)
  if (range !== undefined) return { key: name, title, choices: [], ...range, at: (trial) => Number(own(trial) ?? Number.NaN) }
  const placeOf = (value: unknown): number => {
    const place = choices.indexOf(typeof value === 'string' ? value : JSON.stringify(value))
    return place < 0 ? Number.NaN : place
  }
  return { key: name, title, choices, log: false, whole: true, low: -0.5, high: choices.length - 0.5, at: (trial) => placeOf(own(trial)) }
}

/** Of a chart, with room for its name. */
export function chartAxis({ title, choices, log, whole, low, high }: Axis, colors: Colors, { isLog = log } = {}) {
  const style = axisOf(colors)
  if (choices.length > 0) {
    const label = (place: number): string => choices[place] ?? ''
    return {
      ...{ ...style, name: title, type: 'value' as const, min: low, max: high, interval: 1, splitLine: { show: false } },
      axisTick: { show: false },
      // Lines of parallel coordinates go through them.
      axisLabel: {
        ...style.axisLabel,
        backgroundColor: colors.page,
        padding: [1, 3],
        formatter: (place: number) => label(place),
        customValues: choices.map((_, i) => i),
      },
    }
  }
  const scale = isLog
    ? { type: 'log' as const, min: low, max: high }
    : { type: 'value' as const, scale: true, ...(whole && { minInterval: 1 }) }
  return { ...style, ...scale, name: title, axisLabel: { ...style.axisLabel, formatter: formatNumber, hideOverlap: true } }
}

/** Of an axis's place what a person reads. */
export const textAt = ({ choices }: Axis, place: number): string =>
  Number.isNaN(place) ? '–' : choices.length > 0 ? (choices[place] ?? '–') : formatNumber(place)
