// What a layer comes to in memory: the width of its rows, the panels of its parameters, and the tensors in them.

import { FULL } from './full'
import { LayerKind } from './generated/names'
import { hasPanels, isConv, layer, padded, rowStride } from './memory'
import { describe_recurrent, shape_recurrent } from './recurrence'
import { Layer, Window } from './structures'
import { add_tensor, tensorOf } from './tensors'

/** Whether its outputs are an image: their positions follow each other without a gap, so that neighbours are copied in one go. */
function isImage(it: Layer, l: i32): bool {
  return it.window != 0 || (l > 0 && it.positions == it.inputPositions && it.kind != LayerKind.DENSE && isImage(layer(l - 1), l - 1))
}

/** How wide its rows are and how large a panel of its parameters, from its kind and sizes. */
export function shape(it: Layer, l: i32): void {
  it.width = padded(it.units)
  it.stride = rowStride(it.width)
  if (FULL) if (isImage(it, l)) it.stride = <usize>it.width * 4
  if (hasPanels(it)) {
    if (FULL) if (isConv(it)) {
      const w = changetype<Window>(it.window)
      it.depth = it.inputs * w.height * w.width
      it.windowStride = rowStride(padded(it.depth))
    }
    it.panelWidth = 8
    it.height = l > 0 ? padded(it.depth) : it.depth
    it.panelBytes = <usize>((1 + it.height) * 8) * 4
  } else if (FULL && it.recurrences > 0) {
    it.panelWidth = it.width
    it.panelBytes = shape_recurrent(it)
  } else if (FULL && it.kind == LayerKind.EMBEDDING) {
    it.panelWidth = 8
    it.panelBytes = <usize>it.rows * 32
  } else {
    it.panelWidth = it.width
    it.height = 0
    it.panelBytes = <usize>(it.rows * it.width) * 4
  }
}

/** The tensors of a layer that has its shape, in core's order. */
export function describe(it: Layer): void {
  it.tensorCount = 0
  const width = it.panelWidth
  const row = <usize>width * 4
  if (hasPanels(it)) {
    add_tensor(it, it.depth, it.units, it.units, width, row, it.panelBytes, row, true)
    if (FULL) tensorOf(it, 0).matrices = it.depth / it.inputs
    if (it.bias) add_tensor(it, 1, it.units, it.units, width, 0, it.panelBytes, row, false)
  } else if (it.kind == LayerKind.BATCH_NORMALIZATION) {
    for (let t = 0; t < it.rows; t++) add_tensor(it, 1, it.units, it.units, width, <usize>t * row, 0, row, false)
  } else if (FULL && it.kind == LayerKind.DEPTHWISE_CONV2D) {
    const cells = it.rows - i32(it.bias)
    add_tensor(it, cells, it.units, it.units, width, 0, 0, row, true)
    tensorOf(it, 0).splits = it.inputs
    if (it.bias) add_tensor(it, 1, it.units, it.units, width, <usize>cells * row, 0, row, false)
  } else if (FULL && it.recurrences > 0) {
    describe_recurrent(it)
  } else if (FULL && it.kind == LayerKind.EMBEDDING) {
    add_tensor(it, it.rows, it.units, it.units, 8, 0, it.panelBytes, 32, true)
  } else if (FULL && it.kind == LayerKind.LAYER_NORMALIZATION) {
    const rows = it.positions / it.groups
    for (let t = 0; t < it.rows / rows; t++) {
      add_tensor(it, rows, it.units, it.units, width, <usize>(t * rows) * row, 0, row, rows > 1)
      tensorOf(it, t).matrices = it.matrices
    }
  } else if (it.rows > 0) {
    add_tensor(it, it.rows, it.units, it.units, width, 0, 0, row, it.inputPositions > 1)
    // One alpha for each cell of an image: (rows, columns, channels).
    if (FULL) if (it.window != 0 && it.rows > 1) tensorOf(it, 0).matrices = changetype<Window>(it.window).rows
  }
}
