// Reads how long a device's passes took by its own clock.

/** What the device's passes took by its own clock: free of submitting, waiting, and whatever else the machine does. */
export interface PassClock {
  /** Forgets the passes so far. */
  reset(): void
  /** Seconds of all passes since; none where the device has no clock, or more than MOST_PASSES were recorded. */
  seconds(): Promise<readonly number[]>
}

/** A query set holds at most 4,096 time stamps; a pass has two. */
const MOST_PASSES = 2048
const STAMP_BYTES = 8

/** The GPU, its devices with `timestamp-query` where the adapter has it. */
export function withTimestamps(gpu: GPU): GPU {
  const requestAdapter: GPU['requestAdapter'] = async (options) => {
    const adapter = await gpu.requestAdapter(options)
    if (!adapter?.features.has('timestamp-query')) return adapter
    const requestDevice = adapter.requestDevice.bind(adapter)
    adapter.requestDevice = (descriptor) =>
      requestDevice({ ...descriptor, requiredFeatures: [...(descriptor?.requiredFeatures ?? []), 'timestamp-query'] })
    return adapter
  }
  return { requestAdapter } as GPU
}

/** Stamps every pass the device records from now on. */
export function stampPasses(device: GPUDevice): PassClock {
  if (!device.features.has('timestamp-query')) return { reset: () => undefined, seconds: async () => [] }
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 * MOST_PASSES })
  const size = 2 * MOST_PASSES * STAMP_BYTES
  const resolved = device.createBuffer({ size, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC })
  const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
  const createCommandEncoder = device.createCommandEncoder.bind(device)
  let passes = 0
  device.createCommandEncoder = (descriptor) => {
    const encoder = createCommandEncoder(descriptor)
    const beginComputePass = encoder.beginComputePass.bind(encoder)
    encoder.beginComputePass = () => {
      const first = 2 * passes++
      if (first >= 2 * MOST_PASSES) return beginComputePass()
      return beginComputePass({ timestampWrites: { querySet, beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 } })
    }
    return encoder
  }
  return {
    reset() {
      passes = 0
    },
    async seconds() {
      if (passes === 0 || passes > MOST_PASSES) return []
      const bytes = 2 * passes * STAMP_BYTES
      const encoder = createCommandEncoder()
      encoder.resolveQuerySet(querySet, 0, 2 * passes, resolved, 0)
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, bytes)
      device.queue.submit([encoder.finish()])
      await staging.mapAsync(GPUMapMode.READ, 0, bytes)
      const stamps = new BigUint64Array(staging.getMappedRange(0, bytes).slice(0))
      staging.unmap()
      let nanoseconds = 0n
      for (let pass = 0; pass < passes; pass++) nanoseconds += (stamps[2 * pass + 1] ?? 0n) - (stamps[2 * pass] ?? 0n)
      return [Number(nanoseconds) / 1e9]
    },
  }
}
