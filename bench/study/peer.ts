// Minimises a test function with Optuna.

import type { Params } from '../../src/study/space/distributions.ts'
import { startPython } from '../python.ts'
import type { TestFunction } from './functions.ts'
import { Incumbent, observed } from './optimize.ts'

export interface Peer {
  readonly version: string
  /** The incumbents' values, a trial each, of a study by Optuna's sampler of this name with its defaults. */
  incumbents(test: TestFunction, seed: number, sampler?: string, batch?: number): Promise<number[]>
  close(): void
}

/** @param python an interpreter that has Optuna */
export async function openPeer(python: string): Promise<Peer> {
  const { greeting, ask, close } = await startPython(python, 'bench/study/peer.py')
  const { version } = greeting as { version: string }
  return {
    version,
    async incumbents(test, seed, sampler = 'TPESampler', batch = 1) {
      const best = new Incumbent(test)
      let proposed = (await ask({ space: test.space, seed, sampler, count: Math.min(batch, test.trials) })) as Params[]
      while (proposed.length > 0) {
        const first = best.values.length
        const values = proposed.map((params, i) => observed(test, params, seed, first + i))
        for (const [i, params] of proposed.entries()) best.tell(params, values[i] ?? Number.NaN)
        const told = values.map((value) => (Number.isNaN(value) ? null : value))
        proposed = (await ask({ values: told, count: Math.min(batch, test.trials - best.values.length) })) as Params[]
      }
      return best.values
    },
    close,
  }
}
