// The pruner `epochOne`: early discarding.

import * as z from 'zod/mini'
import { whole } from '../../core/fields.ts'
import type { Pruner } from './pruner.ts'
import { directionOf, keepBest } from './reports.ts'

export const epochOneSchema = z.strictObject({
  name: z.literal('epochOne'),
  epochs: z.optional(whole(1, 1_000_000)).check(z.describe('After so many epochs all but the best stop; 1 by default')),
  keep: z.optional(whole(1, 65535)).check(z.describe('How many of a batch go on to their last epoch; 3 by default')),
  trials: z
    .optional(whole(1, 65535))
    .check(z.describe('Trials that compete, which is the batch; ten times those that are kept by default')),
})

/** Trials that begin for each that goes on. */
const BEGIN = 10

/**
 * Early discarding (Egele, Guyon, Vishwanath, Balaprakash, "Is one epoch all you need for multi-fidelity hyperparameter optimization?", 2023): every trial of
 * a batch trains for an epoch, and the best few go on to their end. One rung, whatever the number of epochs.
 */
export function createEpochOnePruner({
  epochs = 1,
  keep = 3,
  trials = BEGIN * keep,
}: Omit<z.infer<typeof epochOneSchema>, 'name'>): Pruner {
  return {
    name: 'epochOne',
    axis: 'epoch',
    rungs: (steps) => (epochs < steps ? [epochs] : []),
    batchSize: () => trials,
    prune: (view, batch, step) => keepBest(batch, step, keep, directionOf(view)),
  }
}
