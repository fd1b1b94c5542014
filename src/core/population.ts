// What is trained: a topology shared by all members, and the members with their own settings.

import type { MemberLayer, TopologyLayer } from './layers/index.ts'
import type { Shape } from './layers/kind.ts'
import type { Weights } from './layout.ts'
import type { Loss } from './losses.ts'
import type { Dialect } from './names.ts'
import type { Optimizer } from './optimizers.ts'
import type { LearningRateSchedule } from './schedules.ts'
import type { Tokens } from './tokens.ts'
import type { TargetUnit } from './units.ts'

/** What decides shapes. Members of a population share it. */
export interface Topology {
  /** The shape of a row of features, without the batch. */
  readonly inputShape: Shape
  /** In order, the output layer last. */
  readonly layers: readonly TopologyLayer[]
  readonly loss: Loss
  readonly batchSize: number
}

export type { MemberLayer, TopologyLayer }

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

/** One network of a population: everything that does not decide shapes, with all numbers filled in. */
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

/** Inputs of a network: rows x inputSize, row-major. Uint8 features are multiplied by `scale`, which is 1 by default. */
export interface Features {
  readonly features: Float32Array | Uint8Array
  readonly rows: number
  readonly scale?: number
}

/**
 * Rows to train or test on. Targets, row-major: rows x outputs; for the categorical cross-entropies also one class number per row.
 * `sampleWeights` (rows) multiply each row's loss.
 */
export interface Examples extends Features {
  readonly targets: Float32Array | Uint8Array | Int32Array
  readonly sampleWeights?: Float32Array
  /** How the targets of a regression were changed, one an output: metrics are of both sides changed back. */
  readonly targetUnits?: readonly TargetUnit[]
  /** Which of a row's last features are tokens for embeddings. */
  readonly tokens?: readonly Tokens[]
}
