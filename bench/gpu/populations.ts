// Times populations on WebGPU.

import type { Backend, Examples } from 'espalier'
import type { Dispatch } from '../../test/support/devices.ts'
import { firstRows } from '../data.ts'
import { type Elapsed, type ProcessorClock, scaleElapsed, startTimer } from '../elapsed.ts'
import { PacedTraining, train } from '../espalier.ts'
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
  /** As a workload's: times of 'epoch' are of a training that goes on; those of 'fit' are whole fits, set-up included. */
  readonly timed: Workload['timed']
  readonly counts: readonly number[]
  readonly data: Examples
  readonly rounds: number
  readonly clock: ProcessorClock
  readonly passClock: PassClock
}

interface Ready {
  readonly members: number
  /** Steps that one call of `timed` takes. */
  readonly steps: number
  timed(): Promise<unknown>
  end(): Promise<unknown>
  readonly elapsed: Elapsed[]
  readonly gpuSeconds: number[]
  dispatches: number
  submits: number
}

/** Times populations of the trial, one of each count, all in turn. What is timed is a step of all members. */
export async function timePopulations(subject: PopulationSubject): Promise<PopulationTiming[]> {
  const { noted, submits, title, trial, counts, data, rounds, clock, passClock } = subject
  const ready: Ready[] = []
  for (const members of counts) ready.push(await prepare(subject, members))
  for (let round = 0; round < rounds; round++) {
    for (const own of ready) {
      noted.length = 0
      passClock.reset()
      const submitted = submits()
      const stopTimer = await startTimer(clock)
      await own.timed()
      own.elapsed.push(scaleElapsed(await stopTimer(), 1 / own.steps))
      own.submits += (submits() - submitted) / own.steps / rounds
      own.gpuSeconds.push(...(await passClock.seconds()).map((seconds) => seconds / own.steps))
      own.dispatches += noted.length / own.steps / rounds
    }
  }
  for (const { end } of ready) await end()
  return ready.map(({ members, elapsed, gpuSeconds, dispatches, submits }) => ({
    title,
    members,
    elapsed,
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
  const timed = () => training.advance()
  return {
    members: trials.length,
    steps: count,
    timed,
    end: () => training.finish(),
    elapsed: [],
    gpuSeconds: [],
    dispatches: 0,
    submits: 0,
  }
}

/** Fits of as many epochs as take ROUND_SECONDS. */
async function prepareFits({ backend, trial, data }: PopulationSubject, trials: Trial[]): Promise<Ready> {
  const fit = (epochs: number) => train(backend, trials, data, { epochs, shuffle: true })
  await fit(1)
  const epochs = Math.min(MOST_EPOCHS, Math.max(1, Math.round(ROUND_SECONDS / (await secondsOf(() => fit(1))))))
  const timed = () => fit(epochs)
  return {
    members: trials.length,
    steps: steps(trial, { rows: data.rows, epochs }),
    timed,
    end: async () => undefined,
    elapsed: [],
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
