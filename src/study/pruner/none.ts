// The pruner `none`.

import * as z from 'zod/mini'
import { interval } from './fields.ts'
import type { Pruner } from './pruner.ts'
import { intervalRungs } from './reports.ts'

export const noneSchema = z.strictObject({ name: z.literal('none'), interval: interval() })

/** Stops nothing. Without an interval the trials report no intermediate values either. */
export const createNonePruner = ({ interval }: z.infer<typeof noneSchema>): Pruner => ({
  name: 'none',
  axis: 'epoch',
  rungs: (steps) => (interval === undefined ? [] : intervalRungs(steps, 0, interval)),
  batchSize: () => undefined,
  prune: () => [],
})
