// Measures WebGPU in one page.

import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-webgpu'
import { openBackend } from 'espalier'
import type { Products } from '../../src/backend/webgpu/products.ts'
import { countSubmits, type Dispatch, noting, watchDispatches } from '../../test/support/devices.ts'
import { withProducts } from '../../test/support/products.ts'
import { type Datasets, firstRows, type Parts } from '../data.ts'
import type { PageHost } from '../order.ts'
import { startJax } from '../peers/jax.ts'
import { type Trial, type Workload, workloads } from '../workloads.ts'
import { stampPasses, withTimestamps } from './clock.ts'
import { measureFloors } from './floors.ts'
import { timeKernels } from './kernels.ts'
import { comparePeers } from './peers.ts'
import { timePopulations } from './populations.ts'
import type { Comparison, GpuResults } from './results.ts'

export interface GpuOptions {
  readonly rounds: number
  /** Members of the populations that are timed: of 784-512-128-32-10, and of 8-12-8-1. */
  readonly large: readonly number[]
  readonly tiny: readonly number[]
  /** Kinds of matrix products whose kernels are timed. */
  readonly kernels: readonly (Products['name'] | 'auto')[]
  /** Steps of a round of the comparison; 0 for none. */
  readonly peerSteps: number
  readonly testRows: number
}

function workload(id: string): Workload & { readonly trial: Trial } {
  const found = workloads.find((own) => own.id === id)
  const [trial] = found?.trials ?? []
  if (found === undefined || trial === undefined) throw new Error(`there is no workload ${id}`)
  return { ...found, trial }
}

function dataOf(datasets: Datasets, { data }: Workload): Parts {
  const parts = datasets[data]
  if (parts === undefined) throw new Error(`the data of ${data} is missing`)
  return parts
}

/** A backend of this page's adapter whose dispatches are noted and whose passes are timed. */
async function openWatched(products: Products['name'] | 'auto') {
  const { gpu, devices } = noting(withTimestamps(navigator.gpu))
  const backend = await openBackend({ prefer: 'webgpu', gpu, ...withProducts(products) })
  const [device] = devices
  if (device === undefined) throw new Error('the backend opened no device')
  const passClock = stampPasses(device)
  const noted: Dispatch[] = []
  watchDispatches(device, (dispatch) => noted.push(dispatch))
  return { backend, device, passClock, noted }
}

/** Measures on the adapter of this page. */
export async function measureGpu(datasets: Datasets, options: GpuOptions, { clock, log }: PageHost): Promise<GpuResults> {
  const { rounds, large, tiny, peerSteps, testRows } = options
  const [w1, w2] = [workload('W1-sgd'), workload('W2-32')]
  const { backend, device, passClock, noted } = await openWatched('auto')
  try {
    log(backend.description)
    log('what the device can do')
    const floors = await measureFloors(device)
    const step = firstRows(dataOf(datasets, w1).train, w1.trial.batchSize)
    const kernels = []
    for (const kind of options.kernels) {
      log(`the kernels of a step: ${kind}`)
      const watched = await openWatched(kind)
      try {
        kernels.push(...(await timeKernels({ ...watched, products: kind, rounds, clock, trial: w1.trial, data: step })))
      } finally {
        await watched.backend.dispose()
      }
    }
    const common = { backend, noted, submits: countSubmits(device), rounds, clock, passClock }
    const populations = []
    for (const [own, counts] of [[w1, large] as const, [w2, tiny] as const]) {
      const title = own.trial.widths.join('-')
      if (counts.length > 0) log(`${counts.join(', ')} members of ${title}`)
      const { trial, timed } = own
      populations.push(...(await timePopulations({ ...common, title, trial, timed, counts, data: dataOf(datasets, own).train })))
    }
    let comparison: Comparison | undefined
    if (peerSteps > 0) {
      log('beside the peers')
      if (!(await tf.setBackend('webgpu'))) throw new Error("TensorFlow.js's WebGPU backend does not start")
      await startJax('webgpu')
      const { title, trial } = w1
      const data = dataOf(datasets, w1)
      comparison = await comparePeers({ tf, title, trial, data, rounds, stepsPerRound: peerSteps, testRows, clock })
    }
    const timestamps = device.features.has('timestamp-query')
    return { backend: backend.description, timestamps, floors, kernels, populations, comparison }
  } finally {
    await backend.dispose()
  }
}
