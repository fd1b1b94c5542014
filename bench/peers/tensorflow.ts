// The peer TensorFlow.js.

import type * as TensorFlow from '@tensorflow/tfjs'
import { initialWeights } from '../weights.ts'
import type { Trial } from '../workloads.ts'
import { type Arrays, countCorrect } from './arrays.ts'
import type { Group, Network, OpenNetwork } from './peer.ts'

/**
 * The peer TensorFlow.js in its fastest form found, on whatever backend it is set to. Batches are slices of arrays prepared beforehand,
 * a step is `optimizer.minimize` in a tidy, the loss is read once a round. Its own `fit` takes 1.5 times as long.
 */
export type Tf = typeof TensorFlow

const EVALUATION_ROWS = 1000
const WARM_UP_STEPS = 4
/** Keras 2.2's; TensorFlow.js's own differ from optimizer to optimizer. */
const EPSILON = 1e-7

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

class TensorFlowNetwork implements Network {
  readonly #tf: Tf
  readonly #trial: Trial
  readonly #rows: Arrays
  readonly #test: Arrays
  readonly #variables: TensorFlow.Variable[]
  readonly #optimizer: TensorFlow.Optimizer
  #step = 0

  constructor(tf: Tf, { trials: [trial], train, test }: Group) {
    this.#tf = tf
    this.#trial = trial
    this.#rows = train
    this.#test = test
    this.#optimizer = optimizerOf(tf, trial)
    this.#variables = initialWeights(trial).flatMap(([kernel = new Float32Array(), bias = new Float32Array()]) => [
      tf.variable(tf.tensor2d(kernel, [kernel.length / bias.length, bias.length])),
      tf.variable(tf.tensor1d(bias)),
    ])
  }

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

  async accuracy(): Promise<number> {
    const { features, targets, rows } = this.#test
    const outputs = targets.length / rows
    let correct = 0
    for (let first = 0; first < rows; first += EVALUATION_ROWS) {
      const last = Math.min(rows, first + EVALUATION_ROWS)
      const logits = this.#tf.tidy(() => this.#logits(this.#slice(features, rows, first, last)))
      correct += countCorrect((await logits.data()) as Float32Array, targets.subarray(first * outputs, last * outputs), outputs)
      logits.dispose()
    }
    return correct / rows
  }

  dispose(): void {
    for (const variable of this.#variables) variable.dispose()
    this.#optimizer.dispose()
  }
}

/** A network warms up what it is about to train, which is then opened anew. */
export function tensorFlowNetworks(tf: Tf): OpenNetwork {
  return async (group) => {
    const warmUp = new TensorFlowNetwork(tf, group)
    await warmUp.train(WARM_UP_STEPS)
    warmUp.dispose()
    return new TensorFlowNetwork(tf, group)
  }
}
