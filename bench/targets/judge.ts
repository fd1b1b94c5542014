// Compares readings with their targets.

import type { Criterion, Quantity, Target } from './targets.ts'

/** A quantity over the rounds. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** What a measurement says about a target at one place. */
export interface Reading {
  readonly subject: string
  /** Node or a browser, with its version. */
  readonly where: string
  /** The measured time or size, as text; or why nothing was measured. */
  readonly text: string
  readonly values: Readonly<Partial<Record<Quantity, Spread>>>
  /** Quantities that could not be measured, with the reason: a peer that is not installed. */
  readonly missing: Readonly<Partial<Record<Quantity, string>>>
  /** Test accuracy beside each peer's after the same steps, as text. */
  readonly accuracy: string
}

type Grade = 'stretch' | 'reached' | 'short' | 'not measured'

export interface Judgement {
  readonly criterion: Criterion
  readonly value: number | undefined
  readonly grade: Grade
  /** How far it is from the target, as a part of it; 0 where that is reached. */
  readonly short: number
}

export interface Row {
  readonly target: Target
  readonly reading: Reading
  readonly judgements: readonly Judgement[]
  /** The worst of the judgements; what was not measured leaves it as it is, unless nothing was. */
  readonly grade: Grade
}

const passes = (at: Criterion['at'], value: number, limit: number): boolean => (at === 'least' ? value >= limit : value <= limit)

function judgeOne(criterion: Criterion, value: number | undefined): Judgement {
  const { at, target, stretch } = criterion
  if (value === undefined) return { criterion, value, grade: 'not measured', short: 0 }
  if (!passes(at, value, target)) return { criterion, value, grade: 'short', short: Math.abs(value - target) / target }
  return { criterion, value, grade: stretch === undefined || passes(at, value, stretch) ? 'stretch' : 'reached', short: 0 }
}

/** By medians. A criterion without a stretch asks for no more than its target. */
export function judge(target: Target, reading: Reading): Row {
  const judgements = target.criteria.map((criterion) => judgeOne(criterion, reading.values[criterion.quantity]?.median))
  const grades = judgements.map(({ grade }) => grade)
  const stretches = target.criteria.some(({ stretch }) => stretch !== undefined)
  const measured = grades.filter((grade) => grade !== 'not measured')
  const grade: Grade =
    measured.length === 0
      ? 'not measured'
      : measured.includes('short')
        ? 'short'
        : measured.includes('reached') || !stretches
          ? 'reached'
          : 'stretch'
  return { target, reading, judgements, grade }
}
