// What WebGPU refuses to train, by name.

import { parameterLayout } from '../../core/layout.ts'
import type { Population } from '../../core/population.ts'
import { MAX_LAYERS } from './tables.ts'

/** Why this backend cannot train a population; undefined where it can. */
export function refusalOf({ topology: { inputShape, layers }, members }: Population): string | undefined {
  if (layers.length > MAX_LAYERS) return `a network of ${layers.length} layers, but of at most ${MAX_LAYERS}`
  // lib/whole.wgsl takes a kernel for one matrix; adafactor factors one for each cell of a window.
  const several = parameterLayout({ inputShape, layers }).layers.find(({ tensors }) => tensors.some(({ shape }) => shape.length > 2))
  if (several === undefined || members.every(({ optimizer }) => optimizer.name !== 'adafactor')) return undefined
  return `a ${several.layer.type} layer by adafactor`
}
