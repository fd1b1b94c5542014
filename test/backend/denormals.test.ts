import { fit, openBackend } from 'espalier'
import { expect, it } from 'vitest'

/** Moments that get no gradient any more must end at 0, not at denormal numbers, with which arithmetic is up to 80 times as slow. */
it.each(['relaxed', 'plain'] as const)('moments of targets met within the clip end at 0, %s SIMD', async (simd) => {
  const backend = await openBackend({ prefer: 'wasm', simd, workers: 0 })
  try {
    const { checkpoint } = await fit(
      backend,
      {
        network: { inputSize: 1, loss: 'binaryCrossentropy', layers: [{ units: 1, activation: 'sigmoid' }] },
        optimizer: { name: 'adam', learningRate: 0.5 },
        dialect: 'keras2.2',
        batchSize: 2,
        epochs: 1500,
        initialWeights: [[Float32Array.of(0.01), Float32Array.of(0)]],
      },
      { train: { features: Float32Array.of(-30, 30), targets: Float32Array.of(0, 1), rows: 2 } },
    )
    const [first = new Float32Array(), second = new Float32Array()] = checkpoint.state.slots
    // The first steps had a gradient, which the slower second moment still shows.
    expect(second[0]).toBeGreaterThan(1e-3)
    expect([...first]).toEqual([0, 0])
  } finally {
    await backend.dispose()
  }
})
