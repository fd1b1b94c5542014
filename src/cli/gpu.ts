// Finds WebGPU in Node.

import type { OpenOptions } from '../index.ts'

/**
 * WebGPU for a Node that has none of its own: from the package "webgpu", where somebody installed it.
 * @returns undefined where the host has one, which openBackend finds by itself, and where there is none
 */
export async function findGpu(): Promise<OpenOptions['gpu']> {
  if (globalThis.navigator !== undefined && 'gpu' in globalThis.navigator) return undefined
  try {
    const { create } = await import('webgpu')
    return create([])
  } catch {
    return undefined
  }
}
