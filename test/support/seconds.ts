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
