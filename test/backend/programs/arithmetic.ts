// Of the relaxed build in this process: its arithmetic, its description, and the bits of its runs, as JSON.
import { fit, fitPopulation, openBackend } from 'espalier'
import { fingerprints } from '../../support/fingerprint.ts'

const backend = await openBackend({ prefer: 'wasm', simd: 'relaxed', workers: 0 })
const { arithmetic, description } = backend
console.log(JSON.stringify({ arithmetic, description, prints: await fingerprints(backend, { fit, fitPopulation }) }))
await backend.dispose()
