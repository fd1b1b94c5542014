// node end.mjs <how>: uses a backend with two workers and leaves; the process has to end by itself. Prints the error there was.
import { fit, openBackend } from 'espalier'

const [, , how] = process.argv
/** @param {number} rows */
const examples = (rows) => ({ features: new Float32Array(rows * 50).fill(0.5), targets: new Float32Array(rows), rows })
const network = { inputSize: 50, loss: /** @type {const} */ ('meanSquaredError'), layers: [{ units: 2000 }, { units: 1 }] }

const backend = await openBackend({ prefer: 'wasm', workers: how === 'disposeRunningInline' ? 0 : 2 })
const { topology, member } = await fit(backend, { network }, { train: examples(64) })
let error

if (how === 'disposeRunning' || how === 'disposeRunningInline') {
  // One epoch of half a minute or more, of which a fraction of a second is done.
  const running = fit(backend, { network, batchSize: 1 }, { train: examples(200_000) })
  setTimeout(() => backend.dispose(), 300)
  error = await running.catch((reason) => reason)
} else if (how === 'uncopyable') {
  // A worker cannot be sent a function. `fit` leaves out what is not its own; a session takes what it is given.
  const train = { ...examples(64), describe: () => 'rows' }
  error = await backend.createSession({ topology, members: [member] }, { train }).catch((reason) => reason)
} else if (how === 'dispose') {
  await backend.dispose()
} else if (how !== 'forget') {
  throw new Error(`unknown way to end: ${how}`)
}
console.log(error instanceof Error ? `${error.name}: ${error.message}` : 'no error')
