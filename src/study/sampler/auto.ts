// The sampler `auto`, which studies have unless they say another.

import * as z from 'zod/mini'
import { createGaussianProcess } from './gaussianProcess/gaussianProcess.ts'
import type { Sampler } from './sampler.ts'
import { createTpe } from './tpe/tpe.ts'

export const autoSchema = z.strictObject({ name: z.literal('auto') })

/** In more dimensions a Gaussian process of some hundred points knows little. */
const MOST_PARAMETERS = 20
/** The first trials are spread by the Gaussian process's quasi-random points. */
const STARTUP = 10

/**
 * A Gaussian process and TPE by turns, trial by trial, each learning from the trials of both: the process finds the bottom of a valley in few trials and may
 * stay in the wrong one, TPE looks around, one parameter's good values beside another's. With several objectives, or more than 20 parameters, TPE alone.
 * `bench/studies.md` has what that comes to.
 */
export function createAuto(): Sampler {
  const process = createGaussianProcess({ startupTrials: STARTUP }, 'unknown')
  const tpe = createTpe({ startupTrials: STARTUP, bandwidth: 'neighbours' })
  return {
    name: 'auto',
    batchSize: 4,
    sample(view, number, attempt) {
      const { space, directions } = view
      const isForTpe = directions.length > 1 || space.parameters.length > MOST_PARAMETERS
      const sampler = isForTpe || (number >= STARTUP && number % 2 === 1) ? tpe : process
      return sampler.sample(view, number, attempt)
    },
  }
}
