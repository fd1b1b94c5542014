/** What an answer's file must hold, checked through and through: it may come from anywhere. */

import * as z from 'zod/mini'
import { ACTIVATIONS, type ActivationName } from '../../core/activations.ts'
import type { MemberLayer, TopologyLayer } from '../../core/population.ts'
import { parseStored } from '../../core/stored.ts'
import { preparationFromJSON } from '../../prepare/index.ts'
import { NAMES_OF_NUMBERS } from '../loss.ts'
import { isActivation } from '../predictor/activations.ts'
import type { AnswerData } from '../predictor/data.ts'
import { damaged } from '../predictor/faults.ts'

const count = z.int().check(z.minimum(0))
const width = z.int().check(z.minimum(1), z.maximum(65_535))
const finite = z.number()
const texts = z.array(z.string())
const between = z.readonly(z.tuple([finite, finite]))

const arrayOf = <T extends Float32Array | Float64Array | Int32Array>(kind: new (length: number) => T) =>
  z.custom<T>((value) => value instanceof kind, { error: `must be a ${kind.name}` })

const activation = z.strictObject({
  name: z.custom<ActivationName>((name) => typeof name === 'string' && Object.hasOwn(ACTIVATIONS, name), {
    error: 'must be the name of an activation',
  }),
  kernel: z.custom<keyof typeof ACTIVATIONS>((kernel) => typeof kernel === 'string' && isActivation(kernel), {
    error: 'must be the kernel of an activation',
  }),
  numbers: z.tuple([finite, finite, finite]),
})

/** What predictions need of a layer's shape; other fields stay as they are. */
const shapes = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('dense'), units: width, useBias: z.boolean() }),
  z.looseObject({ type: z.literal('batchNormalization'), center: z.boolean(), scale: z.boolean() }),
  z.looseObject({ type: z.literal('prelu'), sharedAxes: z.array(count) }),
  z.looseObject({ type: z.enum(['dropout', 'activation', 'flatten', 'glu']) }),
])

const members = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('dense'), activation }),
  z.looseObject({ type: z.literal('batchNormalization'), epsilon: finite.check(z.positive()) }),
  z.looseObject({ type: z.literal('activation'), activation }),
  z.looseObject({ type: z.enum(['dropout', 'flatten', 'glu', 'prelu']) }),
])

const network = z.strictObject({
  kind: z.literal('network'),
  topology: z.looseObject({ inputShape: z.array(count), layers: z.array(shapes) }),
  layers: z.array(members),
  parameters: arrayOf(Float32Array),
  state: z.exactOptional(arrayOf(Float32Array)),
})

const trees = z.strictObject({
  kind: z.literal('trees'),
  outputs: width,
  base: arrayOf(Float64Array),
  roots: arrayOf(Int32Array),
  feature: arrayOf(Int32Array),
  threshold: arrayOf(Float32Array),
  left: arrayOf(Int32Array),
  value: arrayOf(Float32Array),
})

const linear = z.strictObject({
  kind: z.literal('linear'),
  outputs: width,
  coefficients: arrayOf(Float64Array),
  intercepts: arrayOf(Float64Array),
})

const column = z.discriminatedUnion('kind', [
  z.strictObject({
    name: z.string(),
    kind: z.enum(['number', 'date']),
    low: finite,
    high: finite,
    missing: count,
    order: z.exactOptional(z.enum(['dmy', 'mdy'])),
    decimal: z.exactOptional(z.literal(',')),
    unit: z.exactOptional(z.string()),
  }),
  z.strictObject({ name: z.string(), kind: z.literal('category'), categories: texts, missing: count }),
])

const matters = z.array(z.strictObject({ name: z.string(), value: finite, interval: between }))

const score = z.strictObject({
  metric: z.string(),
  value: finite,
  interval: between,
  level: finite,
  baselines: z.strictObject({ guess: finite, linear: z.nullable(finite) }),
  verdict: z.enum(['betterThanLinear', 'betterThanGuessing', 'noBetterThanGuessing']),
  sentence: z.string(),
  metrics: z.array(z.strictObject({ name: z.string(), value: finite, interval: between, guess: finite, linear: z.nullable(finite) })),
})

const intervals = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('numbers'),
    rows: count,
    residuals: z.array(finite),
    scale: z.exactOptional(z.strictObject({ by: z.enum(['spread', 'prediction']), edges: z.array(finite), sizes: z.array(finite) })),
  }),
  z.strictObject({ kind: z.literal('classes'), rows: count, chances: z.array(finite) }),
])

const answer = z.strictObject({
  version: z.literal(1),
  ensemble: z.strictObject({
    preparations: z.array(z.unknown()).check(z.minLength(1)),
    models: z.array(
      z.strictObject({
        preparation: count,
        weight: finite,
        fold: z.exactOptional(count),
        model: z.discriminatedUnion('kind', [network, trees, linear]),
      }),
    ),
    temperature: finite,
  }),
  columns: z.array(column),
  score,
  matters: z.strictObject({ columns: matters, settings: matters, sentences: texts }),
  intervals: z.nullable(intervals),
  loss: z.exactOptional(z.strictObject({ name: z.enum(NAMES_OF_NUMBERS), quantile: finite, delta: finite })),
  data: z.strictObject({ name: z.nullable(z.string()), rows: count, columns: count, fingerprint: z.string() }),
  learned: z.strictObject({
    seed: count,
    budget: z.union([z.strictObject({ seconds: finite }), z.strictObject({ steps: finite })]),
    steps: finite,
    seconds: finite,
    rows: count,
    folds: count,
    loss: z.exactOptional(z.string()),
    by: z.exactOptional(z.strictObject({ column: z.string(), groups: count })),
    repeats: z.exactOptional(count),
    candidates: count,
    stopped: z.boolean(),
  }),
  limits: texts,
})

/** @throws InvalidDataError where it is not all that an answer is */
export function checkAnswer(value: unknown): AnswerData {
  const { ensemble, ...rest } = parseStored(answer, value, (reason) => damaged(`is none: ${reason}`))
  const preparations = ensemble.preparations.map(preparationFromJSON)
  const names = new Map(rest.columns.map(({ name, kind }) => [name, kind]))
  if (names.size !== rest.columns.length) throw damaged('lists a column twice')
  for (const { columns, target } of preparations) {
    const strange = columns.find(({ name, kind }) => names.get(name) !== kind)
    if (strange !== undefined) throw damaged(`does not list the column "${strange.name}" as its preparation has it`)
    const [first] = preparations
    if (
      JSON.stringify([target.task, target.names, target.classNames]) !==
      JSON.stringify([first?.target.task, first?.target.names, first?.target.classNames])
    )
      throw damaged('has preparations of different targets')
  }
  const models = ensemble.models.map(({ model, ...one }) => {
    if (model.kind !== 'network') return { ...one, model }
    const { topology, layers, ...numbers } = model
    if (layers.length !== topology.layers.length || layers.some(({ type }, i) => type !== topology.layers[i]?.type))
      throw damaged('has layers of a network that do not fit each other')
    // The schema has what predictions read; the rest of a layer is for whoever trains on.
    const own = { ...topology, layers: topology.layers as unknown as TopologyLayer[] } as unknown as typeof topology & {
      readonly layers: TopologyLayer[]
    }
    return { ...one, model: { ...numbers, topology: own, layers: layers as unknown as MemberLayer[] } }
  })
  return { ...rest, ensemble: { ...ensemble, preparations, models } } as unknown as AnswerData
}
