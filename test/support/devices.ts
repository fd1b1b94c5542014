// Records the GPU devices that the package asks for.

/** A GPU that gives the real one's adapters, and notes the devices they give. */
export function noting(gpu: GPU): { gpu: GPU; devices: GPUDevice[] } {
  const devices: GPUDevice[] = []
  const requestAdapter: GPU['requestAdapter'] = async (options) => {
    const adapter = await gpu.requestAdapter(options)
    if (adapter === null) return null
    const requestDevice = adapter.requestDevice.bind(adapter)
    adapter.requestDevice = async (descriptor) => {
      const device = await requestDevice(descriptor)
      devices.push(device)
      return device
    }
    return adapter
  }
  return { gpu: { requestAdapter } as GPU, devices }
}

/** @throws when the GPU has no adapter */
export async function openDevice(gpu: GPU, descriptor: GPUDeviceDescriptor = {}): Promise<GPUDevice> {
  const adapter = await gpu.requestAdapter()
  if (adapter === null) throw new Error('the GPU has no adapter')
  return adapter.requestDevice(descriptor)
}

/** Counts the bytes of buffers a device holds, from now on. */
export function countBytes(device: GPUDevice): { readonly held: () => number; readonly highest: () => number } {
  let held = 0
  let highest = 0
  const createBuffer = device.createBuffer.bind(device)
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor)
    const destroy = buffer.destroy.bind(buffer)
    let size = buffer.size
    held += size
    highest = Math.max(highest, held)
    buffer.destroy = () => {
      held -= size
      size = 0
      return destroy()
    }
    return buffer
  }
  return { held: () => held, highest: () => highest }
}

/** What setBindGroup was called with: offsets come in two forms. */
type BindGroupCall = readonly [index: number, group: GPUBindGroup | null, ...offsets: unknown[]]

/** A dispatch as a pass was given it. */
export interface Dispatch {
  readonly pipeline: GPUComputePipeline
  readonly groups: readonly BindGroupCall[]
  readonly size: Parameters<GPUComputePassEncoder['dispatchWorkgroups']>
}

/** Tells of every dispatch a device is given, from now on. */
export function watchDispatches(device: GPUDevice, tell: (dispatch: Dispatch) => void): void {
  const createCommandEncoder = device.createCommandEncoder.bind(device)
  device.createCommandEncoder = (descriptor) => {
    const encoder = createCommandEncoder(descriptor)
    const beginComputePass = encoder.beginComputePass.bind(encoder)
    encoder.beginComputePass = (passDescriptor) => watched(beginComputePass(passDescriptor), tell)
    return encoder
  }
}

function watched(pass: GPUComputePassEncoder, tell: (dispatch: Dispatch) => void): GPUComputePassEncoder {
  const setPipeline = pass.setPipeline.bind(pass)
  const setBindGroup = pass.setBindGroup.bind(pass)
  const dispatchWorkgroups = pass.dispatchWorkgroups.bind(pass)
  const groups = new Map<number, BindGroupCall>()
  let pipeline: GPUComputePipeline | undefined
  pass.setPipeline = (own) => {
    pipeline = own
    return setPipeline(own)
  }
  pass.setBindGroup = (...call: BindGroupCall) => {
    groups.set(call[0], call)
    return Reflect.apply(setBindGroup, undefined, call)
  }
  pass.dispatchWorkgroups = (...size) => {
    if (pipeline !== undefined) tell({ pipeline, groups: [...groups.values()], size })
    return dispatchWorkgroups(...size)
  }
  return pass
}

/** Counts the dispatches a device is given, from now on. */
export function countDispatches(device: GPUDevice): () => number {
  let count = 0
  watchDispatches(device, () => {
    count += 1
  })
  return () => count
}

/** Counts the submissions a device is given, from now on. */
export function countSubmits({ queue }: GPUDevice): () => number {
  const submit = queue.submit.bind(queue)
  let count = 0
  queue.submit = (buffers) => {
    count += 1
    return submit(buffers)
  }
  return () => count
}

/** A GPU whose adapters tell another width of their vectors, or hide it. */
export function ofWidth(gpu: GPU, subgroupMaxSize: number | undefined): GPU {
  const requestAdapter: GPU['requestAdapter'] = async (options) => {
    const adapter = await gpu.requestAdapter(options)
    const { vendor, architecture, device, description, isFallbackAdapter } = adapter?.info ?? {}
    const info = { vendor, architecture, device, description, isFallbackAdapter, subgroupMaxSize }
    return adapter && Object.defineProperty(adapter, 'info', { value: info })
  }
  return { requestAdapter } as GPU
}

/** As WebGPU guarantees them. */
const LEAST_LIMITS = { maxStorageBufferBindingSize: 2 ** 27, maxBufferSize: 2 ** 28, maxComputeWorkgroupStorageSize: 2 ** 14 }

/** A GPU whose adapters do not say that they are software, and have the limits every adapter has. */
export function disguised(gpu: GPU): GPU {
  const info = { vendor: 'acme', architecture: 'anvil', device: '', description: '' }
  const requestAdapter: GPU['requestAdapter'] = async (options) => {
    const adapter = await gpu.requestAdapter(options)
    return adapter && Object.defineProperties(adapter, { info: { value: info }, limits: { value: LEAST_LIMITS } })
  }
  return { requestAdapter } as GPU
}
