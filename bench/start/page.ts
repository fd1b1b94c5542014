import { startLap } from '../lap.ts'
import { follow } from '../order.ts'
import { firstStep } from './first.mjs'

/** One cold start in a page of its own. */
export interface StartOrder {
  readonly workers: number | undefined
}

void follow<StartOrder, { seconds: number; cpuSeconds: number }>(
  async ({ workers }, { clock }) => {
    const endLap = await startLap(clock)
    const milliseconds = await firstStep(workers)
    const { cpuSeconds } = await endLap()
    return { seconds: milliseconds / 1e3, cpuSeconds }
  },
  ({ seconds }) => `${(seconds * 1e3).toFixed(1)} ms`,
)
