import { fit, type OpenOptions, openBackend } from 'espalier'

/** A page's own script, as an application would write it: it trains as soon as it is loaded and leaves word in `outcomes`. */

const exclusiveOr = { features: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), targets: Float32Array.of(0, 1, 1, 0), rows: 4 }

async function train(options: OpenOptions): Promise<string> {
  try {
    const backend = await openBackend(options)
    try {
      const layers = [
        { units: 8, activation: 'tanh' as const },
        { units: 1, activation: 'sigmoid' as const },
      ]
      const network = { inputSize: 2, loss: 'binaryCrossentropy' as const, layers }
      const optimizer = { name: 'adam' as const, learningRate: 0.1 }
      const { history } = await fit(backend, { network, optimizer, epochs: 200, batchSize: 4, seed: 1 }, { train: exclusiveOr })
      return `accuracy ${history.accuracy.at(-1)} by ${backend.description}`
    } finally {
      await backend.dispose()
    }
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
}

async function trainAll(): Promise<string[]> {
  return [await train({ prefer: 'wasm', simd: 'plain', workers: 2 }), await train({ prefer: 'wasm', simd: 'plain', workers: 0 })]
}

Object.assign(globalThis, { outcomes: trainAll() })
