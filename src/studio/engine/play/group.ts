// Networks of one shape in play mode: a session of the package, trained an epoch at a time.

import type { Backend, Session } from '../../../backend/backend.ts'
import { at } from '../../../core/at.ts'
import type { Examples, Population } from '../../../core/population.ts'
import { resolveMember, resolveTopology } from '../../../core/resolve.ts'
import type { Points } from '../../playProtocol.ts'
import type { PlaySettings } from '../../playSettings.ts'

/** A network of a group: its settings, its seed, and its place among all networks. */
export interface Placed {
  readonly settings: PlaySettings
  readonly seed: number
  readonly place: number
}

/** What an epoch of a network came to. */
export interface Epoch {
  readonly place: number
  readonly loss: number
  readonly accuracy: number
  readonly testLoss: number
  readonly testAccuracy: number
  readonly diverged: boolean
}

/** The hidden layers, and an output: the probability of class 1. */
const unitsOf = ({ layers, units }: PlaySettings): number[] => [...Array.from({ length: layers }, () => units), 1]

function populationOf(networks: readonly Placed[], rows: number): Population {
  const [{ settings: first } = { settings: undefined }] = networks
  if (first === undefined) throw new Error('a group has a network')
  const topology = resolveTopology({
    inputSize: 2,
    units: unitsOf(first),
    loss: 'binaryCrossentropy',
    batchSize: Math.min(first.batchSize, rows),
  })
  const members = networks.map(({ settings: { layers, activation, optimizer, learningRate, l2 }, seed }) => {
    const hidden = Array.from({ length: layers }, () => ({ activation, l2 }))
    const spec = { layers: [...hidden, { activation: 'sigmoid' as const, l2 }], optimizer: { name: optimizer, learningRate }, seed }
    return resolveMember(spec, topology)
  })
  return { topology, members }
}

const examples = ({ places, classes }: Points, from: number, to: number): Examples => ({
  features: places.slice(2 * from, 2 * to),
  targets: classes.slice(from, to),
  rows: to - from,
})

/** Networks that share a topology. One that diverged stays as it is. */
export class Group {
  readonly networks: readonly Placed[]
  readonly session: Session
  readonly #active: Set<number>
  #epoch = 0

  private constructor(networks: readonly Placed[], session: Session) {
    this.networks = networks
    this.session = session
    this.#active = new Set(networks.keys())
  }

  static async open(backend: Backend, networks: readonly Placed[], points: Points): Promise<Group> {
    const { trainRows, classes } = points
    const train = examples(points, 0, trainRows)
    const test = examples(points, trainRows, classes.length)
    return new Group(networks, await backend.createSession(populationOf(networks, trainRows), { train, test }))
  }

  /** Trains all that have not diverged for an epoch. */
  async train(): Promise<Epoch[]> {
    const members = [...this.#active]
    if (members.length === 0) return []
    const learningRates = members.map((member) => [at(this.networks, member).settings.learningRate])
    const results = await this.session.train({ members, firstEpoch: this.#epoch++, learningRates })
    return members.map((member, i) => {
      const [result] = at(results, i)
      const diverged = result?.diverged !== false
      if (diverged) this.#active.delete(member)
      return {
        place: at(this.networks, member).place,
        loss: result?.loss ?? Number.NaN,
        accuracy: result?.accuracy ?? Number.NaN,
        testLoss: result?.test?.loss ?? Number.NaN,
        testAccuracy: result?.test?.accuracy ?? Number.NaN,
        diverged,
      }
    })
  }

  dispose(): Promise<void> {
    return this.session.dispose()
  }
}

/** Networks by what decides their shapes: each group is a session. */
export function grouped(networks: readonly Placed[]): Placed[][] {
  const groups = new Map<string, Placed[]>()
  for (const network of networks) {
    const { layers, units, batchSize } = network.settings
    const key = [layers, units, batchSize].join()
    groups.set(key, [...(groups.get(key) ?? []), network])
  }
  return [...groups.values()]
}
