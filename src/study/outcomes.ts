// Outcome constraints: bounds on what a trained network must achieve.

import * as z from 'zod/mini'
import { InvalidSpecError } from '../core/errors.ts'
import { finite } from '../core/fields.ts'
import type { Run } from './grouping.ts'
import { measure, measureNamed } from './objective.ts'

/** What a trained network must achieve besides its objectives, for example `{ metric: 'parameters', atMost: 20000 }`: plain data, so a study file can hold it too. */
const outcomeConstraint = z
  .strictObject({
    metric: z.string().check(z.describe('As an objective has it: parameters, testAccuracy, auc, ...')),
    atMost: z.optional(finite()),
    atLeast: z.optional(finite()),
  })
  .check(z.refine(({ atMost, atLeast }) => atMost !== undefined || atLeast !== undefined, { error: 'must hold atMost or atLeast' }))
export const outcomeConstraintsSchema = z.array(outcomeConstraint)
/**
 * A bound on something that a trial comes to.
 * @useDeclaredType
 */
export type OutcomeConstraintSpec = z.infer<typeof outcomeConstraint>

/** A bound on a measure. */
export interface OutcomeConstraint {
  readonly metric: string
  readonly bound: number
  readonly side: 'atMost' | 'atLeast'
}

/**
 * One constraint per bound.
 * @param trains whether the study trains networks; only those can be measured
 * @throws InvalidSpecError
 */
export function resolveOutcomeConstraints(given: readonly OutcomeConstraintSpec[], trains: boolean): OutcomeConstraint[] {
  if (!trains && given.length > 0) {
    throw new InvalidSpecError(
      'outcomeConstraints are about trained networks, and train is missing; set your own constraints by setConstraint before the trial ends',
    )
  }
  return given.flatMap(({ metric: name, atMost, atLeast }, i): OutcomeConstraint[] => {
    const metric = measureNamed(name, `outcomeConstraints[${i}].metric`)
    return [
      ...(atMost === undefined ? [] : [{ metric, bound: atMost, side: 'atMost' as const }]),
      ...(atLeast === undefined ? [] : [{ metric, bound: atLeast, side: 'atLeast' as const }]),
    ]
  })
}

export const nameOfConstraint = ({ metric, bound, side }: OutcomeConstraint): string =>
  `${metric} ${side === 'atMost' ? '<=' : '>='} ${bound}`

/** By how much the mean over the repeats breaks it; at most 0 if it is met. */
export function excessOf({ metric, bound, side }: OutcomeConstraint, runs: readonly Run[]): number {
  const mean = runs.reduce((sum, run) => sum + measure(metric, run), 0) / runs.length
  const excess = side === 'atMost' ? mean - bound : bound - mean
  return Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess
}
