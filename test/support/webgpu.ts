/** Where WebGPU tests run, and what becomes of them where they cannot. */

import { describe, it } from 'vitest'

/**
 * A switch of Dawn, for Node and Chromium. SwiftShader compiles a cleared workgroup memory into a store per number: 0.4 s for the memory
 * of a small network. Without the extension Dawn clears it by a loop.
 */
export const DAWN_SWITCH = 'disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension'

/**
 * Without the clamps that Dawn puts around every access to an array, SwiftShader compiles a small network's kernel in 0.5 s of processor time in place of 0.85, to the
 * same bits. An access out of bounds is then not led to the last element: it reads what lies there, or ends the process.
 */
export const WITHOUT_CLAMPS = 'enable-dawn-features=disable_robustness'

/**
 * While anything is awaited, npm `webgpu` asks for it anew in every turn of the event loop, by setImmediate: that keeps a processor busy which another thread needs
 * for compiling, and takes three times as much of it as the compiler. Here it asks once a millisecond.
 */
function askSeldom(): void {
  const { setImmediate, setTimeout } = globalThis
  const isNative = (callback: unknown): boolean => String(callback).endsWith('{ [native code] }')
  const seldom = (callback: (...given: unknown[]) => void, ...given: unknown[]) =>
    isNative(callback) ? setTimeout(callback, 1, ...given) : setImmediate(callback, ...given)
  Object.assign(globalThis, { setImmediate: Object.assign(seldom, setImmediate) })
}

/** WebGPU in Node, or why there is none. npm `webgpu` stops answering once its GPU object is collected: these are held for the process. */
const found: { gpu: GPU; more: (feature: string) => GPU } | { reason: string } = await findInNode()
const held: GPU[] = []

async function findInNode() {
  try {
    const { create } = await import('webgpu')
    askSeldom()
    const gpu = create([DAWN_SWITCH])
    if ((await gpu.requestAdapter()) === null) return { reason: 'npm webgpu finds no adapter on this machine' }
    return { gpu, more: (feature: string) => create([DAWN_SWITCH, feature]) }
  } catch (error) {
    return { reason: `npm webgpu does not load in this Node: ${error}` }
  }
}

/** Says why tests do not run, and stands for them: skipped, or failing where REQUIRE_WEBGPU=1. */
export function webgpuNotRun(name: string, reason: string): void {
  const line = `WebGPU NOT RUN: ${reason}`
  console.log(`${name}: ${line}`)
  if (process.env.REQUIRE_WEBGPU !== '1') it.skip(`${name} (${line})`, () => {})
  else {
    it(`${name} (${line})`, () => {
      throw new Error(`${line}; with REQUIRE_WEBGPU=1 that is a failure`)
    })
  }
}

/**
 * `describe` for tests of WebGPU in Node.
 * @param feature a switch of Dawn beside the usual one
 */
export function describeOnGpu(name: string, tests: (gpu: GPU) => void, feature?: string): void {
  if ('reason' in found) webgpuNotRun(name, found.reason)
  else {
    const gpu = feature === undefined ? found.gpu : found.more(feature)
    held.push(gpu)
    describe(name, () => tests(gpu))
  }
}
