// Computes a member's initial weights in the module, one tensor at a time.

import type { Initializer } from '../../core/initializers.ts'
import { kindOf } from '../../core/layers/index.ts'
import { lastAxis } from '../../core/layers/kind.ts'
import { joinParameters, type Layout } from '../../core/layout.ts'
import type { Member } from '../../core/population.ts'
import { Purpose } from '../../core/random.ts'
import type { InitialExports } from './exports.ts'

/** Elements filled at a time: a few milliseconds of drawing. */
const SLICE = 2 ** 15
/** Columns of an orthogonal matrix computed at a time (assembly/initialize.ts). */
const STRIP = 8

/** By a tensor's place among a layer's tensors and state: the purpose its random stream is for; of more than four, with their round in the highest bits. */
const PURPOSES = [Purpose.kernel, Purpose.bias, Purpose.thirdTensor, Purpose.fourthTensor]

/** A member's initial parameters, then its state, to `address`, each in core's flat order, in slices: it yields after each. */
export function* initialize(
  wasm: InitialExports,
  address: number,
  { initialWeights, layers, seed }: Member,
  layout: Layout,
): Generator<void> {
  const { parameters, stateSize } = layout
  if (initialWeights !== undefined) {
    const given = joinParameters(initialWeights, layout)
    const all = new Float32Array(wasm.memory.buffer, address >>> 0, parameters + stateSize)
    all.set(given.parameters)
    all.set(given.state, parameters)
    return
  }
  for (const [i, own] of layers.entries()) {
    const layer = layout.layers[i]
    if (layer === undefined) return
    const places = [...layer.tensors, ...layer.state.map((tensor) => ({ ...tensor, offset: parameters + tensor.offset }))]
    const initializers = kindOf(own.type).initializers(own)
    for (const [t, { shape, offset }] of places.entries()) {
      const initializer = initializers[t]
      const purpose = PURPOSES[t % PURPOSES.length]
      if (initializer === undefined || purpose === undefined) throw new Error(`a ${own.type} layer has no initialiser for tensor ${t}`)
      const { width, positions } = lastAxis(shape)
      yield* fill(
        wasm,
        address + offset * 4,
        positions,
        width,
        initializer,
        seed,
        purpose | (i << 8) | (Math.floor(t / PURPOSES.length) << 24),
      )
    }
  }
}

function* fill(
  wasm: InitialExports,
  to: number,
  rows: number,
  columns: number,
  initializer: Initializer,
  seed: number,
  stream: number,
): Generator<void> {
  const count = rows * columns
  if (initializer.kind === 'constant') {
    wasm.fill_constant(to, count, initializer.value)
    return
  }
  if (initializer.kind === 'patched') {
    const { whole, first, last, value } = initializer
    yield* fill(wasm, to, rows, columns, whole, seed, stream)
    wasm.fill_constant(to + first * 4, last - first, value)
    return
  }
  if (initializer.kind === 'orthogonal') {
    yield* fillOrthogonal(wasm, to, rows, columns, initializer.gain, seed, stream)
    return
  }
  for (let first = 0; first < count; first += SLICE) {
    const last = Math.min(count, first + SLICE)
    if (initializer.kind === 'uniform') wasm.fill_uniform(to, first, last, initializer.low, initializer.high, seed, stream)
    else if (initializer.kind === 'normal') wasm.fill_normal(to, first, last, initializer.mean, initializer.stddev, seed, stream)
    else wasm.fill_truncated_normal(to, first, last, initializer.mean, initializer.stddev, seed, stream)
    yield
  }
}

function* fillOrthogonal(wasm: InitialExports, to: number, rows: number, columns: number, gain: number, seed: number, stream: number) {
  const vectors = Math.min(rows, columns)
  const mark = wasm.mark()
  const scratch = wasm.allocate(wasm.orthogonal_scratch(rows, columns))
  for (let k = 0; k < vectors; k++) {
    wasm.orthogonal_reflection(k, rows, columns, seed, stream, scratch)
    yield
  }
  for (let first = 0; first < vectors; first += STRIP) {
    wasm.orthogonal_strip(first, to, rows, columns, gain, scratch)
    yield
  }
  wasm.release(mark)
}
