/** Makes a group of networks fit the time that is left. */

import { at } from '../core/at.ts'
import { stepWork } from '../core/layout.ts'
import type { NetworkGroup } from './candidates.ts'
import type { Clock } from './clock.ts'
import type { Inputs } from './inputs.ts'
import { topologyOf } from './networks.ts'
import type { Problem } from './problem.ts'
import { goingOn } from './race.ts'

/** Multiply-adds of training a group on all folds, the heat counted. */
export function workOf({ shape, settings }: NetworkGroup, problem: Problem, inputs: Inputs): number {
  const { train } = inputs.of(shape.encoding, 0)
  const topology = topologyOf(shape, at(settings, 0), problem, train.inputSize, train.rows)
  const folds = problem.folds.length
  const trained = folds > 2 ? settings.length + goingOn(settings.length) * (folds - 1) : settings.length * folds
  return (stepWork(topology) / topology.batchSize) * train.rows * shape.epochs * trained
}

/** Least that a group is cut down to. */
const LEAST_SETTINGS = 2

/**
 * The group as it is where it fits; else with fewer settings, then with fewer epochs; undefined where not even one pass fits.
 * @param part of the time left that it may take
 */
export function fitted(group: NetworkGroup, problem: Problem, inputs: Inputs, clock: Clock, part: number): NetworkGroup | undefined {
  const share = clock.fits(workOf(group, problem, inputs), part)
  if (share >= 1) return group
  const settings = group.settings.slice(0, Math.max(LEAST_SETTINGS, Math.floor(group.settings.length * share)))
  const fewer = { ...group, settings }
  const epochs = Math.floor(group.shape.epochs * Math.min(1, clock.fits(workOf(fewer, problem, inputs), part)))
  return epochs < 1 ? undefined : { ...fewer, shape: { ...group.shape, epochs } }
}
