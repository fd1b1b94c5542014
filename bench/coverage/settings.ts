/** How often the setting that is called the most important one is the same when everything is done again. */

import { at } from '../../src/core/at.ts'
import { settingsImportance } from '../../src/learn/matters/settings.ts'
import type { Trial } from '../../src/study/trial.ts'
import { drawOf } from './draw.ts'

/** How much of the values' spread each of six settings makes. */
const CASES = {
  clear: [2, 0.7, 0.4, 0.2, 0, 0],
  near: [1, 0.9, 0.5, 0.2, 0, 0],
  tie: [1, 1, 0, 0, 0, 0],
  noise: [0, 0, 0, 0, 0, 0],
} as const

function candidates(count: number, weights: readonly number[], seed: number): Trial[] {
  const random = drawOf(seed)
  const distribution = { type: 'float', low: 0, high: 1, log: false, step: undefined } as const
  return Array.from({ length: count }, (_, number) => {
    const places = weights.map(() => random.uniform())
    const value = places.reduce((sum, x, i) => sum + 4 * at(weights, i) * (x - 0.5) ** 2, 0.3 * random.normal())
    const fails = random.uniform() < 0.05
    return {
      number,
      state: fails ? 'fail' : 'complete',
      params: Object.fromEntries(places.map((x, i) => [`s${i}`, x])),
      distributions: Object.fromEntries(places.map((_, i) => [`s${i}`, distribution])),
      values: fails ? undefined : [value],
      intermediateValues: new Map(),
      userAttrs: {},
      systemAttrs: {},
      datetimeStart: undefined,
      datetimeComplete: undefined,
    }
  })
}

/** Of each case, over so many sets of candidates: how often one is called sure, and the share of those calls that name the one named most. */
export function reseeded(runs: number, count: number): { readonly name: string; readonly sure: number; readonly same: number }[] {
  return Object.entries(CASES).map(([name, weights], place) => {
    const named = Array.from(
      { length: runs },
      (_, run) => settingsImportance(candidates(count, weights, 1000 * place + run), { direction: 'minimize', seed: run }).surely,
    ).filter((one) => one !== undefined)
    const most = Math.max(0, ...named.map((one) => named.filter((other) => other === one).length))
    return { name, sure: named.length, same: named.length === 0 ? Number.NaN : most / named.length }
  })
}
