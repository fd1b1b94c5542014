// W5 and W6 on WebGPU in Chromium, on whatever adapter it has, beside TensorFlow.js.

import { runJob } from '../browser.ts'
import type { WorkloadName } from './workloads.ts'

export interface WebGpuResult {
  readonly backend: string
  readonly workloads: readonly {
    readonly name: WorkloadName
    readonly espalier: readonly number[]
    readonly tensorflow: readonly number[]
  }[]
}

const least = (values: readonly number[]): number => Math.min(...values)

export async function measureOnWebGpu(only: readonly WorkloadName[]): Promise<WebGpuResult> {
  const workloads = only.filter((name) => name === 'W5' || name === 'W6')
  const job = { script: 'bench/layers/page.ts', order: { workloads }, files: {} }
  const { version, result } = await runJob(job, { types: ['renderer', 'GPU'], args: ['--enable-unsafe-webgpu'] })
  const measured = result as WebGpuResult
  console.log(`\n${version}, ${measured.backend}; ms a step, the best of some steps:`)
  for (const { name, espalier, tensorflow } of measured.workloads)
    console.log(
      `${name}: espalier ${least(espalier).toFixed(0)} (${espalier.length} steps), TensorFlow.js ${least(tensorflow).toFixed(0)} (${tensorflow.length} steps): ` +
        `${(least(tensorflow) / least(espalier)).toFixed(1)} times as long`,
    )
  return measured
}
