import type { Features, Population } from '../../core/population.ts'
import type { EpochResult, Evaluation, MemberState, Session, SessionData, TrainOrder } from '../backend.ts'
import { SLOTS } from './ground.ts'
import type { Plan } from './plan.ts'
import type { DeviceSession } from './session.ts'

/** A dispatch counts members in its third dimension, of which there are at most so many. */
const MOST_MEMBERS = 65_535
/** A buffer of 1 GiB can fail although the limits allow it; members past this one's half form another group. */
const LARGEST_BUFFER = 2 ** 29

/** How many members' numbers of one kind fit a buffer: a population of more is laid out in groups. One member always tries. */
export function membersPerGroup(
  plan: Plan,
  { train, test, metrics = [] }: SessionData,
  limits: GPUSupportedLimits,
  small: boolean,
): number {
  const outputs4 = plan.layers.at(-1)?.units4 ?? 0
  const bytes = Math.max(
    plan.state4 * 16,
    small ? 0 : Math.max(plan.scratch4 * 16, plan.rows * 8),
    SLOTS * (plan.gradients > 0 ? 32 : 16),
    (train?.rows ?? 0) * 4,
    metrics.length > 0 ? (test?.rows ?? 0) * outputs4 * 16 + SLOTS * 16 : 0,
  )
  const buffer = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize, LARGEST_BUFFER)
  return Math.min(MOST_MEMBERS, Math.max(1, Math.floor(buffer / bytes)))
}

/** A population dealt out to sessions, so many members each; they train one after the other. A member's bits do not depend on its company. */
export class GroupedSession implements DeviceSession {
  readonly population: Population
  readonly #groups: readonly DeviceSession[]
  readonly #size: number

  constructor(population: Population, groups: readonly DeviceSession[], size: number) {
    this.population = population
    this.#groups = groups
    this.#size = size
  }

  async train({ members, learningRates, onProgress, ...rest }: TrainOrder): Promise<EpochResult[][]> {
    const results: EpochResult[][] = []
    for (const [g, group] of this.#groups.entries()) {
      const places = members.flatMap((member, i) => (this.#groupOf(member) === g ? [i] : []))
      if (places.length === 0) continue
      const before = results.length
      const order: TrainOrder = {
        ...rest,
        members: places.map((i) => (members[i] ?? 0) % this.#size),
        learningRates: places.map((i) => learningRates[i] ?? []),
        onProgress: (done) => onProgress?.((before + done * places.length) / members.length),
      }
      results.push(...(await group.train(order)))
    }
    return results
  }

  evaluate(member: number): Promise<Evaluation> {
    return this.#of(member).evaluate(member % this.#size)
  }

  predict(member: number, features: Features): Promise<Float32Array> {
    return this.#of(member).predict(member % this.#size, features)
  }

  readState(member: number): Promise<MemberState> {
    return this.#of(member).readState(member % this.#size)
  }

  async readStates(members: readonly number[]): Promise<MemberState[]> {
    const states = new Map<number, MemberState>()
    for (const [g, group] of this.#groups.entries()) {
      const own = members.filter((member) => this.#groupOf(member) === g)
      const read = await group.readStates(own.map((member) => member % this.#size))
      read.forEach((state, i) => {
        states.set(own[i] ?? 0, state)
      })
    }
    return members.flatMap((member) => states.get(member) ?? [])
  }

  writeState(member: number, state: MemberState): Promise<void> {
    return this.#of(member).writeState(member % this.#size, state)
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#groups.map((group) => group.dispose()))
  }

  #groupOf(member: number): number {
    return Math.floor(member / this.#size)
  }

  #of(member: number): Session {
    const group = this.#groups[this.#groupOf(member)]
    if (group === undefined) throw new RangeError(`member ${member} is not one of the population's ${this.population.members.length}`)
    return group
  }
}
