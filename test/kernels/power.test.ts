import { expect, it } from 'vitest'
import { BUILDS, instantiate } from './module.ts'

interface Powers {
  power(base: number, exponent: number): number
  wholePower(base: number, exponent: number): number
}

it.each(BUILDS)("powers of nadam's schedule, %s build: to 4e-15 a step, less than a float32 sees in a million steps", async (build) => {
  const { power, wholePower } = await instantiate<Powers>('test-power.', build)
  for (const decay of [0, 1e-9, 0.004, 0.1, 0.3, 0.5, 1, 1.7, 2, 100.25, 1e9]) {
    const base = power(0.96, decay)
    for (const steps of [0, 1, 2, 3, 62, 1000, 123_457, 1_000_000]) {
      const error = Math.abs(wholePower(base, steps) - 0.96 ** (decay * steps))
      expect(error, `0.96^(${decay} x ${steps})`).toBeLessThanOrEqual(4e-15 * steps)
    }
  }
})
