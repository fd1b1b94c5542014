// The flat list of a network's layers as people write them: blocks hold theirs.

import { at } from '../core/at.ts'
import type { LayerSpec } from '../core/layers/index.ts'
import type { TopologyLayer } from '../core/population.ts'

/**
 * Layers first … last of the flat list, by default all.
 * @param specs of each layer of the list its spec; a block's is not looked at
 */
export function asWritten(layers: readonly TopologyLayer[], specs: readonly LayerSpec[], first = 0, last = layers.length - 1): LayerSpec[] {
  const written: LayerSpec[] = []
  for (let end = last; end >= first; ) {
    const layer = at(layers, end)
    if (!('span' in layer)) {
      written.push(at(specs, end))
      end -= 1
      continue
    }
    const start = end - layer.span + 1
    let next = start
    const branches = layer.from.map((source) => {
      if (source < start) return []
      const branch = asWritten(layers, specs, next, source)
      next = source + 1
      return branch
    })
    written.push(layer.type === 'residual' ? { type: 'residual', layers: branches.flat() } : { type: 'concatenate', branches })
    end = start - 1
  }
  return written.reverse()
}
