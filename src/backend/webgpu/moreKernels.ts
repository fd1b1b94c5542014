// The WGSL kernels of kinds beyond those of dense networks: apart, so that a page that trains none of these loads none of them.

import addDeltas from '../../../shaders/add_deltas.wgsl'
import arrange from '../../../shaders/arrange_forward.wgsl'
import arrangeInputGradient from '../../../shaders/arrange_input_gradient.wgsl'
import augment from '../../../shaders/augment_forward.wgsl'
import augmentInputGradient from '../../../shaders/augment_input_gradient.wgsl'
import conv from '../../../shaders/conv_forward.wgsl'
import convGradient from '../../../shaders/conv_gradient.wgsl'
import convInputGradient from '../../../shaders/conv_input_gradient.wgsl'
import depthwise from '../../../shaders/depthwise_forward.wgsl'
import depthwiseGradient from '../../../shaders/depthwise_gradient.wgsl'
import depthwiseInputGradient from '../../../shaders/depthwise_input_gradient.wgsl'
import embedding from '../../../shaders/embedding_forward.wgsl'
import embeddingGradient from '../../../shaders/embedding_gradient.wgsl'
import embeddingInputGradient from '../../../shaders/embedding_input_gradient.wgsl'
import gaussianNoise from '../../../shaders/gaussian_noise_forward.wgsl'
import join from '../../../shaders/join_forward.wgsl'
import joinInputGradient from '../../../shaders/join_input_gradient.wgsl'
import layerNormalization from '../../../shaders/layer_normalization_forward.wgsl'
import layerNormalizationGradient from '../../../shaders/layer_normalization_gradient.wgsl'
import layerNormalizationInputGradient from '../../../shaders/layer_normalization_input_gradient.wgsl'
import augmentation from '../../../shaders/lib/augment.wgsl'
import channels from '../../../shaders/lib/channels.wgsl'
import groups from '../../../shaders/lib/groups.wgsl'
import recurrentPlaces from '../../../shaders/lib/recurrent.wgsl'
import tokens from '../../../shaders/lib/tokens.wgsl'
import windows from '../../../shaders/lib/windows.wgsl'
import pooling from '../../../shaders/pooling_forward.wgsl'
import poolingInputGradient from '../../../shaders/pooling_input_gradient.wgsl'
import recurrentBackward from '../../../shaders/recurrent_backward.wgsl'
import recurrent from '../../../shaders/recurrent_forward.wgsl'
import recurrentGradient from '../../../shaders/recurrent_gradient.wgsl'
import recurrentInputGradient from '../../../shaders/recurrent_input_gradient.wgsl'
import recurrentMerge from '../../../shaders/recurrent_merge.wgsl'
import type { Snippets } from './snippets.ts'

export const moreSources = ({ activation, columns, denseForward, denseInputGradient, dropout, passOn, random }: Snippets) =>
  ({
    addDeltas: [random, activation, dropout, denseInputGradient, addDeltas],
    join: [join],
    joinInputGradient: [random, activation, dropout, denseInputGradient, passOn, joinInputGradient],
    gaussianNoise: [random, gaussianNoise],
    layerNormalization: [columns, groups, layerNormalization],
    layerNormalizationGradient: [layerNormalizationGradient],
    layerNormalizationInputGradient: [
      ...[random, activation, dropout, denseInputGradient, passOn, columns, groups],
      layerNormalizationInputGradient,
    ],
    recurrent: [activation, recurrentPlaces, recurrent],
    recurrentMerge: [recurrentPlaces, recurrentMerge],
    recurrentBackward: [activation, recurrentPlaces, recurrentBackward],
    recurrentGradient: [recurrentPlaces, recurrentGradient],
    recurrentInputGradient: [random, activation, dropout, denseInputGradient, passOn, recurrentPlaces, recurrentInputGradient],
    embedding: [tokens, embedding],
    embeddingGradient: [tokens, embeddingGradient],
    embeddingInputGradient: [random, activation, dropout, denseInputGradient, passOn, embeddingInputGradient],
    conv: [random, activation, dropout, denseForward, windows, conv],
    convGradient: [columns, windows, convGradient],
    convInputGradient: [random, activation, dropout, denseInputGradient, passOn, windows, convInputGradient],
    depthwise: [random, activation, dropout, denseForward, windows, channels, depthwise],
    depthwiseGradient: [columns, windows, channels, depthwiseGradient],
    depthwiseInputGradient: [random, activation, dropout, denseInputGradient, passOn, windows, depthwiseInputGradient],
    pooling: [windows, pooling],
    poolingInputGradient: [random, activation, dropout, denseInputGradient, passOn, windows, poolingInputGradient],
    augment: [random, augmentation, augment],
    augmentInputGradient: [random, activation, dropout, denseInputGradient, passOn, augmentation, augmentInputGradient],
    arrange: [arrange],
    arrangeInputGradient: [random, activation, dropout, denseInputGradient, passOn, arrangeInputGradient],
  }) as const
