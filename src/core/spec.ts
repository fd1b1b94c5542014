import * as z from 'zod/mini'
import { activationSchema } from './activations.ts'
import { between, flag, fraction, MAX_SEED, MAX_UNITS, nonNegative, whole } from './fields.ts'
import { initializerSchema } from './initializers.ts'
import { DIALECTS, LOSSES, type LossName, METRICS } from './names.ts'
import { optimizerSchema } from './optimizers.ts'
import { scheduleSchema } from './schedules.ts'

const loss = z.enum(Object.keys(LOSSES) as [LossName, ...LossName[]])
const inputSize = whole(1, 1_000_000).check(z.describe('Features of a row'))
const units = whole(1, MAX_UNITS).check(z.describe('Width of the layer'))
const batchSize = whole(1, 1_000_000)

const memberLayer = {
  activation: z.optional(activationSchema).check(z.describe('linear unless said')),
  initializer: z.optional(initializerSchema).check(z.describe('glorotUniform unless said')),
  biasInitializer: z.optional(initializerSchema).check(z.describe('zeros unless said')),
  l1: z.optional(nonNegative()),
  l2: z.optional(nonNegative()),
  dropout: z.optional(fraction()).check(z.describe('Part of the outputs set to 0 in training')),
}

const earlyStoppingSchema = z.strictObject({
  monitor: z.optional(z.enum(['loss', 'accuracy', 'testLoss', 'testAccuracy'])),
  patience: z.optional(whole(0, 1_000_000)),
  minDelta: z.optional(nonNegative()),
  restoreBest: z.optional(flag()),
})

const training = {
  optimizer: z.optional(optimizerSchema).check(z.describe('rmsprop unless said, as in Keras')),
  dialect: z.optional(z.enum(DIALECTS)).check(z.describe('Whose defaults and formulas: keras3 unless said')),
  epochs: z.optional(whole(1, 1_000_000)).check(z.describe('1 unless said')),
  shuffle: z.optional(flag()).check(z.describe('A new row order every epoch; true unless said')),
  seed: z.optional(whole(0, MAX_SEED)).check(z.describe('0 unless said')),
  learningRateSchedule: z.optional(scheduleSchema),
  earlyStopping: z.optional(earlyStoppingSchema),
  classWeights: z.optional(z.array(between(0, 1e9))).check(z.describe('One factor a class')),
}

const reporting = {
  metrics: z.optional(z.array(z.enum(METRICS))).check(z.describe('Computed on the test rows after every epoch')),
  recordStepLosses: z.optional(flag()),
}

/** What `fit` takes, less what JSON cannot hold (initialWeights, callbacks, signal). */
export const trainSpecSchema = z.strictObject({
  network: z.strictObject({
    inputSize,
    loss,
    layers: z.array(z.strictObject({ units, ...memberLayer })).check(z.minLength(1, { error: 'must hold at least one layer' })),
  }),
  batchSize: z.optional(batchSize).check(z.describe('32 unless said')),
  ...training,
  ...reporting,
})
export type TrainSpec = z.infer<typeof trainSpecSchema>

export const topologySchema = z.strictObject({
  inputSize,
  units: z.array(units).check(z.minLength(1, { error: 'must hold at least one width' })),
  loss,
  batchSize: z.optional(batchSize),
})
export type TopologySpec = z.infer<typeof topologySchema>

export const memberSchema = z.strictObject({ layers: z.array(z.strictObject(memberLayer)), ...training })
export type MemberSpec = z.infer<typeof memberSchema>

export const reportingSchema = z.strictObject(reporting)

/** The JSON Schema of a training spec, for editors that complete YAML and JSON. */
export function specJsonSchema(): Record<string, unknown> {
  return { title: 'espalier training spec', ...z.toJSONSchema(trainSpecSchema, { io: 'input' }) }
}
