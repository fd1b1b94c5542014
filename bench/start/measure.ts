// Measures cold starts.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { runJobs } from '../browser.ts'
import type { Elapsed } from '../elapsed.ts'
import type { StartOrder } from './page.ts'

/** Cold starts of one kind, in turn with others. */
export interface Starts {
  readonly host: string
  /** undefined: as many as there are cores; 0: on the calling thread. */
  readonly workers: number | undefined
  readonly elapsed: readonly Elapsed[]
}

const KINDS = [undefined, 0] as const

const run = promisify(execFile)

/** A fresh process each. */
export async function startsInNode(rounds: number): Promise<Starts[]> {
  const starts = KINDS.map((workers) => ({ host: `Node ${process.version}`, workers, elapsed: [] as Elapsed[] }))
  for (let round = 0; round < rounds; round++) {
    for (const { workers, elapsed } of starts) {
      const args = workers === undefined ? [] : [String(workers)]
      const { stdout } = await run(process.execPath, ['bench/start/node.mjs', ...args])
      elapsed.push(JSON.parse(stdout) as Elapsed)
    }
  }
  return starts
}

/** A fresh page each, in a context of its own of one browser: nothing of an earlier page is cached. */
export async function startsInChromium(rounds: number): Promise<Starts[]> {
  const starts: Starts[] = []
  for (const workers of KINDS) {
    const order: StartOrder = { workers }
    const { version, results } = await runJobs({ script: 'bench/start/page.ts', order, files: {} }, { types: ['renderer'], times: rounds })
    starts.push({ host: version, workers, elapsed: results as Elapsed[] })
  }
  return starts
}
