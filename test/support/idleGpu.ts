// A GPU that compiles nothing and records what it was asked for.

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
  /** What a device does instead of compiling a pipeline, if it answers anything. */
  readonly compile?: (pipeline: AskedPipeline) => 'refuses' | 'is lost' | undefined
}

/** A GPU that executes nothing, so that what the package asks of one is known without any: its buffers read as zeros. */
export function idleGpu({ description, subgroups, together, compile = () => undefined }: IdleOptions): {
  gpu: GPU
  asked: AskedPipeline[]
} {
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
  const deviceThat = (isLost: Promise<GPUDeviceLostInfo>, lose: () => void) => ({
    limits,
    features,
    adapterInfo: info,
    lost: isLost,
    queue: { submit: () => undefined, writeBuffer: () => undefined },
    pushErrorScope: () => undefined,
    popErrorScope: async () => null,
    createBuffer: ({ size }: GPUBufferDescriptor) => buffer(size),
    createBindGroup: () => ({}),
    createCommandEncoder: () => ({ beginComputePass: () => pass, copyBufferToBuffer: () => undefined, finish: () => ({}) }),
    // What was said of a layout or a module is all that is asked of it later.
    createBindGroupLayout: ({ entries }: GPUBindGroupLayoutDescriptor) => [...entries],
    createPipelineLayout: ({ bindGroupLayouts }: GPUPipelineLayoutDescriptor) => bindGroupLayouts,
    createShaderModule: ({ code, label }: GPUShaderModuleDescriptor) => ({
      code,
      label,
      getCompilationInfo: async () => ({ messages: [] }),
    }),
    createComputePipelineAsync: async ({ layout, compute: { module, constants } }: GPUComputePipelineDescriptor) => {
      const { code, label } = module as unknown as { code: string; label: string }
      const pipeline = { kernel: label, code, groups: layout as unknown as AskedPipeline['groups'], constants: { ...constants } }
      asked.push(pipeline)
      const instead = compile(pipeline)
      if (instead === 'is lost') lose()
      if (instead !== undefined) throw new Error(`the device ${instead}`)
      return {}
    },
    destroy: () => undefined,
  })
  const requestDevice = async () => {
    let lose: () => void = () => undefined
    const isLost = new Promise<GPUDeviceLostInfo>((resolve) => {
      lose = () => resolve({ reason: 'unknown', message: 'the compiler died' } as GPUDeviceLostInfo)
    })
    return deviceThat(isLost, () => lose())
  }
  const adapter = { info, limits, features, requestDevice }
  return { gpu: { requestAdapter: async () => adapter } as unknown as GPU, asked }
}
