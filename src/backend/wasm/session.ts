// A population spread over several threads, behind the session contract.

import { at } from '../../core/at.ts'
import { DisposedError } from '../../core/errors.ts'
import type { Features, Population } from '../../core/population.ts'
import type { EpochResult, Evaluation, MemberState, Session, TrainOrder } from '../backend.ts'
import type { HelperThreads } from './helperThreads.ts'
import type { LongTraining } from './longTraining.ts'
import type { Training } from './made/kernels.ts'
import type { Thread } from './pool.ts'
import type { Call, Results } from './protocol.ts'

/** A population spread over threads: member p is on thread p % threads, where it is number floor(p / threads). */
export class WasmSession implements Session {
  readonly population: Population
  readonly #threads: readonly Thread[]
  readonly #id: number
  readonly #helpers: HelperThreads | undefined
  readonly #long: LongTraining
  readonly #training: Training
  #turns = 0
  #disposed = false

  /**
   * @param long notices what is trained for long
   * @param rows of the training data; 0 where kernels that are made do not read it
   */
  constructor(population: Population, threads: readonly Thread[], id: number, long: LongTraining, rows: number, helpers?: HelperThreads) {
    this.population = population
    this.#threads = threads
    this.#id = id
    this.#helpers = helpers
    this.#long = long
    this.#training = { population, threads, id, rows }
  }

  async train({ members, firstEpoch, learningRates, recordStepLosses = false, signal, onProgress }: TrainOrder): Promise<EpochResult[][]> {
    signal?.throwIfAborted()
    this.#check()
    const shares = this.#threads.map((thread, t) => ({
      thread,
      entries: [...members.keys()].filter((i) => at(members, i) % this.#threads.length === t),
    }))
    const busy = shares.filter(({ entries }) => entries.length > 0)
    const done = new Map(busy.map(({ thread }) => [thread, 0]))
    const results: EpochResult[][] = Array.from(members, () => [])
    const turn = this.#turns++
    this.#long.note(this.#training, members, learningRates)
    const calls = busy.map(async ({ thread, entries }) => {
      const orders = entries.map((i) => ({
        member: this.#local(at(members, i)),
        firstEpoch,
        learningRates: learningRates[i] ?? [],
        recordStepLosses,
      }))
      const report = (part: number): void => {
        done.set(thread, part * (entries.length / members.length))
        onProgress?.([...done.values()].reduce((sum, value) => sum + value, 0))
      }
      const training = () => thread.call(this.#id, { method: 'train', orders, turn }, { signal, onProgress: report })
      const answers = await (this.#helpers?.train(thread, this.#id, turn, training) ?? training())
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
