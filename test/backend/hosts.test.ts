import { type Backend, fit, openBackend } from 'espalier'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { expectRejection } from '../support/close.ts'
import { idleGpu } from '../support/idleGpu.ts'

/** Hosts whose WebGPU is there and of no use, or says little of itself: WASM where nothing was asked for, an error by name where WebGPU was. */

let opened: Backend[] = []
afterEach(async () => {
  await Promise.all(opened.map((backend) => backend.dispose()))
  opened = []
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

async function open(options: object): Promise<Backend> {
  const backend = await openBackend({ workers: 0, ...options })
  opened.push(backend)
  return backend
}

const boom = (): never => {
  throw new Error('boom')
}
const never = (): Promise<never> => new Promise(() => undefined)
const adapterOf = (changes: object) => ({ requestAdapter: async () => ({ ...idleAdapter(), ...changes }) })
const idleAdapter = () => ({ info: {}, features: new Set(), limits: {}, requestDevice: boom })

/** What comes of it, with every wait for an answer over at once. */
async function hurried<T>(outcome: Promise<T>): Promise<T> {
  let over = false
  const end = () => {
    over = true
  }
  outcome.then(end, end)
  while (!over) {
    await new Promise((resolve) => setImmediate(resolve))
    await vi.advanceTimersByTimeAsync(10_000)
  }
  return outcome
}

const SILENT = 'no answer for 10 s'

describe.each<[string, object, string]>([
  ['requestAdapter throws', { requestAdapter: boom }, 'WebGPU gave no adapter: boom'],
  ['requestAdapter rejects', { requestAdapter: async () => boom() }, 'WebGPU gave no adapter: boom'],
  ['requestAdapter never answers', { requestAdapter: never }, `WebGPU gave no adapter: ${SILENT}`],
  ['requestAdapter is not there', {}, 'WebGPU gave no adapter: '],
  ['requestAdapter answers null', { requestAdapter: async () => null }, 'WebGPU is there but found no adapter'],
  [
    'the adapter has no features',
    adapterOf({ features: undefined }),
    'WebGPU gave no adapter: the GPUAdapter has no features; a newer browser may have',
  ],
  ['requestDevice throws', adapterOf({}), 'the adapter "an unnamed adapter" gave no device: boom'],
  ['requestDevice rejects', adapterOf({ requestDevice: async () => boom() }), 'the adapter "an unnamed adapter" gave no device: boom'],
  ['requestDevice never answers', adapterOf({ requestDevice: never }), `the adapter "an unnamed adapter" gave no device: ${SILENT}`],
  [
    'requestDevice answers what is no device',
    adapterOf({ requestDevice: async () => ({}) }),
    'gave no device: the GPUDevice has no features',
  ],
])('a host where %s', (_, gpu, words) => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })

  it.each(['its own', 'given'])('is WASM, with the reason, %s', async (whose) => {
    if (whose !== 'given') vi.stubGlobal('navigator', { gpu })
    const backend = await hurried(open(whose === 'given' ? { gpu } : {}))
    expect(backend.name).toBe('wasm')
    expect(backend.description).toMatch(/^WASM .* \(auto: /)
    expect(backend.description).toContain(words)
  })

  it('is an error where WebGPU was asked for', async () => {
    await expectRejection(hurried(openBackend({ prefer: 'webgpu', gpu: gpu as GPU })), 'BackendUnavailableError', words, 'openBackend')
  })
})

describe('a host whose navigator.gpu throws', () => {
  beforeEach(() => {
    vi.stubGlobal('navigator', {
      get gpu() {
        return boom()
      },
    })
  })

  it('is WASM, and trains', async () => {
    const backend = await open({})
    expect(backend.description).toMatch(/^WASM .* \(auto: navigator.gpu cannot be read: boom\)$/)
    const network = { inputSize: 1, loss: 'meanSquaredError' as const, layers: [{ units: 1 }] }
    const train = { features: Float32Array.of(0, 1), targets: Float32Array.of(0, 1), rows: 2 }
    expect((await fit(backend, { network, batchSize: 2 }, { train })).stopped).toBe('completed')
  })

  it('is an error where WebGPU was asked for', async () => {
    await expectRejection(openBackend({ prefer: 'webgpu' }), 'BackendUnavailableError', 'navigator.gpu cannot be read: boom', 'openBackend')
  })
})

it('a device that comes after the wait is destroyed', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let answer: (device: object) => void = () => undefined
  let destroyed = 0
  const requestDevice = () => new Promise((resolve) => (answer = resolve))
  const refused = expectRejection(
    openBackend({ prefer: 'webgpu', gpu: adapterOf({ requestDevice }) as unknown as GPU }),
    'BackendUnavailableError',
    SILENT,
    'openBackend',
  )
  await hurried(refused)
  const adapter = await idleGpu({ description: 'late', subgroups: false }).gpu.requestAdapter()
  const device = await adapter?.requestDevice()
  answer({ ...device, destroy: () => destroyed++ })
  await vi.waitFor(() => expect(destroyed).toBe(1))
})

describe('an adapter that says little of itself', () => {
  const gpuWith = (changes: object): GPU => {
    const { gpu } = idleGpu({ description: '', subgroups: false })
    const requestAdapter = async () => ({ ...(await gpu.requestAdapter()), ...changes })
    return { requestAdapter } as unknown as GPU
  }

  it.each<[string, object, string]>([
    ['has no info', { info: undefined }, 'WebGPU on an unnamed adapter'],
    [
      'has an empty info, as in Firefox',
      { info: { vendor: '', architecture: '', device: '', description: '' } },
      'WebGPU on an unnamed adapter',
    ],
    ['is a fallback without a name', { info: { vendor: '', isFallbackAdapter: true } }, 'WebGPU on an unnamed adapter (software)'],
    [
      'says that it is a fallback itself, as browsers did',
      { info: undefined, isFallbackAdapter: true },
      'WebGPU on an unnamed adapter (software)',
    ],
    ['has a vendor alone', { info: { vendor: 'acme' } }, 'WebGPU on acme'],
  ])('is opened where it %s', async (_, changes, description) => {
    expect((await open({ prefer: 'webgpu', gpu: gpuWith(changes) })).description).toBe(description)
    expect((await open({ gpu: gpuWith(changes) })).description).toContain(description)
  })

  it('is opened where its info throws', async () => {
    const { gpu } = idleGpu({ description: '', subgroups: false })
    const adapter = Object.defineProperty({ ...(await gpu.requestAdapter()) }, 'info', { enumerable: true, get: boom })
    expect((await open({ prefer: 'webgpu', adapter })).description).toBe('WebGPU on an unnamed adapter')
  })
})

describe('a device that was given', () => {
  const device = async (changes: object) => {
    const adapter = await idleGpu({ description: 'acme', subgroups: false }).gpu.requestAdapter()
    return { ...(await adapter?.requestDevice()), ...changes }
  }

  it('is taken without an adapterInfo', async () => {
    const given = await device({ adapterInfo: undefined })
    const backend = await open({ prefer: 'webgpu', device: given })
    expect([backend.description, backend.arithmetic]).toEqual(['WebGPU on an unnamed adapter', 'webgpu an unnamed adapter'])
    expect((await open({ device: given })).description).toMatch(
      /^auto: for every population the faster of WebGPU on an unnamed adapter and WASM /,
    )
  })

  it.each([
    ['device', Promise.resolve(), 'device is no GPUDevice, it has no features; give what the host'],
    ['device', { limits: {}, features: new Set() }, 'device is no GPUDevice, it has no queue'],
    ['adapter', { requestAdapter: never }, 'adapter is no GPUAdapter, it has no features'],
  ])('is refused where it is none: %s', async (option, value, words) => {
    for (const prefer of ['auto', 'webgpu'] as const) {
      await expectRejection(openBackend({ prefer, [option]: value }), 'InvalidSpecError', words, 'openBackend')
    }
  })
})
