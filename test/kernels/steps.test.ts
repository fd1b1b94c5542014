import { expect, it } from 'vitest'
import { advance, type Progress } from '../../src/backend/webgpu/progress.ts'
import { DIALECTS } from '../../src/core/names.ts'
import { needsWholeGradient, OPTIMIZERS, type Optimizer, type OptimizerName, resolveOptimizer } from '../../src/core/optimizers.ts'
import { instantiate } from './module.ts'

/**
 * The numbers that change with every step (bias corrections, nadam's schedule) are formed twice, in float64: by the WASM module, whose loop over steps calls
 * nothing outside of it, and in TypeScript for WebGPU, which is sent those of many steps at once and loads none of the module's training. So the two are held
 * to each other here, step by step, until after a running product of 0.9 has vanished.
 */

interface Steps {
  open_one(rate: number): void
  advance(): void
  set_optimizer(...settings: (number | boolean)[]): void
  product1(member: number): number
  product2(member: number): number
  product3(member: number): number
  rate(): number
  decayed(): number
  gradient_factor(): number
  moment_factor(): number
  second_factor(): number
}

const STEPS = 8_000
const RATE = 0.003

/** What the shaders take of them, in their order (shaders/lib/optimizer.wgsl). */
function numbersFor({ name }: Optimizer, wasm: Steps): number[] {
  if (name === 'nadam') return [wasm.rate(), wasm.gradient_factor(), wasm.moment_factor(), wasm.second_factor()]
  if (name === 'adam' || name === 'adamw') return [wasm.rate(), wasm.decayed(), 0, 0]
  return [wasm.rate(), 1, 0, 0]
}

const settingsOf = (it: Optimizer) => [
  ...[OPTIMIZERS[it.name].code, it.momentum, it.nesterov, it.rho, it.beta1, it.beta2, it.epsilon],
  ...[it.scheduleDecay, it.weightDecay, it.epsilonInsideRoot],
]

/** Optimizers of which WebGPU moves a parameter as soon as its gradient is known. */
const cases = (Object.keys(OPTIMIZERS) as OptimizerName[]).flatMap((name) =>
  DIALECTS.map((dialect) => ({ name, dialect, optimizer: resolveOptimizer(name, dialect) })).filter(
    ({ optimizer }) => !needsWholeGradient(optimizer),
  ),
)

it.each(cases)('numbers of the steps of $name in $dialect are the same on both backends', async ({ optimizer }) => {
  const wasm = await instantiate<Steps>('test-steps.', 'simd')
  wasm.open_one(RATE)
  wasm.set_optimizer(0, ...settingsOf(optimizer))
  const progress: Progress = { steps: 0, products: [1, 1, 1], pending: 0 }
  // Powers of 0.96 are formed in two ways, alike in float64 to 4e-15 a step (power.test.ts): a float32 may round to the other side.
  const ulps = optimizer.name === 'nadam' ? 1 : 0
  for (let step = 1; step <= STEPS; step++) {
    wasm.advance()
    const actual = Float32Array.from(advance(progress, optimizer, RATE).numbers)
    const expected = numbersFor(optimizer, wasm)
    const same = expected.every((value, i) => ulpsBetween(value, actual[i] ?? Number.NaN) <= ulps)
    if (!same) expect([...actual], `step ${step}`).toEqual(expected)
    const products = [wasm.product1(0), wasm.product2(0)]
    if (progress.products[0] !== products[0] || progress.products[1] !== products[1]) {
      expect(progress.products.slice(0, 2), `step ${step}`).toEqual(products)
    }
    if (!(Math.abs(progress.products[2] - wasm.product3(0)) < 1e-12)) expect(progress.products[2], `step ${step}`).toBe(wasm.product3(0))
  }
  expect(progress.steps).toBe(STEPS)
})

function ulpsBetween(a: number, b: number): number {
  const [x = 0, y = 0] = new Int32Array(Float32Array.of(a, b).buffer)
  return Math.abs(x - y)
}
