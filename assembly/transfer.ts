// Parameters between a member's panels and core's flat order (src/core/layout.ts): per layer kernel (inputs, units), bias (units).

import { layer, layerCount, member, parameterBytes, transfer } from './memory'
import { Layer } from './structures'

// @ts-ignore: decorator
@inline function kernelAt(it: Layer, block: usize, i: i32, o: i32): usize {
  return block + it.kernelOffset + ((<usize>(o >> 3) * <usize>it.height + <usize>i) * 8 + <usize>(o & 7)) * 4
}

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
    memory.copy(at, from + it.biasOffset, <usize>it.units * 4)
    at += <usize>it.units * 4
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
    memory.copy(to + it.biasOffset, at, <usize>it.units * 4)
    at += <usize>it.units * 4
  }
}
