// node --expose-gc many.mjs <workers> <threads>: 1,000 small fits on one backend, then 20 large ones; prints what memory they took, as JSON.
import { fit, openBackend } from 'espalier'

/**
 * A network of another shape for every `i`.
 * @param {number} i
 * @param {number} inputSize
 * @param {number} units
 */
async function train(i, inputSize, units) {
  const rows = 8 + (i % 5)
  const features = Float32Array.from({ length: rows * inputSize }, (_, k) => Math.sin(k + i))
  const targets = Float32Array.from({ length: rows }, (_, k) => k % 2)
  const layers = [
    { units, activation: /** @type {const} */ ('relu') },
    { units: 1, activation: /** @type {const} */ ('sigmoid') },
  ]
  const network = { inputSize, loss: /** @type {const} */ ('binaryCrossentropy'), layers }
  const { history } = await fit(backend, { network, batchSize: 4, optimizer: 'adam', seed: i }, { train: { features, targets, rows } })
  if (!Number.isFinite(history.loss[0])) throw new Error(`fit ${i} ended with a loss of ${history.loss[0]}`)
}

/** @param {number} count */
async function small(count) {
  for (let i = 0; i < count; i++) await train(i, 2 + (i % 7), 3 + (i % 11))
}

async function memory() {
  // A worker collects what it dropped in its own time.
  await new Promise((resolve) => setTimeout(resolve, 200))
  globalThis.gc?.()
  const { rss, external, heapUsed } = process.memoryUsage()
  return { rss, external, heapUsed }
}

const [workers, threads] = process.argv.slice(2).map(Number)
const backend = await openBackend({ prefer: 'wasm', workers, threads })
await small(300)
const before = await memory()
await small(1000)
const after = await memory()
let peak = 0
// 18 MB each with adam's state: more than a thread keeps for the next session.
for (let i = 0; i < 20; i++) {
  await train(i, 700, 1500)
  peak = Math.max(peak, process.memoryUsage.rss())
}
await backend.dispose()
console.log(JSON.stringify({ before, after, peak }))
