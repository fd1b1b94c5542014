// The WGSL kernels of kinds with windows: apart, so that a page that trains none of these loads none of them.

import arrange from '../../../shaders/arrange_forward.wgsl'
import arrangeInputGradient from '../../../shaders/arrange_input_gradient.wgsl'
import conv from '../../../shaders/conv_forward.wgsl'
import convGradient from '../../../shaders/conv_gradient.wgsl'
import convInputGradient from '../../../shaders/conv_input_gradient.wgsl'
import depthwise from '../../../shaders/depthwise_forward.wgsl'
import depthwiseGradient from '../../../shaders/depthwise_gradient.wgsl'
import depthwiseInputGradient from '../../../shaders/depthwise_input_gradient.wgsl'
import activation from '../../../shaders/lib/activation.wgsl'
import channels from '../../../shaders/lib/channels.wgsl'
import columns from '../../../shaders/lib/columns.wgsl'
import denseForward from '../../../shaders/lib/dense_forward.wgsl'
import denseInputGradient from '../../../shaders/lib/dense_input_gradient.wgsl'
import dropout from '../../../shaders/lib/dropout.wgsl'
import passOn from '../../../shaders/lib/pass_on.wgsl'
import random from '../../../shaders/lib/random.wgsl'
import windows from '../../../shaders/lib/windows.wgsl'
import pooling from '../../../shaders/pooling_forward.wgsl'
import poolingInputGradient from '../../../shaders/pooling_input_gradient.wgsl'

/** As kernels.ts's. */
export const WINDOW_SOURCES = {
  conv: [random, activation, dropout, denseForward, windows, conv],
  convGradient: [columns, windows, convGradient],
  convInputGradient: [random, activation, dropout, denseInputGradient, passOn, windows, convInputGradient],
  depthwise: [random, activation, dropout, denseForward, windows, channels, depthwise],
  depthwiseGradient: [columns, windows, channels, depthwiseGradient],
  depthwiseInputGradient: [random, activation, dropout, denseInputGradient, passOn, windows, depthwiseInputGradient],
  pooling: [windows, pooling],
  poolingInputGradient: [random, activation, dropout, denseInputGradient, passOn, windows, poolingInputGradient],
  arrange: [arrange],
  arrangeInputGradient: [random, activation, dropout, denseInputGradient, passOn, arrangeInputGradient],
} as const
