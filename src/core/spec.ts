// The schemas of a training spec, a topology and a member, as people write them.

import * as z from 'zod/mini'
import { between, flag, MAX_SEED, nonNegative, whole } from './fields.ts'
import type { MemberLayerSpec } from './layers/index.ts'
import { DIALECTS, METRICS } from './names.ts'
import { MAX_INPUTS, MAX_UNITS } from './rules.ts'
import { scheduleSchema } from './schedules.ts'
import { layerSchema, lossSchema, optimizerSchema, shapeSchema } from './schemas.ts'

const inputSize = z.optional(whole(1, MAX_INPUTS).check(z.describe('Features of a row')))
const inputShape = z
  .optional(z.array(whole(1, MAX_INPUTS)).check(z.minLength(1, { error: 'must hold at least one size' })))
  .check(z.describe('Of a row, in place of inputSize: [steps, features], [rows, columns, channels]'))
const units = whole(1, MAX_UNITS).check(z.describe('Width of the layer'))
const batchSize = whole(1, 1_000_000)

const earlyStoppingSchema = z.strictObject({
  /** testLoss by default. */
  monitor: z.optional(z.enum(['loss', 'accuracy', 'testLoss', 'testAccuracy'])),
  /** Epochs without improvement after which training stops; 0 by default. */
  patience: z.optional(whole(0, 1_000_000)),
  /** A smaller change is no improvement; 0 by default. */
  minDelta: z.optional(nonNegative()),
  /** Whether the weights of the best epoch come back at the end; true by default. */
  restoreBest: z.optional(flag()),
})

const training = {
  /** A name, or `{ name, …numbers }`, with the dialect's defaults for missing numbers; rmsprop by default, as in Keras. */
  optimizer: z.optional(optimizerSchema).check(z.describe('rmsprop by default, as in Keras')),
  /** Whose defaults and formulas; keras3 by default. */
  dialect: z.optional(z.enum(DIALECTS)).check(z.describe('Whose defaults and formulas: keras3 by default')),
  /** 1 by default. */
  epochs: z.optional(whole(1, 1_000_000)).check(z.describe('1 by default')),
  /** A new row order every epoch; true by default. */
  shuffle: z.optional(flag()).check(z.describe('A new row order every epoch; true by default')),
  /** The seed of initial weights, row orders and dropout masks, from 0 to 2³² - 1; 0 by default. */
  seed: z.optional(whole(0, MAX_SEED)).check(z.describe('0 by default')),
  /**
   * The learning rate by epoch, counted from 0: `step` (rate factor^floor(epoch / every)), `exponential` (rate decay^epoch), `cosine` (down to
   * `minimum` over the epochs left), `reduceOnPlateau` (by `factor` when `monitor` has not improved); each after a linear warm-up.
   */
  learningRateSchedule: z.optional(scheduleSchema),
  /** Stops when `monitor` no longer improves. */
  earlyStopping: z.optional(earlyStoppingSchema),
  /** One factor per class, applied to the loss of its training rows. */
  classWeights: z.optional(z.array(between(0, 1e9))).check(z.describe('One factor a class')),
}

const reporting = {
  /** Computed on the test rows after every epoch: `history.testMetrics`. */
  metrics: z.optional(z.array(z.enum(METRICS))).check(z.describe('Computed on the test rows after every epoch')),
  /** Whether to keep the loss before each update: `history.stepLosses`; false by default. */
  recordStepLosses: z.optional(flag()),
}

export const trainSpecSchema = z.strictObject({
  /** Layers in order, the output layer last. */
  network: z.strictObject({
    /** Features of a row. */
    inputSize,
    /** The shape of a row, in place of `inputSize`: [steps, features], [rows, columns, channels]. */
    inputShape,
    /** A name, or `{ name, …parameters }`. It decides the output's activation: the categorical cross-entropies take softmax, the binary ones sigmoid. */
    loss: lossSchema,
    /** Layers, each of a `type`; without one it is dense, and `units` its width, from 1 to 65535. */
    layers: z.array(layerSchema).check(z.minLength(1, { error: 'must hold at least one layer' })),
  }),
  /** Rows of an update; 32 by default, or all where there are fewer. The last batch of an epoch may have fewer. */
  batchSize: z.optional(batchSize).check(z.describe('32 by default, or all rows where there are fewer')),
  ...training,
  ...reporting,
})
/**
 * What `fit` trains, as JSON holds it: the network, its optimizer and how it is trained. `fit` takes `initialWeights`, `callbacks` and so on in addition.
 * @interface
 */
export type TrainSpec = z.infer<typeof trainSpecSchema>

export const topologySchema = z.strictObject({
  /** Features of a row. */
  inputSize,
  /** The shape of a row, in place of `inputSize`: [steps, features], [rows, columns, channels]. */
  inputShape,
  /** The width of every layer of a network of dense layers, the output layer last. */
  units: z.optional(z.array(units).check(z.minLength(1, { error: 'must hold at least one width' }))),
  /** What decides the shape of every layer, the output layer last, in place of `units`. */
  layers: z.optional(z.array(shapeSchema).check(z.minLength(1, { error: 'must hold at least one layer' }))),
  /** Of the output layer. */
  loss: lossSchema,
  /** Rows of an update; 32 by default, or all where there are fewer. */
  batchSize: z.optional(batchSize),
})
/**
 * What decides the shapes of a population, as `fitPopulation` takes it: features of a row, the width of every layer, the loss, rows of a batch.
 * @interface
 */
export type TopologySpec = z.infer<typeof topologySchema>

export const memberSchema = z.strictObject({
  /** One for each layer of the topology, checked by the layer's kind. */
  layers: z.array(z.custom<MemberLayerSpec>((layer) => typeof layer === 'object' && layer !== null, { error: 'must be a layer' })),
  ...training,
})
/**
 * What may differ between the members of a population, as `fitPopulation` takes it: `layers` has one entry for each layer of the topology.
 * @interface
 */
export type MemberSpec = z.infer<typeof memberSchema>

export const reportingSchema = z.strictObject(reporting)

/** The JSON Schema of a training spec, for editors that complete YAML and JSON. */
export function specJsonSchema(): Record<string, unknown> {
  return { title: 'espalier training spec', ...z.toJSONSchema(trainSpecSchema, { io: 'input' }) }
}
