// Trials that continue from another trial's network, in population-based training.

import { ATTRIBUTE } from './attributes.ts'
import type { Replacement } from './pruner/pruner.ts'
import type { Params } from './space/distributions.ts'
import { checkTrial } from './statistics/check.ts'
import type { Json, Trial } from './trial.ts'

type Entry = Replacement & { readonly step: number }

/** In ascending steps. */
export const replacementsOf = ({ userAttrs }: Trial): readonly Entry[] =>
  (userAttrs[ATTRIBUTE.replacements] ?? []) as unknown as readonly Entry[]

/** The values with which a trial trains from an epoch on: its own, or those it took over at that epoch or before. */
export const paramsFrom = (trial: Trial, epoch: number): Params =>
  replacementsOf(trial).findLast(({ step }) => step <= epoch)?.params ?? trial.params

/** The attribute with another entry; unchanged if the entry is there already, from before a crash. */
export function withReplacement(trial: Trial, step: number, { from, params }: Replacement): Json {
  const before = replacementsOf(trial).filter((entry) => entry.step < step)
  const after = replacementsOf(trial).filter((entry) => entry.step > step)
  return [...before, { step, from, params }, ...after] as unknown as Json
}

/** The values with which a trial ended: its own, or those it took over last. @throws InvalidDataError for what is no trial */
export function finalParams(trial: Trial): Params {
  checkTrial(trial, 'the trial')
  return paramsFrom(trial, Number.POSITIVE_INFINITY)
}
