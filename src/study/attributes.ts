import type { Json, Trial } from './trial.ts'

/** The attributes in which a journal keeps what Optuna's format has no field for. */
export const ATTRIBUTE = {
  /** Of a study, system: what it was created with. */
  definition: 'espalier:definition',
  /** Of a study with metrics of classes, system: the class that they are of, `{ index, name }`; both null where they are means over all classes. */
  positiveClass: 'espalier:positive_class',
  /** Of a trial, system: with which trial its batch begins. */
  batch: 'espalier:batch',
  /** Of a trial of a shared journal, system: which worker trains it. */
  worker: 'espalier:worker',
  /** Of a failed trial, system: why. */
  reason: 'espalier:reason',
  /** Of a trial, user: the values of every repeat, (repeats x objectives). */
  repeats: 'espalier:repeats',
  /** Of a trial, user: losses and accuracies of every repeat by epoch, where the study records them. */
  histories: 'espalier:histories',
  /** Of a trial, user: what it took over from others on its way, `{ step, from, params }`, ascending. */
  replacements: 'espalier:replacements',
} as const

/** The class that a study's metrics are of, as its journal keeps it. */
export interface PositiveClass {
  readonly index: number | null
  /** As the training data called it. */
  readonly name: string | null
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** An objective's value in every repeat; undefined where the trial has not kept them. */
export function repeatsOf({ userAttrs }: Pick<Trial, 'userAttrs'>, objective = 0): number[] | undefined {
  const repeats = userAttrs[ATTRIBUTE.repeats]
  if (!isList(repeats)) return undefined
  return repeats.map((repeat) => (isList(repeat) ? Number(repeat[objective] ?? Number.NaN) : Number.NaN))
}
