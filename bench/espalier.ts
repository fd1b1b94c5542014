// Trains the workloads with espalier.

import { type Backend, type Examples, type FitResult, fitPopulation, openBackend, type PopulationOptions } from 'espalier'
import { mean } from 'simple-statistics'
import { firstRows, type Parts } from './data.ts'
import { type Elapsed, type ProcessorClock, scaleElapsed, startTimer } from './elapsed.ts'
import type { StartRun } from './peers/peer.ts'
import { initialWeights } from './weights.ts'
import { memberOf, type Span, type Trial, topologyOf, type Workload } from './workloads.ts'

/** A round of 'fit' repeats it for at least this long, or it would time the clocks: a browser's counts processor time by 0.01 s. */
const FIT_MS = 400

interface Training {
  readonly epochs: number
  readonly shuffle: boolean
  /** As the peers train: their weights, their formulas. */
  readonly compared?: boolean
  readonly onEpoch?: NonNullable<PopulationOptions['callbacks']>['onEpoch']
}

/** Trains the trials, those of one batch size as one population, all populations at once. */
export async function train(backend: Backend, trials: readonly Trial[], data: Examples, training: Training): Promise<FitResult[]> {
  const { epochs, shuffle, compared = false, onEpoch } = training
  const sizes = [...new Set(trials.map(({ batchSize }) => batchSize))]
  const populations = sizes.map((size) => trials.filter(({ batchSize }) => batchSize === size))
  const results = populations.map(async (population) => {
    const [first] = population
    if (first === undefined) return []
    const members = population.map((trial) => ({
      ...memberOf(trial, compared ? 'keras3' : 'keras2.2', epochs, shuffle),
      ...(compared && { initialWeights: initialWeights(trial) }),
    }))
    return fitPopulation(backend, topologyOf(first), members, { train: data }, onEpoch && { callbacks: { onEpoch } })
  })
  return (await Promise.all(results)).flat()
}

/** A training of one population that goes on by an epoch whenever it is told to. Its first epoch warms up. */
export class PacedTraining {
  readonly #training: Promise<FitResult[]>
  #ended: () => void = () => undefined
  #goOn: () => void = () => undefined

  private constructor(backend: Backend, trials: readonly Trial[], data: Examples, training: Training) {
    const onEpoch = ({ member }: { member: number }): Promise<void> | undefined => {
      if (member !== trials.length - 1) return undefined
      this.#ended()
      return new Promise((resolve) => {
        this.#goOn = resolve
      })
    }
    this.#training = train(backend, trials, data, { ...training, onEpoch })
  }

  /** Resolves at the end of the first epoch. */
  static async start(backend: Backend, trials: readonly Trial[], data: Examples, training: Training): Promise<PacedTraining> {
    const started = new PacedTraining(backend, trials, data, training)
    await started.advance()
    return started
  }

  /** One more epoch. */
  async advance(): Promise<void> {
    const epoch = new Promise<void>((resolve) => {
      this.#ended = resolve
    })
    this.#goOn()
    await Promise.race([epoch, this.#training])
  }

  /** After the last epoch. */
  finish(): Promise<FitResult[]> {
    this.#goOn()
    return this.#training
  }
}

/** The same workload on one worker, an epoch over `data` a round. */
export function startAlone(data: Examples, simd: 'relaxed' | 'plain' | undefined): StartRun {
  return async ({ workload: { trials, shuffle, work }, rounds }) => {
    const backend = await openBackend({ prefer: 'wasm', workers: 1, threads: 1, simd })
    const training = await PacedTraining.start(backend, trials, data, { epochs: rounds + 1, shuffle })
    return {
      trials,
      async trainPart() {
        const started = performance.now()
        await training.advance()
        return ((performance.now() - started) / 1000) * (work.rows / data.rows)
      },
      accuracy: async () => undefined,
      async dispose() {
        await training.finish()
        await backend.dispose()
      },
    }
  }
}

/** One thing to time. */
export interface Timing {
  readonly workload: Workload
  readonly data: Examples
  readonly rounds: number
  readonly clock: ProcessorClock
  /** Awaited before the first round, between rounds, and after the last. */
  readonly pause: () => Promise<void>
}

/**
 * The rounds of a workload: an epoch over `data`, or all of its work. What comes before the first pause warms up: it compiles, and
 * fills caches.
 */
export function timeRounds(backend: Backend, timing: Timing): Promise<Elapsed[]> {
  return timing.workload.timed === 'epoch' ? timeEpochs(backend, timing) : timeFits(backend, timing)
}

async function timeEpochs(backend: Backend, { workload, data, rounds, clock, pause }: Timing): Promise<Elapsed[]> {
  const { trials, shuffle } = workload
  const training = await PacedTraining.start(backend, trials, data, { epochs: rounds + 1, shuffle })
  await pause()
  const elapsed: Elapsed[] = []
  for (let round = 0; round < rounds; round++) {
    const stopTimer = await startTimer(clock)
    await training.advance()
    elapsed.push(await stopTimer())
    await pause()
  }
  await training.finish()
  return elapsed
}

async function timeFits(backend: Backend, { workload, data, rounds, clock, pause }: Timing): Promise<Elapsed[]> {
  const { trials, shuffle, work } = workload
  const fit = async (): Promise<Elapsed> => {
    const stopTimer = await startTimer(clock)
    const end = performance.now() + FIT_MS
    let fits = 0
    do {
      await train(backend, trials, data, { epochs: work.epochs, shuffle })
      fits++
    } while (performance.now() < end)
    return scaleElapsed(await stopTimer(), 1 / fits)
  }
  await fit()
  await pause()
  const elapsed: Elapsed[] = []
  for (let round = 0; round < rounds; round++) {
    elapsed.push(await fit())
    await pause()
  }
  return elapsed
}

/** Mean test accuracy after training as the peers train: same weights, rows in the same order. */
export async function comparedAccuracy(backend: Backend, trials: readonly Trial[], { rows, epochs }: Span, { train: all, test }: Parts) {
  const results = await train(backend, trials, firstRows(all, rows), { epochs, shuffle: false, compared: true })
  const accuracies: number[] = []
  for (const result of results) accuracies.push((await result.evaluate(firstRows(test, test.rows))).accuracy)
  return mean(accuracies)
}
