// Trains the runs of a batch as populations, several at a time.

import pLimit from 'p-limit'
import type { Backend } from '../backend/backend.ts'
import { at } from '../core/at.ts'
import { DeviceLostError, DisposedError, EspalierError, WorkerCrashedError } from '../core/errors.ts'
import type { MetricName } from '../core/names.ts'
import type { FitData } from '../train/check.ts'
import { fitPopulation } from '../train/fit.ts'
import { groupRuns, type Run } from './grouping.ts'

/**
 * Populations that train at once. Several keep all workers busy when topologies differ; each holds the data in every worker's memory,
 * so there are not many. It changes no result.
 */
const POPULATIONS_AT_ONCE = 4

export interface AdvanceOptions {
  readonly signal: AbortSignal
  /** Now and then. */
  readonly onProgress: () => void
}

/** Why a trial failed: its training diverged. */
class DivergedError extends EspalierError {
  override readonly name = 'DivergedError'
}

/** Trains runs on a backend, those of one topology as one population. */
export class Trainer {
  readonly #backend: Backend
  readonly #folds: readonly FitData[]
  readonly #metrics: readonly MetricName[]
  readonly #positiveClass: number | undefined

  constructor(backend: Backend, folds: readonly FitData[], metrics: readonly MetricName[], positiveClass: number | undefined) {
    this.#backend = backend
    this.#folds = folds
    this.#metrics = metrics
    this.#positiveClass = positiveClass
  }

  /**
   * Trains every run up to this number of epochs, or its own if that is smaller. A run that cannot train gets a `failure`; the others continue.
   * @throws AbortedError, and errors that end every run: DeviceLostError, DisposedError
   */
  async advance(runs: readonly Run[], until: number, { signal, onProgress }: AdvanceOptions): Promise<void> {
    const behind = runs.filter((run) => run.failure === undefined && !run.ended && epochsOf(run) < Math.min(until, run.epochs))
    const groups = groupRuns(behind)
    const limit = pLimit(POPULATIONS_AT_ONCE)
    await Promise.all(groups.map((group) => limit(() => this.#train(group, until, signal, onProgress))))
  }

  async #train(group: readonly Run[], until: number, signal: AbortSignal, onProgress: () => void, retried = false): Promise<void> {
    const [first] = group
    const data = this.#folds[first?.fold ?? 0]
    if (first === undefined || data === undefined) return
    const begun = group.map(epochsOf)
    const goals = group.map(({ epochs }) => Math.min(until, epochs))
    const checkpoints = group.flatMap(({ checkpoint }) => checkpoint ?? [])
    try {
      const results = await fitPopulation(
        this.#backend,
        first.topology,
        group.map(({ member }) => member),
        data,
        {
          metrics: this.#metrics,
          positiveClass: this.#positiveClass,
          until,
          signal,
          callbacks: {
            onProgress(done) {
              group.forEach((run, i) => {
                run.done = at(begun, i) + done * (at(goals, i) - at(begun, i))
              })
              onProgress()
            },
          },
          ...(checkpoints.length > 0 ? { resume: checkpoints } : {}),
        },
      )
      group.forEach((run, i) => {
        const result = results[i]
        run.checkpoint = result?.checkpoint
        run.ended = result?.stopped !== 'paused'
        if (result?.divergedAt !== undefined)
          run.failure = new DivergedError(
            `the loss was no longer finite in epoch ${result.divergedAt + 1}; a smaller learning rate may help`,
          )
      })
    } catch (error) {
      if (signal.aborted || error instanceof DeviceLostError || error instanceof DisposedError || !(error instanceof Error)) throw error
      if (group.length > 1) {
        // Smaller populations show which run is at fault, or whether there were only too many for the memory; the bits stay the same.
        const half = Math.ceil(group.length / 2)
        await this.#train(group.slice(0, half), until, signal, onProgress)
        await this.#train(group.slice(half), until, signal, onProgress)
      } else if (error instanceof WorkerCrashedError && !retried) {
        await this.#train(group, until, signal, onProgress, true)
      } else {
        first.failure = error
      }
    }
  }
}

const epochsOf = ({ checkpoint }: Run): number => checkpoint?.epoch ?? 0
