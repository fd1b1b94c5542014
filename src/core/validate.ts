// Turns a schema's complaints into one message that names the field, its value and what is allowed.

import type * as z from 'zod/mini'
import { ACTIVATIONS } from './activations.ts'
import { InvalidSpecError } from './errors.ts'
import { excerpt } from './excerpt.ts'
import { safely, TOO_MANY } from './faults.ts'
import { INITIALIZERS } from './initializers.ts'
import { MERGE_MODES } from './layers/bidirectional.ts'
import { LAYER_TYPES } from './layers/index.ts'
import { LOSSES } from './losses.ts'
import { camelCase, canonicalName, DIALECTS, METRICS } from './names.ts'
import { OPTIMIZERS } from './optimizers.ts'
import { SCHEDULES } from './schedules.ts'
import { shown as shownKind } from './shown.ts'
import { suggest } from './suggest.ts'

const NAMES_OF_KEY: Readonly<Record<string, readonly string[]>> = {
  activation: Object.keys(ACTIVATIONS),
  recurrentActivation: Object.keys(ACTIVATIONS),
  initializer: INITIALIZERS,
  biasInitializer: INITIALIZERS,
  recurrentInitializer: INITIALIZERS,
  depthwiseInitializer: INITIALIZERS,
  pointwiseInitializer: INITIALIZERS,
  gammaInitializer: INITIALIZERS,
  betaInitializer: INITIALIZERS,
  movingMeanInitializer: INITIALIZERS,
  movingVarianceInitializer: INITIALIZERS,
  mergeMode: MERGE_MODES,
  type: LAYER_TYPES,
  optimizer: Object.keys(OPTIMIZERS),
  loss: Object.keys(LOSSES),
  metrics: METRICS,
  dialect: DIALECTS,
  learningRateSchedule: SCHEDULES,
  monitor: ['loss', 'accuracy', 'testLoss', 'testAccuracy'],
  mode: ['fanIn', 'fanOut', 'fanAvg'],
  distribution: ['truncatedNormal', 'normal', 'untruncatedNormal', 'uniform'],
}

/** Deeper than any spec; a value that nests deeper contains itself. */
const MAX_DEPTH = 100

/** An object of fields, also from another window or frame; not an array or an instance of a class. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Keras's snake_case and class names, in keys and in known values, become the names of this package. `key` is the nearest named key. */
function canonicalize(value: unknown, key: string, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new InvalidSpecError(`the spec is deeper than ${MAX_DEPTH} levels; it may hold itself`)
  if (typeof value === 'string') {
    const names = Object.hasOwn(NAMES_OF_KEY, key) ? NAMES_OF_KEY[key] : undefined
    return names === undefined ? value : canonicalName(value, names)
  }
  if (Array.isArray(value)) return Array.from(value, (item) => canonicalize(item, key, depth + 1))
  if (!isPlain(value)) return value
  const fields = Object.fromEntries(
    Object.entries(value).map(([name, item]) => [camelCase(name), canonicalize(item, name === 'name' ? key : camelCase(name), depth + 1)]),
  )
  return key === 'layers' || key === 'branches' || key === 'layer' ? canonicalLayer(fields) : fields
}

/** In Keras and TensorFlow.js activations are layers too: `{ type: 'softmax' }` is an activation layer, and glu a kind of its own. */
function canonicalLayer(fields: Readonly<Record<string, unknown>>): unknown {
  const { type, activation, ...rest } = fields
  if (type === 'activation' && activation === 'glu') return { ...rest, type: 'glu' }
  if (typeof type !== 'string' || LAYER_TYPES.some((known) => known === type)) return fields
  const name = canonicalName(type, Object.keys(ACTIVATIONS))
  if (!Object.hasOwn(ACTIVATIONS, name)) return fields
  return { type: 'activation', activation: Object.keys(rest).length === 0 ? name : { ...rest, name } }
}

/** How many faults a message lists. */
const MOST = 50

const pathText = (path: readonly PropertyKey[]): string =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${excerpt(String(step))}`)).join('')

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step], value)
}

/** Undefined for values that JSON cannot represent. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** A value as messages quote it: as short JSON, or by its kind if JSON cannot represent it. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'number') return String(value)
  return excerpt(jsonOf(value) ?? shownKind(value))
}

type Issue = z.core.$ZodIssue

/** Finds the branch that was meant, where the union does not say itself what it takes: for a layer the one of its type, for a union "a name, or an object" the one of the value's kind. */
function meantIssue(issue: Issue, value: unknown): Issue {
  if (issue.code !== 'invalid_union' || issue.message.startsWith('must ')) return issue
  const isLayer = issue.path.at(-2) === 'layers' || issue.path.at(-3) === 'branches' || issue.path.at(-1) === 'layer'
  if (isLayer && typeof value === 'object' && value !== null) {
    const { type = 'dense' } = value as { type?: unknown }
    const index = (LAYER_TYPES as readonly unknown[]).indexOf(type)
    const path = [...issue.path, 'type']
    if (index < 0) return { code: 'invalid_value', values: LAYER_TYPES, path, input: type, message: '' }
    const [inner] = issue.errors[index] ?? []
    return inner === undefined ? issue : meantIssue({ ...inner, path: [...issue.path, ...inner.path] }, at(value, inner.path))
  }
  const branch = issue.errors[typeof value === 'object' && value !== null ? issue.errors.length - 1 : 0]
  const [inner] = branch ?? []
  if (inner === undefined) return issue
  const path = [...issue.path, ...inner.path]
  return meantIssue({ ...inner, path }, at(value, inner.path))
}

/** As people say it: what zod calls a record is an object. */
const kindOf = (expected: string): string => (expected === 'record' ? 'object' : expected)

function describe(root: unknown, raw: Issue, what: string): string {
  const issue = meantIssue(raw, at(root, raw.path))
  const where = pathText(issue.path)
  const value = at(root, issue.path)
  if (issue.code === 'unrecognized_keys') {
    const known = 'known' in issue && Array.isArray(issue.known) ? (issue.known as string[]) : []
    const here = known.length > 0 ? `; the fields here are ${known.join(', ')}` : ''
    return issue.keys
      .slice(0, MOST)
      .map((key) => `${where === '' ? '' : `${where}.`}${excerpt(key)} is not a field of ${what}${suggest(key, known) || here}`)
      .join('; ')
  }
  const options = issue.code === 'invalid_value' ? issue.values.map(String) : issue.code === 'invalid_union' ? namesAllowed(issue) : []
  if (options.length > 0) {
    const hint = typeof value === 'string' ? suggest(value, options) : ''
    return `${where} is ${shown(value)}; it must be one of ${options.join(', ')}${hint}`
  }
  const allowed = issue.message.startsWith('must ')
    ? issue.message
    : issue.code === 'too_small' && issue.origin !== 'number'
      ? 'must not be empty'
      : `must be ${issue.code === 'invalid_type' ? article(kindOf(issue.expected)) : 'valid'}`
  return `${where || what} is ${shown(value)}; it ${allowed}`
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`)

function namesAllowed(issue: Issue): string[] {
  const options = (issue as { options?: unknown }).options
  return Array.isArray(options) ? options.map(String) : []
}

/** The known fields beside a misspelt one, for the suggestion. */
function withKnownKeys(schema: z.ZodMiniType, root: unknown, issue: Issue): Issue {
  if (issue.code !== 'unrecognized_keys') return issue
  return { ...issue, known: [...fieldsOf(schema, issue.path, at(root, issue.path))] } as Issue
}

interface Field {
  readonly def?: { readonly values?: readonly unknown[]; readonly innerType?: Field }
}

interface Branch {
  readonly def: { readonly shape?: Readonly<Record<string, Field>> }
  /** Of a branch that is made when it is needed. */
  readonly _zod: { readonly innerType?: Pick<Branch, 'def'> }
}

/** Whether a branch of a union by name belongs to another name: adam has no momentum, though sgd has. Layers are a union by type. */
function isOtherBranch(option: unknown, discriminator: unknown, value: unknown): boolean {
  const { shape } = (option as Branch)._zod.innerType?.def ?? (option as Branch).def
  const key = discriminator === undefined ? 'type' : String(discriminator)
  const field = shape?.[key]
  const names = (field?.def?.innerType ?? field)?.def?.values
  return names !== undefined && !names.includes(at(value, [key]) ?? 'dense')
}

/** The field names a schema allows at a path where `value` stands; a plain union gives the fields of all its branches. */
function fieldsOf(schema: unknown, path: readonly PropertyKey[], value: unknown): Set<string> {
  const definition = (schema as { def?: Record<string, unknown> } | undefined)?.def
  if (definition === undefined) return new Set()
  const inner = definition.innerType ?? (typeof definition.getter === 'function' ? (definition.getter as () => unknown)() : undefined)
  if (inner !== undefined) return fieldsOf(inner, path, value)
  const options = definition.options
  if (Array.isArray(options)) {
    const meant = options.filter((option) => path.length > 0 || !isOtherBranch(option, definition.discriminator, value))
    return new Set(meant.flatMap((option) => [...fieldsOf(option, path, value)]))
  }
  const shape = definition.shape as Record<string, unknown> | undefined
  if (path.length === 0) return new Set(Object.keys(shape ?? {}))
  const [step, ...rest] = path
  return fieldsOf(typeof step === 'number' ? definition.element : shape?.[String(step)], rest, value)
}

/**
 * The value, typed by the schema. Every fault is named, one per line; `prefix` opens the fields' paths, as in `members[3].`, and `what`
 * is the whole that they are fields of.
 * @throws InvalidSpecError naming the field, its value and what is allowed
 */
export function parseSpec<T extends z.ZodMiniType>(schema: T, value: unknown, prefix = '', what = 'the spec'): z.infer<T> {
  return parseExact(schema, canonicalize(value, ''), prefix, what)
}

/** Like parseSpec, for values whose keys are names that people gave: no key or value is translated from Keras's spelling. @throws InvalidSpecError */
export function parseExact<T extends z.ZodMiniType>(schema: T, value: unknown, prefix = '', what = 'the spec'): z.infer<T> {
  const result = safely(() => schema.safeParse(value))
  if (result === undefined) throw new InvalidSpecError(`${prefix}${what}: ${TOO_MANY}`)
  if (result.success) return result.data
  const lines = result.error.issues.slice(0, MOST).map((issue) => describe(value, withKnownKeys(schema, value, issue), what))
  throw new InvalidSpecError([...new Set(lines)].map((line) => prefix + line).join('\n'))
}
