// Minimises a test function with Optuna.

import type { Params } from '../../src/study/space/distributions.ts'
import { startPython } from '../python.ts'
import type { TestFunction } from './functions.ts'

export interface Peer {
  readonly version: string
  /** The least value that Optuna's multivariate TPE finds in the function's number of trials. */
  optimize(test: TestFunction, seed: number): Promise<number>
  close(): void
}

/** @param python an interpreter that has Optuna */
export async function openPeer(python: string): Promise<Peer> {
  const { greeting, ask, close } = await startPython(python, 'bench/study/peer.py')
  const { version } = greeting as { version: string }
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
    close,
  }
}
