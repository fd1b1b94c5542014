// What all parts of the evidence share: the trials, the axes, which of them are inside, and the one that is pointed at.

import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Evidence, TrialPoint } from '../../evidenceProtocol.ts'
import { type Axis, axesOf } from './axes.ts'
import type { EChartsType, Mark } from './chart.tsx'
import { type Filter, isInside, NO_FILTER } from './filter.ts'

/** Trials that look alike in a chart: a series each, because a style for every mark costs a task of 100 ms at 5,000 trials. */
export interface Group {
  readonly inside: boolean
  readonly complete: boolean
  readonly trials: readonly TrialPoint[]
}

/** Those outside first, so that the others lie on them. */
const GROUPS = [
  { inside: false, complete: false },
  { inside: false, complete: true },
  { inside: true, complete: false },
  { inside: true, complete: true },
] as const
/** Of every chart, its first. */
export const SERIES_OF_GROUPS = GROUPS.length

export interface Look {
  readonly evidence: Evidence
  readonly axes: readonly Axis[]
  /** Trials that the charts show: those that have a value. */
  readonly shown: readonly TrialPoint[]
  readonly filter: Filter
  readonly setFilter: (change: (before: Filter) => Filter) => void
  readonly groups: readonly Group[]
  /** By their numbers. */
  readonly inside: ReadonlySet<number>
  /** The number of the trial that the pointer or the keyboard is on. */
  readonly pointed: number | undefined
  readonly point: (trial: number | undefined) => void
}

export function useLook(evidence: Evidence): Look {
  const [filter, setFilter] = useState(NO_FILTER)
  const [pointed, point] = useState<number>()
  const axes = useMemo(() => axesOf(evidence), [evidence])
  const shown = useMemo(() => evidence.trials.filter(({ value }) => Number.isFinite(value)), [evidence])
  const inside = useMemo(
    () => new Set(evidence.trials.filter((trial) => isInside(trial, axes, filter)).map(({ number }) => number)),
    [evidence, axes, filter],
  )
  const groups = useMemo(
    () =>
      GROUPS.map((group) => ({
        ...group,
        trials: shown.filter(({ number, state }) => inside.has(number) === group.inside && (state === 'complete') === group.complete),
      })),
    [shown, inside],
  )
  return { evidence, axes, shown, groups, filter, setFilter, inside, pointed, point }
}

/**
 * Says which trial a chart's own pointer is on, and marks the one that is pointed at anywhere: on a layer of its own, so that nothing else is drawn again.
 * @param markOf the mark; the same function as long as it comes to the same
 */
export function usePointing(
  chart: EChartsType | undefined,
  { groups, shown, pointed, point }: Look,
  markOf: (chart: EChartsType, trial: TrialPoint) => Mark | undefined,
): void {
  useEffect(() => {
    if (chart === undefined) return
    const enter = (event: unknown): void => {
      const { dataIndex, seriesIndex } = event as { dataIndex?: number; seriesIndex?: number }
      const trial = groups[seriesIndex ?? -1]?.trials[dataIndex ?? -1]
      if (trial !== undefined) point(trial.number)
    }
    const leave = (): void => point(undefined)
    chart.on('mouseover', enter)
    chart.on('globalout', leave)
    return () => {
      if (chart.isDisposed()) return
      chart.off('mouseover', enter)
      chart.off('globalout', leave)
    }
  }, [chart, groups, point])
  useEffect(() => {
    const trial = pointed === undefined ? undefined : shown.find(({ number }) => number === pointed)
    const mark = chart === undefined || chart.isDisposed() || trial === undefined ? undefined : markOf(chart, trial)
    if (chart === undefined || mark === undefined) return
    chart.getZr().add(mark)
    return () => {
      if (!chart.isDisposed()) chart.getZr().remove(mark)
    }
  }, [chart, shown, pointed, markOf])
}
