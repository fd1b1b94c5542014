// Fills a batch with enqueued and newly proposed trials.

import { EspalierError, InvalidSpecError } from '../core/errors.ts'
import { completeParams } from './enqueued.ts'
import type { BatchPlace, StudyLog } from './log.ts'
import { propose } from './propose.ts'
import type { Sampler } from './sampler/sampler.ts'
import type { Params } from './space/distributions.ts'
import { isFinished, type StudyView, type Trial } from './trial.ts'
import { isTaken } from './workers.ts'

/** A batch, ascending, and the enqueued trials that failed when they should have started. */
export interface Filled {
  readonly numbers: readonly number[]
  readonly failed: readonly number[]
}

export interface FillOptions {
  readonly sampler: Sampler
  /** As the log is now. */
  readonly view: () => StudyView
  /** Trials that the caller has begun before, and will report on. */
  readonly own: ReadonlySet<number>
  /** The size of a batch that begins with this number. */
  readonly sizeOf: (first: number) => number
  /** How many trials there may be in total; enqueued ones count when they start. */
  readonly most: number
  readonly how: Omit<BatchPlace, 'batch'>
  readonly proposals: Proposals
}

/**
 * What the sampler proposed in a commit that another writer came before. A proposal can take longer than others take to write again, so the next
 * attempt uses it as it is, unless a trial has the same configuration by now. With other writers, proposals depend on timing anyway.
 */
export class Proposals {
  #before: readonly Params[] = []
  #now: Params[] = []

  /** Another attempt begins. */
  begin(): void {
    this.#before = this.#now
    this.#now = []
  }

  /** A proposal made before that no trial has; undefined if there is none. */
  left({ space, trials }: StudyView): Params | undefined {
    if (this.#before.length === 0) return undefined
    const known = space.keysOf(trials)
    return this.#before.find((params) => !known.has(space.key(params)))
  }

  keep(params: Params): void {
    this.#now.push(params)
  }
}

/** How many trials have begun. */
export const begunOf = (trials: readonly Trial[]): number => trials.filter(({ state }) => state !== 'waiting').length

/**
 * Fills a batch, first with enqueued trials, then with new ones, until the limit is reached or the sampler stops.
 * Part of a commit.
 */
export function fillBatch(log: StudyLog, open: readonly number[], options: FillOptions): Filled {
  const { sampler, view, sizeOf, most, how, proposals } = options
  proposals.begin()
  const numbers = [...open]
  const failed: number[] = []
  let size: number | undefined
  for (let left = most - begunOf(log.trials); left > 0; left--) {
    const waiting = log.trials.find(({ state }) => state === 'waiting')
    const number = waiting?.number ?? log.trials.length
    const batch = numbers[0] ?? number
    size ??= sizeOf(batch)
    if (numbers.length >= size) break
    if (waiting === undefined) {
      const params = proposals.left(view()) ?? nextParams(number, numbers, options)
      if (params === undefined) break
      proposals.keep(params)
      log.create(params, view().space.distributionsOf(params), { ...how, batch })
    } else {
      try {
        const params = completeParams(sampler, view(), waiting)
        const distributions = view().space.distributionsOf(params)
        if (log.canBegin(number, params, distributions)) log.begin(number, params, distributions, { ...how, batch })
        else {
          log.enqueue(params, { distributions, userAttrs: waiting.userAttrs })
          throw new InvalidSpecError(
            `the space has changed the kind or the choices of a parameter, which a journal lets no trial have that was enqueued without it; trial ${log.trials.length - 1} has the values`,
          )
        }
      } catch (error) {
        if (!(error instanceof InvalidSpecError)) throw error
        log.fail(number, error)
        failed.push(number)
        continue
      }
    }
    numbers.push(number)
  }
  return { numbers: numbers.toSorted((a, b) => a - b), failed }
}

/** The sampler's proposal for a new trial; undefined when it has none, or waits for running trials. */
function nextParams(number: number, batch: readonly number[], { sampler, view, own }: FillOptions): Params | undefined {
  const seen = view()
  let params = propose(sampler, seen, number)
  if (params === 'wait') {
    // Trials of others may never end, if their process is gone: the sampler continues as if they had failed.
    const isAwaited = (trial: Trial): boolean => own.has(trial.number) || batch.includes(trial.number) || isTaken(trial)
    const trials = seen.trials.map((trial): Trial => (isFinished(trial) || isAwaited(trial) ? trial : { ...trial, state: 'fail' }))
    params = propose(sampler, { ...seen, trials }, number)
    if (params === 'wait' && trials.every(isFinished)) throw new EspalierError(`the sampler ${sampler.name} waits, and no trial is running`)
  }
  return typeof params === 'string' ? undefined : params
}
