import { blockUntilReady, defaultDevice, init, type Array as JaxArray, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax'
import { type Arrays, isCorrect } from '../tensorflow.ts'
import { initialWeights } from '../weights.ts'
import type { Trial } from '../workloads.ts'

/** The peer jax-js on WebGPU, in its own form: the whole step is one jitted function, and arrays are waited for now and then. */

type Layer = { readonly kernel: JaxArray; readonly bias: JaxArray }
type Step = (layers: Layer[], x: JaxArray, y: JaxArray) => [Layer[], JaxArray]

/** Its documentation: to be called regularly in an iterative computation, lest too much be queued. */
const STEPS_QUEUED = 8
const EVALUATION_ROWS = 1000

/** @throws when it has no WebGPU here */
export async function startJax(): Promise<void> {
  if (!(await init('webgpu')).includes('webgpu')) throw new Error("jax-js's WebGPU backend does not start")
  defaultDevice('webgpu')
}

function logitsOf({ activation, widths }: Trial, layers: readonly Layer[], x: JaxArray): JaxArray {
  if (activation !== 'selu') throw new Error(`the trial's activation is ${activation}; this peer is written for selu`)
  return layers.reduce((input, { kernel, bias }, layer) => {
    const sum = np.dot(input, kernel).add(bias)
    return layer === widths.length - 2 ? sum : nn.selu(sum)
  }, x)
}

function stepOf(trial: Trial): Step {
  if (trial.optimizer !== 'sgd') throw new Error(`the trial's optimizer is ${trial.optimizer}; this peer is written for sgd`)
  const loss = (layers: Layer[], x: JaxArray, y: JaxArray): JaxArray =>
    nn
      .logSoftmax(logitsOf(trial, layers, x))
      .mul(y)
      .sum(-1)
      .mean()
      .mul(-1)
  return (layers, x, y) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(layers), x, y) as [JaxArray, Layer[]]
    const moved = layers.map((layer, i) => {
      const gradient = gradients[i] as Layer
      return {
        kernel: layer.kernel.sub(gradient.kernel.mul(trial.learningRate)),
        bias: layer.bias.sub(gradient.bias.mul(trial.learningRate)),
      }
    })
    return [moved, value]
  }
}

const matrix = (values: Float32Array, rows: number): JaxArray =>
  np.array(values as Float32Array<ArrayBuffer>, { shape: [rows, values.length / rows] })

/** One network, and the rows it goes over again and again, in order. */
export class JaxNetwork {
  readonly #trial: Trial
  readonly #rows: Arrays
  readonly #step
  readonly #forward
  #layers: Layer[]
  #count = 0

  constructor(trial: Trial, rows: Arrays) {
    this.#trial = trial
    this.#rows = rows
    this.#step = jit(stepOf(trial))
    this.#forward = jit((layers: Layer[], x: JaxArray) => logitsOf(trial, layers, x))
    this.#layers = initialWeights(trial).map(([kernel, bias]) => ({
      kernel: matrix(kernel, kernel.length / bias.length),
      bias: np.array(bias as Float32Array<ArrayBuffer>),
    }))
  }

  /** Trains the next `count` batches, and waits for the last one's loss. */
  async train(count: number): Promise<void> {
    const { features, targets, rows } = this.#rows
    const { batchSize } = this.#trial
    for (let i = 1; i <= count; i++) {
      const first = (this.#count++ % Math.floor(rows / batchSize)) * batchSize
      const part = (values: Float32Array): JaxArray => {
        const width = values.length / rows
        return matrix(values.slice(first * width, (first + batchSize) * width), batchSize)
      }
      const [layers, loss] = this.#step(this.#layers, part(features), part(targets)) as [Layer[], JaxArray]
      this.#layers = layers
      if (i === count) await loss.data()
      else loss.dispose()
      if (i === count || i % STEPS_QUEUED === 0) await blockUntilReady(layers)
    }
  }

  async accuracy({ features, targets, rows }: Arrays): Promise<number> {
    const [width, outputs] = [features.length / rows, targets.length / rows]
    let correct = 0
    for (let first = 0; first < rows; first += EVALUATION_ROWS) {
      const count = Math.min(EVALUATION_ROWS, rows - first)
      const x = matrix(features.slice(first * width, (first + count) * width), count)
      const logits = (await this.#forward(tree.ref(this.#layers), x).data()) as Float32Array
      for (let row = 0; row < count; row++) {
        const truth = targets.subarray((first + row) * outputs, (first + row + 1) * outputs)
        correct += Number(isCorrect(logits.subarray(row * outputs, (row + 1) * outputs), truth))
      }
    }
    return correct / rows
  }

  dispose(): void {
    tree.dispose(this.#layers)
    this.#step.dispose()
    this.#forward.dispose()
  }
}
