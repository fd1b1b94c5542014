// The table of kinds.ts gone on: the kinds that only the full builds have (full.ts), whose numbers are 10 and up.

import { LayerKind } from './generated/names'
import {
  reshape_forward,
  reshape_input_gradient,
  up_sampling_forward,
  up_sampling_input_gradient,
  zero_padding_forward,
  zero_padding_input_gradient,
} from './layers/arrange'
import { conv_forward, conv_gradient, conv_input_gradient, conv_update } from './layers/conv'
import { depthwise_forward, depthwise_gradient, depthwise_input_gradient, depthwise_update } from './layers/depthwise'
import {
  average_pooling_forward,
  average_pooling_input_gradient,
  max_pooling_forward,
  max_pooling_input_gradient,
} from './layers/pooling'
import { layer } from './memory'
import { Layer } from './structures'

/** Whether a kind's forward and input gradient are cut into rows rather than panels. */
export function more_work_in_rows(it: Layer): bool { return true }

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
    case LayerKind.UP_SAMPLING2D: up_sampling_forward(l, first, last); break
    default: unreachable()
  }
}

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
    case LayerKind.UP_SAMPLING2D: up_sampling_input_gradient(l, first, last); break
    default: unreachable()
  }
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
    default: unreachable()
  }
}
