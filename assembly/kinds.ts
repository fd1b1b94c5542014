// The table from a layer's kind to what it does. The loops over layers (step.ts) and the pieces (pieces.ts) know no kind.
// A kind works in panels of 8 columns, over all rows of the batch, or in some rows, over all columns; its pieces do not meet.

import { FULL } from './full'
import { LayerKind } from './generated/names'
import { activation_forward, activation_input_gradient } from './layers/activation'
import {
  batch_normalization_forward,
  batch_normalization_input_gradient,
  batch_normalization_update,
} from './layers/batchNormalization'
import { dense_forward, dense_has_rows, dense_input_gradient, dense_rows, dense_update, panel_penalties } from './layers/dense'
import { dropout_forward, dropout_input_gradient } from './layers/dropout'
import { flatten_forward, flatten_input_gradient } from './layers/flatten'
import { glu_forward, glu_input_gradient } from './layers/glu'
import { prelu_forward, prelu_input_gradient, prelu_update } from './layers/prelu'
import { hasActivation, layer } from './memory'
import {
  forward_more,
  gradient_of_more,
  input_gradient_of_more,
  more_descend_in_rows,
  more_have_groups,
  more_work_in_rows,
  update_more,
  update_pieces_more,
} from './moreKinds'
import { Layer } from './structures'

/** The first number of the kinds that only the full builds have (moreKinds.ts). */
export const MORE: i32 = 10

/** Whether a kind's forward and input gradient are cut into rows rather than panels. */
// @ts-ignore: decorator
@inline export function works_in_rows(it: Layer): bool {
  if (FULL) if (it.kind >= MORE) return more_work_in_rows(it)
  return it.kind == LayerKind.ACTIVATION || it.kind == LayerKind.FLATTEN || it.kind == LayerKind.GLU
}

/** Whether its input gradient is. */
// @ts-ignore: decorator
@inline export function descends_in_rows(it: Layer): bool {
  if (FULL) if (it.kind >= MORE) return more_descend_in_rows(it)
  return works_in_rows(it)
}

/** Pieces of an update. */
// @ts-ignore: decorator
@inline export function update_pieces(l: i32): i32 { return FULL ? update_pieces_more(layer(l)) : layer(l).width >> 3 }

/** Panels of outputs, or rows of the batch. */
export function forward_layer(l: i32, first: i32, last: i32): void {
  switch (layer(l).kind) {
    case LayerKind.DENSE: dense_forward(l, first, last); break
    case LayerKind.DROPOUT: dropout_forward(l, first, last); break
    case LayerKind.ACTIVATION: activation_forward(l, first, last); break
    case LayerKind.BATCH_NORMALIZATION: batch_normalization_forward(l, first, last); break
    case LayerKind.PRELU: prelu_forward(l, first, last); break
    case LayerKind.FLATTEN: flatten_forward(l, first, last); break
    case LayerKind.GLU: glu_forward(l, first, last); break
    default:
      if (FULL) forward_more(l, first, last)
      else unreachable()
  }
}

/** Whether outputs are finished row by row, once `forward_layer` is through. */
export function has_rows(l: i32): bool { return hasActivation(layer(l)) && dense_has_rows(l) }

/** Rows of the batch. */
export function forward_rows(l: i32, first: i32, last: i32): void { dense_rows(l, first, last) }

/** Panels of the deltas of the layer below, or rows of the batch. */
export function input_gradient_of(l: i32, first: i32, last: i32): void {
  switch (layer(l).kind) {
    case LayerKind.DENSE: dense_input_gradient(l, first, last); break
    case LayerKind.DROPOUT: dropout_input_gradient(l, first, last); break
    case LayerKind.ACTIVATION: activation_input_gradient(l, first, last); break
    case LayerKind.BATCH_NORMALIZATION: batch_normalization_input_gradient(l, first, last); break
    case LayerKind.PRELU: prelu_input_gradient(l, first, last); break
    case LayerKind.FLATTEN: flatten_input_gradient(l, first, last); break
    case LayerKind.GLU: glu_input_gradient(l, first, last); break
    default:
      if (FULL) input_gradient_of_more(l, first, last)
      else unreachable()
  }
}

/** Panels of the layer's parameters: their gradient, and their update. Kinds without parameters are never asked. */
export function update_layer(l: i32, first: i32, last: i32): void {
  switch (layer(l).kind) {
    case LayerKind.DENSE: dense_update(l, first, last); break
    case LayerKind.BATCH_NORMALIZATION: batch_normalization_update(l, first, last); break
    case LayerKind.PRELU: prelu_update(l, first, last); break
    default:
      if (FULL) update_more(l, first, last)
      else unreachable()
  }
}

/** Whether a kind's gradient is first added up in groups of rows (`gradient_of_more`). */
// @ts-ignore: decorator
@inline export function has_groups(l: i32): bool { return FULL && layer(l).kind >= MORE && more_have_groups(layer(l)) }

/** Groups of rows. */
export function gradient_of(l: i32, first: i32, last: i32): void { if (FULL) gradient_of_more(l, first, last) }

/** Whether training moves numbers of the layer. */
export function is_trained(l: i32): bool {
  const it = layer(l)
  return it.trained && it.tensorCount > 0
}

/** The penalties of the weights before `update_layer`. */
export function penalties_of(l: i32): f64 { return panel_penalties(l, update_pieces(l)) }
