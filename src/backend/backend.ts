// The contract between training and whatever executes it: a backend opens sessions, a session trains a population.

import type { MetricName } from '../core/names.ts'
import type { Examples, Features, Population } from '../core/population.ts'

/**
 * One way to execute populations. An implementation may rely on populations and data being valid (core has checked them) and must keep:
 * - member p of a population of P gives the bits that p alone gives, on the same backend and device;
 * - initial weights, row order and dropout masks come from core's stream of randomness, so they are the same on every backend;
 * - nothing is shared between sessions; what a session allocated is free again after its `dispose`.
 */
export interface Backend {
  readonly name: 'wasm' | 'webgpu'
  /** What executes and how, in words: 'WASM relaxed-SIMD, 2 workers, fused arithmetic'. */
  readonly description: string
  /**
   * How numbers are rounded, to be recorded beside results: with the same text, the same run gives the same bits.
   * - `fused`, `plain`: WASM, whose multiply-adds are rounded once, or twice. Which of the two depends on the processor and the browser; `simd: 'plain'` is `plain`
   *   everywhere.
   * - `webgpu`, the adapter's name and what else decides: WebGPU, where the device's compiler rounds as it likes. As far as a name goes: another driver or
   *   browser may round otherwise, and some browsers hide the name.
   * - `fused or webgpu …`: 'auto' with both, which may take another one for the same run tomorrow.
   */
  readonly arithmetic: string
  /** Why a population cannot be trained here, in a few words; undefined, or no such method, if it can. */
  refusalOf?(population: Population): string | undefined
  /** Lays a population out with its data and its initial weights. */
  createSession(population: Population, data: SessionData): Promise<Session>
  /** Ends workers and frees devices that it created itself. Open sessions end with it. */
  dispose(): Promise<void>
}

/** A session without `train` predicts and evaluates only. */
export interface SessionData {
  readonly train?: Examples
  readonly test?: Examples
  /** Computed on the test rows whenever they are evaluated. */
  readonly metrics?: readonly MetricName[]
  /** The class, by its number, that precision, recall, F1 and AUC are about. By default the second of two classes; of more classes, the mean over all. */
  readonly positiveClass?: number | undefined
}

/** A population on a backend. Calls are executed one after the other, in the order they were made. */
export interface Session {
  readonly population: Population
  /**
   * Trains some members for some epochs, each epoch followed by an evaluation when there is test data.
   * A member whose loss is no longer finite stops there: its last entry has `diverged`, its state is as the epoch left it.
   * @returns for each entry of `order.members`, one result an epoch
   * @throws the signal's reason within about 100 ms of an abort; members then hold the weights of their last whole step
   */
  train(order: TrainOrder): Promise<EpochResult[][]>
  /** Loss (penalties included, dropout off), accuracy and the session's metrics, of the test rows. */
  evaluate(member: number): Promise<Evaluation>
  /** Outputs of a member, rows x outputs. */
  predict(member: number, features: Features): Promise<Float32Array>
  readState(member: number): Promise<MemberState>
  /** After this the member continues exactly as the one that the state was read from. */
  writeState(member: number, state: MemberState): Promise<void>
  /** Frees what the session holds. Calling it again does nothing. */
  dispose(): Promise<void>
}

/** What `Session.train` is to do. */
export interface TrainOrder {
  /** Indices into the population, ascending. */
  readonly members: readonly number[]
  /** The first epoch's number, from 0: it counts the random streams. */
  readonly firstEpoch: number
  /** One row per entry of `members`, one rate an epoch: all rows have the same length, the number of epochs. */
  readonly learningRates: readonly (readonly number[])[]
  readonly recordStepLosses?: boolean
  readonly signal?: AbortSignal | undefined
  /** Called now and then with the part of the order that is done, from 0 to 1. */
  readonly onProgress?: ((done: number) => void) | undefined
}

/** How good a member is on the test rows. */
export interface Evaluation {
  readonly loss: number
  /**
   * Part of the rows whose largest output is the true class; for binaryCrossentropy the part of all outputs on the target's
   * side of 0.5. NaN for meanSquaredError, which has none.
   */
  readonly accuracy: number
  readonly metrics: Readonly<Partial<Record<MetricName, number>>>
}

/** What an epoch of a member came to. */
export interface EpochResult {
  /** Mean over the epoch's rows of the loss before each update, penalties included. */
  readonly loss: number
  /** As in Evaluation, over the epoch's batches as they were trained. */
  readonly accuracy: number
  readonly test: Evaluation | undefined
  readonly stepLosses: Float32Array | undefined
  readonly diverged: boolean
}

/** Everything that decides how a member continues, in core's flat order (core/layout.ts). */
export interface MemberState {
  /** parameters numbers */
  readonly parameters: Float32Array
  /** One array of parameters numbers per slot of the optimizer (core/optimizers.ts: slotCount). */
  readonly slots: readonly Float32Array[]
  /** Updates made so far. */
  readonly steps: number
  /** The running products beta1^steps and beta2^steps, and nadam's C(steps). */
  readonly products: readonly [number, number, number]
  /** Numbers that are kept and not trained, such as running means and variances; absent if there are none. */
  readonly state?: Float32Array
  /** Batches since the last update whose gradients the last slot sums up; 0 when left out. */
  readonly pending?: number
}
