// Measures everything that has a target.

import { downloads } from '../../test/support/downloads.ts'
import type { GpuOptions } from '../gpu/measure.ts'
import { gpuJob, runGpuJob } from '../gpu/run.ts'
import { measureHosts } from '../hosts.ts'
import { startsInChromium, startsInNode } from '../start/measure.ts'
import { workloads } from '../workloads.ts'
import type { Reading } from './judge.ts'
import { peerSizes } from './peerSizes.ts'
import { gpuReadings, gpuStepReading, notMeasured, sizeReadings, startReading, workloadReading } from './readings.ts'

/** How much is measured. */
export interface Effort {
  readonly rounds: number
  /** Rows of Fashion-MNIST in a timed epoch. */
  readonly rows: number
  /** Steps of a round beside the peers on WebGPU. */
  readonly gpuSteps: number
  /** Cold starts of each kind. */
  readonly starts: number
}

/** What one part of the run found, and everything it measured. */
export interface Part {
  readonly readings: readonly Reading[]
  readonly details: object
}

const NO_BROWSER = 'no Chrome or Chromium; install one, or name it in ESPALIER_CHROME'

/** @param chrome the browser's path, where there is one */
export async function* measureWorkloads(subjects: readonly string[], effort: Effort, chrome: string | undefined): AsyncGenerator<Part> {
  const ids = workloads.map(({ id }) => id).filter((id) => subjects.includes(id))
  if (ids.length === 0) return
  const { rounds, rows } = effort
  for await (const result of measureHosts({ node: true, chromium: true, chrome }, { ids, rounds, rows, peers: true })) {
    yield { readings: result.measurements.map((measurement) => workloadReading(result.host, measurement)), details: result }
  }
  if (chrome === undefined) yield { readings: ids.map((id) => notMeasured(id, 'Chromium', NO_BROWSER)), details: {} }
}

const STEP = 'gpu-step'
const ON_HARDWARE = ['gpu-epoch', 'gpu-twelve', 'gpu-thousand']

/** WebGPU in Chromium, on the adapter it has. */
export async function* measureOnGpu(subjects: readonly string[], effort: Effort, chrome: string | undefined): AsyncGenerator<Part> {
  const chosen = [STEP, ...ON_HARDWARE].filter((subject) => subjects.includes(subject))
  if (chosen.length === 0) return
  if (chrome === undefined) {
    yield { readings: chosen.map((subject) => notMeasured(subject, 'Chromium', NO_BROWSER)), details: {} }
    return
  }
  console.log('\nWebGPU in Chromium')
  const options: GpuOptions = { rounds: effort.rounds, large: [1], tiny: [], kernels: [], peerSteps: effort.gpuSteps, testRows: 2000 }
  const { version, results } = await runGpuJob(await gpuJob(options))
  const where = `${version}, ${results.backend}`
  const readings = subjects.includes(STEP) ? [gpuStepReading(where, results)] : []
  const onHardware = ON_HARDWARE.filter((subject) => subjects.includes(subject))
  const software = results.backend.endsWith('(software)')
  if (software) readings.push(...onHardware.map((subject) => notMeasured(subject, where, 'software adapter')))
  yield { readings, details: { where, results } }
  if (software || onHardware.length === 0) return
  const more = await runGpuJob(await gpuJob({ ...options, large: [1, 12], tiny: [1000], peerSteps: 0 }))
  const measured = gpuReadings(where, more.results).filter(({ subject }) => onHardware.includes(subject))
  yield { readings: measured, details: { where, results: more.results } }
}

export async function* measureStarts(subjects: readonly string[], effort: Effort, chrome: string | undefined): AsyncGenerator<Part> {
  if (!subjects.some((subject) => subject.startsWith('start-'))) return
  console.log('\ncold starts')
  const starts = [...(await startsInNode(effort.starts)), ...(chrome === undefined ? [] : await startsInChromium(effort.starts))]
  const readings = starts.map(startReading)
  const missing = chrome === undefined ? ['start-workers', 'start-calling-thread'] : []
  yield { readings: [...readings, ...missing.map((subject) => notMeasured(subject, 'Chromium', NO_BROWSER))], details: { starts } }
}

export async function* measureSizes(subjects: readonly string[]): AsyncGenerator<Part> {
  if (!subjects.some((subject) => subject.startsWith('size-'))) return
  const [own, peers] = [await downloads(), await peerSizes()]
  yield { readings: sizeReadings(own, peers), details: { kilobytes: { ...own, peers } } }
}
