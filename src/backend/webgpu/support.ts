// What WebGPU refuses to train, by name.

import type { Population } from '../../core/population.ts'
import { MAX_LAYERS } from './tables.ts'

/** Why this backend cannot train a population; undefined where it can. */
export function refusalOf({ topology: { layers } }: Population): string | undefined {
  return layers.length > MAX_LAYERS ? `a network of ${layers.length} layers, but of at most ${MAX_LAYERS}` : undefined
}
