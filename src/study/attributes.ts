// The attributes under which a journal keeps what Optuna's format has no field for.

import type { Attributes, Json, Trial } from './trial.ts'

/** The attributes under which a journal keeps what Optuna's format has no field for, and those of Optuna's that are read here. */
export const ATTRIBUTE = {
  /** A system attribute of a study: what it was created with. */
  definition: 'espalier:definition',
  /** A system attribute of a study with metrics of classes: the class that they are about, `{ index, name }`; both null if they are means over all classes. */
  positiveClass: 'espalier:positive_class',
  /** A system attribute of a study: the study file that it was made from. In 0.1.0 it was a user attribute. */
  file: 'espalier:file',
  /** A system attribute of a study: the data that its trials are trained on (fingerprint.ts). */
  data: 'espalier:data',
  /** Of a study that was trained on rows of a table, system: what made numbers of them, learned of the training rows; a list where every fold learned its own. */
  preparation: 'espalier:preparation',
  /** Of a study, system: `{ from, arithmetic }`, from which trial on numbers were rounded how, as the backend says it. */
  arithmetic: 'espalier:arithmetic',
  /** A system attribute of a study, Optuna's own: the names of its objectives. */
  metricNames: 'study:metric_names',
  /** A system attribute of a trial: the trial that its batch begins with. */
  batch: 'espalier:batch',
  /** A system attribute of a trial: `ask` gave it out, so only the caller of `ask` evaluates it. */
  asked: 'espalier:asked',
  /** A system attribute of a trial in a shared journal: the worker that trains it. */
  worker: 'espalier:worker',
  /** Of a failed trial, system: why. */
  reason: 'espalier:reason',
  /** A system attribute of an enqueued trial, Optuna's own: the values that it must have. */
  fixed: 'fixed_params',
  /** A user attribute of a trial: the values of every repeat, (repeats x objectives). */
  repeats: 'espalier:repeats',
  /** A system attribute of a trial: losses and accuracies of every repeat by epoch, if the study records them. In 0.1.0 it was a user attribute. */
  histories: 'espalier:histories',
  /** A user attribute of a trial: what it took over from others, `{ step, from, params }`, ascending. */
  replacements: 'espalier:replacements',
} as const

/** The class that a study's metrics are about, as its journal keeps it. */
export interface PositiveClass {
  readonly index: number | null
  /** As the training data called it. */
  readonly name: string | null
}

type Attributed = Pick<Trial, 'userAttrs' | 'systemAttrs'>

/** The study file that a study was made from; undefined where a program made it. */
export const fileOf = ({ userAttrs, systemAttrs }: Attributed): Json | undefined => systemAttrs[ATTRIBUTE.file] ?? userAttrs[ATTRIBUTE.file]

/** Losses and accuracies of every repeat; undefined where they were not recorded. */
export const recordedHistories = ({ userAttrs, systemAttrs }: Attributed): Json | undefined =>
  systemAttrs[ATTRIBUTE.histories] ?? userAttrs[ATTRIBUTE.histories]

/** The names of the objectives; undefined if they have none. */
export function metricNamesOf(systemAttrs: Attributes): readonly string[] | undefined {
  const names = systemAttrs[ATTRIBUTE.metricNames]
  return isList(names) && names.every((name) => typeof name === 'string') ? names : undefined
}

/** How numbers were rounded, and from which trial on. */
export interface Stretch {
  readonly from: number
  readonly arithmetic: string
}

/** In the order of their trials; empty if the journal has none. */
export const arithmeticOf = (systemAttrs: Attributes): readonly Stretch[] =>
  (systemAttrs[ATTRIBUTE.arithmetic] ?? []) as unknown as readonly Stretch[]

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** An objective's value in every repeat; undefined where the trial has not kept them. */
export function repeatsOf({ userAttrs }: Pick<Trial, 'userAttrs'>, objective = 0): number[] | undefined {
  const repeats = userAttrs[ATTRIBUTE.repeats]
  if (!isList(repeats)) return undefined
  return repeats.map((repeat) => (isList(repeat) ? Number(repeat[objective] ?? Number.NaN) : Number.NaN))
}
