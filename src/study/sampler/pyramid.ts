// The sampler `pyramid`.

import * as z from 'zod/mini'
import { pyramidFields } from './pyramidSearch.ts'
import type { Sampler } from './sampler.ts'
import { nextOfStages, objectiveSchema, startSchema } from './stages.ts'

export const pyramidSchema = z.strictObject({
  name: z.literal('pyramid'),
  ...pyramidFields.shape,
  objective: objectiveSchema,
  start: z.optional(startSchema),
})

type PyramidSamplerOptions = Omit<z.infer<typeof pyramidSchema>, 'name'>

/**
 * The pyramid search for an architecture (`searchPyramid` has the rules): a winner-takes-all study with that one stage. One trial
 * follows from the one before, so only a trial's repeats run in parallel.
 *
 * The space holds a whole number `layers`, and for every layer its width, as `units1: int(1, 1024)`,
 * `units2: int(1, 1024, { when: 'layers >= 2' })`; `start` holds every other parameter. A layer ends early if the space has no more widths.
 */
export function createPyramid({ start, objective, ...pyramid }: PyramidSamplerOptions): Sampler {
  const options = { start, stages: [{ pyramid, objective }] }
  return { name: 'pyramid', batchSize: 1, sample: (view, _number, attempt) => nextOfStages(view, options, attempt) }
}
