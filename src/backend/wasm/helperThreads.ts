/** The page's side of several threads that train one member together. Loaded when needed. */

import { BackendUnavailableError } from '../../core/errors.ts'
import { mayShareMemory } from './module.ts'
import type { Thread } from './pool.ts'
import type { SharedInstance, TeamPlan } from './team.ts'

/** @throws BackendUnavailableError saying what is missing for this many threads per member */
export function checkThreads(threads: number, workers: number): void {
  if (threads > workers) {
    throw new BackendUnavailableError(
      `threads is ${threads}, of ${workers} workers; open the backend with as many workers, or fewer threads`,
    )
  }
  if (mayShareMemory()) return
  throw new BackendUnavailableError(
    `threads is ${threads}, and this page may not share memory; serve it with the headers Cross-Origin-Opener-Policy: same-origin and ` +
      'Cross-Origin-Embedder-Policy: require-corp, or leave `threads` out: the results are the same',
  )
}

/** Threads that help those of a session: the ones that are idle when it trains. */
export class HelperThreads {
  readonly #plan: Omit<TeamPlan, 'id'>
  readonly #shared: ReadonlyMap<Thread, SharedInstance>
  readonly #findIdle: (count: number) => readonly Thread[]

  /**
   * @param shared what each thread of the session shares
   * @param findIdle returns up to this many idle threads
   */
  constructor(plan: Omit<TeamPlan, 'id'>, shared: ReadonlyMap<Thread, SharedInstance>, findIdle: (count: number) => readonly Thread[]) {
    this.#plan = plan
    this.#shared = shared
    this.#findIdle = findIdle
  }

  /** The leader's training, with help. */
  async train<T>(leader: Thread, session: number, turn: number, training: () => Promise<T>): Promise<T> {
    const shared = this.#shared.get(leader)
    if (shared === undefined) return training()
    const { module, threads } = this.#plan
    let over = false
    const nothingToDo = new AbortController()
    const helping = this.#findIdle(threads - 1).map(async (helper, i) => {
      const order = { ...shared, module, thread: i + 1, turn }
      try {
        await helper.call(session, { method: 'help', order }, { signal: nothingToDo.signal })
      } catch (error) {
        // What it had taken is never done, and the leader would wait for it.
        if (!over) leader.fail(error instanceof Error ? error.message : String(error))
      }
    })
    try {
      return await training()
    } catch (error) {
      nothingToDo.abort()
      throw error
    } finally {
      over = true
      await Promise.all(helping)
    }
  }
}
