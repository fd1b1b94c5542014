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

/** A device with its pipelines, from its opening to its end. */
export class Device {
  readonly opened: OpenedDevice
  readonly kernels: Kernels
  /** Whoever waits to hear of the end. */
  readonly #waiting = new Set<(error: Error) => void>()
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
