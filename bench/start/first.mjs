// The first training step of a fresh process or page.

import { fit, openBackend } from 'espalier'

const ROWS = 32
const WIDTH = 8

/**
 * Opens a backend and trains one step of 8-12-8-1: what a page or a program waits for that has loaded its code and its data.
 * @param {number | undefined} workers as openBackend's; the number of cores by default
 * @returns {Promise<number>} milliseconds from the call of openBackend to the end of the step
 */
export async function firstStep(workers) {
  const features = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => Math.sin(i))
  const targets = Float32Array.from({ length: ROWS }, (_, row) => row % 2)
  const started = performance.now()
  const backend = await openBackend({ prefer: 'wasm', workers })
  await fit(
    backend,
    {
      network: {
        inputSize: WIDTH,
        loss: 'binaryCrossentropy',
        layers: [
          { units: 12, activation: 'relu' },
          { units: 8, activation: 'relu' },
          { units: 1, activation: 'sigmoid' },
        ],
      },
      optimizer: { name: 'adam' },
      batchSize: ROWS,
      epochs: 1,
    },
    { train: { features, targets, rows: ROWS } },
  )
  const milliseconds = performance.now() - started
  await backend.dispose()
  return milliseconds
}
