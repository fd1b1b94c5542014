import { DeviceLostError, DisposedError } from '../../core/errors.ts'
import type { Features, Population } from '../../core/population.ts'
import type { EpochResult, Evaluation, MemberState, Session, TrainOrder } from '../backend.ts'
import type { Connection, Device } from './connection.ts'
import type { DeviceSession } from './session.ts'

/** Training done again after a loss should take no longer than this, in ms … */
const CHECKPOINT_MS = 2_000
/** … unless reading the states back takes more than one part in so many of the time. */
const CHECKPOINT_SHARE = 20
/** A call that loses the device as often as this is likely what loses it. */
const MOST_LOSSES = 3

/** Lays the population out, with these states. */
export type LayOut = (device: Device, states: readonly MemberState[]) => Promise<DeviceSession>

interface Laid {
  readonly device: Device
  readonly session: DeviceSession
}

/** States asked for one after the other are read together. */
interface Reading {
  readonly members: number[]
  readonly states: Promise<MemberState[]>
}

/**
 * A session that outlives its device, and the one queue of its calls. It keeps the states of all members at some moment, and what was asked since; on a new
 * device the states are written and the rest is done again, which gives the same bits.
 */
export class RecoveringSession implements Session {
  readonly population: Population
  readonly #connection: Connection
  readonly #layOut: LayOut
  readonly #onDispose: (session: Session) => void
  #laid: Laid | undefined
  readonly #states: MemberState[]
  /** What changed members since `#states`, in order. */
  #log: ((session: DeviceSession, signal: AbortSignal | undefined) => Promise<unknown>)[] = []
  /** Members changed since `#states`. */
  readonly #changed = new Set<number>()
  #trainedMs = 0
  #checkpointMs = 0
  /** An interrupted order left members between epochs: it cannot be done again as it was. */
  #interrupted = false
  /** The last call, while it is a reading that has not begun. */
  #reading: Reading | undefined
  #tail: Promise<unknown> = Promise.resolve()
  #disposed = false

  private constructor(
    population: Population,
    connection: Connection,
    layOut: LayOut,
    states: readonly MemberState[],
    onDispose: (session: Session) => void,
  ) {
    this.population = population
    this.#onDispose = onDispose
    this.#connection = connection
    this.#layOut = layOut
    this.#states = [...states]
  }

  static async open(
    population: Population,
    connection: Connection,
    layOut: LayOut,
    states: readonly MemberState[],
    onDispose: (session: Session) => void,
  ): Promise<Session> {
    const session = new RecoveringSession(population, connection, layOut, states, onDispose)
    await session.#enqueue(() => session.#onDevice(undefined, async () => undefined))
    return session
  }

  train(order: TrainOrder): Promise<EpochResult[][]> {
    const { signal, onProgress, ...rest } = order
    return this.#enqueue(async () => {
      const due = this.#trainedMs > Math.max(CHECKPOINT_MS, CHECKPOINT_SHARE * this.#checkpointMs)
      if (due || this.#interrupted) await this.#checkpoint(signal)
      const started = performance.now()
      for (const member of order.members) this.#changed.add(member)
      try {
        const results = await this.#onDevice(signal, (session) => session.train(order))
        this.#log.push((session, cancel) => session.train({ ...rest, signal: cancel }))
        return results
      } catch (error) {
        this.#interrupted = this.#laid !== undefined
        throw error
      } finally {
        this.#trainedMs += performance.now() - started
      }
    })
  }

  evaluate(member: number): Promise<Evaluation> {
    return this.#enqueue(() => this.#onDevice(undefined, (session) => session.evaluate(member)))
  }

  predict(member: number, features: Features): Promise<Float32Array> {
    return this.#enqueue(() => this.#onDevice(undefined, (session) => session.predict(member, features)))
  }

  async readState(member: number): Promise<MemberState> {
    const reading = this.#reading ?? this.#beginReading()
    const place = reading.members.push(member) - 1
    const state = (await reading.states)[place]
    if (state === undefined) throw new RangeError(`member ${member} is not one of the population's ${this.population.members.length}`)
    return state
  }

  writeState(member: number, given: MemberState): Promise<void> {
    const state = structuredClone(given)
    return this.#enqueue(async () => {
      await this.#onDevice(undefined, (session) => session.writeState(member, state))
      if (this.#changed.has(member)) this.#log.push((session) => session.writeState(member, state))
      else this.#states[member] = state
    })
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    await this.#tail.catch(() => undefined)
    this.#laid?.session.dispose()
    this.#onDispose(this)
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    this.#reading = undefined
    if (this.#disposed) return Promise.reject(new DisposedError('this session was disposed; open another with backend.createSession'))
    const result = this.#tail.then(work)
    this.#tail = result.catch(() => undefined)
    return result
  }

  #beginReading(): Reading {
    const members: number[] = []
    const states = this.#enqueue(() => {
      if (this.#reading === reading) this.#reading = undefined
      return this.#onDevice(undefined, (session) => session.readStates(members))
    })
    const reading = { members, states }
    this.#reading = reading
    return reading
  }

  /** Runs `work` on a device; again from where it began, on another, when that one is lost. */
  async #onDevice<T>(signal: AbortSignal | undefined, work: (session: DeviceSession) => Promise<T>): Promise<T> {
    for (let losses = 0; ; ) {
      const device = this.#laid?.device ?? (await this.#connection.device(signal))
      try {
        this.#laid ??= await this.#layOutAgain(device, signal)
        return await device.orEnd(work(this.#laid.session))
      } catch (error) {
        signal?.throwIfAborted()
        if (!(await device.isLost())) throw device.error ?? error
        this.#laid?.session.dispose()
        this.#laid = undefined
        if (++losses === MOST_LOSSES) {
          throw new DeviceLostError(`the GPU device was lost ${losses} times during one call; fewer members or smaller batches may help`, {
            cause: error,
          })
        }
      }
    }
  }

  async #layOutAgain(device: Device, signal: AbortSignal | undefined): Promise<Laid> {
    if (this.#interrupted) {
      throw new DeviceLostError('the GPU device was lost after an order was interrupted: what its members had trained since is gone')
    }
    const laying = this.#layOut(device, this.#states)
    try {
      const session = await device.orEnd(laying)
      for (const again of this.#log) await device.orEnd(again(session, signal))
      return { device, session }
    } catch (error) {
      // Whenever it comes: nobody waits for what a device that has ended lays out.
      void laying.then(
        (session) => session.dispose(),
        () => undefined,
      )
      throw error
    }
  }

  async #checkpoint(signal: AbortSignal | undefined): Promise<void> {
    const started = performance.now()
    const members = [...this.#changed]
    const states = await this.#onDevice(signal, (session) => session.readStates(members))
    members.forEach((member, i) => {
      const state = states[i]
      if (state !== undefined) this.#states[member] = state
    })
    this.#changed.clear()
    this.#log = []
    this.#interrupted = false
    this.#trainedMs = 0
    this.#checkpointMs = performance.now() - started
  }
}
