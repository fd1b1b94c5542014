import { splitSpec } from '../../core/resolve.ts'
import {
  AbortedError,
  type Backend,
  type Dataset,
  type FitResult,
  fitPopulation,
  fitStandardizer,
  type Split,
  trainTestSplit,
} from '../../index.ts'
import { allSettings, PIMA, type Setting, specOf } from './protocol.ts'

export type Scaling = 'none' | 'standardize'

/** One trained network of the study. */
export interface Run {
  readonly setting: Setting
  readonly scaling: Scaling
  readonly seed: number
  readonly history: FitResult['history']
  readonly diverged: boolean
}

export interface StudyOptions {
  readonly seeds: number
  readonly epochs: number
  readonly scalings: readonly Scaling[]
  readonly signal: AbortSignal
  /** `done` from 0 to 1; `seed` from 1 is the one under way. */
  readonly onProgress: (done: number, seed: number) => void
}

export interface StudyRuns {
  readonly runs: readonly Run[]
  readonly interrupted: boolean
}

/** Networks with the same batch size have one topology: they are trained together, as a population. */
function byBatchSize(settings: readonly Setting[]): Setting[][] {
  const sizes = [...new Set(settings.map(({ batchSize }) => batchSize))]
  return sizes.map((size) => settings.filter(({ batchSize }) => batchSize === size))
}

function scale({ train, test }: Split, scaling: Scaling): Split {
  if (scaling === 'none') return { train, test }
  const fitted = fitStandardizer(train)
  return { train: fitted.apply(train), test: fitted.apply(test) }
}

/** A seed decides the split, the initial weights and nothing else: the rows are not shuffled between epochs. */
export async function runStudy(
  backend: Backend,
  all: Dataset,
  { seeds, epochs, scalings, signal, onProgress }: StudyOptions,
): Promise<StudyRuns> {
  const groups = byBatchSize(allSettings())
  const jobs = Array.from({ length: seeds }, (_, seed) =>
    scalings.flatMap((scaling) => groups.map((settings) => ({ seed, scaling, settings }))),
  ).flat()
  // Steps, not populations, are what takes time.
  const costs = jobs.map(({ settings }) => settings.reduce((sum, { batchSize }) => sum + 1 / batchSize, 0))
  const total = costs.reduce((sum, cost) => sum + cost, 0)
  const runs: Run[] = []
  let before = 0
  for (const [i, { seed, scaling, settings }] of jobs.entries()) {
    const split = trainTestSplit(all, { testFraction: PIMA.testFraction, seed, stratify: true })
    const specs = settings.map((setting) => splitSpec(specOf(setting, all.inputSize, epochs, seed)))
    const [first] = specs
    if (first === undefined) continue
    const cost = costs[i] ?? 0
    try {
      const results = await fitPopulation(
        backend,
        first.topology,
        specs.map(({ member }) => member),
        scale(split, scaling),
        {
          signal,
          callbacks: { onProgress: (done) => onProgress((before + done * cost) / total, seed + 1) },
        },
      )
      results.forEach(({ history, stopped }, member) => {
        const setting = settings[member]
        if (setting !== undefined) runs.push({ setting, scaling, seed, history, diverged: stopped === 'diverged' })
      })
    } catch (error) {
      if (error instanceof AbortedError) return { runs, interrupted: true }
      throw error
    }
    before += cost
  }
  return { runs, interrupted: false }
}
