import { BackendUnavailableError, InvalidSpecError } from '../../core/errors.ts'
import type { Examples, Population } from '../../core/population.ts'
import type { Backend, MemberState, Session, SessionData } from '../backend.ts'
import { Connection, type Line } from './connection.ts'
import type { DeviceSource } from './device.ts'
import { compileOneByOne } from './general.ts'
import { GroupedSession, membersPerGroup } from './groups.ts'
import { LastingSession } from './lasting.ts'
import { Memory } from './memory.ts'
import { layOut, type Path } from './network.ts'
import { planOf } from './plan.ts'
import { fastestProducts, probePopulation } from './probe.ts'
import { DIRECT, type Products, productsOn, softwareProducts } from './products.ts'
import { type DeviceSession, WebgpuSession } from './session.ts'
import { smallOf } from './small.ts'
import { refusalOf } from './support.ts'
import { MAX_LAYERS } from './tables.ts'

export interface WebgpuOptions extends DeviceSource {
  /**
   * 'auto' (unless said): networks that fit a workgroup's memory are trained there, whole. 'general': all by the kernels of large ones,
   * which round otherwise and, for small networks, are many times slower: to compare the two. Of these there are kinds: operands
   * from storage ('direct'), from storage and shared by four invocations, where the device has subgroups ('quads'), or by way of workgroup
   * memory in tiles of 32 x 32 or 64 x 64 numbers ('tiled32', 'tiled64'), each named for all networks. Where none is named, a hardware adapter takes the fastest of those that give the bits of 'direct' on it, found by a short
   * training with each before the first large network; SwiftShader and llvmpipe, which give the same bits
   * whichever, take 'quads'.
   */
  readonly kernels?: Kernels | undefined
}

/**
 * Which kernels train: `auto` takes the fastest; `general` never trains a whole network in workgroup memory; the others name one kind of matrix product.
 * @useDeclaredType
 */
export type Kernels = 'auto' | 'general' | Products['name']

/** Initial states of a population's members: every backend takes them from one place (src/backend/open.ts). */
export type Initialize = (population: Population, trains: boolean) => Promise<MemberState[]>

/** @throws BackendUnavailableError saying what is missing */
export async function openWebgpu(options: WebgpuOptions, initialize: Initialize): Promise<Backend & { readonly software: boolean }> {
  const { kernels = 'auto' } = options
  const connection = await Connection.open(options)
  if (kernels === 'quads' && !connection.subgroups) {
    connection.dispose()
    throw new BackendUnavailableError(`kernels is "quads", which need the feature subgroups, and ${connection.name} is a device without it`)
  }
  return new WebgpuBackend(connection, initialize, kernels)
}

class WebgpuBackend implements Backend {
  readonly name = 'webgpu'
  readonly software: boolean
  readonly #connection: Connection
  readonly #initialize: Initialize
  readonly #kernels: Kernels
  /** Found once for a device. */
  readonly #products = new WeakMap<Line, Promise<Products>>()
  #taken: Products | undefined
  /** Products that were being tried when a device was lost, or that one refused: another device is not asked for them. */
  readonly #suspects = new Set<Products>()
  readonly #sessions = new Set<Session>()

  constructor(connection: Connection, initialize: Initialize, kernels: Kernels) {
    this.#connection = connection
    this.#initialize = initialize
    this.#kernels = kernels
    this.software = connection.software
  }

  get description(): string {
    const taken = this.#taken === undefined ? '' : `, ${this.#taken.name} products`
    return `WebGPU on ${this.#connection.name}${taken}${this.software ? ' (software)' : ''}`
  }

  get arithmetic(): string {
    const named = this.#kernels === 'auto' ? '' : `, ${this.#kernels} kernels`
    return `webgpu ${this.#connection.name}${named}`
  }

  refusalOf(population: Population): string | undefined {
    return refusalOf(population)
  }

  async createSession(population: Population, data: SessionData): Promise<Session> {
    await this.#connection.line()
    const refusal = this.refusalOf(population)
    if (refusal !== undefined)
      throw new BackendUnavailableError(`the webgpu backend does not train ${refusal}; open the backend with prefer: 'wasm'`)
    const depth = population.topology.layers.length
    if (depth > MAX_LAYERS) {
      throw new InvalidSpecError(`a network of ${depth} layers is too deep for the webgpu backend; it must have at most ${MAX_LAYERS}`)
    }
    const states = await this.#initialize(population, data.train !== undefined)
    const layOutOn = async (line: Line, current: readonly MemberState[]) =>
      layOutGroups(line, population, data, current, await this.#pathOn(line, population))
    const session = await LastingSession.open(population, this.#connection, layOutOn, states, (ended) => this.#sessions.delete(ended))
    this.#sessions.add(session)
    return session
  }

  /** The topology and the device decide whether a network is small, nothing else: a member must take the same path in any company. */
  async #pathOn(line: Line, { topology }: Population): Promise<Path> {
    const small = this.#kernels === 'auto' ? smallOf(topology, line.opened) : undefined
    return small === undefined ? { products: await this.#productsOn(line) } : { small }
  }

  async #productsOn(line: Line): Promise<Products> {
    const named = productsOn(line.opened).find(({ name }) => name === this.#kernels)
    if (named !== undefined) return named
    if (line.opened.software) return softwareProducts(line.opened)
    const found = this.#products.get(line) ?? this.#probe(line)
    this.#products.set(line, found)
    try {
      this.#taken = await found
      return this.#taken
    } catch (error) {
      this.#products.delete(line)
      throw error
    }
  }

  async #probe(line: Line): Promise<Products> {
    const population = probePopulation()
    const states = await this.#initialize(population, true)
    const others = productsOn(line.opened).filter((products) => products !== DIRECT && !this.#suspects.has(products))
    const open = async (products: Products, train: Examples): Promise<DeviceSession> => {
      await compileOneByOne(line.kernels, products)
      return layOutGroup(line, population, { train }, states, { products })
    }
    return fastestProducts(population, others, open, this.#suspects)
  }

  async dispose(): Promise<void> {
    this.#connection.dispose()
    await Promise.all([...this.#sessions].map((session) => session.dispose()))
  }
}

/** On one device, as many sessions as its limits ask for. */
async function layOutGroups(
  line: Line,
  population: Population,
  data: SessionData,
  states: readonly MemberState[],
  path: Path,
): Promise<DeviceSession> {
  const { topology, members } = population
  const size = membersPerGroup(planOf(population, data.train !== undefined), data, line.opened.device.limits, 'small' in path)
  const groups: DeviceSession[] = []
  try {
    for (let first = 0; first < members.length; first += size) {
      const group = { topology, members: members.slice(first, first + size) }
      groups.push(await layOutGroup(line, group, data, states.slice(first, first + size), path))
    }
  } catch (error) {
    await Promise.all(groups.map((group) => group.dispose()))
    throw error
  }
  return new GroupedSession(population, groups, size)
}

async function layOutGroup(
  line: Line,
  population: Population,
  data: SessionData,
  states: readonly MemberState[],
  path: Path,
): Promise<DeviceSession> {
  const memory = new Memory(line.opened.device)
  const watch = line.watch()
  try {
    const plan = planOf(population, data.train !== undefined)
    const network = await Promise.race([layOut(line, memory, population, data, plan, states, path), watch.ended])
    await memory.verify()
    return new WebgpuSession(population, network, data, states, watch)
  } catch (error) {
    watch.release()
    memory.free()
    throw error
  }
}
