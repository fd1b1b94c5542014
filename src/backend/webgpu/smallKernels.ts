// The WGSL kernels of networks that train in a workgroup's memory. A page loads them with the first such network.

import smallProducts from '../../../shaders/lib/generated/small_products.wgsl'
import smallUpdate from '../../../shaders/lib/small_update.wgsl'
import smallNetwork from '../../../shaders/small_network.wgsl'
import type { Snippets } from './snippets.ts'

/** What both kernels begin with. */
export const smallSnippets = (lib: Snippets): readonly string[] => [
  ...[lib.random, lib.activation, lib.otherActivations, lib.rowActivations, lib.dropout, lib.features],
  ...[lib.loss, lib.otherLosses, lib.optimizer, smallNetwork, smallProducts],
]

/** What the one for optimizers of single numbers ends with. */
export const smallUpdateSnippets: readonly string[] = [smallUpdate]
