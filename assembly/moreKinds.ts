// The table of kinds.ts gone on: the kinds that only the full builds have (full.ts), whose numbers are 10 and up.

import { LayerKind } from './generated/names'
import { concatenate_forward, concatenate_input_gradient } from './layers/concatenate'
import { gaussian_noise_forward, gaussian_noise_input_gradient } from './layers/gaussianNoise'
import { layer_normalization_forward, layer_normalization_input_gradient, layer_normalization_update } from './layers/layerNormalization'
import { residual_forward, residual_input_gradient } from './layers/residual'
import { spatial_dropout_forward, spatial_dropout_input_gradient } from './layers/spatialDropout'
import { layer } from './memory'
import { Layer } from './structures'

// @ts-ignore: decorator
@inline export function more_work_in_rows(it: Layer): bool { return true }

/** Panels of outputs, or rows of the batch. */
export function forward_more(l: i32, first: i32, last: i32): void {
  switch (layer(l).kind) {
    case LayerKind.RESIDUAL: residual_forward(l, first, last); break
    case LayerKind.CONCATENATE: concatenate_forward(l, first, last); break
    case LayerKind.GAUSSIAN_NOISE: gaussian_noise_forward(l, first, last); break
    case LayerKind.SPATIAL_DROPOUT1D:
    case LayerKind.SPATIAL_DROPOUT2D: spatial_dropout_forward(l, first, last); break
    case LayerKind.LAYER_NORMALIZATION: layer_normalization_forward(l, first, last); break
    default: unreachable()
  }
}

/** Panels of the deltas of the layer below, or rows of the batch. */
export function input_gradient_of_more(l: i32, first: i32, last: i32): void {
  switch (layer(l).kind) {
    case LayerKind.RESIDUAL: residual_input_gradient(l, first, last); break
    case LayerKind.CONCATENATE: concatenate_input_gradient(l, first, last); break
    case LayerKind.GAUSSIAN_NOISE: gaussian_noise_input_gradient(l, first, last); break
    case LayerKind.SPATIAL_DROPOUT1D:
    case LayerKind.SPATIAL_DROPOUT2D: spatial_dropout_input_gradient(l, first, last); break
    case LayerKind.LAYER_NORMALIZATION: layer_normalization_input_gradient(l, first, last); break
    default: unreachable()
  }
}

/** Panels of the layer's parameters. */
export function update_more(l: i32, first: i32, last: i32): void {
  switch (layer(l).kind) {
    case LayerKind.LAYER_NORMALIZATION: layer_normalization_update(l, first, last); break
    default: unreachable()
  }
}
