/** What bench/gpu measures: plain data, from the page to the table and to the file. */

import type { Elapsed } from '../elapsed.ts'

/** What the device does at most. */
export interface Floors {
  /** Floating-point operations a second. */
  readonly peak: number
  /** Bytes a second, read and written. */
  readonly bandwidth: number
  /** Seconds: a dispatch in one pass, in a pass of its own, in a submission of its own; and a submission that is waited for and read. */
  readonly dispatch: { readonly inOnePass: number; readonly inPasses: number; readonly inSubmits: number; readonly read: number }
}

/** One dispatch of a W1 training step, alone. */
export interface KernelTiming {
  readonly kernel: string
  /** The kind of matrix products that was asked for. */
  readonly products: string
  /** Times of one dispatch. */
  readonly elapsed: readonly Elapsed[]
  /** Of one dispatch by the device's own clock, a round each; empty where it has none. */
  readonly gpuSeconds: readonly number[]
  /** Floating-point operations of its matrix product, and bytes it must at least read and write; 0 where it makes no product. */
  readonly operations: number
  readonly bytes: number
}

/** A population that trains. */
export interface PopulationTiming {
  readonly title: string
  readonly members: number
  /** Times of one step of all members. */
  readonly elapsed: readonly Elapsed[]
  /** Of one step of all members by the device's own clock, a round each; empty where it has none. */
  readonly gpuSeconds: readonly number[]
  /** Of one step of all members, in matrix products. */
  readonly operations: number
  readonly stepsPerEpoch: number
  /** Dispatches and submissions a step, on the mean. */
  readonly dispatches: number
  readonly submits: number
}

/** One library at the compared step. */
interface LibraryTiming {
  readonly library: string
  /** Times of one step. */
  readonly elapsed: readonly Elapsed[]
  readonly accuracy: number
}

export interface Comparison {
  readonly title: string
  /** Steps each library trained in all, and those of a round. */
  readonly steps: number
  readonly stepsPerRound: number
  readonly testRows: number
  /** espalier first. */
  readonly libraries: readonly LibraryTiming[]
}

export interface GpuResults {
  readonly backend: string
  /** Whether the adapter has `timestamp-query`. */
  readonly timestamps: boolean
  readonly floors: Floors
  readonly kernels: readonly KernelTiming[]
  readonly populations: readonly PopulationTiming[]
  readonly comparison: Comparison | undefined
}
