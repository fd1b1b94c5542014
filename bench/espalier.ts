import { type Backend, type Examples, type FitResult, fitPopulation } from 'espalier'
import { mean } from 'simple-statistics'
import { firstRows, type Parts } from './data.ts'
import { type Lap, type ProcessorClock, scaleLap, startLap } from './lap.ts'
import { initialWeights } from './weights.ts'
import { memberOf, type Span, type Trial, topologyOf, type Workload } from './workloads.ts'

/** A round of 'fit' repeats it for at least this long, or it would time the clocks: a browser's counts processor time by 0.01 s. */
const FIT_MS = 400

interface Training {
  readonly epochs: number
  readonly shuffle: boolean
  /** As the peer trains: its weights, its formulas. */
  readonly compared?: boolean
  readonly onEpoch?: () => Promise<void>
}

/** Trains the trials, those of one batch size as one population, all populations at once. */
async function train(backend: Backend, trials: readonly Trial[], data: Examples, training: Training): Promise<FitResult[]> {
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
export function timeRounds(backend: Backend, timing: Timing): Promise<Lap[]> {
  return timing.workload.timed === 'epoch' ? timeEpochs(backend, timing) : timeFits(backend, timing)
}

async function timeEpochs(backend: Backend, { workload, data, rounds, clock, pause }: Timing): Promise<Lap[]> {
  const laps: Lap[] = []
  let endLap: (() => Promise<Lap>) | undefined
  const onEpoch = async (): Promise<void> => {
    if (endLap !== undefined) laps.push(await endLap())
    await pause()
    endLap = await startLap(clock)
  }
  await train(backend, workload.trials, data, { epochs: rounds + 1, shuffle: workload.shuffle, onEpoch })
  return laps
}

async function timeFits(backend: Backend, { workload, data, rounds, clock, pause }: Timing): Promise<Lap[]> {
  const { trials, shuffle, work } = workload
  const fit = async (): Promise<Lap> => {
    const endLap = await startLap(clock)
    const end = performance.now() + FIT_MS
    let fits = 0
    do {
      await train(backend, trials, data, { epochs: work.epochs, shuffle })
      fits++
    } while (performance.now() < end)
    return scaleLap(await endLap(), 1 / fits)
  }
  await fit()
  await pause()
  const laps: Lap[] = []
  for (let round = 0; round < rounds; round++) {
    laps.push(await fit())
    await pause()
  }
  return laps
}

/** Mean test accuracy after training as the peer trains: same weights, rows in the same order. */
export async function comparedAccuracy(backend: Backend, trials: readonly Trial[], { rows, epochs }: Span, { train: all, test }: Parts) {
  const results = await train(backend, trials, firstRows(all, rows), { epochs, shuffle: false, compared: true })
  const accuracies: number[] = []
  for (const result of results) accuracies.push((await result.evaluate(firstRows(test, test.rows))).accuracy)
  return mean(accuracies)
}
