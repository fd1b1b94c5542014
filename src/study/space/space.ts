// Search spaces: parameters, conditions and constraints.

import * as z from 'zod/mini'
import { InvalidSpecError } from '../../core/errors.ts'
import { finite, flag, positive, whole } from '../../core/fields.ts'
import { parseSpec, shown as quoted } from '../../core/validate.ts'
import {
  type CategoricalDistribution,
  canonical,
  cardinality,
  contains,
  type Distribution,
  own,
  type Params,
  type ParamValue,
  valueAt,
} from './distributions.ts'
import { Expression } from './expression.ts'
import { Tried } from './tried.ts'

const condition = z
  .optional(z.string().check(z.minLength(1)))
  .check(z.describe("Only where this holds, as `optimizer == 'sgd'`, of parameters declared before"))
const wholeNumber = () => whole(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
const logarithmic = z.optional(flag()).check(z.describe('Even in the logarithm'))

/** What a parameter may be. */
export const paramValue = z.union([z.string(), z.number(), z.boolean(), z.null()], { error: 'must be a string, number, boolean or null' })

const parameterSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('float'),
    low: finite(),
    high: finite(),
    log: logarithmic,
    step: z.optional(positive()).check(z.describe('Only low, low + step, ...')),
    when: condition,
  }),
  z.strictObject({
    type: z.literal('int'),
    low: wholeNumber(),
    high: wholeNumber(),
    log: logarithmic,
    step: z.optional(positive()),
    when: condition,
  }),
  z.strictObject({
    type: z.literal('categorical'),
    choices: z.array(paramValue).check(z.minLength(1, { error: 'must hold at least one choice' })),
    when: condition,
  }),
])

/**
 * A parameter as plain data; `float`, `int` and `categorical` make one.
 * @useDeclaredType
 */
export type ParameterSpec = z.infer<typeof parameterSchema>
export const spaceSchema = z.record(z.string(), parameterSchema)
/**
 * Parameters by name, in the order in which conditions may name one another.
 * @useDeclaredType
 */
export type SpaceSpec = z.infer<typeof spaceSchema>

interface Parameter {
  readonly name: string
  readonly distribution: Distribution
  readonly when: Expression | undefined
}

/** Parameters, which of them are active, and which configurations are allowed. A value: built from data, it never changes. */
export class Space {
  /**
   * In declared order; conditions name earlier ones only.
   * @internal
   */
  readonly parameters: readonly Parameter[]
  /** @internal */
  readonly constraints: readonly Expression[]
  /** At most this many configurations; Infinity as soon as a float has no step. */
  readonly size: number
  /** Remembers what follows from trials alone. */
  readonly #tried = new Tried((params) => this.key(params))

  /**
   * @param constraints what every configuration must satisfy, as `layers * units <= 256`; one that names an inactive parameter does not apply
   * @throws InvalidSpecError naming the field, its value and what is allowed
   */
  constructor(spec: SpaceSpec, constraints: readonly string[] = []) {
    if (!isObject(spec)) throw new InvalidSpecError(`space is ${quoted(spec)}; it must hold parameters by name, as { units: int(4, 64) }`)
    const names = Object.keys(spec)
    this.parameters = names.map((name, i) => parseParameter(name, own(spec, name), names.slice(0, i)))
    this.constraints = constraints.map((text, i) => new Expression(text, names, `constraints[${i}]`))
    this.size = this.parameters.reduce((product, { distribution }) => product * cardinality(distribution), 1)
  }

  get names(): string[] {
    return this.parameters.map(({ name }) => name)
  }

  /** The distributions of a configuration's parameters. @throws InvalidSpecError for a name the space has not */
  distributionsOf(params: Params): Record<string, Distribution> {
    return Object.fromEntries(
      Object.keys(params).map((name) => {
        const parameter = this.parameters.find((one) => one.name === name)
        if (parameter === undefined) throw new InvalidSpecError(`${name} is no parameter of the space; they are ${this.names.join(', ')}`)
        return [name, parameter.distribution]
      }),
    )
  }

  /** Asks `choose` for the parameters that are active, one after the other, in declared order. */
  build(choose: (name: string, distribution: Distribution, chosen: Params) => ParamValue): Params {
    const params: Record<string, ParamValue> = {}
    for (const { name, distribution, when } of this.parameters) {
      if (!isActive(when, params)) continue
      const value = choose(name, distribution, params)
      // Assigned, this one name would be lost.
      if (name === '__proto__') Object.defineProperty(params, name, { value, enumerable: true, configurable: true, writable: true })
      else params[name] = value
    }
    return params
  }

  /** Whether the constraints hold. */
  isAllowed(params: Params): boolean {
    return this.constraints.every((constraint) => constraint.evaluate(params) ?? true)
  }

  /** @throws InvalidSpecError when the configuration is none of this space, saying why */
  check(params: Params, what = 'params'): void {
    const expected = this.build((name, distribution) => {
      const value = own(params, name)
      if (value === undefined) throw new InvalidSpecError(`${what}.${name} is missing; it is active under the values before it`)
      if (!contains(distribution, value)) {
        throw new InvalidSpecError(`${what}.${name} is ${quoted(value)}; it must be ${shown(distribution)}`)
      }
      return value
    })
    const extra = Object.keys(params).find((name) => !Object.hasOwn(expected, name))
    if (extra !== undefined)
      throw new InvalidSpecError(`${what}.${extra} is no parameter that is active here; they are ${Object.keys(expected).join(', ')}`)
    const broken = this.constraints.find((constraint) => constraint.evaluate(params) === false)
    if (broken !== undefined) throw new InvalidSpecError(`${what} breaks the constraint ${broken.text}`)
  }

  /**
   * Every allowed configuration once, the last parameter varying fastest; a parameter named in `fixed` keeps that value. Endless distributions
   * are refused by the caller.
   */
  *enumerate(fixed: Params = {}): Generator<Params> {
    yield* this.#enumerate(fixed, 0, {})
  }

  *#enumerate(fixed: Params, place: number, params: Params): Generator<Params> {
    const parameter = this.parameters[place]
    if (parameter === undefined) {
      if (this.isAllowed(params)) yield params
      return
    }
    const { name, distribution, when } = parameter
    if (!isActive(when, params)) {
      yield* this.#enumerate(fixed, place + 1, params)
      return
    }
    const value = own(fixed, name)
    const count = value === undefined ? cardinality(distribution) : 1
    for (let i = 0; i < count; i++) {
      yield* this.#enumerate(fixed, place + 1, { ...params, [name]: value === undefined ? valueAt(distribution, i) : value })
    }
  }

  /** The same text for the same configuration. */
  key(params: Params): string {
    const held = this.parameters.filter(({ name }) => Object.hasOwn(params, name))
    return JSON.stringify(held.map(({ name, distribution }) => [name, canonical(distribution, params[name] ?? null)]))
  }

  /**
   * The keys of the configurations that trials have.
   * @internal
   */
  keysOf(trials: readonly { readonly params: Params }[]): ReadonlySet<string> {
    return this.#tried.among(trials)
  }
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

const isActive = (when: Expression | undefined, params: Params): boolean => when === undefined || Boolean(when.evaluate(params))

function parseParameter(name: string, value: unknown, before: readonly string[]): Parameter {
  const field = `space.${name}`
  if (name === '') throw new InvalidSpecError('space holds a parameter without a name; it must have at least one character')
  if (!isObject(value)) {
    throw new InvalidSpecError(
      `${field} is ${quoted(value)}; it must be a float, an int or a categorical parameter, as { type: 'int', low: 4, high: 64 }`,
    )
  }
  const spec = parseSpec(parameterSchema, value, `${field}.`, field)
  const when = spec.when === undefined ? undefined : new Expression(spec.when, before, `${field}.when`)
  return { name, distribution: parseDistribution(spec, field), when }
}

function parseDistribution(spec: ParameterSpec, field: string): Distribution {
  if (spec.type === 'categorical') return parseChoices(spec.choices, field)
  const { low, high, log = false, step } = spec
  if (!Number.isFinite(high - low))
    throw new InvalidSpecError(`${field}.high is ${high}; it must be less than ${Number.MAX_VALUE} above low, which is ${low}`)
  if (high < low) throw new InvalidSpecError(`${field}.high is ${high}; it must be at least low, which is ${low}`)
  if (log && low <= 0) throw new InvalidSpecError(`${field}.low is ${low}; it must be above 0 where log is true`)
  if (log && step !== undefined) throw new InvalidSpecError(`${field}.step is ${step}; it must be left out where log is true`)
  if (spec.type === 'int') {
    if (step !== undefined && !Number.isInteger(step)) throw new InvalidSpecError(`${field}.step is ${step}; it must be a whole number`)
    return { type: 'int', low, high: low + Math.floor((high - low) / (step ?? 1)) * (step ?? 1), log, step: step ?? 1 }
  }
  if (step === undefined) return { type: 'float', low, high, log, step: undefined }
  const given: Distribution = { type: 'float', low, high, log, step }
  return { ...given, high: Number(valueAt(given, cardinality(given) - 1)) }
}

function parseChoices(choices: readonly ParamValue[], field: string): CategoricalDistribution {
  const twice = choices.find((choice, i) => choices.indexOf(choice) !== i)
  if (twice !== undefined)
    throw new InvalidSpecError(`${field}.choices holds ${JSON.stringify(twice)} twice; every choice must be there once`)
  return { type: 'categorical', choices }
}

/** What its values are, for errors: `a whole number from 1 to 9`. */
export function shown(distribution: Distribution): string {
  if (distribution.type === 'categorical') return `one of ${distribution.choices.map((choice) => JSON.stringify(choice)).join(', ')}`
  const { type, low, high, step } = distribution
  return `${type === 'int' ? 'a whole number' : 'a number'} from ${low} to ${high}${step === undefined || (type === 'int' && step === 1) ? '' : ` in steps of ${step}`}`
}

/** Options of `float` and `int`. */
export interface NumberOptions {
  /** Even in the logarithm; `low` must be above 0. */
  readonly log?: boolean
  /** Only low, low + step, … up to high. */
  readonly step?: number
  /** A condition on parameters declared before: `optimizer == 'sgd'`. */
  readonly when?: string
}

/** A real number from low to high, both included. */
export const float = (low: number, high: number, options: NumberOptions = {}): ParameterSpec => ({ type: 'float', low, high, ...options })
/** A whole number from low to high, both included. */
export const int = (low: number, high: number, options: NumberOptions = {}): ParameterSpec => ({ type: 'int', low, high, ...options })
/** One of its choices, which have no order. @throws InvalidSpecError where they are no list */
export function categorical(choices: readonly ParamValue[], options: { readonly when?: string } = {}): ParameterSpec {
  if (!Array.isArray(choices))
    throw new InvalidSpecError(`choices is ${quoted(choices)}; it must be a list, as categorical(['relu', 'tanh'])`)
  return { type: 'categorical', choices: [...choices], ...options }
}
