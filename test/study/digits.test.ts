import { describe, expect, it } from 'vitest'
import { distributionFromJson } from '../../src/study/journal/distributions.ts'
import { EntryWriter } from '../../src/study/journal/entries.ts'
import { MemoryJournal } from '../../src/study/journal/memory.ts'
import { readStudies } from '../../src/study/journal/rebuild.ts'
import { valueAtFraction } from '../../src/study/sampler/random.ts'
import { cardinality, contains, valueAt } from '../../src/study/space/distributions.ts'
import { float, int, Space, type SpaceSpec } from '../../src/study/space/space.ts'
import { createStudy } from '../../src/study/study.ts'

const distributionOf = (spec: SpaceSpec[string]) => {
  const [parameter] = new Space({ x: spec }).parameters
  if (parameter === undefined) throw new Error('the space has a parameter')
  return parameter.distribution
}
const valuesOf = (spec: SpaceSpec[string]) => {
  const distribution = distributionOf(spec)
  return Array.from({ length: cardinality(distribution) }, (_, i) => valueAt(distribution, i))
}

describe('numbers in steps', () => {
  it.each([
    [float(0.1, 0.3, { step: 0.1 }), [0.1, 0.2, 0.3]],
    [float(-0.3, 0.3, { step: 0.1 }), [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]],
    [float(-1, -0.6, { step: 0.1 }), [-1, -0.9, -0.8, -0.7, -0.6]],
    [float(1.1, 1.4, { step: 0.1 }), [1.1, 1.2, 1.3, 1.4]],
    [float(1e-9, 3e-9, { step: 1e-9 }), [1e-9, 2e-9, 3e-9]],
    [float(1e6, 1000000.0000003, { step: 1e-7 }), [1e6, 1000000.0000001, 1000000.0000002, 1000000.0000003]],
    [int(2 ** 53 - 4, 2 ** 53 - 1), [2 ** 53 - 4, 2 ** 53 - 3, 2 ** 53 - 2, 2 ** 53 - 1]],
    [int(1234567890123456, 1234567890123462, { step: 3 }), [1234567890123456, 1234567890123459, 1234567890123462]],
  ])('are the ones people write: %j', (spec, values) => {
    expect(valuesOf(spec)).toEqual(values)
  })

  it('are not tried again where another program wrote 0.30000000000000004', async () => {
    const write = new EntryWriter({ worker: 'optuna', now: () => new Date(2026, 1, 1) })
    const specs = { 'up to 0.5': float(0.1, 0.5, { step: 0.1 }), 'up to 0.3': float(0.1, 0.3, { step: 0.1 }) }
    for (const [name, spec] of Object.entries(specs)) {
      for (const sampler of ['grid', 'random', 'tpe'] as const) {
        const journal = new MemoryJournal([
          write.createStudy('study', ['minimize']),
          write.createTrial(0),
          write.setTrialParam(0, 'x', 0.1 + 2 * 0.1, distributionOf(spec)),
          write.setTrialState(0, 'complete', [0.3]),
        ])
        const study = await createStudy({ space: { x: spec }, objective: 'minimize', sampler, journal })
        for await (const _ of study.optimize(({ x }) => Number(x)));
        const tried = study.trials.map(({ params }) => Number(params.x).toFixed(1)).sort()
        expect(tried, `${name} by ${sampler}`).toEqual(valuesOf(spec).map((x) => Number(x).toFixed(1)))
      }
    }
  })
})

describe('large whole numbers', () => {
  it('keep every digit, in steps and in the logarithm', () => {
    for (const spec of [
      int(2 ** 53 - 1000, 2 ** 53 - 1),
      int(1, 2 ** 53 - 1, { log: true }),
      int(1e15, 9e15, { step: 7 }),
      int(-(2 ** 53) + 1, 2 ** 53 - 1),
    ]) {
      const distribution = distributionOf(spec)
      for (let i = 0; i < 1000; i++) {
        const value = valueAtFraction(distribution, i / 1000)
        expect(Number.isSafeInteger(value), `${value}`).toBe(true)
        expect(contains(distribution, value)).toBe(true)
      }
    }
    const thousand = distributionOf(int(2 ** 53 - 1000, 2 ** 53 - 1))
    expect(new Set(Array.from({ length: 1000 }, (_, i) => valueAtFraction(thousand, (i + 0.5) / 1000))).size).toBe(1000)
  })

  it('come back from a journal, where they are floats', async () => {
    const write = new EntryWriter({ worker: 'optuna', now: () => new Date(2026, 1, 1) })
    const large = distributionOf(int(1, 2 ** 53 - 1))
    const journal = new MemoryJournal([
      write.createStudy('s', ['minimize']),
      write.createTrial(0),
      write.setTrialParam(0, 'n', 9007199254740991, large),
    ])
    const [study] = await readStudies(journal)
    expect(study?.trials[0]?.params).toEqual({ n: 9007199254740991 })
  })

  it('are refused by name past 2^53 - 1', () => {
    expect(() => new Space({ n: int(0, 2 ** 53) })).toThrow(/space\.n\.high is 9007199254740992; it must be .*9007199254740991/)
    expect(() => new Space({ n: int(-(2 ** 60), 0) })).toThrow('space.n.low')
    expect(() => new Space({ n: float(-1e308, 1e308) })).toThrow('space.n.high is 1e+308')
    for (const attributes of [
      '"low": 0, "high": 9223372036854775807',
      '"low": -18014398509481984, "high": 3',
      '"low": 0, "high": 9007199254740993',
    ])
      expect(() => distributionFromJson(`{"name": "IntDistribution", "attributes": {"log": false, "step": 1, ${attributes}}}`)).toThrow(
        /beyond 2\^53/,
      )
    const choices = (text: string) => distributionFromJson(`{"name": "CategoricalDistribution", "attributes": {"choices": [${text}]}}`)
    expect(() => choices('1, 12345678901234567891')).toThrow('12345678901234567891 is a whole number beyond 2^53')
    expect(choices('1e300, 1.25e+25, "12345678901234567891", 9007199254740992')).toMatchObject({
      choices: [1e300, 1.25e25, '12345678901234567891', 9007199254740992],
    })
  })
})
