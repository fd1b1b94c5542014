// node webgpu.mjs <how>: uses WebGPU and leaves; the process has to end by itself. Prints the error there was.
import { fit, openBackend } from 'espalier'
import { create } from 'webgpu'

const [, , how] = process.argv
const gpu = create([])
/** @param {number} rows */
const examples = (rows) => ({ features: new Float32Array(rows * 50).fill(0.5), targets: new Float32Array(rows), rows })
const network = { inputSize: 50, loss: /** @type {const} */ ('meanSquaredError'), layers: [{ units: 20 }, { units: 1 }] }

const backend = await openBackend({ prefer: 'webgpu', gpu })
let error

if (how === 'disposeRunning') {
  const running = fit(backend, { network, epochs: 1_000_000 }, { train: examples(1000) })
  setTimeout(() => backend.dispose(), 500)
  error = await running.catch((reason) => reason)
} else {
  await fit(backend, { network }, { train: examples(64) })
  if (how === 'dispose') await backend.dispose()
  else if (how !== 'forget') throw new Error(`unknown way to end: ${how}`)
}
console.log(error instanceof Error ? `${error.name}: ${error.message}` : 'no error')
