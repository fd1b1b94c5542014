import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fanova } from '../../src/study/importance/fanova.ts'
import type { ParamValue } from '../../src/study/space/distributions.ts'
import type { SpaceSpec } from '../../src/study/space/space.ts'
import { type Pair, spearman } from '../../src/study/statistics/correlation.ts'
import { completeTrials } from '../support/trials.ts'

interface Study {
  readonly name: string
  readonly space: SpaceSpec
  readonly importances: Readonly<Record<string, { readonly mean: number; readonly sd: number }>>
  /** A trial's parameters in the space's order, then its value. */
  readonly trials: readonly (readonly ParamValue[])[]
}

/** Written by test/support/python/importances.py, which says what is in it. */
const golden: { optuna: string; sklearn: string; studies: Study[] } = JSON.parse(
  readFileSync(new URL('../golden/optuna-importances.json', import.meta.url), 'utf8'),
)

describe(`fANOVA agrees with Optuna ${golden.optuna}`, () => {
  it.each(golden.studies)('$name', ({ space, importances, trials: rows }) => {
    const names = Object.keys(space)
    const params = rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])))
    const trials = completeTrials(
      space,
      params,
      rows.map((row) => Number(row[names.length])),
    )
    const found = fanova(trials, { seed: 1 }).parameters
    const pairs = found.map(({ name, importance }): Pair => [importance, importances[name]?.mean ?? Number.NaN])
    expect(spearman(pairs)).toBeGreaterThanOrEqual(0.9)
    for (const { name, importance } of found) {
      const { mean, sd } = importances[name] ?? { mean: Number.NaN, sd: Number.NaN }
      // Another forest: it differs from the mean of Optuna's ten as each of those does.
      expect(Math.abs(importance - mean), `${name}: ${importance} for ${mean} +- ${sd}`).toBeLessThan(4 * sd)
    }
  })
})
