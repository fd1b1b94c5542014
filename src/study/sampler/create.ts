// Creates samplers from their options.

import * as z from 'zod/mini'
import { parseExact } from '../../core/validate.ts'
import { refuseBare } from '../named.ts'
import { autoSchema, createAuto } from './auto.ts'
import { cmaEsSchema, createCmaEs } from './cmaEs/cmaEs.ts'
import { createGaussianProcess, gaussianProcessSchema } from './gaussianProcess/gaussianProcess.ts'
import { createGrid, gridSchema } from './grid.ts'
import { createNsga2, nsga2Schema } from './nsga2.ts'
import { createPyramid, pyramidSchema } from './pyramid.ts'
import { createQuasiRandom, quasiRandomSchema } from './quasiRandom.ts'
import { createRandom, randomSchema } from './random.ts'
import type { Sampler } from './sampler.ts'
import { createTpe, tpeSchema } from './tpe/tpe.ts'
import { createWinnerTakesAll, winnerTakesAllSchema } from './winnerTakesAll.ts'

/** The samplers that need no options. */
const BARE = ['auto', 'random', 'quasiRandom', 'grid', 'tpe', 'gaussianProcess', 'cmaEs', 'nsga2'] as const

const objectSchema = z.discriminatedUnion('name', [
  autoSchema,
  randomSchema,
  quasiRandomSchema,
  gridSchema,
  winnerTakesAllSchema,
  pyramidSchema,
  tpeSchema,
  gaussianProcessSchema,
  cmaEsSchema,
  nsga2Schema,
])

export const samplerSchema = z.union([z.enum(BARE), objectSchema])
/**
 * A sampler as data, as in a study file: `random` or `{ name: grid, order: shuffled }`.
 * @useDeclaredType
 */
export type SamplerSpec = z.infer<typeof samplerSchema>

/** @throws InvalidSpecError naming the field, its value and what is allowed */
export function createSampler(spec: SamplerSpec): Sampler {
  refuseBare('sampler', spec, BARE, objectSchema.def.options)
  const parsed = parseExact(z.strictObject({ sampler: samplerSchema }), { sampler: spec }, '', 'the sampler').sampler
  const options: z.infer<typeof objectSchema> = typeof parsed === 'string' ? { name: parsed } : parsed
  switch (options.name) {
    case 'auto':
      return createAuto()
    case 'random':
      return createRandom()
    case 'quasiRandom':
      return createQuasiRandom()
    case 'grid':
      return createGrid(options)
    case 'winnerTakesAll':
      return createWinnerTakesAll(options)
    case 'pyramid':
      return createPyramid(options)
    case 'tpe':
      return createTpe(options)
    case 'gaussianProcess':
      return createGaussianProcess(options)
    case 'cmaEs':
      return createCmaEs(options)
    case 'nsga2':
      return createNsga2(options)
  }
}
