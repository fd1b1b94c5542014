// The version of the package, and where faults are reported.

import { createRequire } from 'node:module'
import * as z from 'zod/mini'

const packageSchema = z.object({ version: z.string(), bugs: z.optional(z.object({ url: z.string() })) })

/** This package's package.json, which it resolves its own name to. */
const manifest = packageSchema.parse(createRequire(import.meta.url)('espalier/package.json'))

export const version: string = manifest.version

/** Where faults of the package are reported. */
export const reportsGoTo: string = manifest.bugs?.url ?? 'its authors'
