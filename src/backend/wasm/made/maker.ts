// Makes kernels for single networks, and hands them to the threads that train them. Loaded once a backend has trained small networks for long.

import type { Member, Topology } from '../../../core/population.ts'
import { compileWithRelaxedSimd } from '../relaxedSimd.ts'
import { isMade, type MadeActivation } from './functions.ts'
import type { MadeKernels, Training } from './kernels.ts'
import { type MadeNetwork, scratchBytes } from './layout.ts'
import { writeModule } from './network.ts'

type Kernels = Omit<MadeKernels, 'session' | 'members'>

/** Networks that are remembered: those of the latest trainings. A study may train thousands, each another. */
const MOST = 64

/** A network that is trained, or was. */
interface Known {
  readonly network: MadeNetwork
  readonly id: number
  work: number
  kernels: Promise<Kernels> | undefined
}

/** The networks of a backend, those that are alike counted together. */
export class Maker {
  readonly #fused: boolean
  readonly #long: number
  /** The latest last. */
  readonly #known = new Map<string, Known>()
  #count = 0
  /** Of every session, the members that have kernels. */
  readonly #given = new WeakMap<Training, Set<number>>()
  /** One after the other, so that a page that waits for a frame has it in between. */
  #last: Promise<unknown> = Promise.resolve()

  /** @param long the work after which a network has kernels of its own */
  constructor(fused: boolean, long: number) {
    this.#fused = fused
    this.#long = long
  }

  /** Members that begin to train epochs of `perEpoch` work each: those of networks that were trained for long are given kernels of their own. */
  async note(
    training: Training,
    members: readonly number[],
    epochs: readonly { readonly length: number }[],
    perEpoch: number,
  ): Promise<void> {
    const { members: all } = training.population
    const given = this.#given.get(training) ?? new Set()
    this.#given.set(training, given)
    const alike = new Map<Known, number[]>()
    for (const [i, member] of members.entries()) {
      const known = given.has(member) ? undefined : this.#know(training, all[member])
      if (known === undefined) continue
      known.work += perEpoch * (epochs[i]?.length ?? 0)
      alike.set(known, [...(alike.get(known) ?? []), member])
    }
    await Promise.all(
      [...alike].map(async ([known, its]) => {
        if (known.work < this.#long) return
        for (const member of its) given.add(member)
        known.kernels ??= this.#make(known)
        give(training, its, await known.kernels)
      }),
    )
  }

  #know({ population: { topology }, rows }: Training, member: Member | undefined): Known | undefined {
    const network = member && networkOf(topology, member, rows, this.#fused)
    if (network === undefined) return undefined
    const name = JSON.stringify(network)
    const known = this.#known.get(name) ?? { network, id: this.#count++, work: 0, kernels: undefined }
    this.#known.delete(name)
    this.#known.set(name, known)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest)
    return known
  }

  #make({ network, id }: Known): Promise<Kernels> {
    const kernels = this.#last.then(async () => ({
      kind: 'kernels' as const,
      id,
      module: await compileWithRelaxedSimd(writeModule(network)),
      scratch: scratchBytes(network),
    }))
    this.#last = kernels
    return kernels
  }
}

function give({ threads, id }: Training, members: readonly number[], kernels: Kernels): void {
  for (const [t, thread] of threads.entries()) {
    const own = members.filter((member) => member % threads.length === t).map((member) => Math.floor(member / threads.length))
    if (own.length > 0) thread.give({ ...kernels, session: id, members: own })
  }
}

/**
 * What kernels for a member depend on; undefined for those that none are made for. Whether its session is one of assembly/small.ts's own its thread knows.
 * @param rows of the training data
 */
export function networkOf(
  { inputShape, layers, loss, batchSize }: Topology,
  member: Member,
  rows: number,
  fused: boolean,
): MadeNetwork | undefined {
  const [inputs = 0, ...more] = inputShape
  const last = layers.length - 1
  const crossEntropy = loss.name === 'binaryCrossentropy'
  if (more.length > 0 || loss.labelSmoothing !== 0 || loss.fromLogits || member.classWeights !== undefined) return undefined
  if (!crossEntropy && loss.name !== 'meanSquaredError') return undefined
  const made: { units: number; activation: MadeActivation; a: number }[] = []
  for (const [l, layer] of layers.entries()) {
    const own = member.layers[l]
    if (layer.type !== 'dense' || own?.type !== 'dense' || !layer.useBias || !layer.trainable) return undefined
    if (own.dropout !== 0 || own.l1 !== 0 || own.l2 !== 0) return undefined
    const { kernel, numbers } = own.activation
    const [a = 0] = numbers
    // The cross-entropy takes the sums.
    const activation = l === last && crossEntropy ? 'linear' : kernel
    if (!isMade(activation)) return undefined
    made.push({ units: layer.units, activation, a: activation === kernel ? a : 0 })
  }
  if (made[last]?.units !== 1) return undefined
  const clip = crossEntropy && member.dialect === 'keras2.2'
  return { fused, inputs, layers: made, rows: batchSize, rest: rows % batchSize, loss: loss.name, clip }
}
