// Where Keras sees other numbers at masked steps than a network here does.

import { kindOf } from '../../core/layers/index.ts'
import type { Layout } from '../../core/layout.ts'

/** Kinds that leave masked steps out. */
const HEEDING: readonly string[] = ['simpleRnn', 'gru', 'lstm', 'bidirectional', 'globalAveragePooling1d']

/**
 * The kind that reads masked steps which a bidirectional layer has given, as numbers like others; undefined where there is none. In Keras they are 0 (`bidirectional.py`,
 * `force_zero_output_for_mask`), here the last output again.
 */
export function readerOfMaskedWays({ layers }: Layout): string | undefined {
  const other: boolean[] = []
  for (const { layer, from, maskedBy } of layers) {
    const reads = from.some((source) => other[source] === true)
    const carries = maskedBy !== undefined && kindOf(layer.type).carriesMask?.(layer, true) === true
    if (reads && !carries && !HEEDING.includes(layer.type)) return layer.type
    const ways = layer.type === 'bidirectional' && layer.layer.returnSequences
    other.push(carries && (ways || (reads && !HEEDING.includes(layer.type))))
  }
  return undefined
}
