import type * as z from 'zod/mini'
import { InvalidSpecError } from './errors.ts'
import { INITIALIZERS } from './initializers.ts'
import { ACTIVATIONS, camelCase, canonicalName, DIALECTS, LOSSES, METRICS, OPTIMIZERS } from './names.ts'
import { SCHEDULES } from './schedules.ts'
import { shown as shownKind } from './shown.ts'
import { suggest } from './suggest.ts'

const NAMES_OF_KEY: Readonly<Record<string, readonly string[]>> = {
  activation: Object.keys(ACTIVATIONS),
  initializer: INITIALIZERS,
  biasInitializer: INITIALIZERS,
  optimizer: Object.keys(OPTIMIZERS),
  loss: Object.keys(LOSSES),
  metrics: METRICS,
  dialect: DIALECTS,
  learningRateSchedule: SCHEDULES,
  monitor: ['loss', 'accuracy', 'testLoss', 'testAccuracy'],
  mode: ['fanIn', 'fanOut', 'fanAvg'],
  distribution: ['truncatedNormal', 'normal', 'untruncatedNormal', 'uniform'],
}

/** Deeper than any spec is; what is deeper holds itself. */
const MAX_DEPTH = 100

/** An object of fields, also of another window or frame; no array, and nothing that has a class of its own. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Keras's snake_case and class names, in keys and in known values, become the names of this package. `key` is the nearest named key. */
function canonicalize(value: unknown, key: string, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new InvalidSpecError(`the spec is deeper than ${MAX_DEPTH} levels; it may hold itself`)
  if (typeof value === 'string') {
    const names = NAMES_OF_KEY[key]
    return names === undefined ? value : canonicalName(value, names)
  }
  if (Array.isArray(value)) return Array.from(value, (item) => canonicalize(item, key, depth + 1))
  if (!isPlain(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [camelCase(name), canonicalize(item, name === 'name' ? key : camelCase(name), depth + 1)]),
  )
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${String(step)}`)).join('')

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step], value)
}

/** Undefined for what JSON has no text for. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'number') return String(value)
  const text = jsonOf(value) ?? shownKind(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

type Issue = z.core.$ZodIssue

/** Of a union "a name, or an object", the branch that was meant is the one of the value's own kind. */
function meantIssue(issue: Issue, value: unknown): Issue {
  if (issue.code !== 'invalid_union') return issue
  const branch = issue.errors[typeof value === 'object' && value !== null ? issue.errors.length - 1 : 0]
  const [inner] = branch ?? []
  if (inner === undefined) return issue
  const path = [...issue.path, ...inner.path]
  return meantIssue({ ...inner, path }, at(value, inner.path))
}

function describe(root: unknown, raw: Issue, what: string): string {
  const issue = meantIssue(raw, at(root, raw.path))
  const where = pathText(issue.path)
  const value = at(root, issue.path)
  if (issue.code === 'unrecognized_keys') {
    const known = 'known' in issue && Array.isArray(issue.known) ? (issue.known as string[]) : []
    const here = known.length > 0 ? `; the fields here are ${known.join(', ')}` : ''
    return issue.keys
      .map((key) => `${where === '' ? '' : `${where}.`}${key} is not a field of ${what}${suggest(key, known) || here}`)
      .join('; ')
  }
  const options = issue.code === 'invalid_value' ? issue.values.map(String) : issue.code === 'invalid_union' ? namesAllowed(issue) : []
  if (options.length > 0) {
    const hint = typeof value === 'string' ? suggest(value, options) : ''
    return `${where} is ${shown(value)}; it must be one of ${options.join(', ')}${hint}`
  }
  const allowed = issue.message.startsWith('must ')
    ? issue.message
    : `must be ${issue.code === 'invalid_type' ? article(issue.expected) : 'valid'}`
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

/** Whether a branch of a union by name is another name's: adam has no momentum, though sgd beside it has. */
function isOtherBranch(option: unknown, discriminator: unknown, value: unknown): boolean {
  const shape = (option as { def?: { shape?: Record<string, { def?: { values?: unknown[] } }> } }).def?.shape
  const names = shape?.[String(discriminator)]?.def?.values
  return names !== undefined && !names.includes(at(value, [String(discriminator)]))
}

/** The field names a schema allows at a path where `value` stands; plain unions answer the fields of all their branches. */
function fieldsOf(schema: unknown, path: readonly PropertyKey[], value: unknown): Set<string> {
  const definition = (schema as { def?: Record<string, unknown> } | undefined)?.def
  if (definition === undefined) return new Set()
  const inner = definition.innerType ?? undefined
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
 * The value as the schema types it. Every fault is named, one a line; `prefix` opens the fields' paths, as `members[3].`, and `what`
 * is the whole that they are fields of.
 * @throws InvalidSpecError naming the field, its value and what is allowed
 */
export function parseSpec<T extends z.ZodMiniType>(schema: T, value: unknown, prefix = '', what = 'the spec'): z.infer<T> {
  return parseExact(schema, canonicalize(value, ''), prefix, what)
}

/** As parseSpec, of values whose keys are names that people gave: no key and no value is taken for Keras's. @throws InvalidSpecError */
export function parseExact<T extends z.ZodMiniType>(schema: T, value: unknown, prefix = '', what = 'the spec'): z.infer<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => describe(value, withKnownKeys(schema, value, issue), what))
  throw new InvalidSpecError([...new Set(lines)].map((line) => prefix + line).join('\n'))
}
