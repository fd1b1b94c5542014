// Finds WebGPU in Node.

import type { OpenOptions } from '../index.ts'

/**
 * WebGPU for a Node without its own, from the package "webgpu" if it is installed.
 * @returns undefined if the host has its own, which openBackend finds by itself, and if there is none
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
