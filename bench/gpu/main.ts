// `npm run bench:gpu`.

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { findChrome } from '../../scripts/find-chrome.mjs'
import { positive } from '../arguments.ts'
import { serveJob } from '../browser.ts'
import { currentLoad, machine } from '../machine.ts'
import type { GpuOptions } from './measure.ts'
import { gpuJob, runGpuJob } from './run.ts'
import { gpuTables } from './table.ts'

const help = `npm run bench:gpu -- [options]
  --only floors,kernels,large,tiny,peers   what is measured; all by default
  --rounds 5            rounds of each
  --products auto       kinds of matrix products whose kernels are timed: auto (what the backend takes), direct, quads, tiled32, tiled64
  --large 1,4,12,48     members of 784-512-128-32-10
  --tiny 1,48,1000      members of 8-12-8-1; 10000 takes long on a processor
  --steps 8             steps of a round beside the peers
  --serve               prints the address of a page that measures in the browser that opens it, on its GPU
  --json FILE           where the results go; results/bench-gpu.json by default
  --no-build            takes dist/ as it is`

const PARTS = ['floors', 'kernels', 'large', 'tiny', 'peers'] as const
const PRODUCTS = ['auto', 'direct', 'quads', 'tiled32', 'tiled64'] as const
const TEST_ROWS = 2000

interface Arguments extends GpuOptions {
  readonly serve: boolean
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
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: PARTS.join(',') },
      rounds: { type: 'string', default: '5' },
      products: { type: 'string', default: 'auto' },
      large: { type: 'string', default: '1,4,12,48' },
      tiny: { type: 'string', default: '1,48,1000' },
      steps: { type: 'string', default: '8' },
      serve: { type: 'boolean', default: false },
      json: { type: 'string', default: 'results/bench-gpu.json' },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const only = listed('only', values.only, PARTS)
  const products = listed('products', values.products, PRODUCTS)
  const counts = (name: 'large' | 'tiny'): number[] =>
    only.includes(name) ? values[name].split(',').map((text) => positive(name, text)) : []
  return {
    rounds: positive('rounds', values.rounds),
    large: counts('large'),
    tiny: counts('tiny'),
    kernels: only.includes('kernels') ? products : [],
    peerSteps: only.includes('peers') ? positive('steps', values.steps) : 0,
    testRows: TEST_ROWS,
    serve: values.serve,
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
  const { serve, json, ...options } = given
  const job = await gpuJob(options)
  if (serve) {
    const { url } = await serveJob(job)
    console.log(`${url}\nOpen it in a browser on this machine: it measures at once. Ctrl-C ends it.`)
    return
  }
  if (findChrome() === undefined) throw new Error('there is no Chrome or Chromium here; install one, or name it in ESPALIER_CHROME')
  const about = machine()
  console.log(`${about.cpu}, ${about.cores} cores, ${about.date}, load average ${about.load.toFixed(1)}, ${options.rounds} rounds`)
  const started = performance.now()
  const { version, results } = await runGpuJob(job)
  console.log(`\n${version}: ${gpuTables(results)}`)
  const load = currentLoad()
  await mkdir(dirname(json), { recursive: true })
  await writeFile(json, `${JSON.stringify({ machine: { ...about, loadAtEnd: load }, browser: version, options, results }, null, 2)}\n`)
  const seconds = (performance.now() - started) / 1000
  console.log(`\n${seconds.toFixed(0)} s, load average ${load.toFixed(1)} at the end; written to ${json}`)
}
