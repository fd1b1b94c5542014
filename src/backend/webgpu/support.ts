import { ACTIVATION_KERNELS } from '../../core/activations.ts'
import type { DenseMember } from '../../core/layers/dense.ts'
import { LOSSES } from '../../core/losses.ts'
import { needsWholeGradient } from '../../core/optimizers.ts'
import type { Member, Population } from '../../core/population.ts'

/** What the shaders know. */

/** The last activation and the last loss that they have, by number. */
const LAST_ACTIVATION = ACTIVATION_KERNELS.softmax.code
const LAST_LOSS = LOSSES.categoricalCrossentropy.code

/** Why this backend cannot train a population; undefined where it can. */
export function refusalOf({ topology, members }: Population): string | undefined {
  const { layers, loss } = topology
  const layer = layers.find((one) => one.type !== 'dense' || !one.useBias || !one.trainable)
  if (layer !== undefined)
    return layer.type === 'dense' ? 'a dense layer without bias, or one that is not trained' : `a ${layer.type} layer`
  if (topology.inputShape.length !== 1) return 'rows of several axes'
  if (LOSSES[loss.name].code > LAST_LOSS) return `the loss ${loss.name}`
  if (loss.labelSmoothing > 0 || loss.fromLogits) return 'label smoothing or logits'
  for (const member of members) {
    const own = denseLayersOf(member)
    const last = own.length - 1
    const other = own.find(
      ({ activation: { kernel } }, l) =>
        ACTIVATION_KERNELS[kernel].code > LAST_ACTIVATION || (kernel === 'softmax' && (l < last || loss.name === 'meanSquaredError')),
    )
    if (other !== undefined) return `the activation ${other.activation.name}`
    if (needsWholeGradient(member.optimizer)) return `${member.optimizer.name} with these settings`
  }
  return undefined
}

/** A member's layers, once `refusalOf` has let it pass. */
export const denseLayersOf = ({ layers }: Member): DenseMember[] => layers.filter((layer) => layer.type === 'dense')
