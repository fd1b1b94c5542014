// Evaluates an objective function of the user's own, with a time limit.

import { EspalierError, InvalidSpecError } from '../core/errors.ts'
import { shownValue } from './misuse.ts'
import type { Params } from './space/distributions.ts'
import type { Trial } from './trial.ts'

/**
 * Your own values for a configuration, one per objective.
 * @param signal aborts when the trial's time is over or the run is stopped; a later result is ignored
 */
export type ObjectiveFunction = (
  params: Params,
  trial: Trial,
  signal: AbortSignal,
) => number | readonly number[] | Promise<number | readonly number[]>

/** Why a trial failed: it took too long. */
class TrialTimeoutError extends EspalierError {
  override readonly name = 'TrialTimeoutError'
}

/** 'aborted' when the run was stopped: nothing is known about the trial then. */
export type Outcome = { readonly values: readonly number[] } | { readonly failure: unknown } | 'aborted'

export interface EvaluateOptions {
  readonly objectives: number
  /** Seconds the objective may take. */
  readonly seconds: number | undefined
  readonly signal: AbortSignal | undefined
}

/** Calls the objective for a trial, and waits for it at most as long as it may take. Never rejects. */
export async function evaluate(
  objective: ObjectiveFunction,
  trial: Trial,
  { objectives, seconds = Number.POSITIVE_INFINITY, signal }: EvaluateOptions,
): Promise<Outcome> {
  if (signal?.aborted) return 'aborted'
  const stop = new AbortController()
  const started = performance.now()
  const timeout = (): TrialTimeoutError => new TrialTimeoutError(`it took longer than the ${seconds} s that a trial may take`)
  const isLate = (): boolean => performance.now() - started > 1000 * seconds
  let timer: ReturnType<typeof setTimeout> | undefined
  let abort = (): void => undefined
  const stopped = new Promise<Outcome>((resolve) => {
    const end = (outcome: Outcome, reason: unknown) => {
      resolve(outcome)
      stop.abort(reason)
    }
    abort = () => end('aborted', signal?.reason)
    signal?.addEventListener('abort', abort)
    const endLate = (failure: TrialTimeoutError): void => end({ failure }, failure)
    if (Number.isFinite(seconds)) timer = setTimeout(() => endLate(timeout()), 1000 * seconds)
  })
  const evaluated = (async (): Promise<Outcome> => {
    try {
      const given = await objective(trial.params, trial, stop.signal)
      // An objective that never awaits gives the timer no chance to fire.
      return isLate() ? { failure: timeout() } : { values: valuesOf(given, objectives, 'the objective gave') }
    } catch (failure) {
      return { failure: isLate() ? timeout() : failure }
    }
  })()
  try {
    return await Promise.race([stopped, evaluated])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

/**
 * The given values, one number per objective; NaN and the infinities are numbers.
 * @param what begins the error, as 'trial 3 was told'
 * @throws InvalidSpecError
 */
export function valuesOf(given: unknown, objectives: number, what: string): readonly number[] {
  const allowed = objectives === 1 ? 'a number' : `a list of ${objectives} numbers, one an objective`
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (!list.every((value) => typeof value === 'number')) throw new InvalidSpecError(`${what} ${shownValue(given)}; it must be ${allowed}`)
  if (list.length !== objectives)
    throw new InvalidSpecError(`${what} ${list.length === 1 ? '1 value' : `${list.length} values`}; it must be ${allowed}`)
  return list
}
