// Completes trials that were enqueued with only some of their parameters.

import { InvalidSpecError } from '../core/errors.ts'
import { ATTRIBUTE } from './attributes.ts'
import { shownValue } from './misuse.ts'
import { StudyRandom } from './random.ts'
import { drawEvenly, valueAtFraction } from './sampler/random.ts'
import type { Sampler } from './sampler/sampler.ts'
import { contains, type Params, type ParamValue } from './space/distributions.ts'
import { type Space, shown } from './space/space.ts'
import type { StudyView, Trial } from './trial.ts'

/** How often the sampler, and then an even draw, is asked for the open values. */
const MAX_PROPOSALS = 200
const MAX_DRAWS = 2000
/** Keeps these random numbers apart from those of samplers and of propose. */
const STREAM = 0xfffffffd

/** The values that an enqueued trial must have, as it was enqueued here or in Optuna. */
const fixedParams = ({ systemAttrs }: Trial): Params => (systemAttrs[ATTRIBUTE.fixed] ?? {}) as Params

/**
 * Checks that a configuration with these values can exist and, if they are complete, that it is allowed.
 * @throws InvalidSpecError
 */
export function checkFixed(space: Space, fixed: unknown): void {
  if (typeof fixed !== 'object' || fixed === null || Array.isArray(fixed))
    throw new InvalidSpecError(`params is ${shownValue(fixed)}; it must hold values by parameter, as { units: 8 }`)
  for (const [name, value] of Object.entries(fixed)) {
    const parameter = space.parameters.find((one) => one.name === name)
    if (parameter === undefined)
      throw new InvalidSpecError(`params.${name} is no parameter of the space; they are ${space.names.join(', ')}`)
    if (!contains(parameter.distribution, value))
      throw new InvalidSpecError(`params.${name} is ${shownValue(value)}; it must be ${shown(parameter.distribution)}`)
  }
  if (isWhole(space, fixed as Params)) space.check(fixed as Params)
}

/** Whether nothing is left open. */
function isWhole(space: Space, fixed: Params): boolean {
  let whole = true
  space.build((name, distribution) => {
    if (Object.hasOwn(fixed, name)) return fixed[name] as ParamValue
    whole = false
    return valueAtFraction(distribution, 0)
  })
  return whole
}

/**
 * The configuration of an enqueued trial: its own values, and for the rest what the sampler proposes for its number, or an even draw if the sampler
 * waits, is done, or breaks a constraint. In a finite space one that was not tried yet, if there is one.
 * @throws InvalidSpecError when there is none
 */
export function completeParams(sampler: Sampler, view: StudyView, trial: Trial): Params {
  const { space, seed } = view
  const fixed = fixedParams(trial)
  checkFixed(space, fixed)
  if (isWhole(space, fixed)) return space.build((name) => fixed[name] as ParamValue)
  const { number } = trial
  const random = new StudyRandom(seed, number, STREAM)
  const endless = space.size === Number.POSITIVE_INFINITY
  let known: Params | undefined
  for (const proposal of proposals(sampler, view, number, random)) {
    const params = space.build((name, distribution) => {
      if (Object.hasOwn(fixed, name)) return fixed[name] as ParamValue
      const proposed = proposal[name]
      return proposed === undefined ? valueAtFraction(distribution, random.uniform()) : proposed
    })
    if (!space.isAllowed(params) || Object.keys(fixed).some((name) => !Object.hasOwn(params, name))) continue
    if (endless || !space.keysOf(view.trials).has(space.key(params))) return params
    known ??= params
  }
  if (known !== undefined) return known
  throw new InvalidSpecError(`no allowed configuration was found that has the enqueued values ${JSON.stringify(fixed)}`)
}

function* proposals(sampler: Sampler, view: StudyView, number: number, random: StudyRandom): Generator<Params> {
  for (let attempt = 0; attempt < MAX_PROPOSALS; attempt++) {
    const proposal = sampler.sample(view, number, attempt)
    if (typeof proposal === 'string') break
    yield proposal
  }
  for (let draw = 0; draw < MAX_DRAWS; draw++) yield drawEvenly(view.space, random)
}
