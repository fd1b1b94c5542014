import { DisposedError, EspalierError, InvalidSpecError } from '../../core/errors.ts'
import type { Population } from '../../core/population.ts'
import type { Backend, MemberState, Session, SessionData } from '../backend.ts'
import { type DeviceSource, type OpenedDevice, openDevice } from './device.ts'
import { Kernels } from './kernels.ts'
import { Memory } from './memory.ts'
import { layOut } from './network.ts'
import { planOf } from './plan.ts'
import { WebgpuSession } from './session.ts'
import { MAX_LAYERS } from './tables.ts'

export type WebgpuOptions = DeviceSource

/** Initial states of a population's members: every backend takes them from one place (src/backend/open.ts). */
export type Initialize = (population: Population, trains: boolean) => Promise<MemberState[]>

export async function openWebgpu(options: WebgpuOptions, initialize: Initialize): Promise<Backend & { readonly software: boolean }> {
  return new WebgpuBackend(await openDevice(options), initialize)
}

class WebgpuBackend implements Backend {
  readonly name = 'webgpu'
  readonly description: string
  readonly software: boolean
  readonly #opened: OpenedDevice
  readonly #kernels: Kernels
  readonly #initialize: Initialize
  readonly #lost: Promise<never>
  #ended: string | undefined

  constructor(opened: OpenedDevice, initialize: Initialize) {
    this.#opened = opened
    this.#initialize = initialize
    this.software = opened.software
    this.description = `WebGPU on ${opened.name}${opened.software ? ' (software)' : ''}`
    this.#kernels = new Kernels(opened.device)
    this.#lost = opened.device.lost.then(({ reason, message }) => {
      this.#ended ??= `the GPU device was lost (${reason}): ${message}`
      throw new DisposedError(this.#ended)
    })
    this.#lost.catch(() => undefined)
  }

  async createSession(population: Population, data: SessionData): Promise<Session> {
    if (this.#ended !== undefined) throw new DisposedError(this.#ended)
    if (population.topology.units.length > MAX_LAYERS) {
      throw new InvalidSpecError(
        `a network of ${population.topology.units.length} layers is too deep for the webgpu backend; at most ${MAX_LAYERS}`,
      )
    }
    const { device } = this.#opened
    const plan = planOf(population, data.train !== undefined)
    const memory = new Memory(device)
    const states = await this.#initialize(population, data.train !== undefined)
    device.pushErrorScope('out-of-memory')
    device.pushErrorScope('validation')
    try {
      const network = await layOut(this.#kernels, memory, population, data, plan, states)
      return new WebgpuSession(population, network, data.test, data.metrics ?? [], this.#lost)
    } catch (error) {
      memory.free()
      throw error
    } finally {
      const [validation, outOfMemory] = await Promise.all([device.popErrorScope(), device.popErrorScope()])
      if (validation !== null) throw new EspalierError(`this device refused the session: ${validation.message}`)
      if (outOfMemory !== null) throw new EspalierError(`the device has too little memory for this session: ${outOfMemory.message}`)
    }
  }

  async dispose(): Promise<void> {
    this.#ended ??= 'this backend was disposed; open another with openBackend'
    if (this.#opened.owned) this.#opened.device.destroy()
  }
}
