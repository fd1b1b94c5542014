/** What is said of kernels that are made for one network: on the page, and to the threads that train. */

import type { Population } from '../../../core/population.ts'

/** Kernels of one network as a thread is given them. */
export interface MadeKernels {
  readonly kind: 'kernels'
  /** Theirs in the backend. */
  readonly id: number
  readonly module: WebAssembly.Module
  /** Bytes of memory that they work in. */
  readonly scratch: number
  readonly session: number
  /** Members of the session on that thread. */
  readonly members: readonly number[]
}

/** A session that trains: member p is on thread p % threads, where it is number floor(p / threads). */
export interface Training {
  readonly population: Population
  readonly threads: readonly { give(kernels: MadeKernels): void }[]
  readonly id: number
  /** Of the training data; 0 where it is not what such kernels read. */
  readonly rows: number
}
