// Learning-rate schedules: their options, and the rate at each epoch.

import * as z from 'zod/mini'
import { fraction, nonNegative, positive, whole } from './fields.ts'

const warmupEpochs = z.optional(whole(0, 1_000_000))
const minimum = z.optional(nonNegative())

/** Epochs count from 0. A warm-up rises linearly over its epochs, (epoch + 1) / warmupEpochs of the rate, and the schedule starts after it. */
export const scheduleSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('constant'), warmupEpochs }),
  z.strictObject({ name: z.literal('step'), every: whole(1, 1_000_000), factor: z.optional(positive()), warmupEpochs }),
  z.strictObject({ name: z.literal('exponential'), decay: positive(), warmupEpochs }),
  z.strictObject({ name: z.literal('cosine'), minimum, warmupEpochs }),
  z.strictObject({
    name: z.literal('reduceOnPlateau'),
    monitor: z.optional(z.enum(['loss', 'testLoss'])),
    factor: z.optional(fraction()),
    patience: z.optional(whole(0, 1_000_000)),
    minDelta: z.optional(nonNegative()),
    cooldown: z.optional(whole(0, 1_000_000)),
    minimum,
    warmupEpochs,
  }),
])
/**
 * How the learning rate goes over the epochs, as people write it.
 * @useDeclaredType
 */
export type LearningRateSchedule = z.infer<typeof scheduleSchema>
export const SCHEDULES = ['constant', 'step', 'exponential', 'cosine', 'reduceOnPlateau'] as const

/**
 * The learning rate of an epoch for the schedules that are a function of the epoch alone. `reduceOnPlateau` needs the history
 * (src/train/plateau.ts); here it returns the warm-up.
 * - step: rate factor^floor(epoch / every), factor 0.1 by default
 * - exponential: rate decay^epoch
 * - cosine: from rate to `minimum` over the epochs left, half a cosine (Loshchilov & Hutter, "SGDR", 2017, without restarts)
 */
export function scheduledRate(rate: number, schedule: LearningRateSchedule | undefined, epoch: number, epochs: number): number {
  if (schedule === undefined) return rate
  const warmup = schedule.warmupEpochs ?? 0
  if (epoch < warmup) return (rate * (epoch + 1)) / warmup
  const after = epoch - warmup
  switch (schedule.name) {
    case 'step':
      return rate * (schedule.factor ?? 0.1) ** Math.floor(after / schedule.every)
    case 'exponential':
      return rate * schedule.decay ** after
    case 'cosine': {
      const low = schedule.minimum ?? 0
      const span = Math.max(1, epochs - warmup - 1)
      return low + ((rate - low) * (1 + Math.cos((Math.PI * Math.min(after, span)) / span))) / 2
    }
    default:
      return rate
  }
}
