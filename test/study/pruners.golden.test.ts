import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createPruner, type PrunerSpec } from '../../src/study/pruner/create.ts'
import type { Direction, Trial } from '../../src/study/trial.ts'
import { trialOf, viewOf } from '../support/trials.ts'

type Reports = [step: number, value: number | null][]
interface Case {
  readonly pruner: PrunerSpec
  readonly direction: Direction
  readonly trials: readonly { readonly state: 'complete' | 'running'; readonly reports: Reports; readonly stops?: boolean }[]
}
interface Sequence {
  readonly pruner: PrunerSpec
  readonly direction: Direction
  readonly steps: number
  readonly trials: readonly { readonly reports: Reports; readonly stopped: number | null }[]
}

/** Written by test/support/python/pruners.py, which says what is in it. */
const golden: { optuna: string; cases: Case[]; sequences: Sequence[] } = JSON.parse(
  readFileSync(new URL('../golden/optuna-pruners.json', import.meta.url), 'utf8'),
)

const reported = (reports: Reports): Map<number, number> => new Map(reports.map(([step, value]) => [step, value ?? Number.NaN]))
const lastStep = (trial: Trial): number => Math.max(...trial.intermediateValues.keys())

describe(`pruners decide as Optuna ${golden.optuna}`, () => {
  for (const name of new Set(golden.cases.map(({ pruner }) => (typeof pruner === 'string' ? pruner : pruner.name)))) {
    const cases = golden.cases.filter(({ pruner }) => typeof pruner !== 'string' && pruner.name === name)
    it(`${name}: ${cases.length} studies`, () => {
      const decisions = { stopped: 0, kept: 0 }
      for (const { pruner: spec, direction, trials: said } of cases) {
        const pruner = createPruner(spec)
        const trials = said.map(({ state, reports }, number) => trialOf(number, state, { intermediateValues: reported(reports) }))
        const view = viewOf(trials, direction)
        for (const trial of trials.filter(({ state }) => state === 'running')) {
          const stops = pruner.prune(view, [trial], lastStep(trial), 8).includes(trial.number)
          expect(stops, `trial ${trial.number} of ${JSON.stringify({ spec, direction, said })}`).toBe(said[trial.number]?.stops)
          decisions[stops ? 'stopped' : 'kept']++
        }
      }
      expect(decisions.stopped).toBeGreaterThan(10)
      expect(decisions.kept).toBeGreaterThan(10)
    })
  }

  it(`asha: ${golden.sequences.length} studies, trial after trial`, () => {
    for (const { pruner: spec, direction, steps, trials: said } of golden.sequences) {
      const pruner = createPruner(spec)
      const before: Trial[] = []
      for (const [number, { reports, stopped }] of said.entries()) {
        const rungs = pruner.rungs(steps)
        expect(reports.map(([step]) => step)).toEqual(rungs.slice(0, reports.length))
        const stop = rungs.slice(0, reports.length).find((step, rung) => {
          const trial = trialOf(number, 'running', { intermediateValues: reported(reports.slice(0, rung + 1)) })
          return pruner.prune(viewOf([...before, trial], direction), [trial], step, steps).length > 0
        })
        expect(stop ?? null, `trial ${number} of ${JSON.stringify({ spec, direction, said })}`).toBe(stopped)
        before.push(trialOf(number, stop === undefined ? 'complete' : 'pruned', { intermediateValues: reported(reports) }))
      }
    }
  })
})
