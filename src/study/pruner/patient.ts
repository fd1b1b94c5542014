// The pruner `patient`, which delays another pruner.

import * as z from 'zod/mini'
import { nonNegative, whole } from '../../core/fields.ts'
import type { Direction, Trial } from '../trial.ts'
import type { Pruner } from './pruner.ts'
import { bestOf, directionOf, intervalRungs } from './reports.ts'

/** @param wrapped the schema of the wrapped pruner */
export const patientSchema = <T extends z.ZodMiniType>(wrapped: T) =>
  z.strictObject({
    name: z.literal('patient'),
    wrapped: z.optional(wrapped).check(z.describe('The pruner that decides once patience is over; without one, the trial is stopped then')),
    patience: whole(0, 1_000_000).check(z.describe('Reports in a row without an improvement that are forgiven')),
    minDelta: z.optional(nonNegative()).check(z.describe('By less than this is no worsening')),
  })

interface Options {
  readonly patience: number
  readonly minDelta?: number | undefined
}

/**
 * Stops what the wrapped pruner would stop, but only a trial whose best report of the last patience + 1 is worse by more than
 * minDelta than its best before them. (`optuna/pruners/_patient.py`)
 */
export const createPatientPruner = ({ patience, minDelta = 0 }: Options, wrapped: Pruner | undefined): Pruner => ({
  name: 'patient',
  axis: wrapped?.axis ?? 'epoch',
  rungs: (steps) => wrapped?.rungs(steps) ?? intervalRungs(steps, 0, 1),
  batchSize: (number, steps) => wrapped?.batchSize(number, steps),
  prune(view, batch, step, steps) {
    const direction = directionOf(view)
    const stalled = batch.filter((trial) => isStalled(trial, patience, minDelta, direction)).map(({ number }) => number)
    if (wrapped === undefined || stalled.length === 0) return stalled
    const stopped = wrapped.prune(view, batch, step, steps)
    return stalled.filter((number) => stopped.includes(number))
  },
})

function isStalled(trial: Trial, patience: number, minDelta: number, direction: Direction): boolean {
  const reports = [...trial.intermediateValues].sort(([a], [b]) => a - b).map(([, value]) => value)
  if (reports.length <= patience + 1) return false
  const before = bestOf(reports.slice(0, -patience - 1), direction)
  const after = bestOf(reports.slice(-patience - 1), direction)
  return direction === 'minimize' ? before + minDelta < after : before - minDelta > after
}
