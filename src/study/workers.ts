// Which trials belong to which worker, and which were left by workers that are gone.

import { ATTRIBUTE } from './attributes.ts'
import type { StudyLog } from './log.ts'
import { isFinished, type Trial } from './trial.ts'

/** The worker of a trial that has not ended; undefined for one that no worker has taken, such as a trial of Optuna or of `ask`. */
function workerOf(trial: Trial): string | undefined {
  const worker = trial.systemAttrs[ATTRIBUTE.worker]
  return isFinished(trial) || typeof worker !== 'string' ? undefined : worker
}

/** Whether it has not ended and belongs to a worker, this one or another. */
export const isTaken = (trial: Trial): boolean => workerOf(trial) !== undefined

/** Whether workers, this one or others, have trials that have not ended. */
export const areTrialsTaken = (trials: readonly Trial[]): boolean => trials.some(isTaken)

/** Workers that have trials and are not alive, and this one, which may have left trials when its last run was stopped. */
export async function goneWorkers({ shared, trials, worker }: StudyLog): Promise<ReadonlySet<string>> {
  const workers = new Set(trials.flatMap((trial) => workerOf(trial) ?? []))
  const living = (await shared?.living([...workers])) ?? workers
  return new Set([...workers].filter((one) => one === worker || !living.has(one)))
}

/** The numbers of the first batch that one of these workers has left, including ended trials; empty if there is none. */
export function leftBatch(log: StudyLog, gone: ReadonlySet<string>): number[] {
  const left = log.trials.find((trial) => gone.has(workerOf(trial) ?? ''))
  return left === undefined ? [] : log.batchOf(left.number)
}

/** A pause, cut short by the signal. */
export const pause = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(end, milliseconds)
    function end(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    signal?.addEventListener('abort', end)
  })
