import { describe, it } from 'vitest'
import { at, expectClose, expectSame } from '../support/close.ts'
import { BUILDS, instantiate } from './module.ts'

/** The products of small networks against their naive twins: rows and columns around the tiles' edges, primes, strides wider than the data. */

type Forward = (rows: number, k: number, a: number, lda: number, w: number, bias: number, c: number, ldc: number) => void
type Gradient = (n: number, rows: number, a: number, lda: number, b: number, c: number, ldc: number) => void
interface Small {
  readonly memory: WebAssembly.Memory
  begin(layers: number, batch: number, loss: number): void
  allocate(bytes: number): number
  readonly small_forward_4x8: Forward
  readonly small_weight_gradient_4x8: Gradient
}

const COUNTS = [1, 2, 3, 4, 5, 7, 8, 9, 13]
const WIDTHS = [4, 8, 12, 20]
const DEPTHS = [1, 2, 7, 8, 31]
/** Floats between rows of a: more than any depth or count here. */
const STRIDE = 40
const ROOM = 2048

const rounded = (build: string) => (build === 'simd' ? { absolute: 0, relative: 0 } : { absolute: 1e-6, relative: 1e-6 })

async function prepare(build: (typeof BUILDS)[number]) {
  const module = await instantiate<Small>('', build)
  module.begin(1, 1, 0)
  const buffers = [0.7, 1.3, 2.1, 0].map((factor) => {
    const address = module.allocate(ROOM * 4)
    new Float32Array(module.memory.buffer, address, ROOM).set(
      Float32Array.from({ length: ROOM }, (_, i) => factor && Math.sin(i * factor + 1)),
    )
    return address
  })
  const [a = 0, b = 0, bias = 0, c = 0] = buffers
  return { module, a, b, bias, c, floats: (address: number) => new Float32Array(module.memory.buffer, address, ROOM) }
}

/** `start` and the products in ascending k, each rounded to float32 as the plain build does. */
function naive(start: number, depth: number, x: (k: number) => number, w: (k: number) => number): number {
  let sum = start
  for (let k = 0; k < depth; k++) sum = Math.fround(sum + Math.fround(x(k) * w(k)))
  return sum
}

describe.each(BUILDS)('small products, %s build', (build) => {
  const cases = COUNTS.flatMap((count) => WIDTHS.map((width) => ({ count, width })))

  it.each(cases)('small_forward_4x8: $count rows of $width columns', async ({ count, width }) => {
    const { module, a, b, bias, c, floats } = await prepare(build)
    const [inputs, kernel, biases, outputs] = [floats(a), floats(b), floats(bias), floats(c)]
    for (const depth of DEPTHS) {
      outputs.fill(0)
      module.small_forward_4x8(count, depth, a, STRIDE * 4, b, bias, c, width * 4)
      const expected = Array.from({ length: count * width }, (_, i) =>
        naive(
          at(biases, i % width),
          depth,
          (k) => at(inputs, Math.floor(i / width) * STRIDE + k),
          (k) => at(kernel, k * width + (i % width)),
        ),
      )
      expectClose(outputs.subarray(0, count * width), expected, `depth ${depth}`, rounded(build))
      expectSame(outputs.subarray(count * width), new Float32Array(ROOM - count * width), `behind depth ${depth}`)
    }
  })

  it.each(cases)('small_weight_gradient_4x8: $count inputs of $width columns', async ({ count, width }) => {
    const { module, a, b, c, floats } = await prepare(build)
    const [inputs, deltas, outputs] = [floats(a), floats(b), floats(c)]
    for (const rows of DEPTHS) {
      outputs.fill(0)
      module.small_weight_gradient_4x8(count, rows, a, STRIDE * 4, b, c, width * 4)
      const expected = Array.from({ length: (1 + count) * width }, (_, i) => {
        const input = Math.floor(i / width) - 1
        return naive(
          0,
          rows,
          (k) => (input < 0 ? 1 : at(inputs, k * STRIDE + input)),
          (k) => at(deltas, k * width + (i % width)),
        )
      })
      expectClose(outputs.subarray(0, expected.length), expected, `${rows} rows`, rounded(build))
      expectSame(outputs.subarray(expected.length), new Float32Array(ROOM - expected.length), `behind ${rows} rows`)
    }
  })
})
