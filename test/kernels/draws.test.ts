import { expect, it } from 'vitest'
import { expectSame } from '../support/close.ts'
import { BUILDS, type Build, instantiate } from './module.ts'

type Fill = (to: number, first: number, last: number, a: number, b: number, seed: number, stream: number) => void

interface Fills {
  readonly memory: WebAssembly.Memory
  allocate(bytes: number): number
  fill_uniform: Fill
  fill_normal: Fill
  fill_truncated_normal: Fill
}

interface Twin extends Fills {
  /** One of two words. */
  normal(a: number, b: number): number
  /** Four of words (2, 4) u32, as (4) f64. */
  normalsOf(words: number, to: number): void
}

/** The two ends, and both sides of every place where the reduction of an angle to an eighth of a turn decides something. */
const TURN = 2 ** 32
const WORDS = [
  0,
  1,
  TURN - 1,
  ...[1, 2, 3, 5, 6, 7].map((eighths) => (eighths * TURN) / 8),
  ...[1, 3].flatMap((halves) => [0, 100, 213, 219, 220, 221, 222, 300].map((more) => (halves * TURN) / 8 + more)),
  // From where on a second step of the reduction is needed.
  ...[1, 2, 3, 4].flatMap((quarters) => [12, 13, 14, 15, 16, 17, 18].map((bits) => (quarters * TURN) / 4 - 2 ** bits)),
].flatMap((word) => [word - 1, word, word + 1].filter((near) => near >= 0 && near < TURN))

it.each(BUILDS)('draws four normal numbers as the library draws one, at the edges of its reduction, %s build', async (build) => {
  const twin = await instantiate<Twin>('test-draws.', build)
  const [words, to] = [twin.allocate(32), twin.allocate(32)]
  const drawn: number[] = []
  const wanted: number[] = []
  for (const a of [0, 1, 3037000500, 3037000501, TURN / 2, TURN - 1])
    for (let i = 0; i < WORDS.length; i += 4) {
      const four = [0, 1, 2, 3].map((k) => WORDS[i + k] ?? 0)
      new Uint32Array(twin.memory.buffer, words, 8).set([a, a, a, a, ...four])
      twin.normalsOf(words, to)
      drawn.push(...new Float64Array(twin.memory.buffer, to, 4))
      wanted.push(...four.map((b) => twin.normal(a, b)))
    }
  expect(drawn.length).toBeGreaterThan(600)
  for (const [i, value] of drawn.entries()) expect(Object.is(value, wanted[i]), `number ${i}: ${value}, not ${wanted[i]}`).toBe(true)
})

const NUMBERS = { fill_uniform: [-0.3, 0.7], fill_normal: [0.1, 1.3], fill_truncated_normal: [0, 0.02] } as const

it.each(
  (['initial', ...BUILDS] as const).flatMap((build) =>
    (['fill_uniform', 'fill_normal', 'fill_truncated_normal'] as const).map((fill) => [fill, build] as const),
  ),
)('%s, four at a time, has the bits of one at a time, of any part, %s.wasm', async (fill, build) => {
  const own = await instantiate<Fills>('', build)
  const twin = await instantiate<Twin>('test-draws.', build === 'initial' ? 'simd' : (build satisfies Build))
  const [a, b] = NUMBERS[fill]
  for (const [first, last] of [
    [0, 1],
    [0, 3],
    [0, 4],
    [5, 10],
    [7, 15],
    [1, 98],
    [0, 100_003],
  ] as const) {
    const part = (module: Fills): Float32Array => {
      const to = module.allocate((last + 8) * 4)
      module[fill](to, first, last, a, b, 4_000_000_007, (3 << 8) | 1)
      return new Float32Array(module.memory.buffer.slice(to, to + (last + 8) * 4))
    }
    const drawn = part(own)
    expectSame(drawn, part(twin), `elements ${first} to ${last}`)
    expect(
      drawn.subarray(last).every((value) => value === 0),
      'nothing behind the last one',
    ).toBe(true)
  }
})
