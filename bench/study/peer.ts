import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Params } from '../../src/study/space/distributions.ts'
import type { TestFunction } from './functions.ts'

export interface Peer {
  readonly version: string
  /** The least value that Optuna's multivariate TPE finds in the function's number of trials. */
  optimize(test: TestFunction, seed: number): Promise<number>
  close(): void
}

/** @param python an interpreter that has Optuna */
export async function openPeer(python: string): Promise<Peer> {
  const process = spawn(python, ['bench/study/peer.py'], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(process, 'spawn')
  const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]()
  const read = async (): Promise<unknown> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${python} ended before it answered`)
    return JSON.parse(value)
  }
  const ask = (message: object): Promise<unknown> => {
    process.stdin.write(`${JSON.stringify(message)}\n`)
    return read()
  }
  const { version } = (await read()) as { version: string }
  return {
    version,
    async optimize(test, seed) {
      let params = (await ask({ space: test.space, seed })) as Params
      let best = Number.POSITIVE_INFINITY
      for (let i = 0; i < test.trials; i++) {
        const value = test.evaluate(params)
        best = Math.min(best, value)
        params = (await ask({ value })) as Params
      }
      return best
    },
    close: () => process.stdin.end(),
  }
}
