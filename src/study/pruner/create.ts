// Creates pruners from their options.

import * as z from 'zod/mini'
import { parseSpec } from '../../core/validate.ts'
import { refuseBare } from '../named.ts'
import { ashaSchema, createAshaPruner } from './asha.ts'
import { createEpochOnePruner, epochOneSchema } from './epochOne.ts'
import { createHyperbandPruner, hyperbandSchema } from './hyperband.ts'
import { createNonePruner, noneSchema } from './none.ts'
import { createPatientPruner, patientSchema } from './patient.ts'
import { createMedianPruner, createPercentilePruner, medianSchema, percentileSchema } from './percentile.ts'
import { createPopulationBasedPruner, populationBasedSchema } from './populationBased.ts'
import type { Pruner } from './pruner.ts'
import { createSuccessiveHalvingPruner, successiveHalvingSchema } from './successiveHalving.ts'
import { createThresholdPruner, thresholdSchema } from './threshold.ts'
import { createWilcoxonPruner, wilcoxonSchema } from './wilcoxon.ts'

/** The pruners that need no options. */
const BARE = ['none', 'median', 'successiveHalving', 'hyperband', 'asha', 'epochOne', 'wilcoxon'] as const

const simple = [
  noneSchema,
  medianSchema,
  percentileSchema,
  thresholdSchema,
  successiveHalvingSchema,
  hyperbandSchema,
  ashaSchema,
  epochOneSchema,
  wilcoxonSchema,
  populationBasedSchema,
] as const

const simpleSchema = z.union([z.enum(BARE), z.discriminatedUnion('name', simple)])
const objectSchema = z.discriminatedUnion('name', [...simple, patientSchema(simpleSchema)])
export const prunerSchema = z.union([z.enum(BARE), objectSchema])
/**
 * A pruner as data, as in a study file: `hyperband` or `{ name: hyperband, reductionFactor: 4 }`.
 * @useDeclaredType
 */
export type PrunerSpec = z.infer<typeof prunerSchema>

/** @throws InvalidSpecError naming the field, its value and what is allowed */
export function createPruner(spec: PrunerSpec): Pruner {
  refuseBare('pruner', spec, BARE, objectSchema.def.options)
  return build(parseSpec(z.strictObject({ pruner: prunerSchema }), { pruner: spec }, '', 'the study').pruner)
}

function build(parsed: PrunerSpec): Pruner {
  const spec: z.infer<typeof objectSchema> = typeof parsed === 'string' ? { name: parsed } : parsed
  switch (spec.name) {
    case 'none':
      return createNonePruner(spec)
    case 'median':
      return createMedianPruner(spec)
    case 'percentile':
      return createPercentilePruner(spec)
    case 'threshold':
      return createThresholdPruner(spec)
    case 'patient':
      return createPatientPruner(spec, spec.wrapped === undefined ? undefined : build(spec.wrapped))
    case 'successiveHalving':
      return createSuccessiveHalvingPruner(spec)
    case 'hyperband':
      return createHyperbandPruner(spec)
    case 'asha':
      return createAshaPruner(spec)
    case 'epochOne':
      return createEpochOnePruner(spec)
    case 'populationBased':
      return createPopulationBasedPruner(spec)
    case 'wilcoxon':
      return createWilcoxonPruner(spec)
  }
}
