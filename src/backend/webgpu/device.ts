import { BackendUnavailableError } from '../../core/errors.ts'

/** Where a device comes from: the host's own `navigator.gpu`, an object with the same call (npm `webgpu` in Node), an adapter, or a device. */
export interface DeviceSource {
  readonly gpu?: GPU | undefined
  readonly adapter?: GPUAdapter | undefined
  readonly device?: GPUDevice | undefined
}

export interface OpenedDevice {
  readonly device: GPUDevice
  /** Whether it was made here, and so is destroyed here. */
  readonly owned: boolean
  /** For people. */
  readonly name: string
  /** Runs on the processor: correct, and slower than WASM. */
  readonly software: boolean
  /** Whether it has the feature `subgroups`: asked for wherever the adapter has it. */
  readonly subgroups: boolean
  /** Invocations it executes together, as one vector. */
  readonly together: number
  /** Held as long as the device: npm `webgpu` 0.6 stops answering once its GPU object is collected. Delete when it does not. */
  readonly source: GPU | undefined
}

const LIMITS = ['maxStorageBufferBindingSize', 'maxBufferSize', 'maxComputeWorkgroupStorageSize'] as const

/** Adapters that say so, and Mesa's and Chromium's by their names. */
function isSoftware(info: GPUAdapterInfo): boolean {
  return info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|microsoft basic render/i.test(nameOf(info))
}

/** Browsers say it since about 2025. */
const togetherOn = ({ subgroupMaxSize = 32 }: Partial<GPUAdapterInfo>): number => subgroupMaxSize

const nameOf = (info: GPUAdapterInfo): string => [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' ')

/** @throws BackendUnavailableError saying what is missing */
export async function openDevice({ gpu, adapter: given, device }: DeviceSource): Promise<OpenedDevice> {
  if (device !== undefined) {
    const { adapterInfo: info } = device
    const subgroups = device.features.has('subgroups')
    return { device, owned: false, name: nameOf(info), software: isSoftware(info), subgroups, together: togetherOn(info), source: gpu }
  }
  const source = gpu ?? globalThis.navigator?.gpu
  if (given === undefined && source === undefined) {
    throw new BackendUnavailableError(
      'there is no navigator.gpu here; use a browser with WebGPU, or in Node give `gpu` from the package "webgpu"',
    )
  }
  const adapter = given ?? (await source?.requestAdapter({ powerPreference: 'high-performance' }))
  if (adapter === undefined || adapter === null) {
    throw new BackendUnavailableError(
      'WebGPU is there but found no adapter; the graphics driver may be missing, blocked, or recovering from a crash',
    )
  }
  const subgroups = adapter.features.has('subgroups')
  const requiredLimits = Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]]))
  try {
    return {
      device: await adapter.requestDevice({ requiredLimits, requiredFeatures: subgroups ? ['subgroups'] : [] }),
      owned: true,
      name: nameOf(adapter.info),
      software: isSoftware(adapter.info),
      subgroups,
      together: togetherOn(adapter.info),
      source,
    }
  } catch (error) {
    throw new BackendUnavailableError(`the adapter "${nameOf(adapter.info)}" gave no device: ${error}`, { cause: error })
  }
}
