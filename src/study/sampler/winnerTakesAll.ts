// The sampler `winnerTakesAll`: one stage of parameters after the other.

import * as z from 'zod/mini'
import { between, nonNegative } from '../../core/fields.ts'
import type { Sampler } from './sampler.ts'
import { nextOfStages, stageSchema, startSchema } from './stages.ts'

export const winnerTakesAllSchema = z.strictObject({
  name: z.literal('winnerTakesAll'),
  stages: z.array(stageSchema).check(z.minLength(1, { error: 'must hold at least one stage' })),
  start: z.optional(startSchema),
  ties: z
    .optional(z.enum(['earlier', 'incumbent']))
    .check(z.describe('Which of exactly equal values wins: the earlier in the space (the default), or the one from the stages before')),
  tieMargin: z.optional(nonNegative()).check(z.describe('Differences of means up to this are near ties in the report; 0 unless given')),
  significance: z
    .optional(between(0, 1))
    .check(z.describe('Differences with a larger p value are near ties in the report; 0.05 unless given')),
})

/**
 * Options of the sampler `winnerTakesAll`.
 * @interface
 */
export type WinnerTakesAllOptions = Omit<z.infer<typeof winnerTakesAllSchema>, 'name'>

/**
 * Stage by stage, the winner of each kept: a stage varies one parameter, or the combinations of several, over all its values (or searches a
 * pyramid), while the others hold what the stages before decided, or else their `start` values. The best value of the stage's objective
 * (a mean, where trials have repeats) wins; of exactly equal values the earlier in the space, or the incumbent, as `ties` says. A failed
 * or pruned trial never wins, and a stage without any complete trial ends the study.
 *
 * Near ties decide nothing, they are reported: `winnerTakesAllReport`. A stage's incumbent is not tried again.
 * `start` holds every parameter that the first stage does not vary.
 */
export function createWinnerTakesAll(options: WinnerTakesAllOptions): Sampler {
  return { name: 'winnerTakesAll', batchSize: 16, sample: (view, _number, attempt) => nextOfStages(view, options, attempt) }
}
