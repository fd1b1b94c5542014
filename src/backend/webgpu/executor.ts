import type { Kernel } from './kernels.ts'
import type { Memory } from './memory.ts'
import type { Rows } from './rows.ts'
import type { Fields } from './tables.ts'

/** How members are trained and evaluated on a device: general.ts for networks of any size, small.ts for those that fit a workgroup's memory. */
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

/** A kernel with its group 1 bound. */
export interface Bound {
  readonly pipeline: GPUComputePipeline
  readonly group: GPUBindGroup
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

export function bind(memory: Memory, { pipeline, layout }: Kernel, buffers: readonly GPUBuffer[]): Bound {
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
  return { pipeline, group: memory.guard(() => memory.device.createBindGroup({ layout, entries })) }
}
