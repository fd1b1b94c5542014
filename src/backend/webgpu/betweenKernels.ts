// The WGSL kernels of what dense networks have between their dense layers: apart, so that a page that trains none of these loads none of them.

import batchNormalization from '../../../shaders/batch_normalization_forward.wgsl'
import batchNormalizationGradient from '../../../shaders/batch_normalization_gradient.wgsl'
import batchNormalizationInputGradient from '../../../shaders/batch_normalization_input_gradient.wgsl'
import flatten from '../../../shaders/flatten_forward.wgsl'
import flattenInputGradient from '../../../shaders/flatten_input_gradient.wgsl'
import glu from '../../../shaders/glu_forward.wgsl'
import gluInputGradient from '../../../shaders/glu_input_gradient.wgsl'
import counted from '../../../shaders/lib/counted.wgsl'
import mask from '../../../shaders/lib/mask.wgsl'
import passForward from '../../../shaders/pass_forward.wgsl'
import passInputGradient from '../../../shaders/pass_input_gradient.wgsl'
import prelu from '../../../shaders/prelu_forward.wgsl'
import preluGradient from '../../../shaders/prelu_gradient.wgsl'
import preluInputGradient from '../../../shaders/prelu_input_gradient.wgsl'
import type { Snippets } from './snippets.ts'

export const betweenSources = ({ activation, columns, denseForward, denseInputGradient, dropout, passOn, random }: Snippets) =>
  ({
    passForward: [random, activation, dropout, denseForward, passForward],
    passInputGradient: [random, activation, dropout, denseInputGradient, passOn, passInputGradient],
    batchNormalization: [columns, mask, counted, batchNormalization],
    batchNormalizationGradient: [columns, mask, counted, batchNormalizationGradient],
    batchNormalizationInputGradient: [random, activation, dropout, denseInputGradient, passOn, mask, batchNormalizationInputGradient],
    prelu: [prelu],
    preluGradient: [preluGradient],
    preluInputGradient: [random, activation, dropout, denseInputGradient, passOn, preluInputGradient],
    flatten: [flatten],
    flattenInputGradient: [random, activation, dropout, denseInputGradient, passOn, flattenInputGradient],
    glu: [activation, glu],
    gluInputGradient: [random, activation, dropout, denseInputGradient, passOn, gluInputGradient],
  }) as const
