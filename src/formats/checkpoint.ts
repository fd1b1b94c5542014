import * as z from 'zod/mini'
import { InvalidDataError } from '../core/errors.ts'
import { MAX_SLOTS } from '../core/layout.ts'
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
  slots: whole.check(z.maximum(MAX_SLOTS)),
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
})
export type CheckpointHead = z.infer<typeof checkpointHeadSchema>

/** The arrays are "parameters", "slots.0", … and, with early stopping, "best". */
export function splitCheckpoint({ epoch, optimizer, state, history, best }: Checkpoint): {
  head: CheckpointHead
  arrays: ReadonlyMap<string, Float32Array>
} {
  const { steps, products, slots, parameters } = state
  const arrays = new Map([['parameters', parameters]])
  for (const [slot, values] of slots.entries()) arrays.set(`slots.${slot}`, values)
  if (best !== undefined) arrays.set('best', best.parameters)
  const head = { epoch, optimizer, steps, products: [...products] as [number, number, number], slots: slots.length }
  return { head: { ...head, history: { ...history }, bestEpoch: best?.epoch ?? null }, arrays }
}

/**
 * @param take gives the array of a name, or throws
 * @throws InvalidDataError where the arrays are not all as long as the parameters
 */
export function joinCheckpoint(
  { steps, products, slots, bestEpoch, ...head }: CheckpointHead,
  take: (name: string) => Float32Array,
): Checkpoint {
  const parameters = take('parameters')
  const takeAlike = (name: string): Float32Array => {
    const values = take(name)
    if (values.length === parameters.length) return values
    throw new InvalidDataError(`array "${name}" of a checkpoint has ${values.length} numbers for ${parameters.length} parameters`)
  }
  const state = { parameters, slots: Array.from({ length: slots }, (_, slot) => takeAlike(`slots.${slot}`)), steps, products }
  return { ...head, state, ...(bestEpoch === null ? {} : { best: { epoch: bestEpoch, parameters: takeAlike('best') } }) }
}
