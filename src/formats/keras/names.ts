/**
 * Names of columns and classes where Keras keeps them: what stands beside a network in `metadata.json` is gone when Keras saves it again, the
 * configs of layers stay. A Dropout of rate 0 does nothing, in training either, and Keras hands on its seed, which it then never uses, as it is.
 */

import * as z from 'zod/mini'
import { parseJson } from '../../core/json.ts'
import type { LayerJson } from '../layers/convention.ts'
import type { Part } from '../layers/write.ts'
import { type Labels, labelsOf, labelsSchema } from '../model.ts'
import { NOTES } from '../notes.ts'

/** The layer that holds the names; none where the model has none. */
export function namesPart(data: Labels): Part[] {
  const labels = labelsOf(data)
  if (Object.keys(labels).length === 0) return []
  return [
    { className: 'Dropout', name: 'espalier_names', config: { rate: 0, seed: JSON.stringify({ [NOTES]: labels }), noise_shape: null } },
  ]
}

const keptSchema = z.object({ [NOTES]: labelsSchema })

/** The names that a layer holds; none where there is no such layer. */
export function keptNames(layers: readonly LayerJson[]): Labels {
  for (const { className, config } of layers) {
    const { seed } = config
    if (className !== 'Dropout' || typeof seed !== 'string') continue
    try {
      const kept = z.safeParse(keptSchema, parseJson(seed))
      if (kept.success) return kept.data[NOTES]
    } catch {
      // A seed of somebody else's.
    }
  }
  return {}
}
