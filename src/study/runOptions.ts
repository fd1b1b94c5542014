/** The options of a run of a study: when it ends. */

import * as z from 'zod/mini'
import { between, nonNegative, whole } from '../core/fields.ts'

export const budgetSchema = z.strictObject({
  trials: z.optional(whole(0, Number.MAX_SAFE_INTEGER)),
  seconds: z.optional(nonNegative()),
})
/** When a study ends at the latest. It may end earlier, when its sampler has nothing left to try. */
export interface Budget {
  /** Trials of the study in total, including those of earlier runs. */
  readonly trials?: number | undefined
  /** Seconds of this run; checked between batches. */
  readonly seconds?: number | undefined
}

/** When a run ends. */
export interface RunOptions {
  readonly budget?: Budget | undefined
  /** Ends the run with an AbortedError; what was not finished continues with the next run. */
  readonly signal?: AbortSignal | undefined
}

const isSignal = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value
export const runSchema = z.strictObject({
  budget: z.optional(z.unknown()),
  signal: z.optional(z.custom<AbortSignal>(isSignal, { error: 'must be an AbortSignal' })),
  file: z.optional(z.unknown()),
})
export const optimizeSchema = z.strictObject({
  budget: z.optional(z.unknown()),
  signal: runSchema.shape.signal,
  trialSeconds: z.optional(between(0, 1e6)),
})
/** When a search over your own values ends, and when one of its trials does. */
export interface OptimizeOptions extends RunOptions {
  /** Seconds after which a trial fails; by default it has no limit. */
  readonly trialSeconds?: number | undefined
}
