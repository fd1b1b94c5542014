import * as z from 'zod'
import { activationSchema } from './activations.ts'
import { between, flag, fraction, MAX_SEED, MAX_UNITS, nonNegative, whole } from './fields.ts'
import { initializerSchema } from './initializers.ts'
import { DIALECTS, LOSSES, type LossName, METRICS } from './names.ts'
import { optimizerSchema } from './optimizers.ts'
import { scheduleSchema } from './schedules.ts'

const loss = z.enum(Object.keys(LOSSES) as [LossName, ...LossName[]])
const inputSize = whole(1, 1_000_000).describe('Features of a row')
const units = whole(1, MAX_UNITS).describe('Width of the layer')
const batchSize = whole(1, 1_000_000)

const memberLayer = {
  activation: activationSchema.optional().describe('linear unless said'),
  initializer: initializerSchema.optional().describe('glorotUniform unless said'),
  biasInitializer: initializerSchema.optional().describe('zeros unless said'),
  l1: nonNegative().optional(),
  l2: nonNegative().optional(),
  dropout: fraction().optional().describe('Part of the outputs set to 0 in training'),
}

const earlyStoppingSchema = z.strictObject({
  monitor: z.enum(['loss', 'accuracy', 'testLoss', 'testAccuracy']).optional(),
  patience: whole(0, 1_000_000).optional(),
  minDelta: nonNegative().optional(),
  restoreBest: flag().optional(),
})

const training = {
  optimizer: optimizerSchema.optional().describe('rmsprop unless said, as in Keras'),
  dialect: z.enum(DIALECTS).optional().describe('Whose defaults and formulas: keras3 unless said'),
  epochs: whole(1, 1_000_000).optional().describe('1 unless said'),
  shuffle: flag().optional().describe('A new row order every epoch; true unless said'),
  seed: whole(0, MAX_SEED).optional().describe('0 unless said'),
  learningRateSchedule: scheduleSchema.optional(),
  earlyStopping: earlyStoppingSchema.optional(),
  classWeights: z.array(between(0, 1e9)).optional().describe('One factor a class'),
}

const reporting = {
  metrics: z.array(z.enum(METRICS)).optional().describe('Computed on the test rows after every epoch'),
  recordStepLosses: flag().optional(),
}

/** What `fit` takes, less what JSON cannot hold (initialWeights, callbacks, signal). */
export const trainSpecSchema = z.strictObject({
  network: z.strictObject({
    inputSize,
    loss,
    layers: z.array(z.strictObject({ units, ...memberLayer })).min(1, { error: 'must hold at least one layer' }),
  }),
  batchSize: batchSize.optional().describe('32 unless said'),
  ...training,
  ...reporting,
})
export type TrainSpec = z.infer<typeof trainSpecSchema>

export const topologySchema = z.strictObject({
  inputSize,
  units: z.array(units).min(1, { error: 'must hold at least one width' }),
  loss,
  batchSize: batchSize.optional(),
})
export type TopologySpec = z.infer<typeof topologySchema>

export const memberSchema = z.strictObject({ layers: z.array(z.strictObject(memberLayer)), ...training })
export type MemberSpec = z.infer<typeof memberSchema>

export const reportingSchema = z.strictObject(reporting)

/** The JSON Schema of a training spec, for editors that complete YAML and JSON. */
export function specJsonSchema(): Record<string, unknown> {
  return { title: 'espalier training spec', ...z.toJSONSchema(trainSpecSchema, { io: 'input' }) }
}
