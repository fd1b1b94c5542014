// One number at a time, by the standard library: what assembly/draws.ts and assembly/initialize.ts draw four at a time, bit for bit.

import { philox, word0, word1, word2, word3 } from '../../../assembly/random'

export { normalsOf } from '../../../assembly/draws'
export { allocate } from '../../../assembly/memory'

function unit(word: u32): f64 { return (<f64>word + 0.5) * (1.0 / 4294967296.0) }

export function normal(a: u32, b: u32): f64 { return Math.sqrt(-2 * Math.log(unit(a))) * Math.cos(2 * Math.PI * unit(b)) }

export function fill_uniform(to: usize, first: i32, last: i32, low: f64, high: f64, seed: u32, stream: u32): void {
  for (let i = first; i < last; i++) {
    philox(<u32>i, 0, 0, 0, seed, stream)
    store<f32>(to + (<usize>i << 2), <f32>(low + (high - low) * unit(word0)))
  }
}

export function fill_normal(to: usize, first: i32, last: i32, mean: f64, stddev: f64, seed: u32, stream: u32): void {
  for (let i = first; i < last; i++) {
    philox(<u32>i, 0, 0, 0, seed, stream)
    store<f32>(to + (<usize>i << 2), <f32>(mean + stddev * normal(word0, word1)))
  }
}

export function fill_truncated_normal(to: usize, first: i32, last: i32, mean: f64, stddev: f64, seed: u32, stream: u32): void {
  for (let i = first; i < last; i++) {
    let x: f64 = 3
    for (let attempt: u32 = 0; Math.abs(x) >= 2; attempt++) {
      philox(<u32>i, attempt, 0, 0, seed, stream)
      const c = word2
      const d = word3
      x = normal(word0, word1)
      if (Math.abs(x) >= 2) x = normal(c, d)
    }
    store<f32>(to + (<usize>i << 2), <f32>(mean + stddev * x))
  }
}
