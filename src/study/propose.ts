// Asks the sampler for a trial, and rejects what constraints or earlier trials rule out.

import { InvalidSpecError } from '../core/errors.ts'
import { StudyRandom } from './random.ts'
import { drawEvenly } from './sampler/random.ts'
import type { Sampler } from './sampler/sampler.ts'
import type { Params } from './space/distributions.ts'
import type { StudyView } from './trial.ts'

/** How often a sampler is asked for a trial before the study chooses instead. */
const MAX_ATTEMPTS = 200
/** How many even draws follow if a space is too large to list. */
const MAX_DRAWS = 2000
/** Spaces up to this size are listed: a tenth of a second. */
const MAX_LISTED = 1e5
const NONE: ReadonlySet<string> = new Set()
/** Samplers take streams from 0 on. */
const STREAM = 0xffffffff

/**
 * The configuration of trial `number`, a pure function of the sampler, the view and the number. A proposal is refused, and the sampler asked
 * again, when it breaks a constraint or when, in a finite space, an earlier trial in whatever state had the same configuration: results are
 * a function of the configuration and the seed, so another run would show nothing new. After 200 refusals the study itself draws
 * evenly among the configurations left (of a space with more than 100,000: the first of 2,000 even draws that may be taken).
 * @returns 'wait' and 'done' as the sampler says them, and 'done' when a finite space has nothing left
 * @throws InvalidSpecError when the constraints left nothing in all those proposals
 */
export function propose(sampler: Sampler, view: StudyView, number: number): Params | 'wait' | 'done' {
  const { space, seed } = view
  const endless = space.size === Number.POSITIVE_INFINITY
  const tried = endless ? NONE : space.keysOf(view.trials)
  const isNew = (params: Params): boolean => endless || !tried.has(space.key(params))
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const proposal = sampler.sample(view, number, attempt)
    if (typeof proposal === 'string' || (space.isAllowed(proposal) && isNew(proposal))) return proposal
  }
  const random = new StudyRandom(seed, number, STREAM)
  if (space.size <= MAX_LISTED) {
    const allowed = [...space.enumerate()]
    const left = allowed.filter(isNew)
    if (allowed.length > 0) return left[random.integer(left.length)] ?? 'done'
  } else {
    for (let draw = 0; draw < MAX_DRAWS; draw++) {
      const params = drawEvenly(space, random)
      if (space.isAllowed(params) && isNew(params)) return params
    }
  }
  const asked = space.size <= MAX_LISTED ? `all ${space.size} configurations` : `${MAX_ATTEMPTS + MAX_DRAWS} proposals for trial ${number}`
  throw new InvalidSpecError(
    `constraints are ${JSON.stringify(space.constraints.map(({ text }) => text))}; they refused ${asked}, and must leave something to try`,
  )
}
