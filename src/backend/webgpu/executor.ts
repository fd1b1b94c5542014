// What the two paths have in common: general.ts for networks of any size, small.ts for those that fit a workgroup's memory. path.ts chooses.

import type { Population } from '../../core/population.ts'
import type { Kernels } from './kernels.ts'
import type { Bound, Memory } from './memory.ts'
import type { Plan } from './plan.ts'
import type { Fields } from './tables.ts'

/** Batches whose uniforms and results a submission may hold. */
export const SLOTS = 512

/** A way to execute a population on a device. */
export interface Path {
  readonly open: (group: Group) => Promise<Executor>
  /** A member's bytes in the largest buffer that the path adds to the group's own. */
  readonly bytesPerMember: (plan: Plan) => number
}

/** Members whose numbers fit a device's buffers, with what every path needs of them (group.ts). */
export interface Group {
  readonly kernels: Kernels
  readonly memory: Memory
  readonly population: Population
  /** Where a member's numbers lie in `state`. */
  readonly plan: Plan
  readonly state: GPUBuffer // (P, state4) vec4f
  readonly active: GPUBuffer // (P) u32
  readonly steps: GPUBuffer // (SLOTS) Step, UNIFORM_STRIDE apart
  readonly order: GPUBuffer // (P, rows) u32
  readonly scalars: GPUBuffer // (SLOTS, P) vec4f, and from `more` on as many again
  /** Where in `scalars` a step's other numbers begin; 0 where nobody needs them. */
  readonly more: number
  readonly penalized: boolean
  /** Group 0 of kernels for which `plan` places what is not in `state`. */
  readonly share: (plan: Plan) => GPUBindGroup
  /** The order of the epoch that the Step at `slot` names. */
  readonly epochOrder: (shared: GPUBindGroup, slot: number, rows: number, runners: number) => Dispatch
}

/** A data set on the device. */
export interface Rows {
  readonly rows: number
  readonly features: GPUBuffer // (rows, inputs) of bytes or f32
  readonly featureBytes: 1 | 4
  readonly scale: number
  readonly targets: GPUBuffer // f32: (rows) class numbers, or (rows, outputs); sample weights (rows) if weighted; class weights
  readonly classes: boolean
  readonly weighted: boolean
}

/** How a group is trained and evaluated. */
export interface Executor {
  /** Members of a kind should stand side by side where `active` is said. */
  readonly kindOf: (member: number) => number
  /** @param scored whether the rows have targets */
  readonly over: (rows: Rows, scored: boolean) => Promise<Passes>
}

/** What is dispatched over the rows of one data set. */
export interface Passes {
  readonly rows: number
  readonly train: (batches: Batches) => Submission
  /** slices.ts: Cut's. */
  readonly run: number | undefined
  /** Rows evaluated together: the chunks of `evaluate`. */
  readonly chunkRows: number
  /** How many chunks a submission may hold whose outputs are kept. */
  readonly mostChunksKept: number
  readonly evaluate: (chunks: Chunks) => Submission
}

/** Batches, or chunks of rows, `from` … `to` - 1. */
interface Span {
  readonly from: number
  readonly to: number
  readonly active: readonly number[]
}

export interface Batches extends Span {
  readonly epoch: number
}

export interface Chunks extends Span {
  /** Takes the outputs, (active, rows, units4) vec4f; behind them is room for the sums. */
  readonly kept: GPUBuffer | undefined
}

export interface Dispatch {
  readonly kernel: Bound
  /** Group 0. */
  readonly shared: GPUBindGroup
  readonly layer: number
  /** Which of the submission's Steps. */
  readonly slot: number
  readonly groups: readonly [x: number, y: number, z: number]
}

/** What is sent to the device at once. */
export interface Submission {
  readonly steps: readonly Fields[]
  readonly dispatches: readonly Dispatch[]
  /** Where it leaves its sums, (to - from, active) vec4f: a buffer and bytes. */
  readonly sums: GPUBuffer
  readonly sumsAt: number
  readonly after?: (encoder: GPUCommandEncoder) => void
}
