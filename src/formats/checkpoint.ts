/** A checkpoint as arrays of float32, each flat in core's order, and the rest of it as plain data, its `head`. */

import * as z from 'zod/mini'
import { InvalidDataError } from '../core/errors.ts'
import { METRICS } from '../core/names.ts'
import { MAX_SLOTS, OPTIMIZERS, type OptimizerName } from '../core/optimizers.ts'
import type { Checkpoint } from '../train/result.ts'

// z.number() refuses NaN, which the losses of a diverged epoch are.
const float = z.custom<number>((value) => typeof value === 'number')
const series = z.array(float)
const whole = z.int().check(z.minimum(0))

export const checkpointHeadSchema = z.object({
  epoch: whole,
  optimizer: z.custom<OptimizerName>((name) => typeof name === 'string' && Object.hasOwn(OPTIMIZERS, name)),
  stateOptions: z.exactOptional(z.array(z.string())),
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
  positiveClass: z.exactOptional(whole),
  /** Numbers of state that are not trained, as running means; none without. */
  stateSize: z.exactOptional(whole),
  /** Batches since the last update. */
  pending: z.exactOptional(whole),
})
export type CheckpointHead = z.infer<typeof checkpointHeadSchema>

/** The arrays are "parameters", "slots.0", …, "state" where there is any, and, with early stopping, "best" and "bestState". */
export function splitCheckpoint({ epoch, optimizer, stateOptions, state, history, best, positiveClass }: Checkpoint): {
  head: CheckpointHead
  arrays: ReadonlyMap<string, Float32Array>
} {
  const { steps, products, slots, parameters, state: kept, pending } = state
  const arrays = new Map([['parameters', parameters]])
  for (const [slot, values] of slots.entries()) arrays.set(`slots.${slot}`, values)
  if (kept !== undefined) arrays.set('state', kept)
  if (best !== undefined) arrays.set('best', best.parameters)
  if (best?.state !== undefined) arrays.set('bestState', best.state)
  const head = { epoch, optimizer, steps, products: [...products] as [number, number, number], slots: slots.length }
  const ofClass = positiveClass === undefined ? {} : { positiveClass }
  const options = stateOptions === undefined ? {} : { stateOptions: [...stateOptions] }
  const more = { ...options, ...(kept && { stateSize: kept.length }), ...(pending !== undefined && { pending }) }
  return { head: { ...head, history: { ...history }, bestEpoch: best?.epoch ?? null, ...ofClass, ...more }, arrays }
}

/**
 * @param take gives the array of a name, as long as the parameters or of the length that is given, or throws
 * @throws InvalidDataError where the arrays are not all as long as the parameters, or the state
 */
export function joinCheckpoint(
  { steps, products, slots, bestEpoch, stateSize, pending, ...head }: CheckpointHead,
  take: (name: string, length?: number) => Float32Array,
): Checkpoint {
  const parameters = take('parameters')
  const takeAlike = (name: string, length = parameters.length): Float32Array => {
    const values = take(name, length)
    if (values.length === length) return values
    throw new InvalidDataError(`array "${name}" of a checkpoint has ${values.length} numbers and must have ${length}`)
  }
  const state = {
    parameters,
    slots: Array.from({ length: slots }, (_, slot) => takeAlike(`slots.${slot}`)),
    steps,
    products,
    ...(stateSize !== undefined && { state: takeAlike('state', stateSize) }),
    ...(pending !== undefined && { pending }),
  }
  if (bestEpoch === null) return { ...head, state }
  const bestState = stateSize === undefined ? {} : { state: takeAlike('bestState', stateSize) }
  return { ...head, state, best: { epoch: bestEpoch, parameters: takeAlike('best'), ...bestState } }
}
