// Times other libraries on WebGPU.

import type * as TensorFlow from '@tensorflow/tfjs'
import { openBackend } from 'espalier'
import { firstRows, type Parts } from '../data.ts'
import { type Elapsed, type ProcessorClock, scaleElapsed, startTimer } from '../elapsed.ts'
import { PacedTraining } from '../espalier.ts'
import { arraysOf } from '../peers/arrays.ts'
import { jaxNetworks } from '../peers/jax.ts'
import type { Group } from '../peers/peer.ts'
import { tensorFlowNetworks } from '../peers/tensorflow.ts'
import type { Trial } from '../workloads.ts'
import type { Comparison } from './results.ts'

export interface PeerSubject {
  readonly tf: typeof TensorFlow
  readonly title: string
  readonly trial: Trial
  readonly data: Parts
  readonly rounds: number
  readonly stepsPerRound: number
  readonly testRows: number
  readonly clock: ProcessorClock
}

/** A library that has trained `stepsPerRound` steps to warm up, and trains as many again in every round. */
interface Library {
  readonly name: string
  readonly elapsed: Elapsed[]
  round(): Promise<unknown>
  /** Test accuracy after the last round. */
  end(): Promise<number>
}

/** Trains the same steps with each library, from the same weights over the same rows in the same order, a round of each in turn. */
export async function comparePeers(subject: PeerSubject): Promise<Comparison> {
  const { title, rounds, stepsPerRound, testRows, clock } = subject
  const libraries = [await espalier(subject), ...(await peers(subject))]
  for (let round = 0; round < rounds; round++) {
    for (const library of libraries) {
      const stopTimer = await startTimer(clock)
      await library.round()
      library.elapsed.push(scaleElapsed(await stopTimer(), 1 / stepsPerRound))
    }
  }
  const timings = []
  for (const { name, elapsed, end } of libraries) timings.push({ library: name, elapsed, accuracy: await end() })
  return { title, steps: (rounds + 1) * stepsPerRound, stepsPerRound, testRows, libraries: timings }
}

async function espalier({ trial, data, rounds, stepsPerRound, testRows }: PeerSubject): Promise<Library> {
  const backend = await openBackend({ prefer: 'webgpu' })
  const rows = firstRows(data.train, stepsPerRound * trial.batchSize)
  const training = await PacedTraining.start(backend, [trial], rows, { epochs: rounds + 1, shuffle: false, compared: true })
  return {
    name: 'espalier',
    elapsed: [],
    round: () => training.advance(),
    async end() {
      const [result] = await training.finish()
      const evaluation = await result?.evaluate(firstRows(data.test, testRows))
      await backend.dispose()
      return evaluation?.accuracy ?? Number.NaN
    },
  }
}

async function peers({ tf, trial, data, stepsPerRound, testRows }: PeerSubject): Promise<Library[]> {
  const outputs = trial.widths.at(-1) ?? 1
  const group: Group = {
    trials: [trial],
    train: arraysOf(firstRows(data.train, stepsPerRound * trial.batchSize), outputs),
    test: arraysOf(firstRows(data.test, testRows), outputs),
  }
  const libraries: Library[] = []
  for (const [name, open] of Object.entries({ 'TensorFlow.js': tensorFlowNetworks(tf), 'jax-js': jaxNetworks('webgpu') })) {
    const network = await open(group)
    await network.train(stepsPerRound)
    const end = async (): Promise<number> => {
      const accuracy = await network.accuracy()
      await network.dispose()
      return accuracy
    }
    libraries.push({ name, elapsed: [], round: () => network.train(stepsPerRound), end })
  }
  return libraries
}
