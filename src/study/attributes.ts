import type { Attributes, Json, Trial } from './trial.ts'

/** The attributes in which a journal keeps what Optuna's format has no field for; and those of Optuna's own that are read here. */
export const ATTRIBUTE = {
  /** Of a study, system: what it was created with. */
  definition: 'espalier:definition',
  /** Of a study with metrics of classes, system: the class that they are of, `{ index, name }`; both null where they are means over all classes. */
  positiveClass: 'espalier:positive_class',
  /** Of a study, system: the study file that it was made from. Until 0.1.0 it was a user attribute. */
  file: 'espalier:file',
  /** Of a study, system: what its trials are trained on (fingerprint.ts). */
  data: 'espalier:data',
  /** Of a study that was trained on rows of a table, system: what made numbers of them, learned of the training rows. */
  preparation: 'espalier:preparation',
  /** Of a study, system: `{ from, arithmetic }`, from which trial on numbers were rounded how, as the backend says it. */
  arithmetic: 'espalier:arithmetic',
  /** Of a study, system, Optuna's: what its objectives are called. */
  metricNames: 'study:metric_names',
  /** Of a trial, system: with which trial its batch begins. */
  batch: 'espalier:batch',
  /** Of a trial, system: that `ask` gave it away, so that nobody but who asked evaluates it. */
  asked: 'espalier:asked',
  /** Of a trial of a shared journal, system: which worker trains it. */
  worker: 'espalier:worker',
  /** Of a failed trial, system: why. */
  reason: 'espalier:reason',
  /** Of an enqueued trial, system, Optuna's: the values that it must have. */
  fixed: 'fixed_params',
  /** Of a trial, user: the values of every repeat, (repeats x objectives). */
  repeats: 'espalier:repeats',
  /** Of a trial, system: losses and accuracies of every repeat by epoch, where the study records them. Until 0.1.0 it was a user attribute. */
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

type Attributed = Pick<Trial, 'userAttrs' | 'systemAttrs'>

/** The study file that a study was made from; undefined where a program made it. */
export const fileOf = ({ userAttrs, systemAttrs }: Attributed): Json | undefined => systemAttrs[ATTRIBUTE.file] ?? userAttrs[ATTRIBUTE.file]

/** Losses and accuracies of every repeat; undefined where they were not recorded. */
export const recordedHistories = ({ userAttrs, systemAttrs }: Attributed): Json | undefined =>
  systemAttrs[ATTRIBUTE.histories] ?? userAttrs[ATTRIBUTE.histories]

/** What the objectives are called; undefined where nobody has said it. */
export function metricNamesOf(systemAttrs: Attributes): readonly string[] | undefined {
  const names = systemAttrs[ATTRIBUTE.metricNames]
  return isList(names) && names.every((name) => typeof name === 'string') ? names : undefined
}

/** From which trial on numbers were rounded how. */
export interface Stretch {
  readonly from: number
  readonly arithmetic: string
}

/** In the order of their trials; none where the journal does not say it. */
export const arithmeticOf = (systemAttrs: Attributes): readonly Stretch[] =>
  (systemAttrs[ATTRIBUTE.arithmetic] ?? []) as unknown as readonly Stretch[]

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** An objective's value in every repeat; undefined where the trial has not kept them. */
export function repeatsOf({ userAttrs }: Pick<Trial, 'userAttrs'>, objective = 0): number[] | undefined {
  const repeats = userAttrs[ATTRIBUTE.repeats]
  if (!isList(repeats)) return undefined
  return repeats.map((repeat) => (isList(repeat) ? Number(repeat[objective] ?? Number.NaN) : Number.NaN))
}
