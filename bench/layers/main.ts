// `npm run bench:layers`: convolutional and recurrent networks beside the multiply-add ceiling of one thread, and beside others.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { positive } from '../arguments.ts'
import { Ceiling } from '../ceiling.ts'
import { currentLoad, machine } from '../machine.ts'
import type { Contender, Lap } from './contender.ts'
import { startEspalier } from './espalier.ts'
import { timeMembers } from './members.ts'
import { findPeers, PEERS, type PeerName } from './peers.ts'
import { type Measured, tableOf } from './table.ts'
import { measureOnWebGpu } from './webgpu.ts'
import { WORKLOADS, type WorkloadName } from './workloads.ts'

const help = `npm run bench:layers -- [options]
  --only W5,W6,W7,W8    what is measured; all by default
  --peers all           beside whom: all, none, or some of ${PEERS.join(', ')}
  --threads 1           of a network; jax-js and TensorFlow.js have one
  --rounds 5            laps of each, taken in turn
  --seconds 1           of a lap; a step that takes longer is a lap
  --members             12 members of W6 on two workers beside one, and nothing else
  --webgpu              W5 and W6 on WebGPU in Chromium beside TensorFlow.js's, and nothing else
  --json FILE           where the results go; results/bench-layers.json by default
  --no-build            takes dist/ as it is`

interface Arguments {
  readonly only: readonly WorkloadName[]
  readonly peers: readonly PeerName[]
  readonly threads: number
  readonly rounds: number
  readonly seconds: number
  readonly members: boolean
  readonly webgpu: boolean
  readonly json: string
}

function listed<T extends string>(name: string, text: string, known: readonly T[]): T[] {
  return text.split(',').map((word) => {
    const found = known.find((own) => own === word)
    if (found === undefined) throw new Error(`--${name} names ${word}; there are ${known.join(', ')}`)
    return found
  })
}

function readArguments(args: string[]): Arguments | undefined {
  const names = Object.keys(WORKLOADS) as WorkloadName[]
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: names.join(',') },
      peers: { type: 'string', default: 'all' },
      threads: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1' },
      members: { type: 'boolean', default: false },
      webgpu: { type: 'boolean', default: false },
      json: { type: 'string', default: 'results/bench-layers.json' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const { members, webgpu, json } = values
  const peers = values.peers === 'all' ? PEERS : values.peers === 'none' ? [] : listed('peers', values.peers, PEERS)
  const seconds = Number(values.seconds)
  if (!(seconds > 0)) throw new Error(`--seconds is ${values.seconds}; it must be a number above 0`)
  const [threads, rounds] = [positive('threads', values.threads), positive('rounds', values.rounds)]
  return { only: listed('only', values.only, names), peers, threads, rounds, seconds, members, webgpu, json }
}

interface Running {
  readonly name: string
  readonly form: string
  readonly contender: Contender
  readonly laps: Lap[]
}

/** Everyone a lap after the other, round by round, each round beginning with another; the ceiling between rounds. */
async function measure(name: WorkloadName, { peers, threads, rounds, seconds }: Arguments): Promise<Measured> {
  const workload = WORKLOADS[name]
  const { forms, missing } = await findPeers(peers, name, threads)
  const notes = [...missing]
  const running: Running[] = [{ name: 'espalier', form: '', contender: await startEspalier(workload, threads), laps: [] }]
  for (const { peer, form, start } of forms) {
    try {
      running.push({ name: peer, form, contender: await start(), laps: [] })
    } catch (error) {
      notes.push(`${peer} ${form}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const ceiling = await Ceiling.compile(await readFile('build/bench-ceiling.relaxed.wasm'))
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    rates.push(ceiling.measure())
    const first = round % running.length
    for (const { contender, laps } of [...running.slice(first), ...running.slice(0, first)]) {
      // What takes seconds a step is not asked in every round.
      if (laps.some((lap) => lap.seconds > 3 * seconds) && laps.length * 3 > round) continue
      laps.push(await contender.lap(seconds))
    }
  }
  for (const { contender } of running) await contender.close()
  const entries = running.map(({ name: who, form, laps }) => ({ name: who, form, laps }))
  return { workload: name, threads, operations: workload.operations, rates, entries, notes }
}

export async function main(args: string[]): Promise<void> {
  let given: Arguments | undefined
  try {
    given = readArguments(args)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
    return
  }
  if (given === undefined) return console.log(help)
  const about = machine()
  console.log(`${about.cpu}, ${about.cores} cores, Node ${about.node}, ${about.date}, load average ${about.load.toFixed(1)}`)
  const results: object[] = []
  if (given.members) results.push(await timeMembers(given.rounds))
  else if (given.webgpu) results.push(await measureOnWebGpu(given.only))
  else
    for (const name of given.only) {
      const measured = await measure(name, given)
      console.log(tableOf(measured))
      results.push(measured)
    }
  await mkdir(dirname(given.json), { recursive: true })
  await writeFile(given.json, `${JSON.stringify({ machine: { ...about, loadAtEnd: currentLoad() }, results }, null, 2)}\n`)
  console.log(`\nLoad average ${currentLoad().toFixed(1)} at the end; written to ${given.json}`)
}
