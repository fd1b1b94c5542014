// Measures processor time.

/** Seconds of the processor that `work` takes, whatever else the machine does, and what came of it. */
export async function processorSeconds<T>(work: () => T | Promise<T>): Promise<{ readonly seconds: number; readonly error: unknown }> {
  const started = process.cpuUsage()
  let error: unknown
  try {
    await work()
  } catch (thrown) {
    error = thrown
  }
  const { user, system } = process.cpuUsage(started)
  return { seconds: (user + system) / 1e6, error }
}

/**
 * The same, once more where the first time took longer than `limit`: V8 compiled and collected in it what the other work of the process had left, which on a
 * busy machine comes to as much as the work itself. What is slow by its nature is slow twice.
 */
export async function secondsOf<T>(limit: number, work: () => T | Promise<T>): ReturnType<typeof processorSeconds<T>> {
  const first = await processorSeconds(work)
  if (first.seconds < limit) return first
  const second = await processorSeconds(work)
  return second.seconds < first.seconds ? second : first
}
