// Describes the machine and its load.

import { cpus, loadavg } from 'node:os'

/** Processes that wanted the processor, mean of the last minute: over the number of cores, times say little. */
export const currentLoad = (): number => loadavg()[0] ?? 0

export function machine() {
  const processors = cpus()
  return {
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    node: process.version,
    date: new Date().toISOString(),
    load: currentLoad(),
  }
}
