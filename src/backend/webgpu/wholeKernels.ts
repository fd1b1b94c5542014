// What the WGSL kernels of optimizers that take whole tensors have beside the others: apart, so that a page that trains with none of these loads none of it.

import smallWhole from '../../../shaders/lib/small_whole.wgsl'
import whole from '../../../shaders/lib/whole.wgsl'
import wholeInStorage from '../../../shaders/lib/whole_in_storage.wgsl'
import wholeLengths from '../../../shaders/whole_lengths.wgsl'
import wholeUpdate from '../../../shaders/whole_update.wgsl'

/** Behind kernels.ts's of the same names. */
export const WHOLE_SOURCES = {
  wholeLengths: [wholeInStorage, whole, wholeLengths],
  wholeUpdate: [wholeInStorage, whole, wholeUpdate],
  smallNetworkWhole: [whole, smallWhole],
} as const
