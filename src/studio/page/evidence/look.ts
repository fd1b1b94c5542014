// What all parts of the evidence share: the trials, the axes, which of them are inside, and the one that is pointed at.

import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Evidence, TrialPoint } from '../../evidenceProtocol.ts'
import { type Axis, axesOf } from './axes.ts'
import type { EChartsType } from './chart.tsx'
import { type Filter, isInside, NO_FILTER } from './filter.ts'

export interface Look {
  readonly evidence: Evidence
  readonly axes: readonly Axis[]
  /** Trials that the charts show: those that have a value. */
  readonly shown: readonly TrialPoint[]
  readonly filter: Filter
  readonly setFilter: (change: (before: Filter) => Filter) => void
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
  return { evidence, axes, shown, filter, setFilter, inside, pointed, point }
}

/** Marks the trial that is pointed at in a chart whose marks are `shown`, and says which one its own pointer is on. */
export function usePointing(chart: EChartsType | undefined, { shown, pointed, point }: Look): void {
  useEffect(() => {
    if (chart === undefined) return
    const enter = (event: unknown): void => {
      const { dataIndex, seriesIndex } = event as { dataIndex?: number; seriesIndex?: number }
      if (seriesIndex === 0) point(shown[dataIndex ?? -1]?.number)
    }
    const leave = (): void => point(undefined)
    chart.on('mouseover', enter)
    chart.on('globalout', leave)
    return () => {
      if (chart.isDisposed()) return
      chart.off('mouseover', enter)
      chart.off('globalout', leave)
    }
  }, [chart, shown, point])
  useEffect(() => {
    if (chart === undefined || chart.isDisposed()) return
    chart.dispatchAction({ type: 'downplay', seriesIndex: 0 })
    const dataIndex = shown.findIndex(({ number }) => number === pointed)
    if (dataIndex >= 0) chart.dispatchAction({ type: 'highlight', seriesIndex: 0, dataIndex })
  }, [chart, shown, pointed])
}
