// Times single WebGPU kernels.

import type { Backend, Examples } from 'espalier'
import type { Dispatch } from '../../test/support/devices.ts'
import { type ProcessorClock, scaleElapsed, startTimer } from '../elapsed.ts'
import { PacedTraining } from '../espalier.ts'
import type { Trial } from '../workloads.ts'
import type { PassClock } from './clock.ts'
import type { KernelTiming } from './results.ts'

/** Long enough for a browser's clocks: of processor time they count 0.01 s. */
const LEAST_SECONDS = 0.1

/** What a training step is made of, taken from a training through the public API: a step's dispatches are noted, and repeated one by one. */
export interface KernelSubject {
  readonly backend: Backend
  readonly device: GPUDevice
  /** The dispatches the device is given, noted as they come. */
  readonly noted: Dispatch[]
  /** The kind of matrix products that was asked for. */
  readonly products: string
  readonly trial: Trial
  readonly data: Examples
  readonly rounds: number
  readonly clock: ProcessorClock
  readonly passClock: PassClock
}

export async function timeKernels(subject: KernelSubject): Promise<KernelTiming[]> {
  const { backend, device, noted, products, trial, data, rounds, clock, passClock } = subject
  // Before the first large network a hardware adapter is probed: those dispatches are no step's.
  await (await PacedTraining.start(backend, [trial], data, { epochs: 1, shuffle: false })).finish()
  noted.length = 0
  const training = await PacedTraining.start(backend, [trial], data, { epochs: 1, shuffle: false })
  // The training waits at the end of its only step: its buffers are as that step left them.
  const dispatches = [...noted]
  const timings: KernelTiming[] = []
  const seen = new Map<string, number>()
  for (const dispatch of dispatches) {
    const { label } = dispatch.pipeline
    const nth = seen.get(label) ?? 0
    seen.set(label, nth + 1)
    const repeated = await repeatsFor(device, dispatch)
    const elapsed = []
    const gpuSeconds: number[] = []
    for (let round = 0; round < rounds; round++) {
      passClock.reset()
      const stopTimer = await startTimer(clock)
      await repeat(device, dispatch, repeated)
      elapsed.push(scaleElapsed(await stopTimer(), 1 / repeated))
      gpuSeconds.push(...(await passClock.seconds()).map((seconds) => seconds / repeated))
    }
    timings.push({ ...workOf(label.replace(/Quads|Tiled/, ''), nth, trial), products, elapsed, gpuSeconds })
  }
  await training.finish()
  return timings
}

async function repeatsFor(device: GPUDevice, dispatch: Dispatch): Promise<number> {
  for (let times = 1; ; times *= 2) {
    const started = performance.now()
    await repeat(device, dispatch, times)
    if ((performance.now() - started) / 1000 >= LEAST_SECONDS) return times
  }
}

async function repeat(device: GPUDevice, { pipeline, groups, size }: Dispatch, times: number): Promise<void> {
  const encoder = device.createCommandEncoder()
  const pass = encoder.beginComputePass()
  pass.setPipeline(pipeline)
  for (const group of groups) Reflect.apply(pass.setBindGroup, pass, group)
  for (let i = 0; i < times; i++) pass.dispatchWorkgroups(...size)
  pass.end()
  device.queue.submit([encoder.finish()])
  await device.queue.onSubmittedWorkDone()
}

/** What the nth dispatch of a kernel computes, its inputs read once and its outputs written once. */
function workOf(label: string, nth: number, { widths, batchSize }: Trial): Omit<KernelTiming, 'products' | 'elapsed' | 'gpuSeconds'> {
  const layers = widths.slice(1).map((units, l) => ({ inputs: widths[l] ?? 0, units, l }))
  const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)
  const product = { forward: layers[nth], inputGradient: layers[layers.length - 1 - nth] }[label]
  if (product !== undefined) {
    const { inputs, units, l } = product
    const numbers = batchSize * (inputs + units) + inputs * units + (label === 'forward' ? 0 : batchSize * inputs)
    return { kernel: `${label} ${l + 1}: ${inputs} x ${units}`, operations: 2 * batchSize * inputs * units, bytes: 4 * numbers }
  }
  if (label !== 'update') return { kernel: nth === 0 ? label : `${label} ${nth + 1}`, operations: 0, bytes: 0 }
  return {
    kernel: 'update, all layers',
    operations: sum(layers.map(({ inputs, units }) => 2 * batchSize * inputs * units)),
    bytes: sum(layers.map(({ inputs, units }) => 4 * (batchSize * (inputs + units) + 2 * inputs * units))),
  }
}
