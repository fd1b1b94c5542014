// Updates that need the gradient of the whole network: the mean of several batches' gradients, clipping, weight decay by tensor, and optimizers
// whose step of a parameter hangs on others of its tensor. One thread does it, tensor by tensor, each sum over ascending addresses.

import { FULL } from './full'
import { Optimizer } from './generated/names'
import { is_trained } from './kinds'
import { layer, layerCount, memberLayer, numbers, parameterBytes, wholeGradient } from './memory'
import { Member, Tensor } from './structures'
import { cell, panelsOf, tensorOf } from './tensors'
import { start_update, update } from './update'
import { splat } from './vector'

/** Panels of a tensor times rows: the strips of `panelWidth` numbers that it lies in. */
// @ts-ignore: decorator
@inline function stripsOf(t: Tensor): i32 { return panelsOf(t) * t.rows }

// @ts-ignore: decorator
@inline function strip(t: Tensor, s: i32): usize { return t.start + <usize>(s / t.rows) * t.distance + <usize>(s % t.rows) * t.rowBytes }

/** The sum of squares of a tensor, in the block at `block`. */
function squares(t: Tensor, block: usize): f64 {
  let total: f64 = 0
  const bytes = <usize>t.panelWidth * 4
  for (let s = 0; s < stripsOf(t); s++) {
    const from = block + strip(t, s)
    for (let at = from; at < from + bytes; at += 4) total += <f64>load<f32>(at) * <f64>load<f32>(at)
  }
  return total
}

/** Multiplies a tensor. */
function scale(t: Tensor, block: usize, factor: f32): void {
  const by = splat(factor)
  const bytes = <usize>t.panelWidth * 4
  for (let s = 0; s < stripsOf(t); s++) {
    const from = block + strip(t, s)
    for (let at = from; at < from + bytes; at += 16) v128.store(at, f32x4.mul(v128.load(at), by))
  }
}

/** Adds the gradient to the last slot; when the batches of an update are there, it becomes their mean. Returns whether they are. */
function accumulate(m: Member): bool {
  if (m.accumulated <= 1) return true
  m.pending++
  const whole = m.pending == m.accumulated
  const share = splat(1 / <f32>m.accumulated)
  let slot = m.parameters + <usize>m.slots * parameterBytes
  const end = wholeGradient + parameterBytes
  for (let g = wholeGradient; g < end; g += 16, slot += 16) {
    const total = f32x4.add(v128.load(slot), v128.load(g))
    v128.store(slot, whole ? splat(0) : total)
    if (whole) v128.store(g, f32x4.mul(total, share))
  }
  if (whole) m.pending = 0
  return whole
}

function clip(m: Member): void {
  if (m.clipValue > 0) {
    const high = splat(m.clipValue)
    const low = splat(-m.clipValue)
    for (let at = wholeGradient; at < wholeGradient + parameterBytes; at += 16) {
      v128.store(at, f32x4.pmax(f32x4.pmin(v128.load(at), high), low))
    }
    return
  }
  if (m.clipNorm <= 0 && m.globalClipNorm <= 0) return
  let all: f64 = 0
  for (let l = 0; l < layerCount; l++) {
    if (!is_trained(l)) continue
    const it = layer(l)
    for (let i = 0; i < it.tensorCount; i++) {
      const t = tensorOf(it, i)
      const own = squares(t, wholeGradient)
      all += own
      const norm = Math.sqrt(own)
      if (m.clipNorm > 0 && norm > <f64>m.clipNorm) scale(t, wholeGradient, <f32>(<f64>m.clipNorm / norm))
    }
  }
  const norm = Math.sqrt(all)
  if (m.clipNorm > 0 || norm <= <f64>m.globalClipNorm) return
  const factor = splat(<f32>(<f64>m.globalClipNorm / norm))
  for (let at = wholeGradient; at < wholeGradient + parameterBytes; at += 16) v128.store(at, f32x4.mul(v128.load(at), factor))
}

/** The step of lamb, of a tensor: its gradient becomes the direction first. */
function lamb(m: Member, t: Tensor): void {
  const bytes = <usize>t.panelWidth * 4
  const old1 = numbers.beta1
  const old2 = numbers.beta2
  const byFirst = numbers.gradientFactor
  const bySecond = numbers.secondFactor
  for (let s = 0; s < stripsOf(t); s++) {
    const offset = strip(t, s)
    for (let at = offset; at < offset + bytes; at += 4) {
      const g = load<f32>(wholeGradient + at)
      const w = m.parameters + at
      const first = old1 * load<f32>(w + parameterBytes) + numbers.restOfBeta1 * g
      const second = old2 * load<f32>(w + 2 * parameterBytes) + numbers.restOfBeta2 * g * g
      store<f32>(w + parameterBytes, first)
      store<f32>(w + 2 * parameterBytes, second)
      store<f32>(wholeGradient + at, (first * byFirst) / (<f32>Mathf.sqrt(second * bySecond) + numbers.epsilon))
    }
  }
  const length = Math.sqrt(squares(t, m.parameters))
  const direction = Math.sqrt(squares(t, wholeGradient))
  const ratio = length > 0 && direction > 0 ? length / direction : 1
  const step = <f32>(<f64>numbers.rate * ratio)
  for (let s = 0; s < stripsOf(t); s++) {
    const offset = strip(t, s)
    for (let at = offset; at < offset + bytes; at += 4) {
      store<f32>(m.parameters + at, load<f32>(m.parameters + at) - step * load<f32>(wholeGradient + at))
    }
  }
}

/** Number (row, column) of one of a tensor's matrices. */
// @ts-ignore: decorator
@inline function matrixCell(t: Tensor, matrix: i32, row: i32, column: i32, height: i32, width: i32): usize {
  if (FULL) if (t.splits > 0) return cell(t, matrix, row * width + column)
  return cell(t, (FULL ? matrix * height : 0) + row, column)
}

/**
 * The step of adafactor, of a tensor. A matrix's row means of squares stand in the first column of the first slot, its column means in the
 * first row of the second; a vector's squares fill the first slot.
 */
function adafactor(m: Member, t: Tensor): void {
  const steps = m.steps
  const matrix = t.matrix
  const rows = t.rows
  const columns = t.columns
  const size = <f64>rows * <f64>columns
  const kept = 1 - Math.exp(m.beta2Decay * Math.log(steps))
  const fresh = 1 - kept
  const floor = <f64>m.epsilon1
  const byRow = m.parameters + parameterBytes
  const byColumn = byRow + parameterBytes
  const length = Math.sqrt(squares(t, m.parameters) / size)
  const rate = min(m.learningRate, 1 / Math.sqrt(steps)) * max(<f64>m.epsilon2, length)
  let matrices = 1
  let height = rows
  let width = columns
  if (FULL) {
    if (t.splits > 0) {
      matrices = rows
      height = t.splits
      width = columns / t.splits
    } else if (t.matrices > 1) {
      matrices = t.matrices
      height = rows / matrices
    }
  }
  let total: f64 = 0
  for (let n = 0; n < matrices; n++) {
    let meanOfRows: f64 = 1
    if (matrix) {
      meanOfRows = 0
      for (let i = 0; i < height; i++) {
        let total: f64 = 0
        for (let j = 0; j < width; j++) {
          const g = <f64>load<f32>(wholeGradient + matrixCell(t, n, i, j, height, width))
          total += g * g + floor
        }
        const at = byRow + matrixCell(t, n, i, 0, height, width)
        const own = kept * <f64>load<f32>(at) + (fresh * total) / <f64>width
        store<f32>(at, <f32>own)
        meanOfRows += own / <f64>height
      }
      for (let j = 0; j < width; j++) {
        let total: f64 = 0
        for (let i = 0; i < height; i++) {
          const g = <f64>load<f32>(wholeGradient + matrixCell(t, n, i, j, height, width))
          total += g * g + floor
        }
        const at = byColumn + matrixCell(t, n, 0, j, height, width)
        store<f32>(at, <f32>(kept * <f64>load<f32>(at) + (fresh * total) / <f64>height))
      }
    }
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const at = matrixCell(t, n, i, j, height, width)
        const g = <f64>load<f32>(wholeGradient + at)
        let square: f64
        if (matrix) {
          const ofRow = <f64>load<f32>(byRow + matrixCell(t, n, i, 0, height, width))
          square = (ofRow / meanOfRows) * <f64>load<f32>(byColumn + matrixCell(t, n, 0, j, height, width))
        } else {
          square = kept * <f64>load<f32>(byRow + at) + fresh * (g * g + floor)
          store<f32>(byRow + at, <f32>square)
        }
        const u = g / Math.sqrt(square)
        total += u * u
        store<f32>(wholeGradient + at, <f32>u)
      }
    }
  }
  const step = rate / max(1, Math.sqrt(total / size) / <f64>m.clipThreshold)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = cell(t, i, j)
      const w = m.parameters + at
      store<f32>(w, <f32>(<f64>load<f32>(w) - step * <f64>load<f32>(wholeGradient + at)))
    }
  }
}

/** Once the gradient of the whole network lies in `wholeGradient`: the update of a step. */
export function update_whole(m: Member): void {
  if (!accumulate(m)) return
  start_update(m)
  clip(m)
  const byTensor = m.optimizer == Optimizer.LAMB || m.optimizer == Optimizer.ADAFACTOR
  const decayed = <f32>(1 - m.learningRate * m.weightDecay)
  for (let l = 0; l < layerCount; l++) {
    if (!is_trained(l)) continue
    const it = layer(l)
    const undecayed = memberLayer(m, l).undecayed
    for (let i = 0; i < it.tensorCount; i++) {
      const t = tensorOf(it, i)
      if (m.weightDecay > 0 && ((undecayed >> <u32>i) & 1) == 0) scale(t, m.parameters, decayed)
      if (m.optimizer == Optimizer.LAMB) lamb(m, t)
      else if (m.optimizer == Optimizer.ADAFACTOR) adafactor(m, t)
    }
    if (byTensor) continue
    const bytesOfLayer = it.panelBytes * <usize>(it.width / it.panelWidth)
    update(m, m.parameters + it.offset, wholeGradient + it.offset, bytesOfLayer)
  }
}
