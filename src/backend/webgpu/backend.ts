// The WebGPU backend: opens a device, and lays populations out on it.

import { BackendUnavailableError } from '../../core/errors.ts'
import { lower } from '../../core/lower.ts'
import type { Population } from '../../core/population.ts'
import type { Backend, Session, SessionData } from '../backend.ts'
import type { DeviceSource } from './device.ts'
import { type Initialize, type Kernels, Paths, PRODUCTS } from './path.ts'
import { Connection, RecoveringSession } from './recovering.ts'
import { DeviceSession } from './session.ts'
import { refusalOf } from './support.ts'

export interface WebgpuOptions extends DeviceSource {
  /**
   * 'auto' (the default): networks that fit a workgroup's memory are trained there, whole. 'general': all layer by layer, by the kernels of large ones,
   * which round otherwise and, for small networks, are many times slower: to compare the two. Of the matrix products of these there are kinds: a hardware
   * adapter takes the fastest of those that give the same bits on it, found by a short training with each before the first large network.
   */
  readonly kernels?: Kernels | undefined
}

interface InternalOptions extends WebgpuOptions {
  readonly [PRODUCTS]?: string | undefined
}

/** @throws BackendUnavailableError saying what is missing */
export async function openWebgpu(options: InternalOptions, initialize: Initialize): Promise<Backend & { readonly software: boolean }> {
  const { kernels = 'auto', [PRODUCTS]: products } = options
  return new WebgpuBackend(await Connection.open(options), initialize, new Paths(kernels, products, initialize))
}

class WebgpuBackend implements Backend {
  readonly name = 'webgpu'
  readonly software: boolean
  readonly #connection: Connection
  readonly #initialize: Initialize
  readonly #paths: Paths
  readonly #sessions = new Set<Session>()

  constructor(connection: Connection, initialize: Initialize, paths: Paths) {
    this.#connection = connection
    this.#initialize = initialize
    this.#paths = paths
    this.software = connection.software
  }

  get description(): string {
    const { taken } = this.#paths
    return `WebGPU on ${this.#connection.name}${taken === undefined ? '' : `, ${taken} products`}${this.software ? ' (software)' : ''}`
  }

  get arithmetic(): string {
    const { asked } = this.#paths
    return `webgpu ${this.#connection.name}${asked === undefined ? '' : `, ${asked} kernels`}`
  }

  refusalOf(population: Population): string | undefined {
    return refusalOf(lower(population))
  }

  async createSession(given: Population, data: SessionData): Promise<Session> {
    await this.#connection.device()
    const population = lower(given)
    const refusal = this.refusalOf(population)
    if (refusal !== undefined)
      throw new BackendUnavailableError(`the webgpu backend does not train ${refusal}; open the backend with prefer: 'wasm'`)
    const { topology } = population
    const initial = await this.#initialize(population, data.train !== undefined)
    const session = await RecoveringSession.open(
      population,
      this.#connection,
      async (device, states) => DeviceSession.open(device, population, data, states, await this.#paths.on(device, topology)),
      initial,
      (ended) => this.#sessions.delete(ended),
    )
    this.#sessions.add(session)
    return session
  }

  async dispose(): Promise<void> {
    this.#connection.dispose()
    await Promise.all([...this.#sessions].map((session) => session.dispose()))
  }
}
