// Devices that are lost: the way to another one, and sessions that go on there.

import { BackendUnavailableError, DeviceLostError, DisposedError } from '../../core/errors.ts'
import type { Features, Population } from '../../core/population.ts'
import type { EpochResult, Evaluation, MemberState, Session, TrainOrder } from '../backend.ts'
import { type DeviceSource, type OpenedDevice, openDevice } from './device.ts'
import type { DeviceSession } from './session.ts'

/**
 * How long a lost device is waited for. Chromium gives an adapter within 30 ms of a crash of its GPU process, and after a second crash
 * within two minutes none until about 120 s have passed.
 */
const PATIENCE_MS = 150_000
const SHORTEST_WAIT_MS = 25
const LONGEST_WAIT_MS = 2_000
/** A call on a lost device may fail before the device says that it is lost. */
const SETTLE_MS = 100
/** Training done again after a loss should take no longer than this, in ms … */
const CHECKPOINT_MS = 2_000
/** … unless reading the states back takes more than one part in so many of the time. */
const CHECKPOINT_SHARE = 20
/** A call that loses the device as often as this is likely what loses it. */
const MOST_LOSSES = 3

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A device from its opening to its end. */
class Device {
  readonly opened: OpenedDevice
  /** Whoever waits to hear of the end. */
  readonly #waiting = new Set<(error: Error) => void>()
  #error: Error | undefined

  constructor(opened: OpenedDevice) {
    this.opened = opened
    void opened.device.lost.then(({ reason, message }) => this.end(new DeviceLostError(`the GPU device was lost (${reason}): ${message}`)))
  }

  /** Why the device is used no more. */
  get error(): Error | undefined {
    return this.#error
  }

  end(error: Error): void {
    this.#error ??= error
    for (const tell of this.#waiting) tell(this.#error)
    this.#waiting.clear()
  }

  /** What `work` comes to, or its end by the device's: of a lost device some promises never settle. */
  async orEnd<T>(work: Promise<T>): Promise<T> {
    let tell: (error: Error) => void = () => undefined
    const ended = new Promise<never>((_, reject) => {
      tell = reject
    })
    if (this.#error === undefined) this.#waiting.add(tell)
    else tell(this.#error)
    try {
      return await Promise.race([work, ended])
    } finally {
      this.#waiting.delete(tell)
    }
  }

  /** Whether the device is gone, given a moment to say so. */
  async isLost(): Promise<boolean> {
    await this.orEnd(sleep(SETTLE_MS)).catch(() => undefined)
    return this.#error instanceof DeviceLostError
  }
}

/** The way to a device: opens another when one is lost. */
export class Connection {
  readonly #source: DeviceSource
  #device: Device
  #reconnecting: Promise<Device> | undefined
  #disposed = false

  private constructor(source: DeviceSource, opened: OpenedDevice) {
    this.#source = source
    this.#device = new Device(opened)
  }

  /** @throws BackendUnavailableError saying what is missing */
  static async open(source: DeviceSource): Promise<Connection> {
    return new Connection(source, await openDevice(source))
  }

  get name(): string {
    return this.#device.opened.name
  }

  get software(): boolean {
    return this.#device.opened.software
  }

  /**
   * A device that works: the same one until it is lost.
   * @throws DeviceLostError when no other can be had; DisposedError; the signal's reason
   */
  async device(signal?: AbortSignal): Promise<Device> {
    this.#refuseDisposed()
    const { error } = this.#device
    if (error === undefined) return this.#device
    if (!(error instanceof DeviceLostError)) throw error
    this.#reconnecting ??= this.#reconnect(error).finally(() => {
      this.#reconnecting = undefined
    })
    return signal === undefined ? this.#reconnecting : Promise.race([this.#reconnecting, aborted(signal)])
  }

  async #reconnect(lost: DeviceLostError): Promise<Device> {
    const { device, adapter } = this.#source
    if (device !== undefined || adapter !== undefined) {
      const given = device !== undefined ? 'device' : 'adapter'
      throw new DeviceLostError(
        `${lost.message}; it came from the \`${given}\` given to openBackend: open a backend with a new one, or give \`gpu\` and it reconnects by itself`,
      )
    }
    const until = performance.now() + PATIENCE_MS
    for (let wait = SHORTEST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      const found = await openDevice(this.#source).catch((error: unknown) => {
        if (error instanceof BackendUnavailableError) return error
        throw error
      })
      if (this.#disposed && !(found instanceof Error)) found.device.destroy()
      this.#refuseDisposed()
      // Another adapter rounds in its own way: going on there would give other bits.
      if (!(found instanceof Error) && found.identity === this.#device.opened.identity) {
        this.#device = new Device(found)
        return this.#device
      }
      if (!(found instanceof Error)) found.device.destroy()
      if (performance.now() > until) {
        const instead = found instanceof Error ? found.message : `there is only ${found.name}, another one, which would give other bits`
        throw new DeviceLostError(`${lost.message}; ${this.name} did not come back within ${PATIENCE_MS / 1000} s: ${instead}`)
      }
      await sleep(wait)
    }
  }

  #refuseDisposed(): void {
    if (this.#disposed) throw new DisposedError('this backend was disposed; open another with openBackend')
  }

  dispose(): void {
    this.#disposed = true
    this.#device.end(new DisposedError('the backend was disposed while this was running'))
    if (this.#device.opened.owned) this.#device.opened.device.destroy()
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** Lays the population out, with these states. */
export type LayOut = (device: OpenedDevice, states: readonly MemberState[]) => Promise<DeviceSession>

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
    const laying = this.#layOut(device.opened, this.#states)
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
