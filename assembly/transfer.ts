// Parameters between a member's panels and core's flat order (src/core/layout.ts): per layer kernel (inputs, units), bias (units).

import { layer, layerCount, member, parameterBytes, transfer } from './memory'
import { Layer } from './structures'

/** One row of a layer, 0 being its bias, between its panels and `flat`. Answers where the next row is. */
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
    for (let row = 1; row <= it.inputs; row++) flat = move(it, block, row, flat, out)
    flat = move(it, block, 0, flat, out)
  }
}

/** `slot` 0 is the parameters, 1 and 2 the optimizer's. */
export function read_parameters(number: i32, slot: i32): void { moveAll(number, slot, true) }
export function write_parameters(number: i32, slot: i32): void { moveAll(number, slot, false) }
