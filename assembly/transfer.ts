// Parameters between a member's panels and core's flat order (src/core/layout.ts): per layer kernel (inputs, units), bias (units).

import { layer, layerCount, member, parameterBytes, transfer } from './memory'
import { Layer } from './structures'

// @ts-ignore: decorator
@inline function biasAt(it: Layer, block: usize, o: i32): usize {
  return block + it.offset + <usize>(o >> 3) * it.panelBytes + <usize>(o & 7) * 4
}
// @ts-ignore: decorator
@inline function kernelAt(it: Layer, block: usize, i: i32, o: i32): usize { return biasAt(it, block, o) + <usize>(1 + i) * 32 }

/** `slot` 0 is the parameters, 1 and 2 the optimizer's. */
// @ts-ignore: decorator
@inline function block(number: i32, slot: i32): usize { return member(number).parameters + <usize>slot * parameterBytes }

export function read_parameters(number: i32, slot: i32): void {
  const from = block(number, slot)
  let at = transfer
  for (let l = 0; l < layerCount; l++) {
    const it = layer(l)
    for (let i = 0; i < it.inputs; i++) {
      for (let o = 0; o < it.units; o++, at += 4) store<f32>(at, load<f32>(kernelAt(it, from, i, o)))
    }
    for (let o = 0; o < it.units; o++, at += 4) store<f32>(at, load<f32>(biasAt(it, from, o)))
  }
}

export function write_parameters(number: i32, slot: i32): void {
  const to = block(number, slot)
  let at = transfer
  for (let l = 0; l < layerCount; l++) {
    const it = layer(l)
    for (let i = 0; i < it.inputs; i++) {
      for (let o = 0; o < it.units; o++, at += 4) store<f32>(kernelAt(it, to, i, o), load<f32>(at))
    }
    for (let o = 0; o < it.units; o++, at += 4) store<f32>(biasAt(it, to, o), load<f32>(at))
  }
}
