// Opens a device, of whatever the host or the caller gives, and describes it.

import { BackendUnavailableError, InvalidSpecError } from '../../core/errors.ts'
import { Kernels } from './kernels.ts'

/** Where a device comes from: the host's own `navigator.gpu`, an object with the same call (npm `webgpu` in Node), an adapter, or a device. */
export interface DeviceSource {
  readonly gpu?: GPU | undefined
  readonly adapter?: GPUAdapter | undefined
  readonly device?: GPUDevice | undefined
}

export interface OpenedDevice {
  readonly device: GPUDevice
  readonly kernels: Kernels
  /** Whether it was made here, and so is destroyed here. */
  readonly owned: boolean
  /** For people, never empty. */
  readonly name: string
  /** Its name and what else a browser tells of it: two that differ in this round in their own ways. */
  readonly identity: string
  /** Runs on the processor: correct, and slower than WASM. */
  readonly software: boolean
  /** Whether it has the feature `subgroups`: asked for wherever the adapter has it. */
  readonly subgroups: boolean
  /** Invocations it executes together, as one vector. Decides how fast a small network trains, and no bit. */
  readonly together: number
  /** Held as long as the device: npm `webgpu` 0.6 stops answering once its GPU object is collected. Delete when it does not. */
  readonly source: GPU | undefined
}

const LIMITS = ['maxStorageBufferBindingSize', 'maxBufferSize', 'maxComputeWorkgroupStorageSize'] as const

/** An adapter or a device comes within some tens of ms, seconds where a driver is loaded first; some that are broken never say anything. */
const PATIENCE_MS = 10_000

/** What is used of each; browsers of the years before the standard was done lack some. */
const PARTS = {
  GPUAdapter: ['features', 'limits', 'requestDevice'],
  GPUDevice: ['features', 'limits', 'queue', 'lost', 'createBuffer', 'createComputePipelineAsync'],
} as const

/** @throws BackendUnavailableError saying what is missing; InvalidSpecError for a device or an adapter that is none */
export async function openDevice(source: DeviceSource): Promise<OpenedDevice> {
  const { device } = source
  if (device !== undefined) {
    checkGiven('device', 'GPUDevice', device)
    return { device, kernels: new Kernels(device), owned: false, source: source.gpu, ...described(device, () => device.adapterInfo) }
  }
  const { adapter, gpu } = await findAdapter(source)
  const told = described(adapter, () => adapter.info)
  const requiredLimits = Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]]))
  const opened = await asked(
    `the adapter "${told.name}" gave no device`,
    async () => whole('GPUDevice', await adapter.requestDevice({ requiredLimits, requiredFeatures: told.subgroups ? ['subgroups'] : [] })),
    (late) => late.destroy(),
  )
  return { device: opened, kernels: new Kernels(opened), owned: true, source: gpu, ...told }
}

async function findAdapter(source: DeviceSource): Promise<{ adapter: GPUAdapter; gpu: GPU | undefined }> {
  const gpu = source.gpu ?? (await asked('navigator.gpu cannot be read', () => globalThis.navigator?.gpu))
  if (source.adapter !== undefined) {
    checkGiven('adapter', 'GPUAdapter', source.adapter)
    return { adapter: source.adapter, gpu }
  }
  if (gpu === undefined || gpu === null) {
    throw new BackendUnavailableError(
      'there is no navigator.gpu here; use a browser with WebGPU, or in Node give `gpu` from the package "webgpu"',
    )
  }
  const adapter = await asked('WebGPU gave no adapter', () => gpu.requestAdapter({ powerPreference: 'high-performance' }))
  if (adapter === undefined || adapter === null) {
    throw new BackendUnavailableError(
      'WebGPU is there but found no adapter; the graphics driver may be missing, blocked, or recovering from a crash',
    )
  }
  return { adapter: await asked('WebGPU gave no adapter', () => whole('GPUAdapter', adapter)), gpu }
}

/** What the host answers: whether it throws, rejects or says nothing for long, it is a backend that cannot be had. */
async function asked<T>(failed: string, ask: () => T | Promise<T>, onLate: (answer: T) => void = () => undefined): Promise<T> {
  const answer = Promise.resolve().then(ask)
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer for ${PATIENCE_MS / 1000} s`))
      answer.then(onLate, () => undefined)
    }, PATIENCE_MS)
  })
  try {
    return await Promise.race([answer, silence])
  } catch (cause) {
    throw new BackendUnavailableError(`${failed}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  } finally {
    clearTimeout(timer)
  }
}

const missingIn = (kind: keyof typeof PARTS, value: object): string | undefined =>
  PARTS[kind].find((name) => ((value as Record<string, unknown>)[name] ?? undefined) === undefined)

function whole<T extends object>(kind: keyof typeof PARTS, answer: T): T {
  const missing = missingIn(kind, answer)
  if (missing !== undefined) throw new Error(`the ${kind} has no ${missing}; a newer browser may have`)
  return answer
}

function checkGiven(option: string, kind: keyof typeof PARTS, given: object): void {
  const missing = missingIn(kind, given)
  if (missing === undefined) return
  throw new InvalidSpecError(`${option} is no ${kind}, it has no ${missing}; give what the host's WebGPU answered, awaited`)
}

/** What a host tells of an adapter or a device. Firefox leaves all texts empty, and older browsers have no such object. */
function described(
  source: GPUAdapter | GPUDevice,
  infoOf: () => GPUAdapterInfo | undefined,
): Pick<OpenedDevice, 'name' | 'identity' | 'software' | 'subgroups' | 'together'> {
  const { features, limits } = source
  const info = readable(infoOf)
  const told = [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' ')
  const name = told === '' ? 'an unnamed adapter' : told
  // Adapters that say so (until 2025 it was not in the info), and Mesa's and Chromium's by their names.
  const fallback = info.isFallbackAdapter ?? ('isFallbackAdapter' in source && source.isFallbackAdapter)
  const software = fallback === true || /swiftshader|llvmpipe|lavapipe|microsoft basic render/i.test(told)
  const identity = JSON.stringify([name, software, [...features].sort(), LIMITS.map((limit) => limits[limit])])
  // Browsers tell it since about 2025.
  return { name, identity, software, subgroups: features.has('subgroups'), together: info.subgroupMaxSize ?? 32 }
}

/** What a host hides is no reason to do without it. */
function readable(read: () => GPUAdapterInfo | undefined): Partial<GPUAdapterInfo> {
  try {
    return read() ?? {}
  } catch {
    return {}
  }
}
