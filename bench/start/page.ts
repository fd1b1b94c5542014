// The script of a page that measures its own cold start.

import { startTimer } from '../elapsed.ts'
import { follow } from '../order.ts'
import { firstStep } from './first.mjs'

/** One cold start in a page of its own. */
export interface StartOrder {
  readonly workers: number | undefined
}

void follow<StartOrder, { seconds: number; cpuSeconds: number }>(
  async ({ workers }, { clock }) => {
    const stopTimer = await startTimer(clock)
    const milliseconds = await firstStep(workers)
    const { cpuSeconds } = await stopTimer()
    return { seconds: milliseconds / 1e3, cpuSeconds }
  },
  ({ seconds }) => `${(seconds * 1e3).toFixed(1)} ms`,
)
