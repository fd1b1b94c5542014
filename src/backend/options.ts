// Checks the options of `openBackend` that are plain data.

import * as z from 'zod/mini'
import { MAX_WORKERS, whole } from '../core/fields.ts'
import { parseSpec } from '../core/validate.ts'

const hostObject = z.optional(z.custom<object>((value) => typeof value === 'object' && value !== null, { error: 'must be an object' }))

const hostFunction = z.optional(z.custom<() => object>((value) => typeof value === 'function', { error: 'must be a function' }))

const isUrl = (value: unknown) => typeof value === 'string' || value instanceof URL

/** The fields of OpenOptions (open.ts). */
const schema = z.strictObject({
  prefer: z.optional(z.enum(['auto', 'wasm', 'webgpu'])),
  workers: z.optional(whole(0, MAX_WORKERS)),
  threads: z.optional(z.union([z.literal('auto'), whole(1, MAX_WORKERS)])),
  wasmUrl: z.optional(z.custom<string | URL>(isUrl, { error: 'must be a URL or its text' })),
  workerFactory: hostFunction,
  simd: z.optional(z.enum(['relaxed', 'plain'])),
  wide: z.optional(z.boolean()),
  kernels: z.optional(z.enum(['auto', 'general'])),
  gpu: hostObject,
  adapter: hostObject,
  device: hostObject,
})

const HOST_OBJECTS = ['gpu', 'adapter', 'device'] as const

/** The options without the host's objects: reading one of their properties may throw, or never end. */
function withoutHostObjects(options: unknown): unknown {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return options
  const given: Record<string, unknown> = { ...options }
  for (const name of HOST_OBJECTS) if (typeof given[name] === 'object' && given[name] !== null) given[name] = Object.create(given[name])
  return given
}

/**
 * The options that are plain values, checked. The backend takes the host's own objects as they are.
 * @throws InvalidSpecError naming the option, its value and what is allowed
 */
export function parsePlainOptions(options: unknown) {
  const { prefer, workers, threads, wasmUrl, simd, wide, kernels } = parseSpec(
    schema,
    withoutHostObjects(options),
    '',
    "openBackend's options",
  )
  return { prefer, workers, threads, wasmUrl, simd, wide, kernels }
}
