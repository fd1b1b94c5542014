// Twelve members of W6 on two workers beside one.

import { fitPopulation, type MemberLayerSpec, openBackend } from 'espalier'
import { median } from 'simple-statistics'
import { splitSpec } from '../../src/core/resolve.ts'
import { networkOf, randomRows, WORKLOADS } from './workloads.ts'

const MEMBERS = 12
const STEPS = 6
const WORKERS = [1, 2] as const

/** Seconds of an epoch with so many workers, setting up left out: of three epochs less of one. */
async function epochSeconds(workers: number): Promise<number> {
  const workload = WORKLOADS.W6
  const backend = await openBackend({ prefer: 'wasm', workers, threads: 1 })
  const { topology, member } = splitSpec({ network: networkOf(workload), batchSize: workload.batch })
  const layers: MemberLayerSpec[] = member.layers
  const train = randomRows(workload, workload.batch * STEPS)
  let began = 0
  let ended = 0
  const onEpoch = ({ epoch }: { epoch: number }): void => {
    if (epoch === 0) began = Math.max(began, performance.now())
    ended = performance.now()
  }
  const members = Array.from({ length: MEMBERS }, (_, seed) => ({ layers, optimizer: 'adam' as const, epochs: 3, seed }))
  await fitPopulation(backend, topology, members, { train }, { callbacks: { onEpoch } })
  await backend.dispose()
  return (ended - began) / 2 / 1000
}

export async function timeMembers(rounds: number): Promise<object> {
  const seconds = WORKERS.map((): number[] => [])
  for (let round = 0; round < rounds; round++) for (const [i, workers] of WORKERS.entries()) seconds[i]?.push(await epochSeconds(workers))
  const ratios = (seconds[0] ?? []).map((one, i) => one / (seconds[1]?.[i] ?? Number.NaN))
  const [one = 0, two = 0] = seconds.map((own) => (1000 * median(own)) / STEPS)
  console.log(
    `\n${MEMBERS} members of W6: ${one.toFixed(1)} ms a step with one worker, ${two.toFixed(1)} with two: ` +
      `${median(ratios).toFixed(2)} times as fast (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}), ${rounds} rounds`,
  )
  return { members: MEMBERS, seconds, ratios }
}
