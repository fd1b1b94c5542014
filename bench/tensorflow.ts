import type * as TensorFlow from '@tensorflow/tfjs'
import type { Examples } from 'espalier'
import { firstRows, type Parts } from './data.ts'
import { initialWeights } from './weights.ts'
import { type Span, steps, type Trial } from './workloads.ts'

/**
 * The peer: TensorFlow.js's WASM backend in its fastest form found. Batches are slices of arrays prepared beforehand, a step is
 * `optimizer.minimize` in a tidy, the loss is read once a round. Its own `fit` takes 1.5 times as long.
 */
export type Tf = typeof TensorFlow

const EVALUATION_ROWS = 1000
/** Keras 2.2's; TensorFlow.js's own differ from optimizer to optimizer. */
const EPSILON = 1e-7

/** Features and targets as TensorFlow.js wants them: scaled floats, one-hot classes. */
export interface Arrays {
  readonly features: Float32Array
  readonly targets: Float32Array
  readonly rows: number
}

export function arraysOf({ features, targets, rows, scale = 1 }: Examples, outputs: number): Arrays {
  const floats = features instanceof Float32Array ? features : Float32Array.from(features, (value) => value * scale)
  if (outputs === 1) return { features: floats, targets: Float32Array.from(targets), rows }
  const oneHot = new Float32Array(rows * outputs)
  targets.forEach((label, row) => {
    oneHot[row * outputs + label] = 1
  })
  return { features: floats, targets: oneHot, rows }
}

function optimizerOf(tf: Tf, { optimizer, learningRate }: Trial): TensorFlow.Optimizer {
  switch (optimizer) {
    case 'sgd':
      return tf.train.sgd(learningRate)
    case 'adam':
      return tf.train.adam(learningRate, 0.9, 0.999, EPSILON)
    case 'adamax':
      return tf.train.adamax(learningRate, 0.9, 0.999, EPSILON)
    case 'rmsprop':
      return tf.train.rmsprop(learningRate, 0.9, 0, EPSILON)
  }
}

/** One network of the peer, and the rows it goes over again and again, in order. */
export class Network {
  readonly #tf: Tf
  readonly #trial: Trial
  readonly #rows: Arrays
  readonly #variables: TensorFlow.Variable[]
  readonly #optimizer: TensorFlow.Optimizer
  #step = 0

  constructor(tf: Tf, trial: Trial, rows: Arrays) {
    this.#tf = tf
    this.#trial = trial
    this.#rows = rows
    this.#optimizer = optimizerOf(tf, trial)
    this.#variables = initialWeights(trial).flatMap(([kernel, bias]) => [
      tf.variable(tf.tensor2d(kernel, [kernel.length / bias.length, bias.length])),
      tf.variable(tf.tensor1d(bias)),
    ])
  }

  /** Trains the next `count` batches; answers the seconds it took. */
  async train(count: number): Promise<number> {
    const started = performance.now()
    for (let i = 0; i < count; i++) {
      const loss = this.#tf.tidy(() => this.#minimize())
      if (i === count - 1) await loss.data()
      loss.dispose()
    }
    return (performance.now() - started) / 1000
  }

  #minimize(): TensorFlow.Scalar {
    const { features, targets, rows } = this.#rows
    const { batchSize } = this.#trial
    const first = (this.#step++ % Math.ceil(rows / batchSize)) * batchSize
    const last = Math.min(rows, first + batchSize)
    const x = this.#slice(features, rows, first, last)
    const y = this.#slice(targets, rows, first, last)
    const loss = this.#optimizer.minimize(() => this.#loss(this.#logits(x), y), true, this.#variables)
    if (loss === null) throw new Error('minimize returned no loss')
    return loss
  }

  #slice(values: Float32Array, rows: number, first: number, last: number): TensorFlow.Tensor2D {
    const width = values.length / rows
    return this.#tf.tensor2d(values.subarray(first * width, last * width), [last - first, width])
  }

  #loss(logits: TensorFlow.Tensor2D, targets: TensorFlow.Tensor2D): TensorFlow.Scalar {
    const { losses } = this.#tf
    return this.#trial.widths.at(-1) === 1 ? losses.sigmoidCrossEntropy(targets, logits) : losses.softmaxCrossEntropy(targets, logits)
  }

  #logits(x: TensorFlow.Tensor2D): TensorFlow.Tensor2D {
    const { activation, widths } = this.#trial
    let output = x
    for (let layer = 0; layer < widths.length - 1; layer++) {
      const kernel = this.#variables[2 * layer] as TensorFlow.Tensor2D
      const bias = this.#variables[2 * layer + 1] as TensorFlow.Tensor1D
      const sum: TensorFlow.Tensor2D = this.#tf.matMul(output, kernel).add(bias)
      output = layer === widths.length - 2 || activation === 'linear' ? sum : this.#tf[activation](sum)
    }
    return output
  }

  async accuracy({ features, targets, rows }: Arrays): Promise<number> {
    const outputs = targets.length / rows
    let correct = 0
    for (let first = 0; first < rows; first += EVALUATION_ROWS) {
      const last = Math.min(rows, first + EVALUATION_ROWS)
      const logits = this.#tf.tidy(() => this.#logits(this.#slice(features, rows, first, last)))
      const values = await logits.data()
      logits.dispose()
      for (let row = first; row < last; row++) {
        const truth = targets.subarray(row * outputs, (row + 1) * outputs)
        correct += Number(isCorrect(values.slice((row - first) * outputs, (row - first + 1) * outputs), truth))
      }
    }
    return correct / rows
  }

  dispose(): void {
    for (const variable of this.#variables) variable.dispose()
    this.#optimizer.dispose()
  }
}

export function isCorrect(logits: ArrayLike<number>, truth: Float32Array): boolean {
  if (truth.length === 1) return (logits[0] ?? 0) > 0 === (truth[0] ?? 0) > 0.5
  const own = Array.from(logits)
  return own.indexOf(Math.max(...own)) === truth.indexOf(1)
}

/** Trains the comparison's rows in as many parts as there are rounds. */
export class TensorFlowRun {
  readonly #networks: readonly { readonly trial: Trial; readonly network: Network }[]
  readonly #test: Arrays
  readonly #comparison: Span
  readonly #work: Span
  readonly #rounds: number
  #round = 0

  private constructor(
    tf: Tf,
    trials: readonly Trial[],
    arrays: { train: Arrays; test: Arrays },
    spans: { comparison: Span; work: Span },
    rounds: number,
  ) {
    this.#networks = trials.map((trial) => ({ trial, network: new Network(tf, trial, arrays.train) }))
    this.#test = arrays.test
    this.#comparison = spans.comparison
    this.#work = spans.work
    this.#rounds = rounds
  }

  static async start(tf: Tf, trials: readonly Trial[], data: Parts, spans: { comparison: Span; work: Span }, rounds: number) {
    const outputs = trials[0]?.widths.at(-1) ?? 1
    const train = arraysOf(firstRows(data.train, spans.comparison.rows), outputs)
    const test = arraysOf(data.test, outputs)
    for (const trial of trials) {
      const warmUp = new Network(tf, trial, train)
      await warmUp.train(4)
      warmUp.dispose()
    }
    return new TensorFlowRun(tf, trials, { train, test }, spans, rounds)
  }

  /** Trains the next part; answers the seconds the workload's whole work would take at this speed. */
  async trainPart(): Promise<number> {
    let seconds = 0
    for (const { trial, network } of this.#networks) {
      const total = steps(trial, this.#comparison)
      const part = (round: number): number => Math.floor((total * round) / this.#rounds)
      const count = part(this.#round + 1) - part(this.#round)
      seconds += ((await network.train(count)) / count) * steps(trial, this.#work)
    }
    this.#round++
    return seconds
  }

  /** Mean test accuracy of the networks. */
  async accuracy(): Promise<number> {
    let sum = 0
    for (const { network } of this.#networks) sum += await network.accuracy(this.#test)
    return sum / this.#networks.length
  }

  dispose(): void {
    for (const { network } of this.#networks) network.dispose()
  }
}
