// Layer normalization. A row of positions is cut into `groups` runs of positions, each normalised by itself over all its numbers; gamma and beta
// are (positions of a run, width). Sums are float64, over ascending addresses.

import { batch, belowOf, gradient, layer, memberLayer, rowsOf } from '../memory'
import { move } from '../move'
import { Layer, Member } from '../structures'
import { firstLanes, splat } from '../vector'
import { add, clear, high, keep } from './batchNormalization'
import { finish_deltas, source, sourceStride } from './common'

// @ts-ignore: decorator
@inline function gammaOf(m: Member, it: Layer): usize { return m.parameters + it.offset }
// @ts-ignore: decorator
@inline function betaOf(m: Member, it: Layer): usize {
  return m.parameters + it.offset + (it.scale ? <usize>(run(it) * it.width) * 4 : 0)
}
/** Positions that are normalised together. */
// @ts-ignore: decorator
@inline function run(it: Layer): i32 { return it.positions / it.groups }
/** Mean, and 1 / sqrt(variance + epsilon), of group g, counted through the batch. */
// @ts-ignore: decorator
@inline function statisticsOf(it: Layer, g: i32): usize { return it.statistics + (<usize>g << 3) }

// @ts-ignore: decorator
@inline function wide(x: v128): v128 { return f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(high(x))) }
// @ts-ignore: decorator
@inline function both(total: v128): f64 { return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1) }

/** Mean and 1 / sqrt(variance + epsilon) of a group that begins at x, to `statistics`. */
function measure(it: Layer, g: i32, x: usize, stride: usize, epsilon: f32): void {
  const count = <f64>(run(it) * it.units)
  let total = f64x2.splat(0)
  for (let p = 0, row = x; p < run(it); p++, row += stride) {
    for (let u = 0; u < it.units; u += 4) total = f64x2.add(total, wide(v128.and(v128.load(row + (<usize>u << 2)), firstLanes(it.units - u))))
  }
  const mean = <f32>(both(total) / count)
  total = f64x2.splat(0)
  for (let p = 0, row = x; p < run(it); p++, row += stride) {
    for (let u = 0; u < it.units; u += 4) {
      const left = v128.and(f32x4.sub(v128.load(row + (<usize>u << 2)), splat(mean)), firstLanes(it.units - u))
      total = f64x2.add(total, wide(f32x4.mul(left, left)))
    }
  }
  const at = statisticsOf(it, g)
  store<f32>(at, mean)
  store<f32>(at, <f32>(1 / Math.sqrt(both(total) / count + <f64>epsilon)), 4)
}

/** Rows first … last - 1 of the batch. */
export function layer_normalization_forward(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const it = layer(l)
  const epsilon = memberLayer(m, l).epsilon
  const stride = sourceStride(l)
  const rowBytes = <usize>it.width * 4
  for (let g = first * it.groups; g < last * it.groups; g++) {
    let from = source(l) + <usize>(g * run(it)) * stride
    let to = it.outputs + <usize>(g * run(it)) * it.stride
    measure(it, g, from, stride, epsilon)
    const mean = splat(load<f32>(statisticsOf(it, g)))
    const inverse = splat(load<f32>(statisticsOf(it, g), 4))
    let gamma = gammaOf(m, it)
    let beta = betaOf(m, it)
    for (let p = 0; p < run(it); p++) {
      for (let at: usize = 0; at < rowBytes; at += 16) {
        let y = f32x4.mul(f32x4.sub(v128.load(from + at), mean), inverse)
        if (it.scale) y = f32x4.mul(y, v128.load(gamma + at))
        if (it.bias) y = f32x4.add(y, v128.load(beta + at))
        v128.store(to + at, y)
      }
      from += stride
      to += it.stride
      gamma += rowBytes
      beta += rowBytes
    }
  }
}

/** Rows first … last - 1 of the batch. */
export function layer_normalization_input_gradient(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const it = layer(l)
  const into = belowOf(l)
  const stride = sourceStride(l)
  const rowBytes = <usize>it.width * 4
  const share = 1 / <f64>(run(it) * it.units)
  for (let g = first * it.groups; g < last * it.groups; g++) {
    const mean = splat(load<f32>(statisticsOf(it, g)))
    const inverse = splat(load<f32>(statisticsOf(it, g), 4))
    const row = <usize>(g * run(it))
    let plain = f64x2.splat(0)
    let sloped = f64x2.splat(0)
    for (let p: usize = 0; p < <usize>run(it); p++) {
      const x = source(l) + (row + p) * stride
      const delta = it.deltas + (row + p) * it.stride
      const gamma = gammaOf(m, it) + p * rowBytes
      for (let at: usize = 0; at < rowBytes; at += 16) {
        // The padding of deltas is 0.
        let d = v128.load(delta + at)
        if (it.scale) d = f32x4.mul(d, v128.load(gamma + at))
        plain = f64x2.add(plain, wide(d))
        sloped = f64x2.add(sloped, wide(f32x4.mul(d, f32x4.mul(f32x4.sub(v128.load(x + at), mean), inverse))))
      }
    }
    const meanDelta = splat(<f32>(both(plain) * share))
    const slope = splat(<f32>(both(sloped) * share))
    for (let p: usize = 0; p < <usize>run(it); p++) {
      const x = source(l) + (row + p) * stride
      const delta = it.deltas + (row + p) * it.stride
      const to = into.deltas + (row + p) * into.stride
      const gamma = gammaOf(m, it) + p * rowBytes
      for (let at: usize = 0, u = it.units; at < rowBytes; at += 16, u -= 4) {
        let d = v128.load(delta + at)
        if (it.scale) d = f32x4.mul(d, v128.load(gamma + at))
        const normalized = f32x4.mul(f32x4.sub(v128.load(x + at), mean), inverse)
        d = f32x4.sub(f32x4.sub(d, meanDelta), f32x4.mul(normalized, slope))
        v128.store(to + at, v128.and(f32x4.mul(d, inverse), firstLanes(u)))
      }
    }
  }
  finish_deltas(into, 0, it.width >> 3, rowsOf(it, first), rowsOf(it, last))
}

/** Panels of gamma and beta. */
export function layer_normalization_update(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const it = layer(l)
  const groups = batch.rows * it.groups
  const stride = sourceStride(l)
  const rowBytes = <usize>it.width * 4
  for (let panel = first; panel < last; panel++) {
    for (let p = 0; p < run(it); p++) {
      const column = <usize>panel * 32
      const weights = <usize>p * rowBytes + column
      if (it.bias) {
        clear()
        for (let g = 0; g < groups; g++) {
          const delta = it.deltas + <usize>(g * run(it) + p) * it.stride + column
          add(v128.load(delta), v128.load(delta, 16))
        }
        keep(gradient, 1)
        move(m, betaOf(m, it) + weights, gradient, 32)
      }
      if (!it.scale) continue
      clear()
      for (let g = 0; g < groups; g++) {
        const row = <usize>(g * run(it) + p)
        const delta = it.deltas + row * it.stride + column
        const x = source(l) + row * stride + column
        const mean = splat(load<f32>(statisticsOf(it, g)))
        const inverse = splat(load<f32>(statisticsOf(it, g), 4))
        const low = f32x4.mul(f32x4.sub(v128.load(x), mean), inverse)
        const upper = f32x4.mul(f32x4.sub(v128.load(x, 16), mean), inverse)
        add(f32x4.mul(v128.load(delta), low), f32x4.mul(v128.load(delta, 16), upper))
      }
      keep(gradient, 1)
      move(m, gammaOf(m, it) + weights, gradient, 32)
    }
  }
}
