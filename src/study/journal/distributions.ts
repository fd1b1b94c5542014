// Distributions as JSON, in Optuna's format.

import * as z from 'zod/mini'
import { excerpt } from '../../core/excerpt.ts'
import { parseStored } from '../../core/stored.ts'
import type { Distribution, ParamValue } from '../space/distributions.ts'
import type { Json } from '../trial.ts'
import { JournalError } from './errors.ts'
import { parseJson, stringifyJson } from './json.ts'

/** Optuna's `distribution_to_json` (`optuna/distributions.py`): the fields of each class in its order. */
export function distributionToJson(distribution: Distribution): string {
  if (distribution.type === 'categorical')
    return stringifyJson({ name: 'CategoricalDistribution', attributes: { choices: distribution.choices } })
  const { type, low, high, log, step } = distribution
  return stringifyJson(
    type === 'float'
      ? { name: 'FloatDistribution', attributes: { step: step ?? null, low, high, log } }
      : { name: 'IntDistribution', attributes: { log, step, low, high } },
  )
}

/** The classes of Optuna 3 and 4, those deprecated since 3.0, and the short names of its `json_to_distribution`. */
const CLASSES: ReadonlyMap<string, { readonly type: Distribution['type']; readonly log?: true }> = new Map([
  ['FloatDistribution', { type: 'float' }],
  ['IntDistribution', { type: 'int' }],
  ['CategoricalDistribution', { type: 'categorical' }],
  ['UniformDistribution', { type: 'float' }],
  ['LogUniformDistribution', { type: 'float', log: true }],
  ['DiscreteUniformDistribution', { type: 'float' }],
  ['IntUniformDistribution', { type: 'int' }],
  ['IntLogUniformDistribution', { type: 'int', log: true }],
  ['float', { type: 'float' }],
  ['int', { type: 'int' }],
  ['categorical', { type: 'categorical' }],
])

const json = z.custom<Json>((value) => value !== undefined)
const namedSchema = z.union([
  z.object({ name: z.string(), attributes: z.record(z.string(), json) }),
  z.pipe(
    z.looseObject({ type: z.string() }),
    z.transform(({ type, ...attributes }) => ({ name: type, attributes })),
  ),
])
const rangeSchema = z.object({
  low: z.number(),
  high: z.number(),
  log: z._default(z.boolean(), false),
  step: z.nullish(z.number()),
  /** The step of DiscreteUniformDistribution. */
  q: z.nullish(z.number()),
})
const choicesSchema = z.object({ choices: z.array(json).check(z.minLength(1)) })

const refusal = (reason: string) => new JournalError(reason)

/**
 * Optuna's `json_to_distribution`. Python accepts lists and objects as choices; they become their JSON text here.
 * @throws JournalError when the text is not one of Optuna's distributions
 */
export function distributionFromJson(text: string): Distribution {
  try {
    const { name, attributes } = parseStored(namedSchema, parseJson(text), refusal)
    const known = CLASSES.get(name)
    if (known === undefined) throw new JournalError(`there is no class ${name}`)
    const lost = known.type === 'float' ? undefined : lostDigits(text)
    if (lost !== undefined) throw new JournalError(`${lost} is a whole number beyond 2^53, whose last digits JavaScript would lose`)
    if (known.type === 'categorical')
      return { type: 'categorical', choices: parseStored(choicesSchema, attributes, refusal).choices.map(toChoice) }
    const { low, high, log: given, step, q } = parseStored(rangeSchema, attributes, refusal)
    const log = known.log ?? given
    const tooLarge = known.type === 'int' ? [low, high].find((end) => Math.abs(end) > Number.MAX_SAFE_INTEGER) : undefined
    if (tooLarge !== undefined) throw new JournalError(`${tooLarge} is beyond 2^53 - 1, up to which whole numbers are exact in JavaScript`)
    return known.type === 'int'
      ? { type: 'int', low, high, log, step: step ?? 1 }
      : { type: 'float', low, high, log, step: step ?? q ?? undefined }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new JournalError(`${excerpt(text)} is no distribution of Optuna's: ${reason}`, { cause })
  }
}

/** The digits of whole numbers that a double cannot hold. */
function lostDigits(text: string): string | undefined {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, '""')
  return bare.match(/(?<![\d.eE+])-?\d{16,}(?![\d.eE])/g)?.find((digits) => BigInt(digits) !== BigInt(Number(digits)))
}

const toChoice = (choice: Json): ParamValue => (typeof choice === 'object' && choice !== null ? stringifyJson(choice) : choice)

/** Whether a parameter may have both: Optuna's `check_distribution_compatibility`. Ranges and steps may differ, choices may not. */
export function areCompatible(a: Distribution, b: Distribution): boolean {
  if (a === b) return true
  if (a.type === 'categorical' || b.type === 'categorical') {
    if (a.type !== 'categorical' || b.type !== 'categorical' || a.choices.length !== b.choices.length) return false
    return a.choices.every((choice, i) => isEqualInPython(choice, b.choices[i]))
  }
  return a.type === b.type && a.log === b.log
}

/** Python's 1 == 1.0 == True; and Optuna counts NaN as equal to itself. */
function isEqualInPython(a: ParamValue, b: ParamValue | undefined): boolean {
  const isNumeric = (value: ParamValue | undefined) => typeof value === 'number' || typeof value === 'boolean'
  if (!isNumeric(a) || !isNumeric(b)) return a === b
  return Number(a) === Number(b) || (Number.isNaN(a) && Number.isNaN(b))
}
