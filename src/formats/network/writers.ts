// How each kind of layer is written: an entry a kind.

import type { LayerType } from '../../core/layers/index.ts'
import type { Part } from '../layers/write.ts'
import { activationParts } from './activations.ts'
import { AUGMENT_WRITERS } from './augment.ts'
import { kerasOnly, part, type ToWrite, variables } from './part.ts'
import { RECURRENT_WRITERS } from './recurrent.ts'
import { WINDOW_WRITERS } from './windows.ts'

/** Each kind as layers in a row. */
const WRITERS: { readonly [K in LayerType]: (given: ToWrite<K>) => readonly Part[] } = {
  dense: ({ layer, own, weights, convention, where }) => {
    const { word, after } = activationParts(own.activation, convention, where)
    const dropout = own.dropout > 0 ? [part('Dropout', { rate: own.dropout })] : []
    return [part('Dense', { units: layer.units, activation: word, use_bias: layer.useBias }, variables(weights)), ...after, ...dropout]
  },
  dropout: ({ own }) => [part('Dropout', { rate: own.rate })],
  activation: ({ own, convention, where }) => {
    const { word, after } = activationParts(own.activation, convention, where)
    return after.length > 0 ? after : [part('Activation', { activation: word })]
  },
  batchNormalization: ({ layer, own, weights }) => [
    part(
      'BatchNormalization',
      { axis: -1, momentum: own.momentum, epsilon: own.epsilon, center: layer.center, scale: layer.scale },
      variables(weights),
    ),
  ],
  prelu: ({ layer, weights }) => [
    part('PReLU', { shared_axes: layer.sharedAxes.length > 0 ? [...layer.sharedAxes] : null }, variables(weights)),
  ],
  flatten: () => [part('Flatten', { data_format: 'channels_last' })],
  glu: (given) => {
    kerasOnly(given, 'a glu')
    return [part('Activation', { activation: 'glu' })]
  },
  residual: () => [part('Add')],
  concatenate: () => [part('Concatenate', { axis: -1 })],
  gaussianNoise: ({ own }) => [part('GaussianNoise', { stddev: own.stddev })],
  spatialDropout1d: ({ own }) => [part('SpatialDropout1D', { rate: own.rate })],
  spatialDropout2d: (given) => {
    kerasOnly(given, 'a spatialDropout2d')
    return [part('SpatialDropout2D', { rate: given.own.rate, data_format: 'channels_last' })]
  },
  layerNormalization: ({ layer, own, weights }) => [
    part(
      'LayerNormalization',
      { axis: [...layer.axis], epsilon: own.epsilon, center: layer.center, scale: layer.scale },
      variables(weights),
    ),
  ],
  ...AUGMENT_WRITERS,
  ...WINDOW_WRITERS,
  ...RECURRENT_WRITERS,
}

export const partsOf = (given: ToWrite<LayerType>): readonly Part[] =>
  (WRITERS[given.own.type] as (given: ToWrite<LayerType>) => readonly Part[])(given)
