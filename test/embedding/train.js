import { createStudy, fit, float, int, openBackend } from 'espalier'

/** What every fixture trains: one step, then a small study. Its losses have the same bits wherever the same backend runs. */

const ROWS = 120

/** Four features and a class that hangs on two of them, by whole numbers alone. */
function examples(first) {
  const rows = Array.from({ length: ROWS }, (_, i) => [37, 53, 71, 89].map((factor, j) => ((first + i) * factor + 13 * j) % 101))
  return {
    features: Float32Array.from(rows.flat(), (value) => value / 50 - 1),
    targets: Float32Array.from(rows, ([a, b]) => Number(a > b)),
    rows: ROWS,
  }
}

const layers = [
  { units: 8, activation: 'tanh' },
  { units: 1, activation: 'sigmoid' },
]
const network = { inputSize: 4, loss: 'binaryCrossentropy', layers }

/** @param options for openBackend */
export async function train(options = {}) {
  const backend = await openBackend({ prefer: 'wasm', simd: 'plain', workers: 2, ...options })
  try {
    const data = { train: examples(0), test: examples(ROWS) }
    const { history } = await fit(backend, { network, batchSize: ROWS, epochs: 1 }, data)
    // Counted from the start of the process, or of the page: what there was to load is in it.
    const firstStep = Math.round(performance.now())

    const study = await createStudy({
      space: { units: int(4, 16), learningRate: float(0.01, 0.1) },
      train: {
        network: { ...network, layers: [{ ...layers[0], units: '$units' }, layers[1]] },
        optimizer: { name: 'adam', learningRate: '$learningRate' },
        batchSize: 16,
        epochs: 8,
      },
      objective: 'testLoss',
    })
    const losses = [...history.testLoss]
    for await (const event of study.run(backend, data, { budget: { trials: 8 } })) {
      if (event.type === 'trial') losses.push(...event.trial.values)
    }
    return { backend: backend.description, losses: losses.length, fingerprint: await fingerprint(losses), firstStep }
  } finally {
    await backend.dispose()
  }
}

/** The beginning of the SHA-256 of the numbers' bits. */
async function fingerprint(numbers) {
  const digest = await crypto.subtle.digest('SHA-256', Float64Array.from(numbers))
  return Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
