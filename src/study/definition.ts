// What a study was created with, and whether a later run may continue it.

import { InvalidSpecError } from '../core/errors.ts'
import { contains } from './space/distributions.ts'
import type { Space } from './space/space.ts'
import type { Json, Trial } from './trial.ts'

/** What a study was created with, as its journal keeps it. Functions cannot be kept and are left out. */
export type Definition = { readonly [field: string]: Json }

/** Fields whose change would make new trials incomparable with the old ones. */
const FIXED: readonly string[] = ['seed', 'objective', 'outcomeConstraints', 'train', 'repeats']

/**
 * Whether trials made under one definition may be continued under another. The space may change as long as every earlier trial is a
 * configuration of it; sampler, pruner and batch size may change: what they do from here on depends on the trials only.
 * @throws InvalidSpecError with the reason why not
 */
export function checkContinues(before: Definition, now: Definition, space: Space, trials: readonly Trial[], name: string): void {
  const whole = `study "${name}" cannot go on`
  for (const field of FIXED) {
    const [old, given] = [before[field], now[field]]
    if (old === undefined || given === undefined || sameJson(old, given)) continue
    throw new InvalidSpecError(
      `${whole}: ${field} was ${JSON.stringify(old)} and is ${JSON.stringify(given)}, so new trials could not be compared with its ${trials.length} earlier ones; give it another name or journal`,
    )
  }
  if (before.space === undefined || sameJson(before.space, now.space ?? null)) return
  for (const { number, params } of trials) {
    for (const [parameter, value] of Object.entries(params)) {
      const distribution = space.parameters.find((one) => one.name === parameter)?.distribution
      if (distribution === undefined)
        throw new InvalidSpecError(`${whole}: its trial ${number} has ${parameter}, which the space no longer has`)
      if (!contains(distribution, value)) {
        throw new InvalidSpecError(
          `${whole}: ${parameter} is ${JSON.stringify(value)} in its trial ${number}, which the changed space does not allow`,
        )
      }
    }
  }
}

/** The order of keys does not count. */
export function sameJson(a: Json, b: Json): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item as Json)]),
  )
}
