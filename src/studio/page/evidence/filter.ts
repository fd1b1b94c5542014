// Which trials are looked at: a range on some axes. All charts share it.

import type { TrialPoint } from '../../evidenceProtocol.ts'
import type { Axis } from './axes.ts'

/** By an axis's key the ends of what is looked at, both included. */
export type Filter = ReadonlyMap<string, readonly [low: number, high: number]>

export const NO_FILTER: Filter = new Map()

/** A trial without the parameter is outside of every range on it. */
export const isInside = (trial: TrialPoint, axes: readonly Axis[], filter: Filter): boolean =>
  axes.every(({ key, at }) => {
    const range = filter.get(key)
    if (range === undefined) return true
    const place = at(trial)
    return place >= range[0] && place <= range[1]
  })

/** @param range undefined takes the axis out */
export function narrowed(filter: Filter, key: string, range: readonly [number, number] | undefined): Filter {
  const next = new Map(filter)
  if (range === undefined) next.delete(key)
  else next.set(key, range)
  return next
}
