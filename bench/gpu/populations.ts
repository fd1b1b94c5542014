import type { Backend, Examples } from 'espalier'
import type { Dispatch } from '../../test/support/devices.ts'
import { firstRows } from '../data.ts'
import { PacedTraining, train } from '../espalier.ts'
import { type Lap, type ProcessorClock, scaleLap, startLap } from '../lap.ts'
import { operations, steps, type Trial, type Workload } from '../workloads.ts'
import type { PassClock } from './clock.ts'
import type { PopulationTiming } from './results.ts'

/** A round of each population lasts about this long, where that is more than one step, or more than one epoch of whole fits. */
const ROUND_SECONDS = 1
const MOST_EPOCHS = 100

export interface PopulationSubject {
  readonly backend: Backend
  readonly noted: Dispatch[]
  /** Submissions the device has been given. */
  readonly submits: () => number
  readonly title: string
  readonly trial: Trial
  /** As a workload's: laps of 'epoch' are of a training that goes on; those of 'fit' are whole fits, set-up included. */
  readonly timed: Workload['timed']
  readonly counts: readonly number[]
  readonly data: Examples
  readonly rounds: number
  readonly clock: ProcessorClock
  readonly passClock: PassClock
}

interface Ready {
  readonly members: number
  /** Steps of a lap. */
  readonly steps: number
  lap(): Promise<unknown>
  end(): Promise<unknown>
  readonly laps: Lap[]
  readonly gpuSeconds: number[]
  dispatches: number
  submits: number
}

/** Times populations of the trial, one of each count, all in turn. A lap is a step of all members. */
export async function timePopulations(subject: PopulationSubject): Promise<PopulationTiming[]> {
  const { noted, submits, title, trial, counts, data, rounds, clock, passClock } = subject
  const ready: Ready[] = []
  for (const members of counts) ready.push(await prepare(subject, members))
  for (let round = 0; round < rounds; round++) {
    for (const own of ready) {
      noted.length = 0
      passClock.reset()
      const submitted = submits()
      const endLap = await startLap(clock)
      await own.lap()
      own.laps.push(scaleLap(await endLap(), 1 / own.steps))
      own.submits += (submits() - submitted) / own.steps / rounds
      own.gpuSeconds.push(...(await passClock.seconds()).map((seconds) => seconds / own.steps))
      own.dispatches += noted.length / own.steps / rounds
    }
  }
  for (const { end } of ready) await end()
  return ready.map(({ members, laps, gpuSeconds, dispatches, submits }) => ({
    title,
    members,
    laps,
    gpuSeconds,
    dispatches,
    submits,
    operations: members * operations([trial], { rows: trial.batchSize, epochs: 1 }),
    stepsPerEpoch: steps(trial, { rows: data.rows, epochs: 1 }),
  }))
}

function prepare(subject: PopulationSubject, members: number): Promise<Ready> {
  const trials = new Array<Trial>(members).fill(subject.trial)
  return subject.timed === 'epoch' ? prepareEpochs(subject, trials) : prepareFits(subject, trials)
}

/** A training at the end of its first epoch, of as many batches as take ROUND_SECONDS. */
async function prepareEpochs({ backend, trial, data, rounds }: PopulationSubject, trials: Trial[]): Promise<Ready> {
  const trying = await PacedTraining.start(backend, trials, firstRows(data, trial.batchSize), { epochs: 2, shuffle: true })
  const seconds = await secondsOf(() => trying.advance())
  await trying.finish()
  const count = Math.min(steps(trial, { rows: data.rows, epochs: 1 }), Math.max(1, Math.round(ROUND_SECONDS / seconds)))
  const part = firstRows(data, Math.min(data.rows, count * trial.batchSize))
  const training = await PacedTraining.start(backend, trials, part, { epochs: rounds + 1, shuffle: true })
  const lap = () => training.advance()
  return { members: trials.length, steps: count, lap, end: () => training.finish(), laps: [], gpuSeconds: [], dispatches: 0, submits: 0 }
}

/** Fits of as many epochs as take ROUND_SECONDS. */
async function prepareFits({ backend, trial, data }: PopulationSubject, trials: Trial[]): Promise<Ready> {
  const fit = (epochs: number) => train(backend, trials, data, { epochs, shuffle: true })
  await fit(1)
  const epochs = Math.min(MOST_EPOCHS, Math.max(1, Math.round(ROUND_SECONDS / (await secondsOf(() => fit(1))))))
  const lap = () => fit(epochs)
  return {
    members: trials.length,
    steps: steps(trial, { rows: data.rows, epochs }),
    lap,
    end: async () => undefined,
    laps: [],
    gpuSeconds: [],
    dispatches: 0,
    submits: 0,
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}
