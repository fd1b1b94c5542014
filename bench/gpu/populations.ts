import type { Backend, Examples } from 'espalier'
import type { Dispatch } from '../../test/support/devices.ts'
import { firstRows } from '../data.ts'
import { PacedTraining } from '../espalier.ts'
import { type Lap, type ProcessorClock, scaleLap, startLap } from '../lap.ts'
import { operations, steps, type Trial } from '../workloads.ts'
import type { PopulationTiming } from './results.ts'

/** A round of each population lasts about this long where that is more than one step and less than the data. */
const ROUND_SECONDS = 1

export interface PopulationSubject {
  readonly backend: Backend
  readonly noted: Dispatch[]
  readonly title: string
  readonly trial: Trial
  readonly counts: readonly number[]
  readonly data: Examples
  readonly rounds: number
  readonly clock: ProcessorClock
}

interface Ready {
  readonly members: number
  readonly training: PacedTraining
  readonly batches: number
  readonly laps: Lap[]
  dispatches: number
}

/** Times populations of the trial, one of each count, all in turn. A lap is a step of all members. */
export async function timePopulations(subject: PopulationSubject): Promise<PopulationTiming[]> {
  const { noted, title, trial, counts, data, rounds, clock } = subject
  const ready: Ready[] = []
  for (const members of counts) ready.push(await prepare(subject, members))
  for (let round = 0; round < rounds; round++) {
    for (const own of ready) {
      noted.length = 0
      const endLap = await startLap(clock)
      await own.training.advance()
      own.laps.push(scaleLap(await endLap(), 1 / own.batches))
      own.dispatches += noted.length / own.batches / rounds
    }
  }
  for (const { training } of ready) await training.finish()
  return ready.map(({ members, laps, dispatches }) => ({
    title,
    members,
    laps,
    dispatches,
    operations: members * operations([trial], { rows: trial.batchSize, epochs: 1 }),
    stepsPerEpoch: steps(trial, { rows: data.rows, epochs: 1 }),
  }))
}

/** A population at the end of its first epoch, of as many batches as take ROUND_SECONDS. */
async function prepare({ backend, trial, data, rounds }: PopulationSubject, members: number): Promise<Ready> {
  const trials = new Array<Trial>(members).fill(trial)
  const trying = await PacedTraining.start(backend, trials, firstRows(data, trial.batchSize), { epochs: 2, shuffle: true })
  const started = performance.now()
  await trying.advance()
  const seconds = (performance.now() - started) / 1000
  await trying.finish()
  const all = steps(trial, { rows: data.rows, epochs: 1 })
  const batches = Math.min(all, Math.max(1, Math.round(ROUND_SECONDS / seconds)))
  const part = firstRows(data, Math.min(data.rows, batches * trial.batchSize))
  const training = await PacedTraining.start(backend, trials, part, { epochs: rounds + 1, shuffle: true })
  return { members, training, batches, laps: [], dispatches: 0 }
}
