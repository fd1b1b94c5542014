// The tensors of layers: a table of where their numbers lie, which transfer.ts, whole.ts and the penalties go by.

import { FULL } from './full'
import { allocate, LINE } from './memory'
import { Layer, Tensor } from './structures'

/** Tensor t of a layer, in core's order. */
// @ts-ignore: decorator
@inline export function tensorOf(it: Layer, t: i32): Tensor { return changetype<Tensor>(it.tensors + <usize>t * LINE) }

// @ts-ignore: decorator
@inline function panelsOfGroup(t: Tensor): i32 { return (t.group + t.panelWidth - 1) / t.panelWidth }

/** Panels of all groups. */
// @ts-ignore: decorator
@inline export function panelsOf(t: Tensor): i32 { return (FULL ? t.columns / t.group : 1) * panelsOfGroup(t) }

/** Adds the next tensor while a layer is laid out; nothing else may be allocated before the last one is there. `start` is by the layer's parameters. */
export function add_tensor(
  it: Layer,
  rows: i32,
  columns: i32,
  group: i32,
  panelWidth: i32,
  start: usize,
  distance: usize,
  rowBytes: usize,
  matrix: bool,
): void {
  const at = allocate(LINE)
  if (it.tensorCount == 0) it.tensors = at
  const t = changetype<Tensor>(at)
  t.rows = rows
  t.columns = columns
  t.group = group
  t.panelWidth = panelWidth
  t.start = it.offset + start
  t.distance = distance
  t.rowBytes = rowBytes
  t.matrix = matrix
  it.tensorCount++
}

/** Numbers of a layer's tensors. */
export function numbersOf(it: Layer): i32 {
  let count = 0
  for (let t = 0; t < it.tensorCount; t++) count += tensorOf(it, t).rows * tensorOf(it, t).columns
  return count
}

/** Where the number in a row and a column is. Those after it follow to the end of the panel, or of the group. */
export function cell(t: Tensor, row: i32, column: i32): usize {
  let panel = column / t.panelWidth
  let within = column % t.panelWidth
  if (FULL) {
    const ofGroup = column % t.group
    panel = (column / t.group) * panelsOfGroup(t) + ofGroup / t.panelWidth
    within = ofGroup % t.panelWidth
  }
  return t.start + <usize>panel * t.distance + <usize>row * t.rowBytes + <usize>within * 4
}
