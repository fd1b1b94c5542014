// Parameters and states between a member's memory and core's flat order (src/core/layout.ts): per layer its tensors, of a dense layer
// kernel (inputs, units), bias (units).

import { LayerKind } from './generated/names'
import { hasPanels, layer, layerCount, member, parameterBytes, transfer } from './memory'
import { Layer } from './structures'

/** One row of a layer, 0 being a dense one's bias, between its panels and `flat`. Returns where the next row is. */
// @ts-ignore: decorator
@inline function move(it: Layer, block: usize, row: i32, flat: usize, out: bool): usize {
  const columns = it.panelWidth
  let panel = block + it.offset + <usize>(row * columns) * 4
  for (let first = 0; first < it.units; first += columns, panel += it.panelBytes) {
    const bytes = <usize>min(columns, it.units - first) * 4
    for (let at: usize = 0; at < bytes; at += 4, flat += 4) {
      if (out) store<f32>(flat, load<f32>(panel + at))
      else store<f32>(panel + at, load<f32>(flat))
    }
  }
  return flat
}

// @ts-ignore: decorator
@inline function moveAll(number: i32, slot: i32, out: bool): void {
  const block = member(number).parameters + <usize>slot * parameterBytes
  let flat = transfer
  for (let l = 0; l < layerCount; l++) {
    const it = layer(l)
    if (hasPanels(it)) {
      for (let row = 1; row <= it.depth; row++) flat = move(it, block, row, flat, out)
      if (it.bias) flat = move(it, block, 0, flat, out)
    } else {
      for (let row = 0; row < it.rows; row++) flat = move(it, block, row, flat, out)
    }
  }
}

/** `slot` 0 is the parameters, the others are the optimizer's. */
export function read_parameters(number: i32, slot: i32): void { moveAll(number, slot, true) }
export function write_parameters(number: i32, slot: i32): void { moveAll(number, slot, false) }

// @ts-ignore: decorator
@inline function moveStates(number: i32, out: bool): void {
  const states = member(number).states
  let flat = transfer
  for (let l = 0; l < layerCount; l++) {
    const it = layer(l)
    if (it.kind != LayerKind.BATCH_NORMALIZATION) continue
    const bytes = <usize>it.units * 4
    for (let row: usize = 0; row < 2; row++, flat += bytes) {
      const at = states + it.stateOffset + row * <usize>it.width * 4
      if (out) memory.copy(flat, at, bytes)
      else memory.copy(at, flat, bytes)
    }
  }
}

/** What is kept and not trained. */
export function read_states(number: i32): void { moveStates(number, true) }
export function write_states(number: i32): void { moveStates(number, false) }
