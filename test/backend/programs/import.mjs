// node import.mjs: imports the package where a look at `navigator.gpu` is an error; prints the globals that were added.
const before = new Set(Object.getOwnPropertyNames(globalThis))
// (The validation library keeps its registry in globals of its own.)
const navigator = {
  get gpu() {
    throw new Error('navigator.gpu was touched')
  },
}
Object.defineProperty(globalThis, 'navigator', { configurable: true, value: navigator })
const { openBackend } = await import('espalier')
const backend = await openBackend({ prefer: 'webgpu', gpu: /** @type {GPU} */ ({ requestAdapter: async () => null }) }).catch(
  (/** @type {Error} */ error) => error,
)
const added = Object.getOwnPropertyNames(globalThis).filter(
  (name) => name !== 'navigator' && !name.startsWith('__zod') && !before.has(name),
)
console.log(JSON.stringify({ added, outcome: backend instanceof Error ? backend.name : 'opened' }))
