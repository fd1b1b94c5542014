// Dropout of whole channels: all positions of a row have one mask.

import { Purpose } from '../generated/names'
import { batch, belowOf, layer, memberLayer, rowsOf } from '../memory'
import { philox, word0, word1, word2, word3 } from '../random'
import { Layer, MemberLayer } from '../structures'
import { finish_deltas, source, sourceStride } from './common'

/** Rows first … last - 1 of the batch. Channel u of row b has word u % 4 of block b * ceil(units / 4) + u / 4. */
function mask(it: Layer, own: MemberLayer, from: usize, fromStride: usize, to: usize, toStride: usize, first: i32, last: i32): void {
  const blocks = (it.units + 3) >> 2
  const drops = batch.training && own.threshold > 0
  const scale: f32 = 1 / own.keep
  const threshold = own.threshold
  for (let b = first; b < last; b++) {
    const firstRow = <usize>rowsOf(it, b)
    const lastRow = <usize>rowsOf(it, b + 1)
    for (let block = 0; block < it.width >> 2; block++) {
      let factors = f32x4.splat(1)
      if (drops && block < blocks) {
        philox(<u32>(b * blocks + block), batch.step, batch.epoch, 0, batch.member.seed, <u32>Purpose.DROPOUT | (<u32>it.index << 8))
        factors = f32x4(
          word0 >= threshold ? scale : 0,
          word1 >= threshold ? scale : 0,
          word2 >= threshold ? scale : 0,
          word3 >= threshold ? scale : 0,
        )
      }
      const column = <usize>block << 4
      for (let row = firstRow; row < lastRow; row++) {
        v128.store(to + row * toStride + column, f32x4.mul(v128.load(from + row * fromStride + column), factors))
      }
    }
  }
}

export function spatial_dropout_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  mask(it, memberLayer(batch.member, l), source(l), sourceStride(l), it.outputs, it.stride, first, last)
}

export function spatial_dropout_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const to = belowOf(l)
  mask(it, memberLayer(batch.member, l), it.deltas, it.stride, to.deltas, to.stride, first, last)
  finish_deltas(to, 0, it.width >> 3, rowsOf(it, first), rowsOf(it, last))
}
