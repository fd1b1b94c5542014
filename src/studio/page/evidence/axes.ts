// What the charts of evidence have for axes: the objective, the trials' numbers, every parameter, all as numbers.

import type { Evidence, ParamAxis, TrialPoint } from '../../evidenceProtocol.ts'
import { objectiveWords, parameterTitle } from '../../parameterWords.ts'
import type { Colors } from '../colors.ts'
import { formatNumber } from '../format.ts'
import { axisOf } from './chart.tsx'

/** An axis of the charts. Choices stand at 0, 1, 2 … */
export interface Axis {
  readonly key: string
  readonly title: string
  readonly choices: readonly string[]
  readonly log: boolean
  /** Whether it has whole numbers only. */
  readonly whole: boolean
  readonly low: number
  readonly high: number
  /** Room at either end: of a half where there are a few places only, so that each has its own. */
  readonly margin: number
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
      ...{ key: NUMBER, title: 'Trial', choices: [], log: false, whole: true, at: ({ number }) => number },
      ...{ low: 0, high: Math.max(1, trials.length - 1), margin: 0 },
    },
    ...axes.map(ofParameter),
    {
      ...{ key: OBJECTIVE, title: titleOf(evidence), choices: [], log: false, whole: false, at: ({ value }) => value },
      ...{ low: Math.min(...values), high: Math.max(...values), margin: 0 },
    },
  ]
}

export const titleOf = ({ objective }: Pick<Evidence, 'objective'>): string => objectiveWords(objective).title

/** Whole numbers of so few that each has a place of its own. */
const FEW = 12

function ofParameter({ name, range, choices }: ParamAxis): Axis {
  const title = parameterTitle(name)
  const own = ({ params }: TrialPoint): unknown => (Object.hasOwn(params, name) ? params[name] : undefined)
  if (range !== undefined) {
    const isFew = range.whole && !range.log && range.high - range.low < FEW
    return { key: name, title, choices: [], ...range, margin: isFew ? 0.5 : 0, at: (trial) => Number(own(trial) ?? Number.NaN) }
  }
  const placeOf = (value: unknown): number => {
    const place = choices.indexOf(typeof value === 'string' ? value : JSON.stringify(value))
    return place < 0 ? Number.NaN : place
  }
  return {
    ...{ key: name, title, choices, log: false, whole: true, at: (trial) => placeOf(own(trial)) },
    ...{ low: 0, high: choices.length - 1, margin: 0.5 },
  }
}

/** Of a chart, with room for its name. */
export function chartAxis(axis: Axis, colors: Colors) {
  const { title, choices, log, whole, low, high, margin } = axis
  const style = axisOf(colors)
  const ends = { min: low - margin, max: high + margin }
  if (margin > 0) {
    const places = Array.from({ length: Math.round(high - low) + 1 }, (_, i) => low + i)
    return {
      ...{ ...style, name: title, type: 'value' as const, ...ends, interval: 1, splitLine: { show: false }, axisTick: { show: false } },
      axisLabel: {
        ...style.axisLabel,
        // Lines of parallel coordinates go through them.
        ...(choices.length > 0 && { backgroundColor: colors.page, padding: [1, 3] }),
        formatter: (place: number) => textAt(axis, place),
        customValues: places,
      },
    }
  }
  const scale = log ? { type: 'log' as const, ...ends } : { type: 'value' as const, scale: true, ...(whole && { minInterval: 1 }) }
  return { ...style, ...scale, name: title, axisLabel: { ...style.axisLabel, formatter: formatNumber, hideOverlap: true } }
}

/** Of an axis's place what a person reads. */
export const textAt = ({ choices }: Axis, place: number): string =>
  Number.isNaN(place) ? '–' : choices.length > 0 ? (choices[place] ?? '–') : formatNumber(place)
