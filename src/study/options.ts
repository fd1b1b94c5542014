// The options of `createStudy`, checked and completed.

import * as z from 'zod/mini'
import { InvalidSpecError } from '../core/errors.ts'
import { flag, MAX_SEED, whole } from '../core/fields.ts'
import { MAX_UNITS } from '../core/rules.ts'
import { isObject, shown } from '../core/shown.ts'
import type { TrainSpec } from '../core/spec.ts'
import { parseExact } from '../core/validate.ts'
import type { ClassReference } from '../train/positive.ts'
import type { Definition } from './definition.ts'
import type { CheckpointStore } from './journal/checkpoints.ts'
import type { Journal } from './journal/journal.ts'
import { type Objective, type ObjectiveSpec, objectiveSchema, resolveObjectives } from './objective.ts'
import { type OutcomeConstraint, type OutcomeConstraintSpec, outcomeConstraintsSchema, resolveOutcomeConstraints } from './outcomes.ts'
import { createPruner, type PrunerSpec } from './pruner/create.ts'
import type { Pruner } from './pruner/pruner.ts'
import { type Repeat, type RepeatsSpec, repeatsSchema, resolveRepeats } from './repeats.ts'
import { createSampler, type SamplerSpec } from './sampler/create.ts'
import type { Sampler } from './sampler/sampler.ts'
import { Space, type SpaceSpec } from './space/space.ts'
import { compileTrain, maxEpochs, type SpecOf, type TrainTemplate } from './template.ts'
import type { Json } from './trial.ts'

/** What `createStudy` makes a study of. */
export interface StudyOptions {
  /** Studies of one journal have different names; `study` by default. */
  readonly name?: string | undefined
  readonly space: SpaceSpec
  /** What every configuration must satisfy, for example `layers * units <= 256`. */
  readonly constraints?: readonly string[] | undefined
  /** What a trained network must also achieve, for example `{ metric: 'parameters', atMost: 20000 }`; a trial that does not is never the best. */
  readonly outcomeConstraints?: readonly OutcomeConstraintSpec[] | undefined
  /**
   * What to optimise: a value of the trained network (`testAccuracy`, `testLoss`, `auc`, …), several of them, or for your own values
   * `minimize`, `maximize` or `{ metric, direction }`.
   */
  readonly objective: ObjectiveSpec
  /**
   * The class that objectives such as `f1` are about, by its name in the training data or its number, from 0. The default is, of two classes, the one with
   * fewer training rows; with more classes they are means over all. The journal keeps it, so it is the same in all trials.
   */
  readonly positiveClass?: ClassReference | undefined
  /** From a configuration to what is trained. Without it the study gets its values from you: by `ask` and `tell`, or `optimize`. */
  readonly train?: TrainTemplate | ((params: Readonly<Record<string, Json>>) => TrainSpec) | undefined
  /** `auto` by default. */
  readonly sampler?: SamplerSpec | Sampler | undefined
  /** `none` by default. */
  readonly pruner?: PrunerSpec | Pruner | undefined
  /** 1 by default. */
  readonly repeats?: RepeatsSpec | undefined
  /** Trials asked for at once; the pruner's and the sampler's own by default. More keep more workers busy, and give the sampler less to learn from. */
  readonly batchSize?: number | undefined
  /** The most epochs of a trial, from which rungs are counted; needed only where `train` is a function. */
  readonly maxEpochs?: number | undefined
  /** Epochs between two intermediate values in the journal: a twentieth of all epochs by default. */
  readonly reportEvery?: number | undefined
  /** Whether the journal keeps every repeat's losses and accuracies by epoch (system attribute `espalier:histories`). */
  readonly recordHistories?: boolean | undefined
  /** The seed of the sampler, and of the first repeat of every trial; 0 by default. */
  readonly seed?: number | undefined
  /** Where the study is remembered: in memory by default. */
  readonly journal?: Journal | undefined
  /** Where networks are kept between rungs. Without it, a study that was killed trains its last batch again, to the same values. */
  readonly checkpoints?: CheckpointStore | undefined
}

const isJournal = (value: unknown): boolean => {
  const { read, append } = (value ?? {}) as Partial<Journal>
  return typeof read === 'function' && typeof append === 'function'
}

/** Plain data is checked here, the rest where it is used. */
const optionsSchema = z.strictObject({
  name: z.optional(z.string().check(z.minLength(1))),
  objective: objectiveSchema,
  positiveClass: z.optional(z.union([z.string(), whole(0, MAX_UNITS)])),
  repeats: z.optional(repeatsSchema),
  batchSize: z.optional(whole(1, 1_000_000)),
  maxEpochs: z.optional(whole(1, 1_000_000)),
  reportEvery: z.optional(whole(1, 1_000_000)),
  recordHistories: z.optional(flag()),
  seed: z.optional(whole(0, MAX_SEED)),
  space: z.optional(z.unknown()),
  constraints: z.optional(z.array(z.string())),
  outcomeConstraints: z.optional(outcomeConstraintsSchema),
  train: z.optional(z.unknown()),
  sampler: z.optional(z.unknown()),
  pruner: z.optional(z.unknown()),
  journal: z.optional(z.custom<Journal>(isJournal, { error: "must be a journal, as new FileJournal('search.journal')" })),
  checkpoints: z.optional(z.unknown()),
})

/** A study's options with all defaults filled in. */
export interface Plan {
  readonly name: string
  readonly space: Space
  readonly objectives: readonly Objective[]
  readonly positiveClass: ClassReference | undefined
  readonly outcomeConstraints: readonly OutcomeConstraint[]
  readonly sampler: Sampler
  readonly pruner: Pruner
  readonly repeats: readonly Repeat[]
  readonly folds: number
  readonly batchSize: number | undefined
  readonly specOf: SpecOf | undefined
  readonly maxEpochs: number
  /** The most steps of a trial, which the pruner counts by; undefined where it is not known. */
  readonly maxSteps: number | undefined
  readonly reportEvery: number
  readonly recordHistories: boolean
  readonly seed: number
  readonly definition: Definition
}

const REPORTS_A_TRIAL = 20
const DEFAULT_SAMPLER = 'auto'
/** The name of a study that was given none. */
export const DEFAULT_NAME = 'study'

/** @throws InvalidSpecError */
export function resolveStudy(options: StudyOptions): Plan {
  if (!isObject(options))
    throw new InvalidSpecError(`the options of the study are ${shown(options)}; they must be an object: createStudy({ space, … })`)
  const { space: spaceSpec, constraints, train, sampler, pruner } = options
  const given = parseExact(optionsSchema, options, '', 'the study')
  const { name = DEFAULT_NAME, seed = 0, repeats: repeatsSpec = 1 } = given
  const space = new Space(spaceSpec, constraints)
  const objectives = resolveObjectives(given.objective, train !== undefined)
  const outcomeConstraints = resolveOutcomeConstraints(given.outcomeConstraints ?? [], train !== undefined)
  const repeats = resolveRepeats(repeatsSpec, seed)
  const resolvedPruner = isPruner(pruner) ? pruner : createPruner(pruner === undefined ? 'none' : pruner)
  const resolvedSampler = isSampler(sampler) ? sampler : createSampler(sampler === undefined ? DEFAULT_SAMPLER : sampler)
  const specOf = train === undefined ? undefined : compileTrain(train, space)
  const epochs = given.maxEpochs ?? (train === undefined ? 1 : maxEpochs(train, space))
  checkPruner(resolvedPruner, objectives, repeats)
  if (epochs === undefined) {
    throw new InvalidSpecError(
      'maxEpochs is missing; where `train` is a function or computes its epochs, the study must know the most that there may be',
    )
  }
  return {
    name,
    space,
    objectives,
    positiveClass: given.positiveClass,
    outcomeConstraints,
    sampler: resolvedSampler,
    pruner: resolvedPruner,
    repeats,
    folds: Math.max(...repeats.map(({ fold }) => fold)) + 1,
    batchSize: given.batchSize,
    specOf,
    maxEpochs: epochs,
    maxSteps: resolvedPruner.axis === 'repeat' ? repeats.length : train === undefined ? given.maxEpochs : epochs,
    reportEvery: given.reportEvery ?? Math.ceil(epochs / REPORTS_A_TRIAL),
    recordHistories: given.recordHistories ?? false,
    seed,
    definition: define({
      space: spaceSpec,
      constraints: constraints ?? [],
      objective: objectives.map(({ metric, direction }) => ({ metric, direction })),
      outcomeConstraints: given.outcomeConstraints,
      train: typeof train === 'function' ? undefined : train,
      sampler: isSampler(sampler) ? undefined : (sampler ?? DEFAULT_SAMPLER),
      pruner: isPruner(pruner) ? undefined : (pruner ?? 'none'),
      repeats: repeatsSpec,
      batchSize: given.batchSize,
      maxEpochs: epochs,
      reportEvery: given.reportEvery,
      recordHistories: given.recordHistories,
      seed,
    }),
  }
}

const isPruner = (given: StudyOptions['pruner']): given is Pruner => typeof given === 'object' && given !== null && 'prune' in given
const isSampler = (given: StudyOptions['sampler']): given is Sampler => typeof given === 'object' && given !== null && 'sample' in given

/** As JSON keeps it, without undefined fields. */
const define = (fields: Readonly<Record<string, unknown>>): Definition => JSON.parse(JSON.stringify(fields)) as Definition

function checkPruner({ name, axis }: Pruner, objectives: readonly Objective[], repeats: readonly Repeat[]): void {
  if (name === 'none') return
  if (objectives.length > 1) throw new InvalidSpecError(`pruner is "${name}"; with ${objectives.length} objectives it must be none`)
  if (objectives[0]?.metric === 'parameters')
    throw new InvalidSpecError(`pruner is "${name}"; the objective parameters is known from the start, so it must be none`)
  if (axis === 'repeat' && repeats.length < 2)
    throw new InvalidSpecError(`pruner is "${name}", which compares repeats; repeats must be at least 2`)
}
