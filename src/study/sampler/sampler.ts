// The contract of a sampler.

import type { Params } from '../space/distributions.ts'
import type { StudyView } from '../trial.ts'

/**
 * Proposes configurations. An implementation may rely on the view holding trials 0 … number - 1, where those asked for in the same batch
 * are still running and have no values, and must keep:
 * - a proposal is a pure function of the sampler's options, the view and the number: asking again, or after a resume, gives the same
 *   (an implementation may remember what it derived from the view, never what it proposed);
 * - it holds exactly the parameters that are active under it, each a value of its distribution;
 * - random numbers come from StudyRandom alone.
 * The study handles constraints and, in finite spaces, repeated configurations: it asks again with the next `attempt`.
 */
export interface Sampler {
  /** As in `{ name: 'tpe' }`. */
  readonly name: string
  /** How many trials to ask for at once if the study does not set it. The sampler learns from a trial one batch later. */
  readonly batchSize: number
  /**
   * The configuration of trial `number`; 'wait' if it depends on trials that are still running; 'done' when nothing is left to try.
   * @param attempt counts from 0 the proposals for this trial that the study refused
   */
  sample(view: StudyView, number: number, attempt: number): Params | 'wait' | 'done'
}
