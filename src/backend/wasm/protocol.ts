/** What the thread of the page and the threads that train say to each other. */

import type { Features } from '../../core/population.ts'
import type { EpochResult, Evaluation, MemberState } from '../backend.ts'
import type { MadeKernels } from './made/kernels.ts'
import type { SessionPlan } from './plan.ts'
import type { MemberOrder } from './runner.ts'
import type { HelpOrder, SharedInstance, TeamPlan } from './team.ts'

/** A call on a session; `call` numbers it. Calls of one session are executed in order. */
export type Call =
  | {
      readonly method: 'open'
      readonly plan: SessionPlan
      readonly team?: TeamPlan | undefined
      /** A full build, where the population needs one and trains on no shared memory. */
      readonly module?: WebAssembly.Module | undefined
    }
  /** Each call of a session has another, larger turn. */
  | { readonly method: 'train'; readonly orders: readonly MemberOrder[]; readonly turn: number }
  /** On a thread other than the session's. */
  | { readonly method: 'help'; readonly order: HelpOrder }
  | { readonly method: 'evaluate'; readonly member: number }
  | { readonly method: 'predict'; readonly member: number; readonly features: Features }
  | { readonly method: 'readState'; readonly member: number }
  | { readonly method: 'writeState'; readonly member: number; readonly state: MemberState }
  | { readonly method: 'close' }

export interface Results {
  /** Where others can help, when it was opened for a team. */
  open: SharedInstance | undefined
  train: EpochResult[][]
  help: undefined
  evaluate: Evaluation
  predict: Float32Array
  readState: MemberState
  writeState: undefined
  close: undefined
}

export type Request =
  | { readonly kind: 'module'; readonly module: WebAssembly.Module }
  | { readonly kind: 'call'; readonly call: number; readonly session: number; readonly body: Call }
  | { readonly kind: 'abort'; readonly call: number }
  /** Not answered: they give the same bits, sooner. */
  | MadeKernels

export type Response =
  /** To `module`, before all others. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly call: number; readonly value: Results[keyof Results] }
  | { readonly kind: 'progress'; readonly call: number; readonly done: number }
  | { readonly kind: 'error'; readonly call: number; readonly name: string; readonly message: string; readonly stack: string | undefined }
