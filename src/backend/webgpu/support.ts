import type { DenseMember } from '../../core/layers/dense.ts'
import { needsWholeGradient } from '../../core/optimizers.ts'
import type { Member, Population } from '../../core/population.ts'

/** What the shaders know. */

/** Why this backend cannot train a population; undefined where it can. */
export function refusalOf({ topology, members }: Population): string | undefined {
  const { layers } = topology
  const layer = layers.find((one) => one.type !== 'dense' || !one.useBias || !one.trainable)
  if (layer !== undefined)
    return layer.type === 'dense' ? 'a dense layer without bias, or one that is not trained' : `a ${layer.type} layer`
  if (topology.inputShape.length !== 1) return 'rows of several axes'
  for (const member of members) {
    if (needsWholeGradient(member.optimizer)) return `${member.optimizer.name} with these settings`
  }
  return undefined
}

/** A member's layers, once `refusalOf` has let it pass. */
export const denseLayersOf = ({ layers }: Member): DenseMember[] => layers.filter((layer) => layer.type === 'dense')
