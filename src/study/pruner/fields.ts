// Option fields that several pruners share.

import * as z from 'zod/mini'
import { whole } from '../../core/fields.ts'

const MOST = 1_000_000

/** The fields that several pruners share, with Optuna's meaning. */
export const startupTrials = () => z.optional(whole(0, MOST)).check(z.describe('No trial is stopped before this many are complete'))
export const warmupSteps = () => z.optional(whole(0, MOST)).check(z.describe('No trial is stopped before this step'))
export const interval = () => z.optional(whole(1, MOST)).check(z.describe('Steps between two rungs, from the warm-up on'))
export const minTrials = () =>
  z.optional(whole(1, MOST)).check(z.describe('Complete trials that must have reported at a rung for anyone to be stopped there'))
/** @param unless its default */
export const minResource = (unless: string) => z.optional(whole(1, MOST)).check(z.describe(`The first rung; ${unless} by default`))
export const reductionFactor = () => z.optional(whole(2, MOST)).check(z.describe('One in this many continues past a rung'))
export const minEarlyStoppingRate = () =>
  z.optional(whole(0, 30)).check(z.describe('Multiplies the first rung by the reduction factor this many times'))

export const AUTO = 'a hundredth of the last step, at least 1,'
/** What Optuna's 'auto' means: a hundredth of the longest trial's steps, and at least 1. */
export const resourceOf = (minResource: number | undefined, steps: number): number => minResource ?? Math.max(1, Math.floor(steps / 100))
