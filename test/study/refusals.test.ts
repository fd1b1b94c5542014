import { type Backend, categorical, createStudy, float, int, openBackend, type StudyOptions } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RING as data, OPTIONS } from '../support/ring.ts'

/** What is no study is refused, by an error that says what would be one. */

let backend: Backend
beforeAll(async () => {
  backend = await openBackend({ prefer: 'wasm', workers: 0 })
})
afterAll(() => backend.dispose())

describe('a study that could never train', () => {
  const started = async (change: Partial<StudyOptions>) =>
    (await createStudy({ ...OPTIONS, ...change })).run(backend, data, { budget: { trials: 3 } }).next()
  const layers = (units: string) => ({
    ...OPTIONS.train,
    network: { ...OPTIONS.train.network, layers: [{ units }, { units: 1, activation: 'sigmoid' }] },
  })

  it('is refused before its first trial', async () => {
    await expect(started({ train: layers('units') })).rejects.toThrow(
      /train\.network\.layers\[0\]\.units is "units"; it must be a whole number/,
    )
    await expect(started({ train: layers('$units + 0.5') })).rejects.toThrow(/units is \d+\.5; it must be a whole number/)
    const wide = { ...OPTIONS.train, network: { ...OPTIONS.train.network, inputSize: 3 } }
    await expect(started({ train: wide })).rejects.toThrow(/features/)
    const vary = (name: string) => ({ name: 'populationBased' as const, vary: [name], trials: 4 })
    await expect(started({ pruner: vary('units') })).rejects.toThrow(/pruner\.vary holds units, which decides shapes/)
    await expect(started({ pruner: vary('rate') })).rejects.toThrow(/pruner\.vary holds rate; it must name parameters of the space/)
  })

  it('has a budget that is one', async () => {
    const study = await createStudy(OPTIONS)
    await expect(study.run(backend, data, { budget: { trials: -3 } }).next()).rejects.toThrow(
      /budget\.trials is -3; it must be a whole number/,
    )
    expect(() => categorical('relu' as never)).toThrow(/choices is "relu"; it must be a list/)
  })
})

describe('a study is refused', () => {
  it.each([
    ['an objective nobody knows', { objective: 'testAcuracy' }, /objective is "testAcuracy"; it must be one of/],
    [
      'a formula over an unknown parameter',
      { train: { ...OPTIONS.train, epochs: '$epoch' } },
      /train\.epochs is "epoch"; epoch is no parameter/,
    ],
    [
      'a pruner that compares repeats, without any',
      { pruner: 'wilcoxon' },
      /pruner is "wilcoxon", which compares repeats; repeats must be at least 2/,
    ],
    [
      'a comparison that goes on, which would always hold',
      { constraints: ['1 < units < 4'] },
      /constraints\[0\] is "1 < units < 4"; it compares what a comparison says, true or false: write 1 < x && x < 3/,
    ],
    [
      'a choice that is no value',
      { space: { a: { type: 'categorical', choices: [{ units: 1 }] } as never } },
      /space\.a\.choices\[0\] is \{"units":1\}; it must be a string, number, boolean or null/,
    ],
    ['an objective that is no name', { objective: 5 as never }, /objective is 5; it must be a string/],
    ['several objectives with a pruner', { objective: ['testLoss', 'parameters'], pruner: 'median' }, /with 2 objectives it must be none/],
    [
      'a condition on a later parameter',
      { space: { a: int(1, 2, { when: 'b > 1' }), b: int(1, 2) } },
      /space\.a\.when is "b > 1"; b is no parameter that it may name/,
    ],
    ['a constraint that cannot be read', { constraints: ['units * <= 3'] }, /constraints\[0\] is "units \* <= 3", which cannot be read/],
    ['no space', { space: undefined }, /space is missing; it must hold parameters by name/],
    [
      'values in the place of a parameter',
      { space: { units: [4, 8] } },
      /^space\.units is \[4,8\]; it must be a float, an int or a categorical/,
    ],
    [
      'a range upside down',
      { space: { ...OPTIONS.space, units: int(9, 2) } },
      /space\.units\.high is 2; it must be at least low, which is 9/,
    ],
    [
      'a logarithm of 0',
      { space: { ...OPTIONS.space, learningRate: float(0, 1, { log: true }) } },
      /space\.learningRate\.low is 0; it must be above 0/,
    ],
    ['a misspelt option', { samplr: 'tpe' }, /samplr is not a field of the study; did you mean "?sampler/],
    ['a bare name that needs options', { sampler: 'pyramid' }, /sampler is "pyramid", which needs options: \{ name: 'pyramid', /],
    ['a pruner that is none', { pruner: null }, /pruner is null/],
    ['repeats of no seeds', { repeats: 0 }, /repeats is 0; it must be a whole number from 1/],
  ] as const)('for %s', async (_what, change, message) => {
    await expect(createStudy({ ...OPTIONS, ...change } as unknown as StudyOptions)).rejects.toThrow(message)
  })

  it('to run without an end, or without the rows that its objective is of', async () => {
    const study = await createStudy(OPTIONS)
    await expect(study.run(backend, data).next()).rejects.toThrow(/budget is missing; the space has no end/)
    await expect(study.run(backend, { train: data.train }, { budget: { trials: 1 } }).next()).rejects.toThrow(
      /objective is "testLoss"; it is of test rows/,
    )
    const folded = await createStudy({ ...OPTIONS, repeats: { folds: 3 } })
    const { features, targets, rows } = data.train
    await expect(folded.run(backend, { train: { features, targets, rows } }, { budget: { trials: 1 } }).next()).rejects.toThrow(
      /repeats\.folds is 3; the data must then be a function/,
    )
  })
})
