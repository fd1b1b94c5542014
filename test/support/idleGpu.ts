/** A pipeline that the package asked a device for: all that its compilation hangs on. */
export interface AskedPipeline {
  readonly kernel: string
  readonly code: string
  /** The entries of each bind group's layout. */
  readonly groups: readonly (readonly GPUBindGroupLayoutEntry[])[]
  readonly constants: Readonly<Record<string, number>>
}

interface IdleOptions {
  /** Of the adapter; decides whether it counts as a software one. */
  readonly description: string
  readonly subgroups: boolean
  /** Invocations it executes together; an adapter that hides them says nothing. */
  readonly together?: number | undefined
}

/** A GPU that executes nothing, so that what the package asks of one is known without any: its buffers read as zeros. */
export function idleGpu({ description, subgroups, together }: IdleOptions): { gpu: GPU; asked: AskedPipeline[] } {
  const asked: AskedPipeline[] = []
  const limits = { maxStorageBufferBindingSize: 2 ** 27, maxBufferSize: 2 ** 28, maxComputeWorkgroupStorageSize: 2 ** 14 }
  const info = { vendor: '', architecture: '', device: '', description, ...(together === undefined ? {} : { subgroupMaxSize: together }) }
  const features = new Set(subgroups ? ['subgroups'] : [])
  const buffer = (size: number) => ({
    size,
    destroy: () => undefined,
    mapAsync: async () => undefined,
    getMappedRange: (_offset: number, length: number) => new ArrayBuffer(length),
    unmap: () => undefined,
  })
  const pass = { setPipeline() {}, setBindGroup() {}, dispatchWorkgroups() {}, end() {} }
  const device = {
    limits,
    features,
    adapterInfo: info,
    lost: new Promise(() => undefined),
    queue: { submit: () => undefined, writeBuffer: () => undefined },
    pushErrorScope: () => undefined,
    popErrorScope: async () => null,
    createBuffer: ({ size }: GPUBufferDescriptor) => buffer(size),
    createBindGroup: () => ({}),
    createCommandEncoder: () => ({ beginComputePass: () => pass, copyBufferToBuffer: () => undefined, finish: () => ({}) }),
    // What was said of a layout or a module is all that is asked of it later.
    createBindGroupLayout: ({ entries }: GPUBindGroupLayoutDescriptor) => [...entries],
    createPipelineLayout: ({ bindGroupLayouts }: GPUPipelineLayoutDescriptor) => bindGroupLayouts,
    createShaderModule: ({ code, label }: GPUShaderModuleDescriptor) => ({ code, label }),
    createComputePipelineAsync: async ({ layout, compute: { module, constants } }: GPUComputePipelineDescriptor) => {
      const { code, label } = module as unknown as { code: string; label: string }
      asked.push({ kernel: label, code, groups: layout as unknown as AskedPipeline['groups'], constants: { ...constants } })
      return {}
    },
    destroy: () => undefined,
  }
  const adapter = { info, limits, features, requestDevice: async () => device }
  return { gpu: { requestAdapter: async () => adapter } as unknown as GPU, asked }
}
