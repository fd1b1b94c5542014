// The one place that chooses how a population is executed: whole in a workgroup's memory, or layer by layer, and with which matrix products.

import { BackendUnavailableError } from '../../core/errors.ts'
import type { Examples, Population, Topology } from '../../core/population.ts'
import type { MemberState } from '../backend.ts'
import type { OpenedDevice } from './device.ts'
import type { Path } from './executor.ts'
import { compileOneByOne, openGeneral } from './general.ts'
import { fastestProducts, probePopulation } from './probe.ts'
import { DIRECT, type Products, productsOn, softwareProducts } from './products.ts'
import { DeviceSession } from './session.ts'
import { openSmall, smallOf } from './small.ts'

/**
 * Which kernels train: see `WebgpuOptions`.
 * @useDeclaredType
 */
export type Kernels = 'auto' | 'general'

/** Tests and benches name one kind of products by this key of `openBackend`'s options; all networks go layer by layer then. No user needs it. */
export const PRODUCTS: unique symbol = Symbol.for('espalier.products')

/** Initial states of a population's members: every backend takes them from one place (src/backend/open.ts). */
export type Initialize = (population: Population, trains: boolean) => Promise<MemberState[]>

/** The choices of a backend: a device's fastest products are found once. */
export class Paths {
  readonly #kernels: Kernels
  readonly #named: string | undefined
  readonly #initialize: Initialize
  readonly #fastest = new WeakMap<OpenedDevice, Promise<Products>>()
  /** Products that were being tried when a device was lost, or that one refused: another device is not asked for them. */
  readonly #suspects = new Set<Products>()
  #taken: Products | undefined

  /** @param named the only products that are used, if there is one */
  constructor(kernels: Kernels, named: string | undefined, initialize: Initialize) {
    this.#kernels = kernels
    this.#named = named
    this.#initialize = initialize
  }

  /** What was asked for, if not the fastest: it decides bits. */
  get asked(): string | undefined {
    return this.#named ?? (this.#kernels === 'auto' ? undefined : this.#kernels)
  }

  /** The products that were found the fastest last. */
  get taken(): string | undefined {
    return this.#taken?.name
  }

  /** Topology and device decide, nothing else: a member must take the same path in any company. */
  async on(device: OpenedDevice, topology: Topology): Promise<Path> {
    const small = this.asked === undefined ? smallOf(topology, device) : undefined
    return small === undefined
      ? layerByLayer(await this.#productsOn(device), device.software)
      : { open: async (group) => openSmall(group, small), bytesPerMember: () => 0 }
  }

  async #productsOn(device: OpenedDevice): Promise<Products> {
    if (this.#named !== undefined) {
      const known = productsOn(device)
      const named = known.find(({ name }) => name === this.#named)
      if (named !== undefined) return named
      const names = known.map(({ name }) => name).join(', ')
      throw new BackendUnavailableError(`${device.name} has no products "${this.#named}"; it has ${names}`)
    }
    if (device.software) return softwareProducts(device)
    const found = this.#fastest.get(device) ?? this.#probe(device)
    this.#fastest.set(device, found)
    try {
      this.#taken = await found
      return this.#taken
    } catch (error) {
      this.#fastest.delete(device)
      throw error
    }
  }

  async #probe(device: OpenedDevice): Promise<Products> {
    const population = probePopulation()
    const states = await this.#initialize(population, true)
    const others = productsOn(device).filter((products) => products !== DIRECT && !this.#suspects.has(products))
    const open = async (products: Products, train: Examples): Promise<DeviceSession> => {
      await compileOneByOne(device.kernels, products)
      return DeviceSession.open(device, population, { train }, states, layerByLayer(products, false))
    }
    return fastestProducts(population, others, open, this.#suspects)
  }
}

const layerByLayer = (products: Products, software: boolean): Path => ({
  open: (group) => openGeneral(group, products, software),
  bytesPerMember: ({ scratch4, rows }) => Math.max(scratch4 * 16, rows * 8),
})
