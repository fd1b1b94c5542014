/** What the device can do at most, measured by kernels that do one thing each. */

import { max, min } from 'simple-statistics'
import type { Floors } from './results.ts'

const INVOCATIONS = 64
const LARGEST_COPY = 2 ** 26
/** Long enough that a submission's own cost does not count; short enough for any watchdog. */
const LEAST_MS = 40
const TRIES = 5

/** Multiply-adds on `chains` vec4s an invocation, and nothing else: how many chains fill a device is found by trying. */
const multiplyAdd = (chains: number): string => `
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
override REPEATS: u32 = 1u;
@compute @workgroup_size(${INVOCATIONS}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let tiny = vec4f(f32(id.x) * 1e-9);
  ${perChain(chains, (c) => `var a${c} = vec4f(f32(id.x + ${c}u));`)}
  for (var i = 0u; i < REPEATS; i++) {
    ${perChain(chains, (c) => `a${c} = a${c} * tiny + tiny;`)}
  }
  out[id.x] = ${perChain(chains, (c) => `a${c}`, ' + ')};
}`

const perChain = (count: number, text: (chain: number) => string, separator = '\n'): string =>
  Array.from({ length: count }, (_, chain) => text(chain)).join(separator)

const copy = `
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> values: array<vec4f>;
@compute @workgroup_size(${INVOCATIONS}) fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * ${INVOCATIONS}u + id.x;
  out[i] = values[i];
}`

const nothing = `
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@compute @workgroup_size(1) fn main() { out[0] += vec4f(1.0); }`

interface Work {
  readonly pipeline: GPUComputePipeline
  readonly group: GPUBindGroup
  readonly workgroups: readonly [number, number]
}

async function prepare(device: GPUDevice, code: string, buffers: readonly GPUBuffer[], workgroups: Work['workgroups'], constants = {}) {
  const module = device.createShaderModule({ code })
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main', constants } })
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
  return { pipeline, group: device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }), workgroups }
}

function record(encoder: GPUCommandEncoder, { pipeline, group, workgroups }: Work, times: number): void {
  const pass = encoder.beginComputePass()
  pass.setPipeline(pipeline)
  pass.setBindGroup(0, group)
  for (let i = 0; i < times; i++) pass.dispatchWorkgroups(...workgroups)
  pass.end()
}

/** Seconds until the device has done what `submit` sends. */
async function time(device: GPUDevice, submit: () => unknown): Promise<number> {
  const started = performance.now()
  await submit()
  await device.queue.onSubmittedWorkDone()
  return (performance.now() - started) / 1000
}

function submitOnce(device: GPUDevice, work: Work, times: number): void {
  const encoder = device.createCommandEncoder()
  record(encoder, work, times)
  device.queue.submit([encoder.finish()])
}

/** The shortest seconds one dispatch took, of a submission with so many that it takes LEAST_MS. */
async function bestSeconds(device: GPUDevice, work: Work): Promise<number> {
  let times = 1
  while ((await time(device, () => submitOnce(device, work, times))) * 1000 < LEAST_MS) times *= 2
  const seconds: number[] = []
  for (let i = 0; i < TRIES; i++) seconds.push((await time(device, () => submitOnce(device, work, times))) / times)
  return min(seconds)
}

/** Floating-point operations a second, of the number of chains that gives most. */
async function peak(device: GPUDevice): Promise<number> {
  const [workgroups, repeats] = [1024, 256]
  const out = device.createBuffer({ size: workgroups * INVOCATIONS * 16, usage: GPUBufferUsage.STORAGE })
  const rates: number[] = []
  for (const chains of [1, 2, 3, 4, 8]) {
    const work = await prepare(device, multiplyAdd(chains), [out], [workgroups, 1], { REPEATS: repeats })
    rates.push((workgroups * INVOCATIONS * repeats * chains * 8) / (await bestSeconds(device, work)))
  }
  out.destroy()
  return max(rates)
}

/** Bytes a second, read and written, of a copy as large as one binding allows. */
async function bandwidth(device: GPUDevice): Promise<number> {
  const size = Math.min(LARGEST_COPY, device.limits.maxStorageBufferBindingSize)
  const [out, values] = [0, 1].map(() => device.createBuffer({ size, usage: GPUBufferUsage.STORAGE })) as [GPUBuffer, GPUBuffer]
  const groups = size / 16 / INVOCATIONS
  const work = await prepare(device, copy, [out, values], [Math.min(groups, 4096), Math.ceil(groups / 4096)])
  const seconds = await bestSeconds(device, work)
  for (const buffer of [out, values]) buffer.destroy()
  return (2 * size) / seconds
}

/** Seconds a dispatch costs that has next to nothing to do, by how it is submitted; and a wait for a result. */
async function dispatches(device: GPUDevice): Promise<Floors['dispatch']> {
  const COUNT = 1000
  const out = device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC })
  const staging = device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
  const work = await prepare(device, nothing, [out], [1, 1])
  const best = async (count: number, submit: () => unknown): Promise<number> => {
    const seconds: number[] = []
    for (let i = 0; i < TRIES; i++) seconds.push((await time(device, submit)) / count)
    return min(seconds)
  }
  const passes = (): void => {
    const encoder = device.createCommandEncoder()
    for (let i = 0; i < COUNT; i++) record(encoder, work, 1)
    device.queue.submit([encoder.finish()])
  }
  const submits = (): void => {
    for (let i = 0; i < COUNT; i++) submitOnce(device, work, 1)
  }
  const reads = async (): Promise<void> => {
    for (let i = 0; i < COUNT / 20; i++) {
      const encoder = device.createCommandEncoder()
      record(encoder, work, 1)
      encoder.copyBufferToBuffer(out, 0, staging, 0, 16)
      device.queue.submit([encoder.finish()])
      await staging.mapAsync(GPUMapMode.READ)
      staging.unmap()
    }
  }
  const seconds = {
    inOnePass: await best(COUNT, () => submitOnce(device, work, COUNT)),
    inPasses: await best(COUNT, passes),
    inSubmits: await best(COUNT, submits),
    read: await best(COUNT / 20, reads),
  }
  for (const buffer of [out, staging]) buffer.destroy()
  return seconds
}

export async function measureFloors(device: GPUDevice): Promise<Floors> {
  return { peak: await peak(device), bandwidth: await bandwidth(device), dispatch: await dispatches(device) }
}
