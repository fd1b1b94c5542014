// Two trials beside one another: is one better for real?

import { mean } from 'simple-statistics'
import { studentQuantile, studentTwoSided } from '../../../study/statistics/student.ts'
import { standardDeviation } from '../../../study/statistics/summary.ts'
import { pairedTTest } from '../../../study/statistics/tests.ts'
import type { Direction } from '../../../study/trial.ts'
import type { PairShown } from '../../evidenceProtocol.ts'

const LEVEL = 0.95

export interface Difference {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly p: number
}

/** Repeats of the same seeds and rows: each against its own. */
export function pairedDifference(a: readonly number[], b: readonly number[]): Difference {
  const differences = a.map((value, i) => value - (b[i] ?? Number.NaN))
  const value = mean(differences)
  const half = studentQuantile(LEVEL, differences.length - 1) * (standardDeviation(differences) / Math.sqrt(differences.length))
  const { p } = pairedTTest(differences)
  // All differences zero: nothing is ever more alike.
  return { value, low: value - half, high: value + half, p: Number.isNaN(p) ? 1 : p }
}

/** Repeats of other seeds or rows: Welch's t-test ("The generalization of Student's problem", Biometrika 34, 1947), two-sided. */
export function welchDifference(a: readonly number[], b: readonly number[]): Difference {
  const [partA, partB] = [a, b].map((values) => standardDeviation(values) ** 2 / values.length)
  const [first = 0, second = 0] = [partA, partB]
  const value = mean([...a]) - mean([...b])
  const error = Math.sqrt(first + second)
  if (error === 0) return { value, low: value, high: value, p: value === 0 ? 1 : 0 }
  const degrees = (first + second) ** 2 / (first ** 2 / (a.length - 1) + second ** 2 / (b.length - 1))
  const half = studentQuantile(LEVEL, degrees) * error
  return { value, low: value - half, high: value + half, p: studentTwoSided(value / error, degrees) }
}

export interface Side {
  readonly objective: string
  readonly direction: Direction
  readonly repeats: readonly number[]
  /** What names the rows that it was trained and judged on; undefined where that is not known. */
  readonly rows: string | undefined
}

/** @param together whether the repeats of both have the same seeds and rows */
export function judgePair(a: Side, b: Side, together: boolean): Pick<PairShown, 'difference' | 'verdict' | 'how'> {
  const nothing = { value: Number.NaN, low: Number.NaN, high: Number.NaN }
  if (a.objective !== b.objective)
    return { difference: nothing, verdict: 'different objectives', how: `One is judged by ${a.objective}, the other by ${b.objective}.` }
  if (a.rows !== undefined && b.rows !== undefined && a.rows !== b.rows)
    return {
      ...{ difference: nothing, verdict: 'different rows' },
      how: 'Their studies were trained and judged on other rows, or on other numbers made of them: a difference would be one of the rows as well.',
    }
  if (![...a.repeats, ...b.repeats].every(Number.isFinite))
    return { difference: nothing, verdict: 'no value', how: 'One of them failed or diverged, so there is nothing to compare.' }
  if (a.repeats.length < 2 || b.repeats.length < 2) {
    const value = mean([...a.repeats]) - mean([...b.repeats])
    return {
      ...{ difference: { ...nothing, value }, verdict: 'one run each proves nothing' },
      how: 'A difference of single runs may be one of their seeds; give the study two repeats or more.',
    }
  }
  const isPaired = together && a.repeats.length === b.repeats.length
  const { p, ...difference } = (isPaired ? pairedDifference : welchDifference)(a.repeats, b.repeats)
  const isBetter = a.direction === 'minimize' ? difference.value < 0 : difference.value > 0
  const test = isPaired
    ? 'Student’s paired t-test over the same seeds and rows'
    : 'Welch’s t-test, for the seeds or the rows are not the same'
  return {
    difference,
    verdict: p < 1 - LEVEL ? (isBetter ? 'a better for real' : 'a worse for real') : 'inside the noise',
    how: `${test}, ${a.repeats.length} and ${b.repeats.length} repeats: p ${p < 0.001 ? 'below 0.001' : p.toFixed(3)}. A trial that was chosen for being best is favoured by it.`,
  }
}
