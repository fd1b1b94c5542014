import { describe, expect, it } from 'vitest'
import { functions } from '../../bench/study/functions.ts'
import { optimize } from '../../bench/study/optimize.ts'
import { createSampler, type SamplerSpec } from '../../src/study/sampler/create.ts'
import { mannWhitneyTest } from '../../src/study/statistics/tests.ts'

/** A short form of `npm run bench:study`, whose numbers are in bench/NOTES.md. */
describe('samplers that learn find less than random search does', () => {
  // p is 0.00008 when each of the eight studies ends below each of the random ones, and 0.007 when 9 of the 64 pairs are the other way round. Measured:
  // 0.00008 to 0.0006, so a change of the random numbers leaves room, and a sampler that learns nothing passes once in a hundred times.
  const seeds = [0, 1, 2, 3, 4, 5, 6, 7]
  const cases: readonly (readonly [SamplerSpec, string, number])[] = [
    ['tpe', 'Hartmann-6', 100],
    ['tpe', 'Mixed', 100],
    ['gaussianProcess', 'Branin', 25],
    ['gaussianProcess', 'Rosenbrock-4', 40],
  ]
  it.each(cases)('%s on %s', (spec, name, trials) => {
    const test = functions.find((one) => one.name === name)
    if (test === undefined) throw new Error(`there is no function ${name}`)
    const found = (sampler: SamplerSpec) => seeds.map((seed) => optimize({ ...test, trials }, createSampler(sampler), seed, 2))
    expect(mannWhitneyTest(found(spec), found('random'), 'less').p).toBeLessThan(0.01)
  })
})
