// The contract of a pruner.

import type { Params } from '../space/distributions.ts'
import type { StudyView, Trial } from '../trial.ts'

/** A trial that continues from another's weights and optimizer state, with other values. */
export interface Replacement {
  readonly number: number
  /** Number of the trial it takes over from, of the same batch. */
  readonly from: number
  readonly params: Params
}

/**
 * Decides which trials stop early. The trials of a batch report at the same rungs, all of them before anything is decided, so a decision is a
 * pure function of the view: it must not depend on when or where anything ran.
 */
export interface Pruner {
  /** As in `{ name: 'hyperband' }`. */
  readonly name: string
  /** What a step counts: epochs done, or repeats done (each trained to its last epoch). */
  readonly axis: 'epoch' | 'repeat'
  /** The parameters that `replace` gives other values. */
  readonly varied?: readonly string[]
  /**
   * The steps, ascending and below `steps` (the most epochs or repeats of a trial), after which a trial reports and may be stopped.
   * The last step is no rung: a trial that reaches it is complete.
   */
  rungs(steps: number): readonly number[]
  /** How many trials to ask for at once, beginning with trial `number`, if the study does not set it; undefined leaves it to the sampler. */
  batchSize(number: number, steps: number): number | undefined
  /**
   * Numbers of the trials to be stopped at a rung.
   * @param view its trials hold the reports of this rung (`intermediateValues.get(step)`), of the whole batch
   * @param batch the batch's trials that have come this far, in the order of their numbers
   * @param steps as in `rungs`
   */
  prune(view: StudyView, batch: readonly Trial[], step: number, steps: number): readonly number[]
  /**
   * What takes over from what at a rung of epochs, arguments as those of `prune`; the trials' `params` are those they train with at this
   * rung. A replacement's values must leave the shapes as they are in the trial it takes over from. Without this method nothing does.
   */
  replace?(view: StudyView, batch: readonly Trial[], step: number, steps: number): readonly Replacement[]
}
