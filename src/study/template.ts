// Training templates: specs with formulas over the parameters of a space.

import { InvalidSpecError } from '../core/errors.ts'
import { type TrainSpec, trainSpecSchema } from '../core/spec.ts'
import { parseSpec } from '../core/validate.ts'
import type { Params } from './space/distributions.ts'
import { Expression } from './space/expression.ts'
import type { Space } from './space/space.ts'
import type { Json } from './trial.ts'

/**
 * A training spec with formulas: a string that begins with `$` is a formula over the space's parameters, such as `$units` or `$units / 2`. A field
 * whose formula has no value, because it names an inactive parameter, is left out. An object may have `when`, a condition like a parameter's,
 * and is left out if it does not hold; an entry of a list may have `repeat`, how often it is repeated.
 */
export type TrainTemplate = { readonly [field: string]: Json }

/** Of one entry of a list: a mistake must not fill the memory. */
const MOST_COPIES = 10_000

/** Undefined is left out. */
type Part = (params: Params) => unknown

/** Compiles a value of a template. */
function compile(value: Json, names: readonly string[], field: string): Part {
  if (typeof value === 'string' && value.startsWith('$')) {
    const expression = new Expression(value.slice(1), names, field)
    return (params) => expression.evaluate(params)
  }
  if (Array.isArray(value)) {
    const items = value.map((item, i) => compileItem(item, names, `${field}[${i}]`))
    return (params) => items.flatMap((item) => item(params))
  }
  return isObject(value) ? compileObject(value, names, field) : () => value
}

const isObject = (value: Json): value is TrainTemplate => typeof value === 'object' && value !== null && !Array.isArray(value)

function compileObject({ when, ...rest }: TrainTemplate, names: readonly string[], field: string): Part {
  const condition = when === undefined ? undefined : new Expression(String(when).replace(/^\$/, ''), names, `${field}.when`)
  const fields = Object.entries(rest).map(([name, item]) => [name, compile(item, names, `${field}.${name}`)] as const)
  return (params) => {
    if (condition !== undefined && !condition.evaluate(params)) return undefined
    const values = fields.map(([name, part]) => [name, part(params)] as const)
    return Object.fromEntries(values.filter(([, item]) => item !== undefined))
  }
}

/** An entry of a list gives none, one or several entries. */
function compileItem(value: Json, names: readonly string[], field: string): (params: Params) => unknown[] {
  const { repeat = 1, ...rest } = isObject(value) ? value : {}
  const part = compile(isObject(value) ? rest : value, names, field)
  const count = compile(repeat, names, `${field}.repeat`)
  return (params) => {
    const copies = count(params)
    if (typeof copies !== 'number' || !Number.isInteger(copies) || copies < 0 || copies > MOST_COPIES)
      throw new InvalidSpecError(`${field}.repeat is ${JSON.stringify(copies)}; it must be a whole number from 0 to ${MOST_COPIES}`)
    return Array.from({ length: copies }, () => part(params)).filter((item) => item !== undefined)
  }
}

/** From a configuration to what is trained. */
export type SpecOf = (params: Params) => TrainSpec

/**
 * @param train a template, or a function for what a template cannot express
 * @throws InvalidSpecError for a formula that cannot be parsed; `SpecOf` itself throws it for an invalid spec
 */
export function compileTrain(train: TrainTemplate | ((params: Params) => TrainSpec), space: Space): SpecOf {
  if (typeof train === 'function') return (params) => parseSpec(trainSpecSchema, train(params), 'train.')
  const template = compile(train, space.names, 'train')
  return (params) => parseSpec(trainSpecSchema, template(params), 'train.')
}

/** The most epochs a configuration may train; undefined where that depends on the configuration. */
export function maxEpochs(train: TrainTemplate | ((params: Params) => TrainSpec), space: Space): number | undefined {
  if (typeof train === 'function') return undefined
  const { epochs = 1 } = train
  if (typeof epochs === 'number') return epochs
  const named =
    typeof epochs === 'string' && epochs.startsWith('$') ? new Expression(epochs.slice(1), space.names, 'train.epochs') : undefined
  const parameter = space.parameters.find(({ name }) => name === named?.parameter)?.distribution
  if (parameter === undefined) return undefined
  return parameter.type === 'categorical' ? Math.max(...parameter.choices.map(Number)) : parameter.high
}
