// The schemas of journal entries.

import * as z from 'zod/mini'
import { recordOf } from '../../core/stored.ts'
import type { Json } from '../trial.ts'
import { DIRECTIONS, Operation, STATES } from './entries.ts'

// z.number() refuses NaN and the infinities.
const float = z.custom<number>((value) => typeof value === 'number', { error: 'must be a number' })
const json = z.custom<Json>((value) => value !== undefined)
const id = z.int().check(z.minimum(0))
const attributes = recordOf(json)
/** Without a zone it is local time, in Python and here; a Date drops the microseconds. */
const time = z.pipe(
  z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)), { error: 'must be a time' })),
  z.transform((text) => new Date(text)),
)
const state = z.pipe(
  z.literal([0, 1, 2, 3, 4]),
  z.transform((number) => STATES[number]),
)
const direction = z.pipe(
  z.literal([1, 2]),
  z.transform((number) => DIRECTIONS[number]),
)
/** Read when the operation is applied: a journal repeats the same few texts in every trial. */
const distribution = z.string()

/** Entries by their operation, fields checked. Fields that a later Optuna may add are ignored. */
export const operationSchema = z.discriminatedUnion('op_code', [
  z.object({ op_code: z.literal(Operation.createStudy), study_name: z.string(), directions: z.array(direction).check(z.minLength(1)) }),
  z.object({ op_code: z.literal(Operation.deleteStudy), study_id: id }),
  z.object({ op_code: z.literal(Operation.setStudyUserAttr), study_id: id, user_attr: attributes }),
  z.object({ op_code: z.literal(Operation.setStudySystemAttr), study_id: id, system_attr: attributes }),
  z.object({
    op_code: z.literal(Operation.createTrial),
    study_id: id,
    datetime_start: z.nullable(time),
    datetime_complete: z.optional(time),
    state: z._default(state, 'running'),
    value: z.nullish(float),
    values: z.nullish(z.array(float)),
    distributions: z._default(recordOf(distribution), {}),
    params: z._default(recordOf(float), {}),
    user_attrs: z._default(attributes, {}),
    system_attrs: z._default(attributes, {}),
    intermediate_values: z._default(z.record(z.string().check(z.regex(/^-?\d+$/)), float), {}),
  }),
  z.object({
    op_code: z.literal(Operation.setTrialParam),
    trial_id: id,
    param_name: z.string(),
    param_value_internal: float,
    distribution,
  }),
  z.object({
    op_code: z.literal(Operation.setTrialStateValues),
    trial_id: id,
    state,
    values: z.nullable(z.array(float)),
    datetime_start: z.optional(time),
    datetime_complete: z.optional(time),
  }),
  z.object({ op_code: z.literal(Operation.setTrialIntermediateValue), trial_id: id, step: z.int(), intermediate_value: float }),
  z.object({ op_code: z.literal(Operation.setTrialUserAttr), trial_id: id, user_attr: attributes }),
  z.object({ op_code: z.literal(Operation.setTrialSystemAttr), trial_id: id, system_attr: attributes }),
])

export type ParsedOperation = z.infer<typeof operationSchema>
export type OperationOf<Code extends ParsedOperation['op_code']> = Extract<ParsedOperation, { op_code: Code }>
