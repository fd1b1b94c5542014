// Computes a member's initial weights in the module, one tensor at a time.

import type { Initializer } from '../../core/initializers.ts'
import type { InitialExports } from './exports.ts'

/** Elements filled at a time: a few milliseconds of drawing. */
const SLICE = 2 ** 15
/** Columns of an orthogonal matrix computed at a time (assembly/initialize.ts). */
const STRIP = 8

/** What a tensor, or some state, of a member is before training: rows x columns of what `from` draws, or numbers as they are. */
export interface InitialTensor {
  /** Its place among the member's parameters and, behind them, its state, each in core's flat order; in numbers. */
  readonly offset: number
  readonly rows: number
  readonly columns: number
  readonly from: Initializer | Float32Array
  /** Whose random numbers it draws. */
  readonly stream: number
}

/** A member's initial parameters, then its state, to `address`, in slices: it yields after each. */
export function* initialize(wasm: InitialExports, address: number, tensors: readonly InitialTensor[], seed: number): Generator<void> {
  for (const { offset, rows, columns, from, stream } of tensors) {
    const to = address + offset * 4
    if ('kind' in from) yield* fill(wasm, to, rows, columns, from, seed, stream)
    else new Float32Array(wasm.memory.buffer, to >>> 0, rows * columns).set(from)
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
