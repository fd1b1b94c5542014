/** Fields of a layer's config. */

import * as z from 'zod/mini'
import { openShapeSchema } from '../../core/shape.ts'
import { parseParts } from '../notes.ts'
import type { LayerJson } from './convention.ts'

const number = z.number()

/** A number, or lists of them in lists; Keras writes arrays of NumPy and its own tensors as objects around such lists. */
export type Nested = number | readonly Nested[]
const nested: z.ZodMiniType<Nested> = z.lazy(() => z.union([number, z.array(nested), wrapped]))
const wrapped = z.pipe(
  z.looseObject({ class_name: z.enum(['__numpy__', '__tensor__']), config: z.looseObject({ value: nested }) }),
  z.transform(({ config }): Nested => config.value),
)

const schemas = {
  number,
  flag: z.boolean(),
  text: z.string(),
  nested,
  /** Axes: one or more. */
  axes: z.pipe(
    z.union([z.int(), z.array(z.int())]),
    z.transform((given) => [given].flat()),
  ),
  /** Of a batch; null is a size that is not said. */
  shape: openShapeSchema,
} as const
export type FieldKind = keyof typeof schemas
export type FieldValue<K extends FieldKind> = z.infer<(typeof schemas)[K]>

/** A field of a layer's config; null and absent are undefined. Throws InvalidDataError where it is of another form. */
export function fieldOf<K extends FieldKind>({ name, config }: LayerJson, key: string, kind: K, file: string): FieldValue<K> | undefined {
  const value = Object.hasOwn(config, key) ? config[key] : undefined
  if (value === undefined || value === null) return undefined
  return parseParts(schemas[kind], value, `${file}: ${key} of layer "${name}"`) as FieldValue<K>
}
