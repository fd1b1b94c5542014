// What WebGPU refuses to train, by name.

import type { Population } from '../../core/population.ts'
import { WASM_ONLY } from './kinds.ts'
import { MAX_LAYERS } from './tables.ts'

/** Why this backend cannot train a population; undefined where it can. */
export function refusalOf({ topology: { layers } }: Population): string | undefined {
  const missing = layers.find(({ type }) => (WASM_ONLY as readonly string[]).includes(type))
  if (missing !== undefined) return `a layer of the kind ${missing.type}, which WASM trains`
  return layers.length > MAX_LAYERS ? `a network of ${layers.length} layers, but of at most ${MAX_LAYERS}` : undefined
}
