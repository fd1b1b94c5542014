import { ACTIVATION_KERNELS } from '../../core/activations.ts'
import { LOSSES } from '../../core/losses.ts'
import type { Population } from '../../core/population.ts'

/** The last activation and the last loss that the shaders know, by number. */
const LAST_ACTIVATION = ACTIVATION_KERNELS.softmax.code
const LAST_LOSS = LOSSES.categoricalCrossentropy.code

/** Why this backend cannot train a population; undefined where it can. */
export function refusalOf({ topology, members }: Population): string | undefined {
  const { loss } = topology
  if (LOSSES[loss.name].code > LAST_LOSS) return `the loss ${loss.name}`
  if (loss.labelSmoothing > 0 || loss.fromLogits) return 'label smoothing or logits'
  for (const member of members) {
    const last = member.layers.length - 1
    const other = member.layers
      .flatMap((layer, l) => ('activation' in layer ? [{ activation: layer.activation, l }] : []))
      .find(
        ({ activation: { kernel }, l }) =>
          ACTIVATION_KERNELS[kernel].code > LAST_ACTIVATION || (kernel === 'softmax' && (l < last || loss.name === 'meanSquaredError')),
      )
    if (other !== undefined) return `the activation ${other.activation.name}`
  }
  return undefined
}
