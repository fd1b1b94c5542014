// The WGSL snippets of shaders/lib that the kernels of several files use.

import activation from '../../../shaders/lib/activation.wgsl'
import columns from '../../../shaders/lib/columns.wgsl'
import denseForward from '../../../shaders/lib/dense_forward.wgsl'
import denseInputGradient from '../../../shaders/lib/dense_input_gradient.wgsl'
import dropout from '../../../shaders/lib/dropout.wgsl'
import features from '../../../shaders/lib/features.wgsl'
import loss from '../../../shaders/lib/loss.wgsl'
import optimizer from '../../../shaders/lib/optimizer.wgsl'
import otherActivations from '../../../shaders/lib/other_activations.wgsl'
import otherLosses from '../../../shaders/lib/other_losses.wgsl'
import passOn from '../../../shaders/lib/pass_on.wgsl'
import random from '../../../shaders/lib/random.wgsl'
import rowActivations from '../../../shaders/lib/row_activations.wgsl'

export const SNIPPETS = {
  activation,
  columns,
  denseForward,
  denseInputGradient,
  dropout,
  features,
  loss,
  optimizer,
  otherActivations,
  otherLosses,
  passOn,
  random,
  rowActivations,
}
export type Snippets = typeof SNIPPETS
