// This package as a contender: a training that goes on by an epoch whenever it is asked to.

import { fit, openBackend } from 'espalier'
import type { Contender } from './contender.ts'
import { networkOf, randomRows, type Workload } from './workloads.ts'

/** An epoch, between two callbacks. */
const STEPS = 4
const WARM_UP_EPOCHS = 8

export async function startEspalier(workload: Workload, threads: number): Promise<Contender> {
  const shared = threads > 1 ? { workers: threads, threads } : { workers: 0 }
  const backend = await openBackend({ prefer: 'wasm', simd: 'relaxed', ...shared })
  const stop = new AbortController()
  let ended: () => void = () => undefined
  let goOn: () => void = () => undefined
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      ended = resolve
    })
  const pause = (): Promise<void> => {
    ended()
    return new Promise((resolve) => {
      goOn = resolve
    })
  }
  const begun = next()
  const training = fit(
    backend,
    {
      network: networkOf(workload),
      optimizer: 'adam',
      batchSize: workload.batch,
      epochs: 1_000_000,
      signal: stop.signal,
      callbacks: { onEpoch: pause },
    },
    { train: randomRows(workload, workload.batch * STEPS) },
  ).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
  await Promise.race([begun, training])
  const epoch = async (): Promise<void> => {
    const done = next()
    goOn()
    await Promise.race([done, training])
  }
  for (let i = 0; i < WARM_UP_EPOCHS; i++) await epoch()
  return {
    async lap(seconds) {
      const cpu = process.cpuUsage()
      const started = performance.now()
      let steps = 0
      while (performance.now() - started < seconds * 1000) {
        await epoch()
        steps += STEPS
      }
      const took = (performance.now() - started) / 1000
      const { user, system } = process.cpuUsage(cpu)
      return { seconds: took / steps, cpu: (user + system) / 1e6 / steps }
    },
    async close() {
      stop.abort()
      goOn()
      await training
      await backend.dispose()
    },
  }
}
