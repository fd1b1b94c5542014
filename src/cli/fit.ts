// Trains with checkpoints for the command line.

import { AbortedError, type Backend, type Checkpoint, type FitResult, fit } from '../index.ts'
import type { FitSpec } from '../train/fit.ts'
import { metricsText } from './history.ts'
import { startProgress } from './progress.ts'
import type { TrainingData } from './training-data.ts'

/** The least time between two checkpoints in ms, and in multiples of the time one takes, so that they cost a twentieth at most. */
const SHORTEST_PAUSE = 1000
const PAUSE_PER_COST = 20

interface Trained {
  readonly result: FitResult
  readonly interrupted: boolean
}

/**
 * Trains to the end and saves its state now and then: the training is stopped after an epoch and continued from its checkpoint,
 * which changes no bit.
 * @param keep saves a checkpoint
 */
export async function fitWithCheckpoints(
  backend: Backend,
  options: FitSpec,
  { train, test }: TrainingData,
  keep: (checkpoint: Checkpoint) => Promise<void>,
): Promise<Trained> {
  const progress = startProgress('Training')
  let text = ''
  let last: FitResult | undefined
  let pause = SHORTEST_PAUSE
  try {
    for (;;) {
      const started = performance.now()
      let begun: number | undefined
      // A member that is stopped counts as done.
      let pausing = false
      const result: FitResult = await fit(
        backend,
        {
          ...options,
          resume: last?.checkpoint ?? options.resume,
          callbacks: {
            onEpoch({ epoch, epochs, ...values }) {
              text = `epoch ${epoch + 1}/${epochs}: ${metricsText(values)}`
              progress.update((epoch + 1) / epochs, text)
              pausing = performance.now() - started > pause
              return pausing ? 'stop' : undefined
            },
            onProgress(done) {
              begun ??= performance.now()
              if (!pausing) progress.update(done, text)
            },
          },
        },
        { train, ...(test && { test }) },
      )
      if (result.stopped !== 'callback') return { result, interrupted: false }
      last = result
      const stopped = performance.now()
      await keep(result.checkpoint)
      const cost = performance.now() - stopped + ((begun ?? started) - started)
      pause = Math.max(SHORTEST_PAUSE, PAUSE_PER_COST * cost)
    }
  } catch (error) {
    // It has none when it was interrupted before it had begun, or gone on.
    const [result = last] = error instanceof AbortedError ? error.results : []
    if (!(error instanceof AbortedError) || result === undefined) throw error
    await keep(result.checkpoint)
    return { result, interrupted: true }
  } finally {
    progress.stop()
  }
}
