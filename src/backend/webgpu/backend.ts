import { InvalidSpecError } from '../../core/errors.ts'
import type { Population } from '../../core/population.ts'
import type { Backend, MemberState, Session, SessionData } from '../backend.ts'
import { Connection, type Line } from './connection.ts'
import type { DeviceSource } from './device.ts'
import { GroupedSession, membersPerGroup } from './groups.ts'
import { LastingSession } from './lasting.ts'
import { Memory } from './memory.ts'
import { layOut } from './network.ts'
import { planOf } from './plan.ts'
import { type DeviceSession, WebgpuSession } from './session.ts'
import { type Small, smallOf } from './small.ts'
import { MAX_LAYERS } from './tables.ts'

export interface WebgpuOptions extends DeviceSource {
  /**
   * 'auto' (unless said): networks that fit a workgroup's memory are trained there, whole. 'general': all by the kernels of large ones,
   * which round otherwise and, for small networks, are many times slower: to compare the two.
   */
  readonly kernels?: 'auto' | 'general' | undefined
}

/** Initial states of a population's members: every backend takes them from one place (src/backend/open.ts). */
export type Initialize = (population: Population, trains: boolean) => Promise<MemberState[]>

/** @throws BackendUnavailableError saying what is missing */
export async function openWebgpu(options: WebgpuOptions, initialize: Initialize): Promise<Backend & { readonly software: boolean }> {
  return new WebgpuBackend(await Connection.open(options), initialize, options.kernels ?? 'auto')
}

class WebgpuBackend implements Backend {
  readonly name = 'webgpu'
  readonly description: string
  readonly software: boolean
  readonly #connection: Connection
  readonly #initialize: Initialize
  readonly #kernels: 'auto' | 'general'
  readonly #sessions = new Set<Session>()

  constructor(connection: Connection, initialize: Initialize, kernels: 'auto' | 'general') {
    this.#connection = connection
    this.#initialize = initialize
    this.#kernels = kernels
    this.software = connection.software
    this.description = `WebGPU on ${connection.name}${connection.software ? ' (software)' : ''}`
  }

  async createSession(population: Population, data: SessionData): Promise<Session> {
    await this.#connection.line()
    const depth = population.topology.units.length
    if (depth > MAX_LAYERS) {
      throw new InvalidSpecError(`a network of ${depth} layers is too deep for the webgpu backend; it must have at most ${MAX_LAYERS}`)
    }
    const states = await this.#initialize(population, data.train !== undefined)
    const layOutOn = (line: Line, current: readonly MemberState[]) =>
      layOutGroups(line, population, data, current, this.#kernels === 'general' ? undefined : smallOf(population.topology, line.opened))
    const session = await LastingSession.open(population, this.#connection, layOutOn, states, (ended) => this.#sessions.delete(ended))
    this.#sessions.add(session)
    return session
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
  small: Small | undefined,
): Promise<DeviceSession> {
  const { topology, members } = population
  const size = membersPerGroup(planOf(population, data.train !== undefined), data, line.opened.device.limits, small !== undefined)
  const groups: DeviceSession[] = []
  try {
    for (let first = 0; first < members.length; first += size) {
      const group = { topology, members: members.slice(first, first + size) }
      groups.push(await layOutGroup(line, group, data, states.slice(first, first + size), small))
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
  small: Small | undefined,
): Promise<DeviceSession> {
  const memory = new Memory(line.opened.device)
  const watch = line.watch()
  try {
    const plan = planOf(population, data.train !== undefined)
    const network = await Promise.race([layOut(line, memory, population, data, plan, states, small), watch.ended])
    await memory.verify()
    return new WebgpuSession(population, network, data, states, watch)
  } catch (error) {
    watch.release()
    memory.free()
    throw error
  }
}
