import type { Initializer } from '../../core/initializers.ts'
import { joinParameters, type Layout } from '../../core/layout.ts'
import type { Member } from '../../core/population.ts'
import { Purpose } from '../../core/random.ts'
import type { InitialExports } from './exports.ts'

/** Elements filled at a time: a few milliseconds of drawing. */
const SLICE = 2 ** 15
/** Columns of an orthogonal matrix computed at a time (assembly/initialize.ts). */
const STRIP = 8

/** A member's initial weights to `address`, in core's flat order, in slices: it yields after each. */
export function* initialize(
  wasm: InitialExports,
  address: number,
  { initialWeights, layers, seed }: Member,
  layout: Layout,
): Generator<void> {
  if (initialWeights !== undefined) {
    new Float32Array(wasm.memory.buffer, address >>> 0, layout.parameters).set(joinParameters(initialWeights, layout))
    return
  }
  for (const [i, { initializer, biasInitializer }] of layers.entries()) {
    const layer = layout.layers[i]
    if (layer === undefined) return
    const stream = i << 8
    yield* fill(wasm, address + layer.kernel * 4, layer.inputs, layer.units, initializer, seed, Purpose.kernel | stream)
    yield* fill(wasm, address + layer.bias * 4, 1, layer.units, biasInitializer, seed, Purpose.bias | stream)
  }
}

function* fill(wasm: InitialExports, to: number, rows: number, columns: number, initializer: Initializer, seed: number, stream: number) {
  const count = rows * columns
  if (initializer.kind === 'constant') {
    wasm.fill_constant(to, count, initializer.value)
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
