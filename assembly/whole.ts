// Updates that need the gradient of the whole network: the mean of several batches' gradients, clipping, weight decay by tensor, and optimizers
// whose step of a parameter hangs on others of its tensor. One thread does it, tensor by tensor, each sum over ascending addresses.

import { FULL } from './full'
import { LayerKind, Optimizer } from './generated/names'
import { is_trained } from './kinds'
import { windowOf } from './layers/windows'
import { hasActivation, hasPanels, layer, layerCount, memberLayer, numbers, parameterBytes, wholeGradient } from './memory'
import { Layer, Member } from './structures'
import { start_update, update } from './update'
import { splat } from './vector'

/** Tensors of a layer: kernel and bias of a dense one, the rows of others. */
function tensorsOf(it: Layer): i32 {
  if (hasActivation(it)) return 1 + i32(it.bias)
  return it.kind == LayerKind.BATCH_NORMALIZATION ? it.rows : 1
}

// Where tensor t of a layer lies in a block like a member's parameters: `strips` strips of `bytes` bytes, `distance` apart. Of a dense layer they are
// its panels' weights, or their biases.
let start: usize = 0
let bytes: usize = 0
let strips: i32 = 0
let distance: usize = 0
/** Axes of the tensor as a matrix; one row where it has a single axis. */
let rows: i32 = 0
let columns: i32 = 0

function find(it: Layer, t: i32): void {
  columns = it.units
  if (hasPanels(it)) {
    strips = it.width >> 3
    distance = it.panelBytes
    start = it.offset + (t == 0 ? 32 : 0)
    rows = t == 0 ? it.depth : 1
    bytes = <usize>rows * 32
    return
  }
  strips = 1
  distance = 0
  if (FULL) if (it.kind == LayerKind.DEPTHWISE_CONV2D) {
    const cells = it.rows - i32(it.bias)
    rows = t == 0 ? cells : 1
    bytes = <usize>(rows * it.width) * 4
    start = it.offset + (t == 0 ? 0 : <usize>(cells * it.width) * 4)
    return
  }
  rows = it.kind == LayerKind.BATCH_NORMALIZATION ? 1 : it.rows
  bytes = <usize>(rows * it.width) * 4
  start = it.offset + (it.kind == LayerKind.BATCH_NORMALIZATION ? <usize>(t * it.width) * 4 : 0)
}

/** Where number (row, column) of the tensor found lies. */
// @ts-ignore: decorator
@inline function cell(it: Layer, row: i32, column: i32): usize {
  if (hasPanels(it)) return start + <usize>(column >> 3) * distance + <usize>(row * 8 + (column & 7)) * 4
  return start + <usize>(row * it.width + column) * 4
}

/** The sum of squares of the tensor found, in the block at `block`. */
function squares(block: usize): f64 {
  let total: f64 = 0
  for (let s = 0; s < strips; s++) {
    const from = block + start + <usize>s * distance
    for (let at = from; at < from + bytes; at += 4) total += <f64>load<f32>(at) * <f64>load<f32>(at)
  }
  return total
}

/** Multiplies the tensor found. */
function scale(block: usize, factor: f32): void {
  const by = splat(factor)
  for (let s = 0; s < strips; s++) {
    const from = block + start + <usize>s * distance
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
    for (let t = 0; t < tensorsOf(it); t++) {
      find(it, t)
      const own = squares(wholeGradient)
      all += own
      const norm = Math.sqrt(own)
      if (m.clipNorm > 0 && norm > <f64>m.clipNorm) scale(wholeGradient, <f32>(<f64>m.clipNorm / norm))
    }
  }
  const norm = Math.sqrt(all)
  if (m.clipNorm > 0 || norm <= <f64>m.globalClipNorm) return
  const factor = splat(<f32>(<f64>m.globalClipNorm / norm))
  for (let at = wholeGradient; at < wholeGradient + parameterBytes; at += 16) v128.store(at, f32x4.mul(v128.load(at), factor))
}

/** The step of lamb, of the tensor found: its gradient becomes the direction first. */
function lamb(m: Member): void {
  const old1 = numbers.beta1
  const old2 = numbers.beta2
  const byFirst = numbers.gradientFactor
  const bySecond = numbers.secondFactor
  for (let s = 0; s < strips; s++) {
    const offset = start + <usize>s * distance
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
  const length = Math.sqrt(squares(m.parameters))
  const direction = Math.sqrt(squares(wholeGradient))
  const ratio = length > 0 && direction > 0 ? length / direction : 1
  const step = <f32>(<f64>numbers.rate * ratio)
  for (let s = 0; s < strips; s++) {
    const offset = start + <usize>s * distance
    for (let at = offset; at < offset + bytes; at += 4) {
      store<f32>(m.parameters + at, load<f32>(m.parameters + at) - step * load<f32>(wholeGradient + at))
    }
  }
}

/** How many matrices the tensor found is: one for each cell of a kernel's window. They are its last two axes, and lie one below the other. */
function matricesOf(it: Layer): i32 {
  if (it.window == 0 || rows == 1) return 1
  const w = windowOf(it)
  return it.kind == LayerKind.PRELU ? w.rows : w.height * w.width
}

/** The last two axes of a depthwise kernel, (inputs, outputs of each), lie in one row. */
// @ts-ignore: decorator
@inline function matrixCell(it: Layer, matrix: i32, row: i32, column: i32, height: i32, width: i32): usize {
  if (FULL) if (it.kind == LayerKind.DEPTHWISE_CONV2D && width < columns) return cell(it, matrix, row * width + column)
  return cell(it, (FULL ? matrix * height : 0) + row, column)
}

/**
 * The step of adafactor, of the tensor found. A matrix's row means of squares stand in the first column of the first slot, its column means in the
 * first row of the second; a vector's squares fill the first slot.
 */
function adafactor(m: Member, it: Layer, matrix: bool): void {
  const t = m.steps
  const size = <f64>rows * <f64>columns
  const kept = 1 - Math.exp(m.beta2Decay * Math.log(t))
  const fresh = 1 - kept
  const floor = <f64>m.epsilon1
  const byRow = m.parameters + parameterBytes
  const byColumn = byRow + parameterBytes
  const length = Math.sqrt(squares(m.parameters) / size)
  const rate = min(m.learningRate, 1 / Math.sqrt(t)) * max(<f64>m.epsilon2, length)
  const matrices = FULL && matrix ? matricesOf(it) : 1
  const split = FULL && it.kind == LayerKind.DEPTHWISE_CONV2D && matrix
  const height = split ? it.inputs : rows / matrices
  const width = split ? columns / it.inputs : columns
  let total: f64 = 0
  for (let n = 0; n < matrices; n++) {
    let meanOfRows: f64 = 1
    if (matrix) {
      meanOfRows = 0
      for (let i = 0; i < height; i++) {
        let total: f64 = 0
        for (let j = 0; j < width; j++) {
          const g = <f64>load<f32>(wholeGradient + matrixCell(it, n, i, j, height, width))
          total += g * g + floor
        }
        const at = byRow + matrixCell(it, n, i, 0, height, width)
        const own = kept * <f64>load<f32>(at) + (fresh * total) / <f64>width
        store<f32>(at, <f32>own)
        meanOfRows += own / <f64>height
      }
      for (let j = 0; j < width; j++) {
        let total: f64 = 0
        for (let i = 0; i < height; i++) {
          const g = <f64>load<f32>(wholeGradient + matrixCell(it, n, i, j, height, width))
          total += g * g + floor
        }
        const at = byColumn + matrixCell(it, n, 0, j, height, width)
        store<f32>(at, <f32>(kept * <f64>load<f32>(at) + (fresh * total) / <f64>height))
      }
    }
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const at = matrixCell(it, n, i, j, height, width)
        const g = <f64>load<f32>(wholeGradient + at)
        let square: f64
        if (matrix) {
          const ofRow = <f64>load<f32>(byRow + matrixCell(it, n, i, 0, height, width))
          square = (ofRow / meanOfRows) * <f64>load<f32>(byColumn + matrixCell(it, n, 0, j, height, width))
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
      const at = cell(it, i, j)
      const w = m.parameters + at
      store<f32>(w, <f32>(<f64>load<f32>(w) - step * <f64>load<f32>(wholeGradient + at)))
    }
  }
}

/** Whether tensor t has two axes or more, as core's shape of it has. */
function isMatrix(it: Layer, t: i32): bool {
  if (hasActivation(it)) return t == 0
  return it.kind == LayerKind.PRELU && it.inputPositions > 1
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
    for (let t = 0; t < tensorsOf(it); t++) {
      find(it, t)
      if (m.weightDecay > 0 && ((undecayed >> <u32>t) & 1) == 0) scale(m.parameters, decayed)
      if (m.optimizer == Optimizer.LAMB) lamb(m)
      else if (m.optimizer == Optimizer.ADAFACTOR) adafactor(m, it, isMatrix(it, t))
    }
    if (byTensor) continue
    const bytesOfLayer = it.panelBytes * <usize>(it.width / it.panelWidth)
    update(m, m.parameters + it.offset, wholeGradient + it.offset, bytesOfLayer)
  }
}
