// Runs WebGPU measurements in Chromium.

import { type Job, runJob } from '../browser.ts'
import { firstRows, loadParts, packDatasets } from '../data.ts'
import type { GpuOptions } from './measure.ts'
import type { GpuOrder } from './page.ts'
import type { GpuResults } from './results.ts'

const TRAIN_ROWS = 59_904

export async function gpuJob(options: GpuOptions): Promise<Job> {
  const [fashion, pima] = await Promise.all([loadParts('fashionMnist'), loadParts('pima')])
  const fashionMnist = { train: firstRows(fashion.train, TRAIN_ROWS), test: firstRows(fashion.test, options.testRows) }
  const { manifest, files } = packDatasets({ fashionMnist, pima })
  const order: GpuOrder = { manifest, options }
  return { script: 'bench/gpu/page.ts', order, files }
}

/**
 * Measures in a headless Chromium of its own.
 * @throws where there is none, or it has no adapter
 */
export async function runGpuJob(job: Job): Promise<{ version: string; results: GpuResults }> {
  const { version, result } = await runJob(job, { types: ['renderer', 'GPU'], args: ['--enable-unsafe-webgpu'] })
  return { version, results: result as GpuResults }
}
