// Explains options that lack the name of a sampler or pruner.

import * as z from 'zod/mini'
import { InvalidSpecError } from '../core/errors.ts'

/** An option's schema, as samplers and pruners have them: an object with a name. */
type Named = z.ZodMiniObject<{ readonly name: z.ZodMiniLiteral<string> } & z.core.$ZodShape>

/**
 * Refuses a bare name of something that needs options, and says which.
 * @throws InvalidSpecError
 */
export function refuseBare(field: string, given: unknown, bare: readonly string[], objects: readonly Named[]): void {
  if (typeof given !== 'string' || bare.includes(given)) return
  const meant = objects.find(({ shape }) => shape.name.def.values.includes(given))
  if (meant === undefined) return
  const required = Object.entries(meant.shape).filter(([name, schema]) => name !== 'name' && !z.safeParse(schema, undefined).success)
  throw new InvalidSpecError(
    `${field} is "${given}", which needs options: { name: '${given}', ${required.map(([name]) => `${name}: …`).join(', ')} }`,
  )
}
