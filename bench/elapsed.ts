// Measures wall-clock and processor time.

/** Seconds of processor time all threads of a process have had; counts up. */
export type ProcessorClock = () => Promise<number>

/** What something took: by the clock on the wall, and of processor time, which leaves out the waits while others had the processor. */
export interface Elapsed {
  readonly seconds: number
  readonly cpuSeconds: number
}

/** Starts a timer. The returned function stops it. */
export async function startTimer(clock: ProcessorClock): Promise<() => Promise<Elapsed>> {
  const cpuBefore = await clock()
  const started = performance.now()
  return async () => {
    const seconds = (performance.now() - started) / 1000
    return { seconds, cpuSeconds: (await clock()) - cpuBefore }
  }
}

export function scaleElapsed({ seconds, cpuSeconds }: Elapsed, factor: number): Elapsed {
  return { seconds: seconds * factor, cpuSeconds: cpuSeconds * factor }
}
