import { BackendUnavailableError, DeviceLostError, DisposedError } from '../../core/errors.ts'
import { type DeviceSource, type OpenedDevice, openDevice } from './device.ts'
import { Kernels } from './kernels.ts'

/**
 * How long a lost device is waited for. Chromium gives an adapter within 30 ms of a crash of its GPU process, and after a second crash
 * within two minutes none until about 120 s have passed.
 */
const PATIENCE_MS = 150_000
const SHORTEST_WAIT_MS = 25
const LONGEST_WAIT_MS = 2_000
/** A call on a lost device may fail before the device says that it is lost. */
const SETTLE_MS = 100

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A device from its opening to its end. */
export class Line {
  readonly opened: OpenedDevice
  readonly kernels: Kernels
  readonly #watchers = new Set<(error: Error) => void>()
  #error: Error | undefined

  constructor(opened: OpenedDevice) {
    this.opened = opened
    this.kernels = new Kernels(opened.device)
    void opened.device.lost.then(({ reason, message }) => this.end(new DeviceLostError(`the GPU device was lost (${reason}): ${message}`)))
  }

  /** Why the device is used no more. */
  get error(): Error | undefined {
    return this.#error
  }

  end(error: Error): void {
    this.#error ??= error
    for (const tell of this.#watchers) tell(this.#error)
    this.#watchers.clear()
  }

  /** A promise rejected at the end; `release` it when nobody listens any more, or it is kept as long as the device. */
  watch(): { readonly ended: Promise<never>; readonly release: () => void } {
    let tell: (error: Error) => void = () => undefined
    const ended = new Promise<never>((_, reject) => {
      tell = reject
    })
    ended.catch(() => undefined)
    if (this.#error === undefined) this.#watchers.add(tell)
    else tell(this.#error)
    return { ended, release: () => void this.#watchers.delete(tell) }
  }

  /** Whether the device is gone, given a moment to say so. */
  async isLost(): Promise<boolean> {
    const { ended, release } = this.watch()
    await Promise.race([ended.catch(() => undefined), sleep(SETTLE_MS)])
    release()
    return this.#error instanceof DeviceLostError
  }
}

/** The way to a device: opens another when one is lost. */
export class Connection {
  readonly #source: DeviceSource
  #line: Line
  #reconnecting: Promise<Line> | undefined
  #disposed = false

  private constructor(source: DeviceSource, opened: OpenedDevice) {
    this.#source = source
    this.#line = new Line(opened)
  }

  /** @throws BackendUnavailableError saying what is missing */
  static async open(source: DeviceSource): Promise<Connection> {
    return new Connection(source, await openDevice(source))
  }

  get name(): string {
    return this.#line.opened.name
  }

  get subgroups(): boolean {
    return this.#line.opened.subgroups
  }

  get software(): boolean {
    return this.#line.opened.software
  }

  /**
   * A device that works: the same one until it is lost.
   * @throws DeviceLostError when no other can be had; DisposedError; the signal's reason
   */
  async line(signal?: AbortSignal): Promise<Line> {
    this.#refuseDisposed()
    const { error } = this.#line
    if (error === undefined) return this.#line
    if (!(error instanceof DeviceLostError)) throw error
    this.#reconnecting ??= this.#reconnect(error).finally(() => {
      this.#reconnecting = undefined
    })
    return signal === undefined ? this.#reconnecting : Promise.race([this.#reconnecting, aborted(signal)])
  }

  async #reconnect(lost: DeviceLostError): Promise<Line> {
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
      if (!(found instanceof Error) && found.identity === this.#line.opened.identity) {
        this.#line = new Line(found)
        return this.#line
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
    this.#line.end(new DisposedError('the backend was disposed while this was running'))
    if (this.#line.opened.owned) this.#line.opened.device.destroy()
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
