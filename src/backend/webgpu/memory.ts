// The buffers of a group, and what a device says when it refuses one.

import { GpuError } from '../../core/errors.ts'
import { GPUBufferUsage, GPUMapMode } from './flags.ts'
import type { Kernel } from './kernels.ts'

/** What a device refuses, it says later and elsewhere: on the error scope that was open. */
type Refusal = Promise<GPUError | null>

/** The buffers of one session: made together and freed together. */
export class Memory {
  readonly device: GPUDevice
  readonly #buffers: GPUBuffer[] = []
  readonly #readers: GPUBuffer[] = []
  #refusals: Refusal[] = []

  constructor(device: GPUDevice) {
    this.device = device
  }

  /** @throws GpuError when the device's limits are smaller */
  empty(size: number, usage: GPUBufferUsageFlags, what: string): GPUBuffer {
    const limit = Math.min(this.device.limits.maxBufferSize, this.device.limits.maxStorageBufferBindingSize)
    if (size > limit) {
      throw new GpuError(
        `${what} needs ${mebibytes(size)}; this device binds at most ${mebibytes(limit)}: use fewer members or rows, or the wasm backend`,
      )
    }
    const bytes = Math.max(16, Math.ceil(size / 4) * 4)
    const buffer = this.guard(() => this.device.createBuffer({ size: bytes, usage, label: what }))
    this.#buffers.push(buffer)
    return buffer
  }

  /** Does what a device may refuse; `verify` tells. No other call can get between an error scope's ends, for `work` does not wait. */
  guard<T>(work: () => T): T {
    this.device.pushErrorScope('out-of-memory')
    this.device.pushErrorScope('validation')
    try {
      return work()
    } finally {
      // A lost device answers nothing; that is told by its own promise.
      for (let scope = 0; scope < 2; scope++) this.#refusals.push(this.device.popErrorScope().catch(() => null))
    }
  }

  /** @throws GpuError with what the device said to anything guarded since the last time */
  async verify(): Promise<void> {
    const refusals = this.#refusals
    this.#refusals = []
    const error = (await Promise.all(refusals)).find((refusal) => refusal !== null)
    if (error !== undefined) throw new GpuError(`the GPU device refused this: ${error.message}`)
  }

  storage(size: number, what: string): GPUBuffer {
    return this.empty(size, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC, what)
  }

  filled(bytes: ArrayBuffer | ArrayBufferView<ArrayBufferLike>, usage: GPUBufferUsageFlags, what: string): GPUBuffer {
    const buffer = this.empty(bytes.byteLength, usage | GPUBufferUsage.COPY_DST, what)
    this.write(buffer, 0, bytes)
    return buffer
  }

  /** Writes any number of bytes; WebGPU takes whole words. */
  write(buffer: GPUBuffer, offset: number, bytes: ArrayBuffer | ArrayBufferView<ArrayBufferLike>): void {
    const view = ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes)
    const whole = view.byteLength & ~3
    if (whole > 0) this.device.queue.writeBuffer(buffer, offset, view as Uint8Array<ArrayBuffer>, 0, whole)
    if (whole === view.byteLength) return
    const rest = new Uint8Array(4)
    rest.set(view.subarray(whole))
    this.device.queue.writeBuffer(buffer, offset + whole, rest)
  }

  /** Adds a copy out to `encoder`; after its submission the answered function gives the bytes. */
  reader(encoder: GPUCommandEncoder, buffer: GPUBuffer, offset: number, size: number): () => Promise<Float32Array<ArrayBuffer>> {
    const staging = this.#takeReader(size)
    encoder.copyBufferToBuffer(buffer, offset, staging, 0, size)
    return async () => {
      const mapped = staging.mapAsync(GPUMapMode.READ, 0, size)
      mapped.catch(() => undefined)
      await this.verify()
      await mapped
      const copy = new Float32Array(staging.getMappedRange(0, size).slice(0))
      staging.unmap()
      this.#readers.push(staging)
      return copy
    }
  }

  async read(buffer: GPUBuffer, offset: number, size: number): Promise<Float32Array<ArrayBuffer>> {
    const bytes = this.guard(() => {
      const encoder = this.device.createCommandEncoder()
      const reader = this.reader(encoder, buffer, offset, size)
      this.device.queue.submit([encoder.finish()])
      return reader
    })
    return bytes()
  }

  #takeReader(size: number): GPUBuffer {
    const fits = this.#readers.findIndex((reader) => reader.size >= size)
    const [reader] = fits >= 0 ? this.#readers.splice(fits, 1) : []
    return reader ?? this.empty(size, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST, 'results to read')
  }

  /** Frees one buffer early. */
  release(buffer: GPUBuffer): void {
    const at = this.#buffers.indexOf(buffer)
    if (at < 0) return
    this.#buffers.splice(at, 1)
    buffer.destroy()
  }

  free(): void {
    for (const buffer of this.#buffers) buffer.destroy()
    this.#buffers.length = 0
  }
}

/** A kernel with its group 1 bound. */
export interface Bound {
  readonly pipeline: GPUComputePipeline
  readonly group: GPUBindGroup
}

export function bind(memory: Memory, { pipeline, layout }: Kernel, buffers: readonly GPUBuffer[]): Bound {
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
  return { pipeline, group: memory.guard(() => memory.device.createBindGroup({ layout, entries })) }
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`
