// Parameters and states between a member's memory and core's flat order (src/core/layout.ts): per layer its tensors, row by row.

import { FULL } from './full'
import { LayerKind } from './generated/names'
import { layer, layerCount, member, parameterBytes, transfer } from './memory'
import { Tensor } from './structures'
import { cell, tensorOf } from './tensors'

/** One row of a tensor between its panels and `flat`. Returns where the next row is. */
// @ts-ignore: decorator
@inline function move(t: Tensor, block: usize, row: i32, flat: usize, out: bool): usize {
  let column = 0
  while (column < t.columns) {
    const panel = block + cell(t, row, column)
    const count = min(t.panelWidth, t.group - (FULL ? column % t.group : column))
    const bytes = <usize>count * 4
    for (let at: usize = 0; at < bytes; at += 4, flat += 4) {
      if (out) store<f32>(flat, load<f32>(panel + at))
      else store<f32>(panel + at, load<f32>(flat))
    }
    column += count
  }
  return flat
}

// @ts-ignore: decorator
@inline function moveAll(number: i32, slot: i32, out: bool): void {
  const block = member(number).parameters + <usize>slot * parameterBytes
  let flat = transfer
  for (let l = 0; l < layerCount; l++) {
    const it = layer(l)
    for (let i = 0; i < it.tensorCount; i++) {
      const t = tensorOf(it, i)
      for (let row = 0; row < t.rows; row++) flat = move(t, block, row, flat, out)
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
