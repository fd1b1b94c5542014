// Compares trials or lists of repeats, corrected for the number of comparisons.

import { InvalidSpecError } from '../../core/errors.ts'
import { repeatsOf } from '../attributes.ts'
import { isFeasible } from '../feasibility.ts'
import { type Direction, isBetter, type Trial } from '../trial.ts'
import type { BootstrapOptions } from './bootstrap.ts'
import { checkCompare, checkItems, checkTrials, checkValues } from './check.ts'
import { adjust, type Correction } from './corrections.ts'
import { cohensDz, rankBiserial } from './effects.ts'
import { signedRankTest } from './signedRank.ts'
import { meanOf, type Summary, summarize } from './summary.ts'
import { pairedTTest } from './tests.ts'

/** Which test compares, and what corrects for their number. */
export interface CompareOptions {
  readonly direction: Direction
  /** Which of several objectives; the first by default. */
  readonly objective?: number | undefined
  /** `wilcoxon` by default: with few repeats nobody knows whether differences are normal. */
  readonly test?: 'wilcoxon' | 't' | undefined
  /** `holm` by default. */
  readonly correction?: Correction | undefined
  /** Intervals by a bootstrap in place of Student's t; of fewer than some twenty repeats they are too narrow. */
  readonly bootstrap?: BootstrapOptions | undefined
}

/** A configuration against the best one, repeat by repeat. */
export interface Comparison {
  readonly number: number
  readonly summary: Summary
  /** This trial's repeats less the best one's same repeats: mean, standard deviation, interval. */
  readonly difference: Summary
  /** Two-sided. */
  readonly p: number
  /** p, corrected for all the comparisons in the table. */
  readonly adjustedP: number
  /** Cohen's d_z of the differences. */
  readonly cohensDz: number
  /** The matched-pairs rank-biserial correlation of the differences, -1 … 1. */
  readonly rankBiserial: number
}

/** The best configuration, and all others against it. */
export interface ComparisonTable {
  readonly best: { readonly number: number; readonly summary: Summary }
  /** From the best mean to the worst. */
  readonly rows: readonly Comparison[]
}

/**
 * Compares every configuration with the one of the best mean by a paired test over their repeats, which share seeds and folds. Complete trials that
 * meet their outcome constraints, with a finite value for every repeat; those with another number of repeats than the best are left out, as nothing pairs them. With n repeats the
 * smallest p that Wilcoxon's test can give is 2 / 2^n: five repeats reach 0.0625, six 0.031.
 * The best is chosen by the same numbers that it is compared on, which favours it.
 * @throws InvalidDataError for what are no trials; InvalidSpecError for options that are wrong, or when no trial was repeated
 */
export function compareTrials(trials: readonly Trial[], options: CompareOptions): ComparisonTable {
  checkTrials(trials)
  checkCompare(options)
  const { objective = 0 } = options
  const complete = trials.filter((trial) => trial.state === 'complete' && isFeasible(trial))
  return compare(
    complete.map((trial) => ({ number: trial.number, values: repeatsOf(trial, objective) ?? [] })),
    options,
    'repeats is 1, or no trial is complete; comparing configurations takes complete trials of at least 2 repeats',
  )
}

/**
 * The same of values of your own, a list for each configuration: its repeats, paired with those of the others by their places. `number` is a list's
 * place. Lists that hold a value which is not finite are left out.
 * @throws InvalidDataError for what are no lists of numbers; InvalidSpecError for options that are wrong, or when no list has two values
 */
export function compareRepeats(lists: readonly (readonly number[])[], options: Omit<CompareOptions, 'objective'>): ComparisonTable {
  checkItems(lists, 'what is compared')
  for (const [i, values] of Array.from(lists).entries()) checkValues(values, `list ${i}`)
  checkCompare(options)
  return compare(
    lists.map((values, number) => ({ number, values })),
    options,
    'no list holds 2 finite values or more; comparing configurations takes at least 2 repeats of each',
  )
}

interface Repeated {
  readonly number: number
  readonly values: readonly number[]
}

function compare(all: readonly Repeated[], options: CompareOptions, nothing: string): ComparisonTable {
  const { direction, test = 'wilcoxon', correction = 'holm', bootstrap } = options
  const compared = all
    .filter(({ values }) => values.length >= 2 && values.every(Number.isFinite))
    .map(({ number, values }) => ({ number, values, mean: meanOf(values) }))
  const ordered = compared.sort((a, b) => (isBetter(a.mean, b.mean, direction) ? -1 : isBetter(b.mean, a.mean, direction) ? 1 : 0))
  const [best, ...others] = ordered
  if (best === undefined) throw new InvalidSpecError(nothing)
  const rows = others
    .filter(({ values }) => values.length === best.values.length)
    .map(({ number, values }) => {
      const differences = values.map((value, i) => value - (best.values[i] ?? Number.NaN))
      return {
        number,
        summary: summarize(values, bootstrap),
        difference: summarize(differences, bootstrap),
        p: test === 't' ? pairedTTest(differences).p : signedRankTest(differences).p,
        cohensDz: cohensDz(differences),
        rankBiserial: rankBiserial(differences),
      }
    })
  const ps = adjust(
    rows.map(({ p }) => p),
    correction,
  )
  return {
    best: { number: best.number, summary: summarize(best.values, bootstrap) },
    rows: rows.map((row, i) => ({ ...row, adjustedP: ps[i] ?? Number.NaN })),
  }
}
