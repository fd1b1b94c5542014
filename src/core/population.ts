import type { Activation } from './activations.ts'
import type { Initializer } from './initializers.ts'
import type { Weights } from './layout.ts'
import type { Dialect, LossName } from './names.ts'
import type { Optimizer } from './optimizers.ts'
import type { LearningRateSchedule } from './schedules.ts'

/** What decides shapes. Members of a population share it. */
export interface Topology {
  readonly inputSize: number
  /** The width of every layer, the output layer last. */
  readonly units: readonly number[]
  readonly loss: LossName
  readonly batchSize: number
}

/** A layer of one member, every number said. */
export interface MemberLayer {
  readonly activation: Activation
  readonly initializer: Initializer
  readonly biasInitializer: Initializer
  /** Penalties on the kernel, in Keras's form: l1 sum |w| + l2 sum w^2, added to the loss. */
  readonly l1: number
  readonly l2: number
  /** The part of this layer's outputs set to 0 in training; the rest is divided by 1 - dropout. */
  readonly dropout: number
}

/** When training stops before its last epoch. */
export interface EarlyStopping {
  readonly monitor: 'loss' | 'accuracy' | 'testLoss' | 'testAccuracy'
  /** Epochs without improvement after which training stops. */
  readonly patience: number
  /** A smaller change is no improvement. */
  readonly minDelta: number
  /** Whether the weights of the best epoch come back at the end. */
  readonly restoreBest: boolean
}

/** What does not decide shapes, every number said: one network of a population. */
export interface Member {
  readonly dialect: Dialect
  readonly layers: readonly MemberLayer[]
  readonly optimizer: Optimizer
  readonly learningRateSchedule: LearningRateSchedule | undefined
  readonly earlyStopping: EarlyStopping | undefined
  /** A factor per class on the loss of the training rows. */
  readonly classWeights: readonly number[] | undefined
  readonly seed: number
  readonly epochs: number
  readonly shuffle: boolean
  /** Used in place of the initialisers. */
  readonly initialWeights: Weights | undefined
}

/** P networks of one topology, stepped together. */
export interface Population {
  readonly topology: Topology
  readonly members: readonly Member[]
}

/** What a network can be fed: rows x inputSize, row-major. Uint8 features are multiplied by `scale` (1 unless said). */
export interface Features {
  readonly features: Float32Array | Uint8Array
  readonly rows: number
  readonly scale?: number
}

/**
 * Rows to train or test on. Targets, row-major: rows x outputs; for the categorical cross-entropies also one class number a row.
 * `sampleWeights` (rows) multiply each row's loss.
 */
export interface Examples extends Features {
  readonly targets: Float32Array | Uint8Array | Int32Array
  readonly sampleWeights?: Float32Array
}
