/**
 * The schemas of the parts of a spec, made from the tables of names and their fields. What a spec may not have is made when it first has it (`z.lazy`): all
 * of them took a sixth of the time that the package takes to be imported, and 2.5 MB.
 */

import * as z from 'zod/mini'
import { ACTIVATIONS, type ActivationSpec } from './activations.ts'
import { between, finite, flag, fraction, nonNegative, positive, whole } from './fields.ts'
import { DISTRIBUTIONS, INITIALIZER_FIELDS, INITIALIZERS, type InitializerSpec, MODES, plainNames } from './initializers.ts'
import { kindOf, LAYER_TYPES, type LayerSpec, type LayerType, type ShapeSpec } from './layers/index.ts'
import { LOSSES, type LossSpec } from './losses.ts'
import { COMMON_FIELDS, OPTIMIZERS, type OptimizerSpec } from './optimizers.ts'
import { type FieldRule, type FieldRules, MAX_INPUTS, MAX_UNITS } from './rules.ts'

/** The type that zod gives a schema whose values are `T`. */
type SchemaOf<T> = z.ZodMiniType<T, T>
const typed = <T>(schema: z.ZodMiniType): SchemaOf<T> => schema as unknown as SchemaOf<T>

const names = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as [K, ...K[]]

/** A name, or an object of that name with its own fields. */
function named<T>(fieldsOf: Readonly<Record<string, FieldRules>>): SchemaOf<T> {
  const objects = z.lazy(() => {
    const [first, ...others] = names(fieldsOf).map((name) => z.strictObject({ name: z.literal(name), ...fields(fieldsOf[name] ?? {}) }))
    if (first === undefined) throw new Error('there are no names')
    return z.discriminatedUnion('name', [first, ...others])
  })
  return typed(z.union([z.enum(names(fieldsOf)), objects]))
}

const map = <K extends string, V>(table: Readonly<Record<K, V>>, rulesOf: (value: V) => FieldRules): Readonly<Record<K, FieldRules>> =>
  Object.fromEntries(names(table).map((name) => [name, rulesOf(table[name])])) as Readonly<Record<K, FieldRules>>

const parametersOf = ({ parameters }: { readonly parameters: Readonly<Record<string, { readonly field: FieldRule }>> }): FieldRules =>
  Object.fromEntries(Object.entries(parameters).map(([name, { field }]) => [name, field]))

const activationSchema = named<ActivationSpec>(map(ACTIVATIONS, parametersOf))

export const lossSchema = named<LossSpec>(map(LOSSES, parametersOf))

export const optimizerSchema = named<OptimizerSpec>(
  map(OPTIMIZERS, ({ fields: own }): FieldRules => ({ learningRate: { is: 'nonNegative' }, ...own, ...COMMON_FIELDS })),
)

const initializerObjects = z.lazy(() =>
  z.discriminatedUnion('name', [
    z.strictObject({ name: z.enum(plainNames) }),
    ...names(INITIALIZER_FIELDS).map((name) => z.strictObject({ name: z.literal(name), ...fields(INITIALIZER_FIELDS[name]) })),
    z.strictObject({
      name: z.literal('varianceScaling'),
      scale: z.optional(positive()),
      mode: z.optional(z.enum(MODES)),
      distribution: z.optional(z.enum(DISTRIBUTIONS)),
    }),
  ]),
)
const initializerSchema = typed<InitializerSpec>(z.union([z.enum(INITIALIZERS), initializerObjects]))

/** Of a window, or of padding. */
const cells = (low: number) => whole(low, MAX_UNITS)

/** @param layer the schema of the layers within a block */
function schemaOf(rule: FieldRule, layer: z.ZodMiniType): z.ZodMiniType {
  switch (rule.is) {
    case 'whole':
      return whole(rule.low, rule.high)
    case 'between':
      return between(rule.low, rule.high)
    case 'fraction':
      return fraction()
    case 'nonNegative':
      return nonNegative()
    case 'positive':
      return positive()
    case 'finite':
      return finite()
    case 'flag':
      return flag()
    case 'words':
      return z.array(z.string())
    case 'axes':
      return z.array(z.int().check(z.minimum(1)))
    case 'oneOf':
      return z.enum(rule.names as [string, ...string[]])
    case 'layer':
      return layer
    case 'signedAxes':
      return z.union([z.int(), z.array(z.int()).check(z.minLength(1, { error: 'must name at least one axis' }))])
    case 'sizes':
      return z.union([cells(1), z.array(cells(1)).check(z.length(rule.axes))])
    case 'shape':
      return z.array(whole(1, MAX_INPUTS)).check(z.minLength(1))
    case 'sides':
      return z.union([cells(0), z.array(z.union([cells(0), z.array(cells(0)).check(z.length(2))])).check(z.length(2))])
    case 'lastAxis':
      return z.literal(-1, { error: 'must be -1, the last axis' })
    case 'activation':
      return activationSchema
    case 'initializer':
      return initializerSchema
    case 'layers':
      return z.array(layer).check(z.minLength(1, { error: 'must hold at least one layer' }))
    case 'branches':
      return z.array(z.array(layer)).check(z.minLength(1, { error: 'must hold at least one branch' }))
    default:
      return rule satisfies never
  }
}

function fields(rules: FieldRules, layer: z.ZodMiniType = z.never()): Readonly<Record<string, z.ZodMiniType>> {
  const entries = Object.entries(rules).map(([name, rule]) => {
    const schema = rule.required ? schemaOf(rule, layer) : z.optional(schemaOf(rule, layer))
    return [name, rule.description === undefined ? schema : schema.check(z.describe(rule.description))]
  })
  return Object.fromEntries(entries)
}

/** Layers of every kind, in the order of LAYER_TYPES; a dense one may leave its `type` out. */
function anyLayer<T>(rulesOf: (type: LayerType) => FieldRules): SchemaOf<T> {
  const layer: z.ZodMiniType = z.lazy(() => any)
  const any = z.union(
    LAYER_TYPES.map((type) =>
      z.lazy(() =>
        z.strictObject({ type: type === 'dense' ? z.optional(z.literal(type)) : z.literal(type), ...fields(rulesOf(type), layer) }),
      ),
    ),
  )
  return typed(any)
}

export const layerSchema = anyLayer<LayerSpec>((type) => ({ ...kindOf(type).shapeFields, ...kindOf(type).memberFields }))
export const shapeSchema = anyLayer<ShapeSpec>((type) => kindOf(type).shapeFields)

const anyMemberLayer = anyLayer((type) => kindOf(type).memberFields)
const MEMBER_LAYERS = new Map(
  LAYER_TYPES.map((type) => [
    type,
    z.lazy(() =>
      z.strictObject({ type: z.optional(z.literal(type)), ...fields(kindOf(type).memberFields, anyMemberLayer as z.ZodMiniType) }),
    ),
  ]),
)

/** The fields of a member's layer of one kind; its `type` may be left out, since the topology has it. */
export function memberLayerSchema(type: LayerType) {
  const schema = MEMBER_LAYERS.get(type)
  if (schema === undefined) throw new Error(`no schema of ${type}`)
  return schema
}
