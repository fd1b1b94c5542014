import * as z from 'zod'
import { MAX_WORKERS, whole } from '../core/fields.ts'
import { parseSpec } from '../core/validate.ts'

const hostObject = z.custom<object>((value) => typeof value === 'object' && value !== null, { error: 'must be an object' }).optional()

const isUrl = (value: unknown) => typeof value === 'string' || value instanceof URL

/** The fields of OpenOptions (open.ts). */
const schema = z.strictObject({
  prefer: z.enum(['auto', 'wasm', 'webgpu']).optional(),
  workers: whole(0, MAX_WORKERS).optional(),
  wasmUrl: z.custom<string | URL>(isUrl, { error: 'must be a URL or its text' }).optional(),
  simd: z.enum(['relaxed', 'plain']).optional(),
  kernels: z.enum(['auto', 'general']).optional(),
  gpu: hostObject,
  adapter: hostObject,
  device: hostObject,
})

/**
 * The options that are plain values, checked. The host's own objects are for the backend to take as they came.
 * @throws InvalidSpecError naming the option, its value and what is allowed
 */
export function parsePlainOptions(options: unknown) {
  const { prefer, workers, wasmUrl, simd, kernels } = parseSpec(schema, options, '', "openBackend's options")
  return { prefer, workers, wasmUrl, simd, kernels }
}
