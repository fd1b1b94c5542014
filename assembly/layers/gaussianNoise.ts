// Normal noise, by Box and Muller: of four words two radii, of each radius a cosine and a sine.

import { Purpose } from '../generated/names'
import { batch, belowOf, layer, memberLayer, rowsOf } from '../memory'
import { philox, word0, word1, word2, word3 } from '../random'
import { log, splat } from '../vector'
import { finish_deltas, source, sourceStride } from './common'
import { copy_panels } from './dropout'

/** 2^-24: words become numbers by their upper 24 bits, which a float holds. */
const UNIT: f32 = 5.9604644775390625e-8
const TURN: f32 = 6.283185307179586

/** cos(2 pi turns), within 1e-7, for turns from -1 to 1. */
// @ts-ignore: decorator
@inline export function cosine(turns: v128): v128 {
  const folded = f32x4.abs(f32x4.sub(turns, f32x4.nearest(turns)))
  const x = f32x4.mul(f32x4.sub(splat(0.25), folded), splat(TURN))
  const square = f32x4.mul(x, x)
  let tail = f32x4.sub(splat(2.7557319e-6), f32x4.mul(square, splat(2.5052108e-8)))
  tail = f32x4.sub(splat(1.9841270e-4), f32x4.mul(square, tail))
  tail = f32x4.sub(splat(8.3333333e-3), f32x4.mul(square, tail))
  tail = f32x4.sub(splat(1.6666667e-1), f32x4.mul(square, tail))
  return f32x4.mul(x, f32x4.sub(splat(1), f32x4.mul(square, tail)))
}

/** Four numbers of a normal distribution, from the words at hand. */
// @ts-ignore: decorator
@inline function normals(): v128 {
  // From 2^-24 to 1, so that the logarithm is finite.
  const even = f32x4(<f32>((word0 >> 8) + 1), <f32>((word0 >> 8) + 1), <f32>((word2 >> 8) + 1), <f32>((word2 >> 8) + 1))
  const odd = f32x4(<f32>(word1 >> 8), <f32>(word1 >> 8), <f32>(word3 >> 8), <f32>(word3 >> 8))
  const radius = f32x4.sqrt(f32x4.mul(splat(-2), log(f32x4.mul(even, splat(UNIT)))))
  return f32x4.mul(radius, cosine(f32x4.sub(f32x4.mul(odd, splat(UNIT)), f32x4(0, 0.25, 0, 0.25))))
}

/** Rows first … last - 1 of the batch. Number u of row b of all positions is the (u % 4)th of block b * ceil(units / 4) + u / 4. */
export function gaussian_noise_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const deviation = memberLayer(batch.member, l).a
  const stride = sourceStride(l)
  const firstRow = rowsOf(it, first)
  const lastRow = rowsOf(it, last)
  const from = source(l) + <usize>firstRow * stride
  const to = it.outputs + <usize>firstRow * it.stride
  copy_panels(from, stride, to, it.stride, lastRow - firstRow, 0, it.width >> 3)
  if (!batch.training || deviation == 0) return
  const blocks = (it.units + 3) >> 2
  for (let b = firstRow; b < lastRow; b++) {
    for (let block = 0; block < blocks; block++) {
      philox(<u32>(b * blocks + block), batch.step, batch.epoch, 0, batch.member.seed, <u32>Purpose.NOISE | (<u32>l << 8))
      const at = it.outputs + <usize>b * it.stride + (<usize>block << 4)
      v128.store(at, f32x4.add(v128.load(at), f32x4.mul(splat(deviation), normals())))
    }
  }
}

/** Rows first … last - 1 of the batch. */
export function gaussian_noise_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const to = belowOf(l)
  const firstRow = rowsOf(it, first)
  const lastRow = rowsOf(it, last)
  const from = it.deltas + <usize>firstRow * it.stride
  copy_panels(from, it.stride, to.deltas + <usize>firstRow * to.stride, to.stride, lastRow - firstRow, 0, it.width >> 3)
  finish_deltas(to, 0, it.width >> 3, firstRow, lastRow)
}
