import * as z from 'zod/mini'
import { METRICS, OPTIMIZERS, type OptimizerName } from '../core/names.ts'
import type { Checkpoint } from '../train/result.ts'

/** A checkpoint as arrays of float32, each flat in core's order, and the rest of it as plain data, its `head`. */

// z.number() refuses NaN, which the losses of a diverged epoch are.
const float = z.custom<number>((value) => typeof value === 'number')
const series = z.array(float)
const whole = z.int().check(z.minimum(0))

export const checkpointHeadSchema = z.object({
  epoch: whole,
  optimizer: z.custom<OptimizerName>((name) => typeof name === 'string' && name in OPTIMIZERS),
  steps: whole,
  products: z.tuple([float, float, float]),
  /** How many. */
  slots: whole,
  history: z.object({
    loss: series,
    accuracy: series,
    testLoss: series,
    testAccuracy: series,
    testMetrics: z.partialRecord(z.enum(METRICS), series),
    learningRate: series,
    stepLosses: z.exactOptional(series),
  }),
  /** Of early stopping; null without. */
  bestEpoch: z.nullable(whole),
  positiveClass: z.exactOptional(whole),
})
export type CheckpointHead = z.infer<typeof checkpointHeadSchema>

/** The arrays are "parameters", "slots.0", … and, with early stopping, "best". */
export function splitCheckpoint({ epoch, optimizer, state, history, best, positiveClass }: Checkpoint): {
  head: CheckpointHead
  arrays: ReadonlyMap<string, Float32Array>
} {
  const { steps, products, slots, parameters } = state
  const arrays = new Map([['parameters', parameters]])
  for (const [slot, values] of slots.entries()) arrays.set(`slots.${slot}`, values)
  if (best !== undefined) arrays.set('best', best.parameters)
  const head = { epoch, optimizer, steps, products: [...products] as [number, number, number], slots: slots.length }
  const ofClass = positiveClass === undefined ? {} : { positiveClass }
  return { head: { ...head, history: { ...history }, bestEpoch: best?.epoch ?? null, ...ofClass }, arrays }
}

/** @param take gives the array of a name, or throws */
export function joinCheckpoint(
  { steps, products, slots, bestEpoch, ...head }: CheckpointHead,
  take: (name: string) => Float32Array,
): Checkpoint {
  const state = {
    parameters: take('parameters'),
    slots: Array.from({ length: slots }, (_, slot) => take(`slots.${slot}`)),
    steps,
    products,
  }
  return { ...head, state, ...(bestEpoch === null ? {} : { best: { epoch: bestEpoch, parameters: take('best') } }) }
}
