/** Seconds of processor time all threads of a process have had; counts up. */
export type ProcessorClock = () => Promise<number>

/** What something took: by the clock on the wall, and of processor time, which leaves out the waits while others had the processor. */
export interface Lap {
  readonly seconds: number
  readonly cpuSeconds: number
}

/** Starts a lap; the answer ends it. */
export async function startLap(clock: ProcessorClock): Promise<() => Promise<Lap>> {
  const cpuBefore = await clock()
  const started = performance.now()
  return async () => {
    const seconds = (performance.now() - started) / 1000
    return { seconds, cpuSeconds: (await clock()) - cpuBefore }
  }
}

export function scaleLap({ seconds, cpuSeconds }: Lap, factor: number): Lap {
  return { seconds: seconds * factor, cpuSeconds: cpuSeconds * factor }
}
