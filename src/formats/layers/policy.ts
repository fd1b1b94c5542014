/** In what numbers a layer computes: what is read here computes in float32. */

import type { ReadLayer } from './topology.ts'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/** The name of a policy: a word, or Keras's object, whose name stands in its config; of a map of policies the one that is not said by path. */
function policyName(dtype: unknown): string | undefined {
  if (typeof dtype === 'string') return dtype
  if (!isRecord(dtype)) return undefined
  const config = isRecord(dtype.config) ? dtype.config : {}
  return typeof config.name === 'string' && dtype.class_name !== 'DTypePolicyMap' ? config.name : policyName(config.default_policy)
}

/** float64 is computed as float32, as exactly as float32 is. Whole numbers stand in input layers alone. */
const EXACT = /^(_?infer|float32|float64|u?int\d+|bool|string)$/

/** Why a layer's numbers would not come out the same; undefined where they do. */
export function imprecise({ config }: ReadLayer): string | undefined {
  const name = policyName(config.dtype)
  if (name === undefined || EXACT.test(name)) return undefined
  return `computes by the dtype policy "${name}", and in float32, as here, its predictions would be others; in Python, give the same layers dtype="float32" and these weights, and save that`
}
