// The probe: finds the fastest matrix products of a device, among those that give the same bits.

import { ACTIVATION_KERNELS, ACTIVATIONS, type ActivationName, resolveActivation } from '../../core/activations.ts'
import { DeviceLostError, EspalierError } from '../../core/errors.ts'
import { inputSizeOf, outputSizeOf } from '../../core/layout.ts'
import { DIALECTS } from '../../core/names.ts'
import { needsWholeGradient, OPTIMIZERS, type OptimizerName, type OptimizerSpec, resolveOptimizer } from '../../core/optimizers.ts'
import type { Examples, Population, Topology } from '../../core/population.ts'
import { resolveMember, resolveTopology } from '../../core/resolve.ts'
import type { MemberState, TrainOrder } from '../backend.ts'
import { DIRECT, type Products } from './products.ts'

/** An epoch of the probe should take so long that a wait for its results does not hide what the products take. */
const LEAST_MS = 20
const MOST_BATCHES = 64
const ROUNDS = 3
/** What once took so many times the shortest is not timed again. */
const FAR = 2

/** What is asked of a session (session.ts). */
interface ProbedSession {
  readonly population: Population
  train(order: TrainOrder): Promise<unknown>
  readStates(members: readonly number[]): Promise<readonly MemberState[]>
  dispose(): void
}

/** Lays out the probe's population with this data. */
type OpenProbe = (products: Products, train: Examples) => Promise<ProbedSession>

/**
 * The fastest products on a device, among the direct and those of `others` that give the direct ones' bits there: which is taken is a matter of time, and no result
 * may depend on it. WGSL lets a compiler fuse and reassociate; what it makes of a kernel is the same for all data, so a population in which
 * every activation and optimizer, dropout, penalties and tiles that are not full occur, shows whether it makes the same of two.
 * @param suspects gets those of `others` that do not come through: refused, or on trial when the device was lost
 */
export async function fastestProducts(
  { topology }: Population,
  others: readonly Products[],
  open: OpenProbe,
  suspects: Set<Products>,
): Promise<Products> {
  let batches = 1
  let data = probeData(topology, batches)
  let direct = await Candidate.open(DIRECT, data, open)
  while (direct.best < LEAST_MS && batches < MOST_BATCHES) {
    direct.dispose()
    batches *= 4
    data = probeData(topology, batches)
    direct = await Candidate.open(DIRECT, data, open)
  }
  const candidates = [direct]
  try {
    for (const products of others) {
      suspects.add(products)
      const candidate = await refusedAsUndefined(Candidate.open(products, data, open))
      if (candidate !== undefined) suspects.delete(products)
      if (candidate?.equals(direct) === true) candidates.push(candidate)
      else candidate?.dispose()
    }
    for (let round = 1; round < ROUNDS; round++) {
      const shortest = Math.min(...candidates.map(({ best }) => best))
      for (const candidate of candidates) if (candidate.best < FAR * shortest) await candidate.time()
    }
    return candidates.reduce((best, candidate) => (candidate.best < best.best ? candidate : best)).products
  } finally {
    for (const candidate of candidates) candidate.dispose()
  }
}

/** What a device refuses to compile or to hold is no candidate there. */
async function refusedAsUndefined<T>(opening: Promise<T>): Promise<T | undefined> {
  try {
    return await opening
  } catch (error) {
    if (error instanceof EspalierError && !(error instanceof DeviceLostError)) return undefined
    throw error
  }
}

class Candidate {
  readonly products: Products
  readonly #session: ProbedSession
  #epochs = 0
  #best = Number.POSITIVE_INFINITY
  /** After the first epoch. */
  #states: readonly MemberState[] = []

  private constructor(products: Products, session: ProbedSession) {
    this.products = products
    this.#session = session
  }

  /** Trains an epoch, which warms up, keeps its bits, and times another. */
  static async open(products: Products, data: Examples, open: OpenProbe): Promise<Candidate> {
    const candidate = new Candidate(products, await open(products, data))
    try {
      await candidate.#train()
      candidate.#states = await candidate.#session.readStates(candidate.#members)
      await candidate.time()
      return candidate
    } catch (error) {
      candidate.dispose()
      throw error
    }
  }

  /** Milliseconds of an epoch. */
  get best(): number {
    return this.#best
  }

  async time(): Promise<void> {
    const started = performance.now()
    await this.#train()
    this.#best = Math.min(this.#best, performance.now() - started)
  }

  equals(other: Candidate): boolean {
    return this.#states.every((state, m) => {
      const { parameters, slots } = other.#states[m] ?? { parameters: new Float32Array(), slots: [] }
      return [state.parameters, ...state.slots].every((values, i) => sameBits(values, [parameters, ...slots][i]))
    })
  }

  dispose(): void {
    this.#session.dispose()
  }

  get #members(): number[] {
    return this.#session.population.members.map((_, m) => m)
  }

  async #train(): Promise<void> {
    const learningRates = this.#session.population.members.map(({ optimizer }) => [optimizer.learningRate])
    await this.#session.train({ members: this.#members, firstEpoch: this.#epochs++, learningRates })
  }
}

function sameBits(a: Float32Array, b: Float32Array | undefined): boolean {
  if (a.length !== b?.length) return false
  const [bits, others] = [a, b].map(({ buffer, byteOffset, length }) => new Uint32Array(buffer, byteOffset, length))
  return bits?.every((word, i) => word === others?.[i]) === true
}

/** Those that the shaders know (support.ts). */
const HIDDEN = (Object.keys(ACTIVATIONS) as ActivationName[]).filter((name) => {
  const { kernel } = resolveActivation(name, 'keras3')
  return ACTIVATION_KERNELS[kernel].code < ACTIVATION_KERNELS.softmax.code
})
/** All optimizers that the products themselves apply, and one for which they keep the gradient. */
const TRIED: readonly OptimizerSpec[] = [
  ...(Object.keys(OPTIMIZERS) as OptimizerName[]).filter((name) => !needsWholeGradient(resolveOptimizer(name, 'keras3'))),
  { name: 'sgd', clipNorm: 1 },
]

/** As many members as there are activations; no width is a multiple of a tile's. */
export function probePopulation(): Population {
  const topology = resolveTopology({ inputSize: 250, units: [131, 66, 10], loss: 'categoricalCrossentropy', batchSize: 100 })
  const members = HIDDEN.map((activation, i) => {
    const [optimizer = 'sgd', dialect = 'keras3'] = [TRIED[i % TRIED.length], DIALECTS[i % DIALECTS.length]]
    const hidden = { activation, dropout: i % 2 === 0 ? 0 : 0.25, l2: i % 3 === 0 ? 0.001 : 0 }
    return resolveMember({ layers: [hidden, hidden, { activation: 'softmax' }], optimizer, dialect, seed: i }, topology)
  })
  return { topology, members }
}

/** So many batches, the last one not whole. */
function probeData(topology: Topology, batches: number): Examples {
  const { batchSize } = topology
  const inputSize = inputSizeOf(topology)
  const rows = batches * batchSize - Math.floor(batchSize / 3)
  return {
    features: Uint8Array.from({ length: rows * inputSize }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24),
    scale: 1 / 255,
    targets: Int32Array.from({ length: rows }, (_, row) => row % outputSizeOf(topology)),
    rows,
  }
}
