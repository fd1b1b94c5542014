// The table of kinds.ts gone on: the kinds that only the full builds have (full.ts), whose numbers are 10 and up.

import { LayerKind } from './generated/names'
import {
  cropping_forward,
  cropping_input_gradient,
  reshape_forward,
  reshape_input_gradient,
  up_sampling_forward,
  up_sampling_input_gradient,
  zero_padding_forward,
  zero_padding_input_gradient,
} from './layers/arrange'
import { augment_forward, augment_input_gradient } from './layers/augment'
import { conv_forward, conv_gradient, conv_input_gradient, conv_update } from './layers/conv'
import { depthwise_forward, depthwise_gradient, depthwise_input_gradient, depthwise_update } from './layers/depthwise'
import {
  average_pooling_forward,
  average_pooling_input_gradient,
  max_pooling_forward,
  max_pooling_input_gradient,
} from './layers/pooling'
import { concatenate_forward, concatenate_input_gradient } from './layers/concatenate'
import { embedding_forward, embedding_input_gradient, embedding_update } from './layers/embedding'
import { gaussian_noise_forward, gaussian_noise_input_gradient } from './layers/gaussianNoise'
import { layer_normalization_forward, layer_normalization_input_gradient, layer_normalization_update } from './layers/layerNormalization'
import { recurrent_backward, recurrent_forward, recurrent_input_gradient } from './layers/recurrent'
import { recurrent_pieces, recurrent_update } from './layers/recurrentUpdate'
import { residual_forward, residual_input_gradient } from './layers/residual'
import { spatial_dropout_forward, spatial_dropout_input_gradient } from './layers/spatialDropout'
import { batch, layer, rowsOf } from './memory'
import { products_of, recurrence } from './recurrence'
import { Layer } from './structures'

/** Multiply-adds that take about as long as moving one number. */
const MOVING = 8

/** Whether a kind's outputs are made in rows rather than panels. */
// @ts-ignore: decorator
@inline export function more_work_in_rows(it: Layer): bool { return it.kind != LayerKind.EMBEDDING }

/** The same of its input gradient. */
// @ts-ignore: decorator
@inline export function more_descend_in_rows(it: Layer): bool { return it.kind != LayerKind.EMBEDDING && it.recurrences == 0 }

/** Panels of outputs, or rows of the batch. */
export function forward_more(l: i32, first: i32, last: i32): void {
  switch (layer(l).kind) {
    case LayerKind.CONV1D:
    case LayerKind.CONV2D: conv_forward(l, first, last); break
    case LayerKind.DEPTHWISE_CONV2D: depthwise_forward(l, first, last); break
    case LayerKind.MAX_POOLING1D:
    case LayerKind.MAX_POOLING2D:
    case LayerKind.GLOBAL_MAX_POOLING1D:
    case LayerKind.GLOBAL_MAX_POOLING2D: max_pooling_forward(l, first, last); break
    case LayerKind.AVERAGE_POOLING1D:
    case LayerKind.AVERAGE_POOLING2D:
    case LayerKind.GLOBAL_AVERAGE_POOLING1D:
    case LayerKind.GLOBAL_AVERAGE_POOLING2D: average_pooling_forward(l, first, last); break
    case LayerKind.RESHAPE: reshape_forward(l, first, last); break
    case LayerKind.ZERO_PADDING2D: zero_padding_forward(l, first, last); break
    case LayerKind.CROPPING2D: cropping_forward(l, first, last); break
    case LayerKind.UP_SAMPLING2D: up_sampling_forward(l, first, last); break
    case LayerKind.RANDOM_FLIP:
    case LayerKind.RANDOM_TRANSLATION:
    case LayerKind.RANDOM_ROTATION:
    case LayerKind.RANDOM_ZOOM:
    case LayerKind.RANDOM_CROP: augment_forward(l, first, last); break
    case LayerKind.SIMPLE_RNN:
    case LayerKind.GRU:
    case LayerKind.LSTM:
    case LayerKind.BIDIRECTIONAL: recurrent_forward(l, first, last); break
    case LayerKind.EMBEDDING: embedding_forward(l, first, last); break
    case LayerKind.RESIDUAL: residual_forward(l, first, last); break
    case LayerKind.CONCATENATE: concatenate_forward(l, first, last); break
    case LayerKind.GAUSSIAN_NOISE: gaussian_noise_forward(l, first, last); break
    case LayerKind.SPATIAL_DROPOUT1D:
    case LayerKind.SPATIAL_DROPOUT2D: spatial_dropout_forward(l, first, last); break
    case LayerKind.LAYER_NORMALIZATION: layer_normalization_forward(l, first, last); break
    default: unreachable()
  }
}

/** Whether a kind has steps of its own, whose deltas come before those of its parameters and of the layer below. */
// @ts-ignore: decorator
@inline export function has_steps(it: Layer): bool { return it.recurrences > 0 }

/** Rows of the batch. */
export function backward_steps(l: i32, first: i32, last: i32): void { recurrent_backward(l, first, last) }

/** Panels of the deltas of the layer below, or rows of the batch. */
export function input_gradient_of_more(l: i32, first: i32, last: i32): void {
  switch (layer(l).kind) {
    case LayerKind.CONV1D:
    case LayerKind.CONV2D: conv_input_gradient(l, first, last); break
    case LayerKind.DEPTHWISE_CONV2D: depthwise_input_gradient(l, first, last); break
    case LayerKind.MAX_POOLING1D:
    case LayerKind.MAX_POOLING2D:
    case LayerKind.GLOBAL_MAX_POOLING1D:
    case LayerKind.GLOBAL_MAX_POOLING2D: max_pooling_input_gradient(l, first, last); break
    case LayerKind.AVERAGE_POOLING1D:
    case LayerKind.AVERAGE_POOLING2D:
    case LayerKind.GLOBAL_AVERAGE_POOLING1D:
    case LayerKind.GLOBAL_AVERAGE_POOLING2D: average_pooling_input_gradient(l, first, last); break
    case LayerKind.RESHAPE: reshape_input_gradient(l, first, last); break
    case LayerKind.ZERO_PADDING2D: zero_padding_input_gradient(l, first, last); break
    case LayerKind.CROPPING2D: cropping_input_gradient(l, first, last); break
    case LayerKind.UP_SAMPLING2D: up_sampling_input_gradient(l, first, last); break
    case LayerKind.RANDOM_FLIP:
    case LayerKind.RANDOM_TRANSLATION:
    case LayerKind.RANDOM_ROTATION:
    case LayerKind.RANDOM_ZOOM:
    case LayerKind.RANDOM_CROP: augment_input_gradient(l, first, last); break
    case LayerKind.SIMPLE_RNN:
    case LayerKind.GRU:
    case LayerKind.LSTM:
    case LayerKind.BIDIRECTIONAL: recurrent_input_gradient(l, first, last); break
    case LayerKind.EMBEDDING: embedding_input_gradient(l, first, last); break
    case LayerKind.RESIDUAL: residual_input_gradient(l, first, last); break
    case LayerKind.CONCATENATE: concatenate_input_gradient(l, first, last); break
    case LayerKind.GAUSSIAN_NOISE: gaussian_noise_input_gradient(l, first, last); break
    case LayerKind.SPATIAL_DROPOUT1D:
    case LayerKind.SPATIAL_DROPOUT2D: spatial_dropout_input_gradient(l, first, last); break
    case LayerKind.LAYER_NORMALIZATION: layer_normalization_input_gradient(l, first, last); break
    default: unreachable()
  }
}

/** How many pieces the update of a layer is. */
// @ts-ignore: decorator
@inline export function update_pieces_more(it: Layer): i32 { return it.recurrences > 0 ? recurrent_pieces(it) : it.width >> 3 }

/** Multiply-adds of a layer's product, or what others take as long as. */
export function product_of_more(it: Layer): i64 {
  if (it.recurrences > 0) return <i64>(batch.rows * it.inputPositions * it.recurrences) * products_of(recurrence(it, 0))
  return <i64>rowsOf(it, batch.rows) * MOVING * it.width
}

/** Whether a kind's gradient is first added up in groups of rows. */
export function more_have_groups(it: Layer): bool {
  return it.kind == LayerKind.CONV1D || it.kind == LayerKind.CONV2D || it.kind == LayerKind.DEPTHWISE_CONV2D
}

/** Groups of rows: what each adds to the gradient, in a place of its own. */
export function gradient_of_more(l: i32, first: i32, last: i32): void {
  switch (layer(l).kind) {
    case LayerKind.CONV1D:
    case LayerKind.CONV2D: conv_gradient(l, first, last); break
    case LayerKind.DEPTHWISE_CONV2D: depthwise_gradient(l, first, last); break
    default: unreachable()
  }
}

/** Panels of the layer's parameters. */
export function update_more(l: i32, first: i32, last: i32): void {
  switch (layer(l).kind) {
    case LayerKind.CONV1D:
    case LayerKind.CONV2D: conv_update(l, first, last); break
    case LayerKind.DEPTHWISE_CONV2D: depthwise_update(l, first, last); break
    case LayerKind.SIMPLE_RNN:
    case LayerKind.GRU:
    case LayerKind.LSTM:
    case LayerKind.BIDIRECTIONAL: recurrent_update(l, first, last); break
    case LayerKind.EMBEDDING: embedding_update(l, first, last); break
    case LayerKind.LAYER_NORMALIZATION: layer_normalization_update(l, first, last); break
    default: unreachable()
  }
}
