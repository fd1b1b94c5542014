import { describe, expect, it } from 'vitest'
import { at, expectClose, expectSame } from '../support/close.ts'
import { BUILDS, instantiate } from './module.ts'

/** Weight gradient and gradient descent in one, against its naive twin; that of a whole panel is compared in test/backend/small.test.ts. */

type Descent = (k: number, a: number, lda: number, b: number, w: number, rate: number) => void
interface Module {
  readonly memory: WebAssembly.Memory
  begin(layers: number, batch: number, loss: number): void
  allocate(bytes: number): number
  readonly dense_descent_6x8: Descent
  readonly dense_descent_5x8: Descent
}

const DEPTHS = [1, 2, 3, 7, 8, 9, 31, 97]
/** Floats between rows of a: wider than a tile is high. */
const STRIDE = 13
const RATE = 0.3
/** Fused multiply-adds round once where the twin rounds twice; sums of up to 97 products of about 1. */
const rounded = (build: string) => (build === 'simd' ? { absolute: 0, relative: 0 } : { absolute: 2e-6, relative: 1e-6 })

describe.each(BUILDS)('descent, %s build', (build) => {
  it.each([6, 5] as const)('dense_descent_%ix8', async (height) => {
    const module = await instantiate<Module>('', build)
    module.begin(1, 1, 0)
    const put = (length: number, value: (i: number) => number) => {
      const address = module.allocate(length * 4)
      const floats = new Float32Array(module.memory.buffer, address, length)
      floats.set(Float32Array.from({ length }, (_, i) => value(i)))
      return { address, floats }
    }
    const a = put(97 * STRIDE, (i) => Math.sin(i * 0.7 + 1))
    const b = put(97 * 8, (i) => Math.sin(i * 1.3 + 1))
    const rate = put(1, () => RATE)
    const before = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * 2.1 + 1))
    const w = put(64, () => 0)
    for (const k of DEPTHS) {
      w.floats.set(before)
      module[`dense_descent_${height}x8`](k, a.address, STRIDE * 4, b.address, w.address, rate.address)
      const expected = Array.from({ length: height * 8 }, (_, i) => {
        let sum = 0
        for (let row = 0; row < k; row++) {
          sum = Math.fround(sum + Math.fround(at(a.floats, row * STRIDE + Math.floor(i / 8)) * at(b.floats, row * 8 + (i % 8))))
        }
        return Math.fround(at(before, i) + Math.fround(-Math.fround(RATE) * sum))
      })
      expectClose(w.floats.subarray(0, height * 8), expected, `depth ${k}`, rounded(build))
      expectSame(w.floats.subarray(height * 8), before.subarray(height * 8), `behind depth ${k}`)
    }
    expect(before.some((value, i) => value !== at(w.floats, i))).toBe(true)
  })
})
