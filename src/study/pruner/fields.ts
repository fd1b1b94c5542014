import { whole } from '../../core/fields.ts'

const MOST = 1_000_000

/** The fields that several pruners share, with Optuna's meaning. */
export const startupTrials = () => whole(0, MOST).optional().describe('No trial is stopped before this many are complete')
export const warmupSteps = () => whole(0, MOST).optional().describe('No trial is stopped before this step')
export const interval = () => whole(1, MOST).optional().describe('Steps between two rungs, from the warm-up on')
export const minTrials = () =>
  whole(1, MOST).optional().describe('Complete trials that must have reported at a rung for anyone to be stopped there')
/** @param unless what it is when it is left out */
export const minResource = (unless: string) => whole(1, MOST).optional().describe(`The first rung; ${unless} unless said`)
export const reductionFactor = () => whole(2, MOST).optional().describe('One in this many goes on past a rung')
export const minEarlyStoppingRate = () =>
  whole(0, 30).optional().describe('Multiplies the first rung by the reduction factor this many times')

export const AUTO = 'a hundredth of the last step, at least 1,'
/** What Optuna's 'auto' comes to: a hundredth of the longest trial's steps, and at least 1. */
export const resourceOf = (minResource: number | undefined, steps: number): number => minResource ?? Math.max(1, Math.floor(steps / 100))
