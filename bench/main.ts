// `npm run bench`.

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { findChrome } from '../scripts/find-chrome.mjs'
import { positive } from './arguments.ts'
import { type Hosts, measureHosts } from './hosts.ts'
import { currentLoad, machine } from './machine.ts'
import type { Options } from './measure.ts'
import { summarize } from './summary.ts'
import { legend, markdownTable } from './table.ts'
import { workloads } from './workloads.ts'

const help = `npm run bench -- [options]
  --only W1,W2-5   workloads, or groups of them: ${workloads.map(({ id }) => id).join(', ')}
  --rounds 5       rounds of each
  --rows 19968     rows of Fashion-MNIST in a timed epoch; times are given for 60,000
  --simd plain     the build of the kernels, relaxed or plain; the fastest that runs by default
  --no-peers       espalier and the ceiling alone
  --node           in Node only
  --chromium       in Chromium only
  --json FILE      where the results go; results/bench.json by default
  --no-build       take dist/ and build/ as they are`

interface Arguments extends Options, Hosts {
  readonly json: string
}

/** The workloads named, a name standing for itself and for those it begins: W1 for W1-sgd and W1-adamax. */
function idsOf(only: string | undefined): string[] {
  const ids = workloads.map(({ id }) => id)
  if (only === undefined) return ids
  return only.split(',').flatMap((name) => {
    const found = ids.filter((id) => id === name || id.startsWith(`${name}-`))
    if (found.length === 0) throw new Error(`--only names ${name}; there are ${ids.join(', ')}`)
    return found
  })
}

function readArguments(args: string[]): Arguments | undefined {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      rows: { type: 'string', default: '19968' },
      simd: { type: 'string' },
      'no-peers': { type: 'boolean', default: false },
      node: { type: 'boolean', default: false },
      chromium: { type: 'boolean', default: false },
      json: { type: 'string', default: 'results/bench.json' },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const { simd } = values
  if (simd !== undefined && simd !== 'relaxed' && simd !== 'plain') throw new Error(`--simd is ${simd}; it must be relaxed or plain`)
  const chromium = values.chromium || !values.node
  return {
    ids: idsOf(values.only),
    rounds: positive('rounds', values.rounds),
    rows: positive('rows', values.rows),
    ...(simd !== undefined && { simd }),
    peers: !values['no-peers'],
    node: values.node || !values.chromium,
    chromium,
    chrome: chromium ? findChrome() : undefined,
    json: values.json,
  }
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
  if (given === undefined) {
    console.log(help)
    return
  }
  const about = machine()
  console.log(`${about.cpu}, ${about.cores} cores, ${about.date}, load average ${about.load.toFixed(1)}, ${given.rounds} rounds`)
  const hosts: object[] = []
  const started = performance.now()
  await mkdir(dirname(given.json), { recursive: true })
  for await (const { host, measurements } of measureHosts(given, given)) {
    console.log(`\n${host}\n\n${markdownTable(measurements)}\n\n${legend(measurements)}`)
    hosts.push({ host, measurements: measurements.map((measurement) => ({ ...measurement, summary: summarize(measurement) })) })
    await writeFile(given.json, `${JSON.stringify({ machine: about, rounds: given.rounds, rows: given.rows, hosts }, null, 2)}\n`)
  }
  const seconds = (performance.now() - started) / 1000
  console.log(`\n${seconds.toFixed(0)} s, load average ${currentLoad().toFixed(1)} at the end; written to ${given.json}`)
}
