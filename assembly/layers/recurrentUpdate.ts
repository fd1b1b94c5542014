// The update of recurrent layers: the gradient is a product over all steps, a panel of 8 columns a piece, of what the way back has packed (recurrent.ts).

import { blocks, cut, height, larger } from '../dense'
import { LayerKind } from '../generated/names'
import { dense_weight_gradient_6x8, dense_weight_gradient_tail } from '../generated/tiles'
import { batch, deltaPanel, gradient, layer, memberLayer, panelPenalties, RECURRENT_CHUNK, recurrentScratch } from '../memory'
import { move } from '../move'
import { panel, panels, Recurrence, recurrence, slot } from '../recurrence'
import { Layer, MemberLayer } from '../structures'
import { add_penalty_gradient, penalty } from '../update'
import { splat } from '../vector'

/** How many pieces the update of a layer is. */
export function recurrent_pieces(it: Layer): i32 { return it.recurrences * panels(recurrence(it, 0)) }

/** Panels first … last - 1 of the parameters. */
export function recurrent_update(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const own = memberLayer(batch.member, l)
  const count = panels(recurrence(it, 0))
  for (let p = first; p < last; p++) update_panel(it, own, recurrence(it, p / count), p % count, p)
}

function update_panel(it: Layer, own: MemberLayer, its: Recurrence, p: i32, piece: i32): void {
  const m = batch.member
  const panelsOfGate = its.width >> 3
  const g = p / panelsOfGate
  const column = <usize>(p % panelsOfGate) * 32
  const rows = it.inputPositions * batch.rows
  const inputs = gradient + 32
  const states = inputs + <usize>its.inputs * 32
  const second = states + <usize>its.units * 32
  memory.fill(gradient, 0, its.panelBytes)
  const candidate = its.cell == LayerKind.GRU && g == 2
  const ofInputs = its.values + <usize>slot(its, g, false) * its.width4 + column
  const ofStates = its.values + <usize>slot(its, g, true) * its.width4 + column
  const packed = candidate && its.reset != 0 ? its.packedReset : its.packedStates
  for (let first = 0; first < rows; first += RECURRENT_CHUNK) {
    const count = min(RECURRENT_CHUNK, rows - first)
    const offset = <usize>first * its.valueStride
    gather(ofInputs + offset, its.valueStride, count, its.bias ? gradient : 0)
    add_product(its.inputs, its.packedInputs, rows, first, count, inputs)
    if (ofStates != ofInputs) gather(ofStates + offset, its.valueStride, count, its.bias ? second : 0)
    add_product(its.units, packed, rows, first, count, states)
  }
  // The same deltas reach both biases but where r comes between.
  if (its.bias && its.resetAfter && ofStates == ofInputs) {
    v128.store(second, v128.load(gradient))
    v128.store(second, v128.load(gradient, 16), 16)
  }
  const w = panel(its, m.parameters, p)
  if (own.l1 != 0 || own.l2 != 0) {
    const bytes = <usize>its.inputs * 32
    store<f64>(panelPenalties + (<usize>piece << 3), penalty(w + 32, bytes, own.l1, own.l2))
    add_penalty_gradient(w + 32, inputs, bytes, own.l1, own.l2)
  }
  move(m, w, gradient, its.panelBytes)
}

/** `count` rows of 8 deltas to deltaPanel; their sums are added to `sums`, if that is not 0. */
function gather(from: usize, stride: usize, count: i32, sums: usize): void {
  let low = splat(0)
  let high = splat(0)
  let to = deltaPanel
  const end = to + <usize>count * 32
  for (; to < end; to += 32, from += stride) {
    const a = v128.load(from)
    const b = v128.load(from, 16)
    v128.store(to, a)
    v128.store(to, b, 16)
    low = f32x4.add(low, a)
    high = f32x4.add(high, b)
  }
  if (sums == 0) return
  v128.store(sums, f32x4.add(v128.load(sums), low))
  v128.store(sums, f32x4.add(v128.load(sums, 16), high), 16)
}

/** Adds the transpose of rows first … first + count - 1 of what is packed, (rows, n), times deltaPanel to c (n, 8). */
function add_product(n: i32, packed: usize, rows: i32, first: i32, count: i32, c: usize): void {
  const part = recurrentScratch + 32
  cut(n)
  for (let block = 0; block < blocks; block++) {
    const h = height + <i32>(block < larger)
    const stride = <usize>h * 4
    const a = packed + <usize>first * stride
    if (h == 6) dense_weight_gradient_6x8(count, a, stride, deltaPanel, part)
    else dense_weight_gradient_tail(h, count, a, stride, deltaPanel, part)
    const end = part + <usize>h * 32
    for (let from = part; from < end; from += 16, c += 16) v128.store(c, f32x4.add(v128.load(c), v128.load(from)))
    packed += <usize>rows * stride
  }
}
