import { describe, expect, it } from 'vitest'
import { at } from '../support/close.ts'
import { BUILDS, instantiate } from './module.ts'

type Apply = (n: number) => void
interface Vectors {
  readonly memory: WebAssembly.Memory
  readonly input: WebAssembly.Global
  readonly output: WebAssembly.Global
  readonly apply_exp: Apply
  readonly apply_expm1: Apply
  readonly apply_log: Apply
  readonly apply_log1p: Apply
  readonly apply_sigmoid: Apply
  readonly apply_softplus: Apply
  readonly apply_tanh: Apply
}

const COUNT = 8192

/** Points evenly from low to high, and the same distances on a logarithmic scale near 0. */
function points(low: number, high: number): Float32Array {
  const even = Array.from({ length: COUNT / 2 }, (_, i) => low + ((high - low) * i) / (COUNT / 2 - 1))
  const near = Array.from({ length: COUNT / 2 }, (_, i) => {
    const size = 10 ** (-6 + (6 * i) / (COUNT / 2 - 1))
    return i % 2 === 0 ? Math.min(high, size) : Math.max(low, -size)
  })
  return Float32Array.from([...even, ...near])
}

/** The spacing of float32 numbers at x. */
function ulp(x: number): number {
  return 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 23)
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** The largest error that assembly/vector.ts states, in ulp, against float64. */
const CLAIMS: readonly {
  name: keyof Vectors & `apply_${string}`
  low: number
  high: number
  exact: (x: number) => number
  ulps: number
}[] = [
  { name: 'apply_exp', low: -87, high: 88, exact: Math.exp, ulps: 1.1 },
  { name: 'apply_expm1', low: -80, high: 80, exact: Math.expm1, ulps: 1.5 },
  { name: 'apply_log', low: 1e-37, high: 1e3, exact: Math.log, ulps: 1 },
  { name: 'apply_log1p', low: 0, high: 1, exact: Math.log1p, ulps: 2 },
  { name: 'apply_sigmoid', low: -80, high: 80, exact: sigmoid, ulps: 2.5 },
  { name: 'apply_softplus', low: -80, high: 80, exact: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), ulps: 3 },
  { name: 'apply_tanh', low: -9, high: 9, exact: Math.tanh, ulps: 3 },
]

describe.each(BUILDS)('vector functions, %s build', (build) => {
  it.each(CLAIMS)('$name is within $ulps ulp', async ({ name, low, high, exact, ulps }) => {
    const module = await instantiate<Vectors>('test-vectors.', build)
    const x = points(low, high)
    new Float32Array(module.memory.buffer, module.input.value, COUNT).set(x)
    module[name](COUNT)
    const y = new Float32Array(module.memory.buffer, module.output.value, COUNT)
    const errors = Array.from(y, (value, i) => Math.abs(value - exact(at(x, i))) / ulp(exact(at(x, i))))
    const worst = errors.indexOf(Math.max(...errors))
    expect(errors[worst], `at x = ${x[worst]}: ${y[worst]} for ${exact(at(x, worst))}`).toBeLessThanOrEqual(ulps)
  })

  it.each(CLAIMS)('$name passes NaN on', async ({ name }) => {
    const module = await instantiate<Vectors>('test-vectors.', build)
    new Float32Array(module.memory.buffer, module.input.value, 4).fill(Number.NaN)
    module[name](4)
    expect([...new Float32Array(module.memory.buffer, module.output.value, 4)]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN])
  })
})
