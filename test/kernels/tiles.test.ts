import { describe, expect, it } from 'vitest'
import { at, expectClose, expectSame } from '../support/close.ts'
import { BUILDS, instantiate } from './module.ts'

/** The tile kernels against their naive twins: every height, depths around the tile's edge, primes, strides wider than the data. */

type Forward = (k: number, a: number, lda: number, panel: number, bias: number, c: number, ldc: number) => void
type Gradient = (k: number, a: number, lda: number, b: number, c: number) => void
type Tiles = {
  readonly memory: WebAssembly.Memory
  begin(layers: number, batch: number, loss: number): void
  allocate(bytes: number): number
} & Record<string, Forward & Gradient>

const HEIGHTS = [1, 2, 3, 4, 5, 6]
const DEPTHS = [1, 2, 3, 7, 8, 9, 31, 97]
/** Floats between rows: wider than any depth here. */
const STRIDE = 112

const rounded = (build: string) => (build === 'simd' ? { absolute: 0, relative: 0 } : { absolute: 1e-6, relative: 1e-6 })

async function prepare(build: (typeof BUILDS)[number]) {
  const module = await instantiate<Tiles>('', build)
  module.begin(1, 1, 0)
  const [a, b, bias, c] = [
    module.allocate(STRIDE * 112 * 4),
    module.allocate(97 * 8 * 4),
    module.allocate(32),
    module.allocate(STRIDE * 6 * 4),
  ]
  const floats = (address = 0, length = 0) => new Float32Array(module.memory.buffer, address, length)
  const values = (length: number, factor: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * factor + 1))
  floats(a, STRIDE * 112).set(values(STRIDE * 112, 0.7))
  floats(b, 97 * 8).set(values(97 * 8, 1.3))
  floats(bias, 8).set(values(8, 2.1))
  return { module, a: a ?? 0, b: b ?? 0, bias: bias ?? 0, c: c ?? 0, floats }
}

/** One output of the forward kernel: bias plus products in ascending k, each rounded to float32 as the plain build does. */
function naive(start: number, depth: number, x: (k: number) => number, w: (k: number) => number): number {
  let sum = start
  for (let k = 0; k < depth; k++) sum = Math.fround(sum + Math.fround(x(k) * w(k)))
  return sum
}

describe.each(BUILDS)('tiles, %s build', (build) => {
  const cases = HEIGHTS.flatMap((height) => DEPTHS.map((depth) => ({ height, depth })))

  it.each(cases)('dense_forward_$height x8 of depth $depth', async ({ height, depth }) => {
    const { module, a, b, bias, c, floats } = await prepare(build)
    module[`dense_forward_${height}x8`]?.(depth, a, STRIDE * 4, b, bias, c, STRIDE * 4)
    const [inputs, panel, biases, outputs] = [floats(a, STRIDE * 112), floats(b, 97 * 8), floats(bias, 8), floats(c, STRIDE * 6)]
    for (let row = 0; row < height; row++) {
      const expected = Array.from({ length: 8 }, (_, o) =>
        naive(
          at(biases, o),
          depth,
          (k) => at(inputs, row * STRIDE + k),
          (k) => at(panel, k * 8 + o),
        ),
      )
      expectClose(outputs.subarray(row * STRIDE, row * STRIDE + 8), expected, `row ${row}`, rounded(build))
      expectSame(outputs.subarray(row * STRIDE + 8, (row + 1) * STRIDE), new Float32Array(STRIDE - 8), `beside row ${row}`)
    }
  })

  it.each(cases)('dense_weight_gradient_$height x8 of depth $depth', async ({ height, depth }) => {
    const { module, a, b, c, floats } = await prepare(build)
    module[`dense_weight_gradient_${height}x8`]?.(depth, a, STRIDE * 4, b, c)
    const [inputs, deltas, outputs] = [floats(a, STRIDE * 112), floats(b, 97 * 8), floats(c, STRIDE * 6)]
    const expected = Array.from({ length: height * 8 }, (_, i) =>
      naive(
        0,
        depth,
        (k) => at(inputs, k * STRIDE + Math.floor(i / 8)),
        (k) => at(deltas, k * 8 + (i % 8)),
      ),
    )
    expectClose(outputs.subarray(0, height * 8), expected, 'gradient', rounded(build))
    expectSame(outputs.subarray(height * 8), new Float32Array(STRIDE * 6 - height * 8), 'behind the gradient')
  })

  it('has every height', async () => {
    const { module } = await prepare(build)
    for (const height of HEIGHTS) {
      expect(typeof module[`dense_forward_${height}x8`]).toBe('function')
      expect(typeof module[`dense_weight_gradient_${height}x8`]).toBe('function')
    }
  })
})
