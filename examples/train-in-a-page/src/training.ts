import { AbortedError, type Backend, type EpochEvent, type FitResult, type FitSpec, fit } from 'espalier'
import type { Prepared } from './data.ts'

export interface Settings {
  readonly hidden: readonly number[]
  readonly learningRate: number
  /** How many epochs there shall be in all. */
  readonly epochs: number
}

/**
 * Trains until all epochs are done, or until `signal` stops it.
 * @param from a network to go on with: it gets the bits it would have if it had never been stopped
 * @returns the network as it then is; undefined where it was stopped before it began
 */
export async function train(
  backend: Backend,
  data: Prepared,
  settings: Settings,
  { from, onEpoch, signal }: { from: FitResult | undefined; onEpoch: (event: EpochEvent) => void; signal: AbortSignal },
): Promise<FitResult | undefined> {
  try {
    return await fit(backend, { ...specOf(data, settings), resume: from?.checkpoint, callbacks: { onEpoch }, signal }, data)
  } catch (error) {
    if (error instanceof AbortedError) return error.results[0] ?? from
    throw error
  }
}

function specOf({ all, train: { rows } }: Prepared, { hidden, learningRate, epochs }: Settings): FitSpec {
  const binary = all.task === 'binary'
  return {
    network: {
      inputSize: all.inputSize,
      loss: binary ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy',
      layers: [
        ...hidden.map((units) => ({ units, activation: 'relu' as const, initializer: 'heNormal' as const, dropout: 0.1 })),
        { units: all.outputSize, activation: binary ? 'sigmoid' : 'softmax' },
      ],
    },
    optimizer: { name: 'adam', learningRate },
    batchSize: Math.min(32, rows),
    epochs,
    seed: 1,
    metrics: binary ? ['auc'] : [],
  }
}
