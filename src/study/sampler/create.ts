import * as z from 'zod'
import { parseSpec } from '../../core/validate.ts'
import { createGrid, gridSchema } from './grid.ts'
import { createQuasiRandom, quasiRandomSchema } from './quasiRandom.ts'
import { createRandom, randomSchema } from './random.ts'
import type { Sampler } from './sampler.ts'

export const samplerSchema = z.discriminatedUnion('name', [gridSchema, randomSchema, quasiRandomSchema])

/** A sampler as plain data: its name, or an object with its name and options. */
export type SamplerSpec = z.infer<typeof samplerSchema> | z.infer<typeof samplerSchema>['name']

/**
 * The sampler that plain data names, as `'random'` or `{ name: 'grid', order: 'shuffled' }`.
 * @throws InvalidSpecError naming the field, its value and what is allowed
 */
export function createSampler(spec: SamplerSpec): Sampler {
  const options = parseSpec(samplerSchema, typeof spec === 'string' ? { name: spec } : spec, 'sampler.', 'the sampler')
  switch (options.name) {
    case 'grid':
      return createGrid(options)
    case 'random':
      return createRandom()
    case 'quasiRandom':
      return createQuasiRandom()
  }
}
