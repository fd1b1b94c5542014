import type { StudioConfig } from '../../src/studio/config.ts'
import { defaultConfig } from '../../src/studio/defaults.ts'
import type { DataDescription } from '../../src/studio/description.ts'

/** What the engine says of the Pima sample, in short. */
export const PIMA: DataDescription = {
  source: { kind: 'sample', name: 'pima' },
  title: 'Pima Indians diabetes',
  rows: 768,
  testRows: 0,
  columns: [
    ...['preg', 'plas', 'pres', 'skin', 'insu', 'mass', 'pedi', 'age'].map((name) => ({
      ...{
        name,
        kind: 'number' as const,
        why: 'all 768 values are numbers',
        missing: 0,
        distinct: 50,
        range: { min: 0, max: 100, mean: 30 },
        examples: [],
      },
      ...{ tasks: ['regression' as const], doubt: undefined },
    })),
    {
      ...{ name: 'class', kind: 'category', why: 'the file declares its categories', missing: 0, distinct: 2, range: undefined },
      ...{ examples: ['tested_negative', 'tested_positive'], tasks: ['binary'], doubt: undefined },
    },
  ],
  preview: [],
  images: undefined,
  target: 'class',
  guesses: [],
  problems: [],
}

export const PIMA_SHAPE = { inputSize: 8, outputSize: 1, task: 'binary' } as const

/** The default study of Pima, small enough for a test. */
export function smallConfig(search: Partial<StudioConfig['search']> = {}): StudioConfig {
  const config = defaultConfig(PIMA)
  return {
    ...config,
    network: { ...config.network, layers: { low: 1, high: 2, log: false, points: 2 }, units: { low: 4, high: 8, log: true, points: 2 } },
    training: { ...config.training, epochs: 3, batchSizes: [64, 128] },
    search: { ...config.search, trials: 6, repeats: 2, ...search },
    backend: { prefer: 'wasm', workers: 0 },
  }
}
