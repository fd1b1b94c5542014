// The peer jax-js.

import { blockUntilReady, defaultDevice, init, type Array as JaxArray, jit, numpy as np, tree, vmap } from '@jax-js/jax'
import { mean } from 'simple-statistics'
import { initialWeights } from '../weights.ts'
import type { Trial } from '../workloads.ts'
import { type Arrays, countCorrect } from './arrays.ts'
import { type Kind, type Layer, logitsOf, type Masks, rateAt, type State, slotsOf, stepOf } from './jaxStep.ts'
import type { Group, Network, OpenNetwork } from './peer.ts'

/**
 * The peer jax-js in its own form: the whole step is one jitted function; several networks are one, by `vmap`. On WebGPU arrays are waited
 * for now and then; on WASM, without workers, reading the loss of every step at once is fastest.
 */
export type JaxDevice = 'wasm' | 'webgpu'

/** Its documentation: to be called regularly in an iterative computation, lest too much be queued. */
const STEPS_QUEUED = 8
const EVALUATION_ROWS = 1000

/** @throws when it has no such device here */
export async function startJax(device: JaxDevice): Promise<void> {
  if (!(await init(device)).includes(device)) throw new Error(`jax-js's ${device} backend does not start`)
  defaultDevice(device)
}

const arrayOf = (values: Float32Array, shape: number[]): JaxArray => np.array(values as Float32Array<ArrayBuffer>, { shape })

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)]

/** Of all members, one after the other. */
function joined(parts: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array()] = parts
  const all = new Float32Array(first.length * parts.length)
  parts.forEach((part, i) => {
    all.set(part, i * first.length)
  })
  return all
}

class JaxNetwork implements Network {
  readonly #trials: Group['trials']
  readonly #train: Arrays
  readonly #test: Arrays
  readonly #device: JaxDevice
  readonly #kind: Kind
  readonly #step
  readonly #forward
  #state: State
  #count = 0

  constructor({ trials, train, test }: Group, device: JaxDevice) {
    this.#trials = trials
    this.#train = train
    this.#test = test
    this.#device = device
    this.#kind = {
      activations: distinct(trials.map(({ activation }) => activation)),
      optimizers: distinct(trials.map(({ optimizer }) => optimizer)),
      outputs: trials[0].widths.at(-1) ?? 1,
    }
    const step = stepOf(this.#kind)
    const forward = (layers: Layer[], masks: JaxArray[], x: JaxArray): JaxArray => logitsOf(this.#kind, layers, masks, x)
    const single = trials.length === 1
    this.#step = jit(single ? step : (vmap(step, [0, 0, 0, null, null]) as typeof step))
    this.#forward = jit(single ? forward : (vmap(forward, [0, 0, null]) as typeof forward))
    this.#state = this.#initialState()
  }

  /** Without a leading dimension for a network alone. */
  #shape(...shape: number[]): number[] {
    return this.#trials.length === 1 ? shape : [this.#trials.length, ...shape]
  }

  #initialState(): State {
    const weights = this.#trials.map(initialWeights)
    const layersOf = (fill: (values: readonly Float32Array[]) => Float32Array): Layer[] =>
      (weights[0] ?? []).map(([{ length } = new Float32Array(), { length: units } = new Float32Array()], layer) => {
        const parts = (part: 0 | 1): Float32Array[] => weights.map((own) => own[layer]?.[part] ?? new Float32Array())
        return {
          kernel: arrayOf(fill(parts(0)), this.#shape(length / units, units)),
          bias: arrayOf(fill(parts(1)), this.#shape(units)),
        }
      })
    const zeros = (): Layer[] => layersOf((parts) => new Float32Array(joined(parts).length))
    return { layers: layersOf(joined), slots: Array.from({ length: slotsOf(this.#kind) }, zeros) }
  }

  /** Anew for every step, which consumes them. */
  #masks(): Masks {
    const { activations, optimizers } = this.#kind
    const mask = (isOwn: (trial: Trial) => boolean): JaxArray => np.array(this.#trials.map((trial) => Number(isOwn(trial)))).astype(np.bool)
    return {
      activation: activations.slice(1).map((name) => mask(({ activation }) => activation === name)),
      optimizer: optimizers.slice(1).map((name) => mask(({ optimizer }) => optimizer === name)),
    }
  }

  /** As before the first step, with what was compiled. */
  restart(): void {
    tree.dispose(this.#state)
    this.#state = this.#initialState()
    this.#count = 0
  }

  async train(count: number): Promise<number> {
    const started = performance.now()
    for (let i = 1; i <= count; i++) {
      const loss = this.#trainBatch()
      if (this.#device === 'wasm') loss.dataSync()
      else if (i === count) await loss.data()
      else loss.dispose()
      if (this.#device === 'webgpu' && (i === count || i % STEPS_QUEUED === 0)) await blockUntilReady(this.#state)
    }
    return (performance.now() - started) / 1000
  }

  #trainBatch(): JaxArray {
    const { features, targets, rows } = this.#train
    const { batchSize } = this.#trials[0]
    const first = (this.#count % Math.ceil(rows / batchSize)) * batchSize
    const last = Math.min(rows, first + batchSize)
    this.#count++
    const part = (values: Float32Array): JaxArray => {
      const width = values.length / rows
      return arrayOf(values.slice(first * width, last * width), [last - first, width])
    }
    const rates = Float32Array.from(this.#trials, (trial) => rateAt(trial, this.#count))
    const [state, loss] = this.#step(this.#state, this.#masks(), arrayOf(rates, this.#shape()), part(features), part(targets)) as [
      State,
      JaxArray,
    ]
    this.#state = state
    return loss
  }

  async accuracy(): Promise<number> {
    const { features, targets, rows } = this.#test
    const [width, outputs] = [features.length / rows, targets.length / rows]
    const correct = this.#trials.map(() => 0)
    for (let first = 0; first < rows; first += EVALUATION_ROWS) {
      const count = Math.min(EVALUATION_ROWS, rows - first)
      const x = arrayOf(features.slice(first * width, (first + count) * width), [count, width])
      const { activation, optimizer } = this.#masks()
      tree.dispose(optimizer)
      const logits = (await this.#forward(tree.ref(this.#state.layers), activation, x).data()) as Float32Array
      const truths = targets.subarray(first * outputs, (first + count) * outputs)
      correct.forEach((sum, member) => {
        correct[member] = sum + countCorrect(logits.subarray(member * truths.length, (member + 1) * truths.length), truths, outputs)
      })
    }
    return mean(correct) / rows
  }

  dispose(): void {
    tree.dispose(this.#state)
    this.#step.dispose()
    this.#forward.dispose()
  }
}

/** A network warms up by a pass over its rows, in which every shape of a batch comes up, and starts anew. */
export function jaxNetworks(device: JaxDevice): OpenNetwork {
  return async (group) => {
    const network = new JaxNetwork(group, device)
    await network.train(Math.ceil(group.train.rows / group.trials[0].batchSize))
    network.restart()
    return network
  }
}
