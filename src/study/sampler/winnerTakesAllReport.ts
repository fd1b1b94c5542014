// What each stage of a winner-takes-all search found.

import { repeatsOf } from '../attributes.ts'
import type { Params } from '../space/distributions.ts'
import { adjust } from '../statistics/corrections.ts'
import { standardDeviation } from '../statistics/summary.ts'
import { pairedTTest } from '../statistics/tests.ts'
import type { Direction, StudyView, Trial, TrialState } from '../trial.ts'
import { searchStages } from './stages.ts'
import type { WinnerTakesAllOptions } from './winnerTakesAll.ts'

/** One value, or combination of values, of a stage. */
export interface StageRow {
  /** Of the parameters that the stage varies. */
  readonly values: Params
  /** Undefined, as the state, until it was tried. */
  readonly trial: number | undefined
  readonly state: TrialState | undefined
  /** Tried by a stage before, and not again. */
  readonly isReused: boolean
  /** Of the trial's value, the mean over its repeats; of a pruned one the last reported. Undefined where it has none. */
  readonly mean: number | undefined
  /** Of the repeats, as a sample; NaN where there are fewer than two. */
  readonly standardDeviation: number
  readonly repeats: number
  /** Of the paired t-test of the repeats against the winner's, corrected by Holm within the stage; NaN where it cannot be made. */
  readonly p: number
  /** Not the winner, but too close to it for the data to distinguish them. */
  readonly isNearTie: boolean
}

/** A stage of the search: its values, its winner. */
export interface StageReport {
  /** The parameters that the stage varies. */
  readonly names: readonly string[]
  /** The place of the objective that decides, and where it is to go. */
  readonly objective: number
  readonly direction: Direction
  /** In the order of trying. */
  readonly rows: readonly StageRow[]
  /** Undefined as long as the stage lacks results, or when no trial of it was completed. */
  readonly winner: StageRow | undefined
}

/**
 * The stages of a winner-takes-all study as far as they have come, a pure function of its trials. The best mean has won. A completed row
 * is a near tie when its mean differs from the winner's by at most `tieMargin`, or when at least two repeats of both, paired by their seeds, differ
 * with a p value above `significance`. Repeats are read from the trial's attribute `espalier:repeats` (repeat x objective).
 */
export function winnerTakesAllReport(view: StudyView, options: Omit<WinnerTakesAllOptions, 'name'>): readonly StageReport[] {
  const { tieMargin = 0, significance = 0.05 } = options
  const seen = new Set<number>()
  return searchStages(view, options).map(({ names, objective, direction, cells, winner }) => {
    const best = winner?.trial
    const ps = adjust(
      cells.map(({ trial }) => (trial === best ? Number.NaN : pairedP(valuesOf(trial, objective), valuesOf(best, objective)))),
      'holm',
    )
    const rows = cells.map(({ params, trial }, i): StageRow => {
      const isReused = trial !== undefined && seen.has(trial.number)
      const repeats = valuesOf(trial, objective)
      const p = ps[i] ?? Number.NaN
      const margin = Math.abs((trial?.values?.[objective] ?? Number.NaN) - (best?.values?.[objective] ?? Number.NaN))
      return {
        values: Object.fromEntries(Object.entries(params).filter(([name]) => names.includes(name))),
        trial: trial?.number,
        state: trial?.state,
        isReused,
        mean: trial?.values?.[objective],
        standardDeviation: standardDeviation(repeats),
        repeats: repeats.length,
        p,
        isNearTie: trial !== best && trial?.state === 'complete' && (margin <= tieMargin || p > significance),
      }
    })
    for (const { trial } of cells) if (trial !== undefined) seen.add(trial.number)
    return { names, objective, direction, rows, winner: winner && rows[cells.indexOf(winner)] }
  })
}

/** The repeats' values of an objective; the value alone where the trial carries no repeats. */
function valuesOf(trial: Trial | undefined, objective: number): number[] {
  if (trial?.state !== 'complete') return []
  const value = trial.values?.[objective]
  return repeatsOf(trial, objective) ?? (value === undefined ? [] : [value])
}

/** NaN where the repeats are no pairs. */
function pairedP(repeats: readonly number[], best: readonly number[]): number {
  if (repeats.length !== best.length) return Number.NaN
  return pairedTTest(repeats.map((value, i) => value - (best[i] ?? Number.NaN))).p
}
