// What a member's tensors are before training, from its initialisers or the weights it was given.

import { at } from '../../core/at.ts'
import { kindOf } from '../../core/layers/index.ts'
import { lastAxis } from '../../core/layers/kind.ts'
import { flatLayers, type Layout } from '../../core/layout.ts'
import type { Member } from '../../core/population.ts'
import { Purpose } from '../../core/random.ts'
import type { InitialTensor } from './initialize.ts'

/** By a tensor's place among a layer's tensors and state: the purpose its random stream is for; of more than four, with their round in the highest bits. */
const PURPOSES = [Purpose.kernel, Purpose.bias, Purpose.thirdTensor, Purpose.fourthTensor]

export function initialTensors({ initialWeights, layers }: Member, layout: Layout): InitialTensor[] {
  const given = initialWeights && flatLayers(initialWeights, layout)
  return layers.flatMap((own, i) => {
    const { tensors, state } = at(layout.layers, i)
    const sources = given === undefined ? kindOf(own.type).initializers(own) : at(given, i)
    return [...tensors, ...state].map(({ shape, offset }, t) => {
      const from = sources[t]
      if (from === undefined) throw new Error(`a ${own.type} layer has no initialiser for tensor ${t}`)
      const { width, positions } = lastAxis(shape)
      return {
        offset: t < tensors.length ? offset : layout.parameters + offset,
        rows: positions,
        columns: width,
        from,
        stream: at(PURPOSES, t % PURPOSES.length) | (i << 8) | (Math.floor(t / PURPOSES.length) << 24),
      }
    })
  })
}
