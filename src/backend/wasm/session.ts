import { DisposedError } from '../../core/errors.ts'
import type { Features, Population } from '../../core/population.ts'
import type { EpochResult, Evaluation, MemberState, Session, TrainOrder } from '../backend.ts'
import type { Thread } from './pool.ts'
import type { Call, Results } from './protocol.ts'
import type { SharedInstance, TeamPlan } from './team.ts'

/** What a session asks of its backend, so that several threads train a member. */
export interface Recruiting {
  readonly plan: Omit<TeamPlan, 'id'>
  /** What each thread of the session shares. */
  readonly shared: readonly SharedInstance[]
  /** Up to so many threads that have nothing to do. */
  readonly recruit: (count: number) => readonly Thread[]
}

/** A population dealt to threads: member p is on thread p % threads, where it is number floor(p / threads). */
export class WasmSession implements Session {
  readonly population: Population
  readonly #threads: readonly Thread[]
  readonly #id: number
  readonly #recruiting: Recruiting | undefined
  #turns = 0
  #disposed = false

  constructor(population: Population, threads: readonly Thread[], id: number, recruiting?: Recruiting) {
    this.population = population
    this.#threads = threads
    this.#id = id
    this.#recruiting = recruiting
  }

  async train({ members, firstEpoch, learningRates, recordStepLosses = false, signal, onProgress }: TrainOrder): Promise<EpochResult[][]> {
    signal?.throwIfAborted()
    this.#check()
    const shares = this.#threads.map((thread, t) => ({
      thread,
      entries: [...members.keys()].filter((i) => (members[i] ?? 0) % this.#threads.length === t),
    }))
    const busy = shares.filter(({ entries }) => entries.length > 0)
    const done = new Map(busy.map(({ thread }) => [thread, 0]))
    const results: EpochResult[][] = Array.from(members, () => [])
    const turn = this.#turns++
    const calls = busy.map(async ({ thread, entries }) => {
      const orders = entries.map((i) => ({
        member: this.#local(members[i] ?? 0),
        firstEpoch,
        learningRates: learningRates[i] ?? [],
        recordStepLosses,
      }))
      const report = (part: number): void => {
        done.set(thread, part * (entries.length / members.length))
        onProgress?.([...done.values()].reduce((sum, value) => sum + value, 0))
      }
      const training = () => thread.call(this.#id, { method: 'train', orders, turn }, { signal, onProgress: report })
      const answers = await this.#withHelpers(thread, turn, training)
      entries.forEach((i, k) => {
        results[i] = answers[k] ?? []
      })
    })
    // All threads are heard out before an error is passed on, so that none still works on the session afterwards.
    const outcomes = await Promise.allSettled(calls)
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    return results
  }

  evaluate(member: number): Promise<Evaluation> {
    return this.#call(member, { method: 'evaluate', member: this.#local(member) })
  }

  predict(member: number, features: Features): Promise<Float32Array> {
    return this.#call(member, { method: 'predict', member: this.#local(member), features })
  }

  readState(member: number): Promise<MemberState> {
    return this.#call(member, { method: 'readState', member: this.#local(member) })
  }

  async writeState(member: number, state: MemberState): Promise<void> {
    await this.#call(member, { method: 'writeState', member: this.#local(member), state })
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    await Promise.all(this.#threads.filter((thread) => !thread.crashed).map((thread) => thread.call(this.#id, { method: 'close' })))
  }

  /** The leader's training, with whom there is to help: threads beside the population's own. */
  async #withHelpers<T>(leader: Thread, turn: number, training: () => Promise<T>): Promise<T> {
    const shared = this.#recruiting?.shared[this.#threads.indexOf(leader)]
    if (this.#recruiting === undefined || shared === undefined) return training()
    const { plan, recruit } = this.#recruiting
    let over = false
    const nothingToDo = new AbortController()
    const helping = recruit(plan.threads - 1).map(async (helper, i) => {
      const order = { ...shared, module: plan.module, thread: i + 1, turn }
      try {
        await helper.call(this.#id, { method: 'help', order }, { signal: nothingToDo.signal })
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

  #local(member: number): number {
    return Math.floor(member / this.#threads.length)
  }

  #check(): void {
    if (this.#disposed) throw new DisposedError('this session was disposed; open another with backend.createSession')
  }

  async #call<C extends Call>(member: number, body: C): Promise<Results[C['method']]> {
    this.#check()
    const thread = this.#threads[member % this.#threads.length]
    if (thread === undefined || member < 0 || member >= this.population.members.length) {
      throw new RangeError(`member ${member} is not one of the population's ${this.population.members.length}`)
    }
    return thread.call(this.#id, body)
  }
}
