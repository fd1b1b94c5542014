// The WGSL kernels of optimizers that take whole tensors: apart, so that a page that trains with none of these loads none of them.

import smallWhole from '../../../shaders/lib/small_whole.wgsl'
import whole from '../../../shaders/lib/whole.wgsl'
import wholeInStorage from '../../../shaders/lib/whole_in_storage.wgsl'
import wholeLengths from '../../../shaders/whole_lengths.wgsl'
import wholeUpdate from '../../../shaders/whole_update.wgsl'
import type { Snippets } from './snippets.ts'

export const wholeSources = ({ optimizer }: Snippets) =>
  ({
    wholeLengths: [optimizer, wholeInStorage, whole, wholeLengths],
    wholeUpdate: [optimizer, wholeInStorage, whole, wholeUpdate],
  }) as const

/** Of small networks, behind what smallKernels.ts has in common. */
export const smallWholeSnippets: readonly string[] = [whole, smallWhole]
