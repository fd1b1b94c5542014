// The contract on this host's WebGPU, a line of JSON a case as soon as it is known: where a driver dies, those before have theirs. scripts/test-deno.mjs runs it.

import { argv, exit } from 'node:process'
import { fit, fitPopulation, openBackend } from 'espalier'
import { backendCases, compilerCases, layerCases } from '../../contract/backend.ts'

const CASES = { all: [...backendCases, ...layerCases], compiler: compilerCases, layers: layerCases }
const isKnown = (name: string): name is keyof typeof CASES => Object.hasOwn(CASES, name)

const [, , which = 'all', only = ''] = argv
if (!isKnown(which)) throw new Error(`cases are ${which}; they must be ${Object.keys(CASES).join(', ')}`)
const backend = await openBackend({ prefer: 'webgpu' })
console.log(JSON.stringify({ description: backend.description }))
for (const { name, run } of CASES[which].filter((one) => one.name.includes(only))) {
  const start = performance.now()
  const failure = await run(backend, { fit, fitPopulation }).then(
    () => null,
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  )
  console.log(JSON.stringify({ name, seconds: Number(((performance.now() - start) / 1000).toFixed(1)), failure }))
}
await backend.dispose()
// A driver's threads may keep the process.
exit(0)
