import { createRequire } from 'node:module'
import * as z from 'zod/mini'

const packageSchema = z.object({ version: z.string() })

/** Of this package, from the package.json it resolves its own name to. */
export const version: string = packageSchema.parse(createRequire(import.meta.url)('espalier/package.json')).version
