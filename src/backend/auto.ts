// Picks the faster backend for each population by training a short trial on both.

import { inputSizeOf, parameterLayout, stepWork } from '../core/layout.ts'
import type { Examples, Population, Topology } from '../core/population.ts'
import type { Backend, Session, SessionData } from './backend.ts'

/** Assumed multiply-adds per second, by which a probe is sized: two cores of WASM. Twice as many only make it half as long. */
const GUESSED_RATE = 2e10
const PROBE_MS = 30
const MOST_BATCHES = 128
const MOST_EPOCHS = 1_000
/** WASM's time grows with the members: as many as keep any number of workers busy stand for all. */
const WASM_MEMBERS = 32

/**
 * Two backends as one: each population is trained on the faster, found by training both on a part of its data for a moment. Found once
 * for a topology and a number of members (within a factor of two), and kept. Prediction and evaluation follow the training of their topology.
 */
export class AutoBackend implements Backend {
  readonly #wasm: Backend
  readonly #webgpu: Backend
  readonly #choices = new Map<string, Promise<Choice>>()
  readonly #byTopology = new Map<string, Backend>()
  #last: Choice | undefined

  constructor(wasm: Backend, webgpu: Backend) {
    this.#wasm = wasm
    this.#webgpu = webgpu
  }

  /** Of the last population that was trained. */
  get name(): Backend['name'] {
    return (this.#last?.backend ?? this.#webgpu).name
  }

  get description(): string {
    if (this.#last === undefined)
      return `auto: for every population the faster of ${this.#webgpu.description} and ${this.#wasm.description}`
    return `${this.#last.backend.description} (auto: ${this.#last.why})`
  }

  get arithmetic(): string {
    return `${this.#wasm.arithmetic} or ${this.#webgpu.arithmetic}`
  }

  async createSession(population: Population, data: SessionData): Promise<Session> {
    const topology = JSON.stringify(population.topology)
    const { train } = data
    if (train === undefined) return (this.#byTopology.get(topology) ?? this.#wasm).createSession(population, data)
    const refusal = this.#webgpu.refusalOf?.(population)
    if (refusal !== undefined) {
      this.#last = { backend: this.#wasm, why: `WebGPU does not train ${refusal}` }
      this.#byTopology.set(topology, this.#wasm)
      return this.#wasm.createSession(population, data)
    }
    const key = `${Math.ceil(Math.log2(population.members.length))} ${topology}`
    const known = this.#choices.get(key) ?? this.#choose(population, train)
    this.#choices.set(key, known)
    try {
      this.#last = await known
    } catch (error) {
      this.#choices.delete(key)
      throw error
    }
    const { backend } = this.#last
    this.#byTopology.set(topology, backend)
    return backend.createSession(population, data)
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#wasm.dispose(), this.#webgpu.dispose()])
  }

  async #choose(population: Population, train: Examples): Promise<Choice> {
    const { topology, members } = population
    const what = `${members.length} x ${sizesOf(topology)}, batch ${topology.batchSize}`
    const few = { topology, members: members.slice(0, WASM_MEMBERS) }
    const part = partOf(train, topology, few.members.length)
    const wasm = (await stepTime(this.#wasm, few, part)) * (members.length / few.members.length)
    try {
      const webgpu = await stepTime(this.#webgpu, population, part)
      const why = `${what}: a step takes WebGPU ${milliseconds(webgpu)}, WASM ${milliseconds(wasm)}`
      return { backend: webgpu < wasm ? this.#webgpu : this.#wasm, why }
    } catch (error) {
      // Whatever a driver throws: there is another backend, and `description` says why it was taken.
      return { backend: this.#wasm, why: `${what}: WebGPU cannot: ${error instanceof Error ? error.message : error}` }
    }
  }
}

interface Choice {
  readonly backend: Backend
  /** For people. */
  readonly why: string
}

const milliseconds = (ms: number): string => `${Number(ms.toPrecision(2))} ms`

/** For people: 784-512-10. */
const sizesOf = (topology: Topology): string =>
  [topology.inputShape, ...parameterLayout(topology).layers.map(({ output }) => output)].map((shape) => shape.join('x')).join('-')

/** The first batches of the data: as many as WASM trains in about PROBE_MS. */
function partOf({ features, targets, sampleWeights, rows, ...rest }: Examples, topology: Topology, members: number): Examples {
  const { batchSize } = topology
  const inputSize = inputSizeOf(topology)
  const work = Math.max(1, stepWork(topology) * members)
  const batches = Math.max(1, Math.min(MOST_BATCHES, Math.floor((GUESSED_RATE * PROBE_MS) / 1000 / work)))
  const count = Math.min(rows, batches * batchSize)
  return {
    ...rest,
    features: features.subarray(0, count * inputSize),
    targets: targets.subarray(0, count * (targets.length / rows)),
    ...(sampleWeights === undefined ? {} : { sampleWeights: sampleWeights.subarray(0, count) }),
    rows: count,
  }
}

/** Milliseconds a step of all members takes. */
async function stepTime(backend: Backend, population: Population, train: Examples): Promise<number> {
  const session = await backend.createSession(population, { train })
  const time = async (epochs: number): Promise<number> => {
    const started = performance.now()
    const learningRates = population.members.map(({ optimizer }) => new Array<number>(epochs).fill(optimizer.learningRate))
    await session.train({ members: population.members.map((_, m) => m), firstEpoch: 0, learningRates })
    return performance.now() - started
  }
  try {
    // What is compiled or started for the first time is not part of a step.
    await time(1)
    const once = await time(1)
    const epochs = Math.min(MOST_EPOCHS, Math.floor(PROBE_MS / Math.max(once, 0.01)))
    const epoch = epochs > 1 ? (await time(epochs)) / epochs : once
    return epoch / Math.ceil(train.rows / population.topology.batchSize)
  } finally {
    await session.dispose()
  }
}
