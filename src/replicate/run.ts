// Runs a study to its end and measures how long it trained.

import type { Backend } from '../backend/backend.ts'
import type { StudyData } from '../study/data.ts'
import type { Study } from '../study/study.ts'

/** The study attribute that holds the seconds its batches have trained, over all runs. */
const SECONDS = 'espalier:seconds'

export interface StudyRun {
  readonly signal?: AbortSignal | undefined
  /** The part of the study that is done, from 0 to 1, of `trials` in all. */
  readonly onProgress?: ((done: number) => void) | undefined
  /** How many trials there will be, as far as is known. */
  readonly trials: number
  /** Whether there are never more. */
  readonly exactly?: boolean | undefined
}

/** Runs a study to its end. @throws AbortedError; what was done is in the journal, and the next run continues from there */
export async function runToEnd(
  study: Study,
  backend: Backend,
  data: StudyData,
  { signal, onProgress, trials, exactly }: StudyRun,
): Promise<void> {
  let started = performance.now()
  for await (const event of study.run(backend, data, { budget: { trials: exactly === true ? trials : Number.MAX_SAFE_INTEGER }, signal })) {
    if (event.type === 'batch') {
      await addSeconds(study, started)
      started = performance.now()
    }
    if (event.type === 'progress') {
      const before = study.trials.length - event.done.size
      const running = [...event.done.values()].reduce((sum, part) => sum + part, 0)
      onProgress?.(Math.min(1, (before + running) / Math.max(trials, study.trials.length)))
    }
  }
  await addSeconds(study, started)
  onProgress?.(1)
}

async function addSeconds(study: Study, started: number): Promise<void> {
  if (study.trials.every(({ state }) => state === 'running')) return
  await study.setUserAttr(SECONDS, secondsOf(study) + (performance.now() - started) / 1000)
}

/** How long the study's batches have trained in all; a batch that was interrupted counts from its last start. */
export const secondsOf = ({ userAttrs: { [SECONDS]: seconds = 0 } }: Pick<Study, 'userAttrs'>): number => Number(seconds)
