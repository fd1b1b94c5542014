import { type Backend, type FitSpec, fit, openBackend } from 'espalier'
import { afterEach, expect, it } from 'vitest'
import { AutoBackend } from '../../src/backend/auto.ts'
import { resolveSpec } from '../contract/api.ts'
import { expectSameRun } from '../contract/cases/same.ts'
import { disguised, noting, openDevice } from '../support/devices.ts'
import { makeExamples } from '../support/problems.ts'
import { withProducts } from '../support/products.ts'
import { describeOnGpu } from '../support/webgpu.ts'

/** What `prefer: 'auto'` takes, and how it says so. */

const SPEC: FitSpec = {
  network: {
    inputSize: 8,
    loss: 'binaryCrossentropy',
    layers: [
      { units: 12, activation: 'relu' },
      { units: 1, activation: 'sigmoid' },
    ],
  },
  optimizer: 'adam',
  batchSize: 32,
  epochs: 3,
}
const { topology } = resolveSpec(SPEC)
const DATA = { train: makeExamples(topology, 614, 1), test: makeExamples(topology, 50, 2) }

let opened: Backend[] = []
afterEach(async () => {
  await Promise.all(opened.map((backend) => backend.dispose()))
  opened = []
})

async function open(options: Parameters<typeof openBackend>[0]): Promise<Backend> {
  const backend = await openBackend(options)
  opened.push(backend)
  return backend
}

it('without an adapter takes WASM, and says that', async () => {
  const gpu = { requestAdapter: async () => null } as unknown as GPU
  const { name, description } = await open({ gpu })
  expect(name).toBe('wasm')
  expect(description).toMatch(/^WASM .* \(auto: WebGPU is there but found no adapter; /)
})

it.skipIf('navigator' in globalThis && 'gpu' in globalThis.navigator)('without navigator.gpu is WASM and nothing else', async () => {
  const { description } = await open({ prefer: 'auto', workers: 2 })
  expect(description).toBe((await open({ prefer: 'wasm', workers: 2 })).description)
})

/** Trains as the backend does, each order some milliseconds later. */
const slowed = (backend: Backend, ms: number): Backend => ({
  name: backend.name,
  description: backend.description,
  arithmetic: backend.arithmetic,
  dispose: () => backend.dispose(),
  createSession: async (...given) => {
    const session = await backend.createSession(...given)
    const train: typeof session.train = async (order) => {
      await new Promise((resolve) => setTimeout(resolve, ms))
      return session.train(order)
    }
    return {
      population: session.population,
      train,
      evaluate: (member) => session.evaluate(member),
      predict: (member, features) => session.predict(member, features),
      readState: (member) => session.readState(member),
      writeState: (member, state) => session.writeState(member, state),
      dispose: () => session.dispose(),
    }
  },
})

describeOnGpu('auto', (gpu) => {
  it('takes WASM before a software adapter, says so, and destroys the device', async () => {
    const info = (await gpu.requestAdapter())?.info
    const noted = noting(gpu)
    const backend = await open({ gpu: noted.gpu })
    if (info?.isFallbackAdapter !== true) {
      expect(backend.description).toMatch(/^auto: /)
      return
    }
    expect(backend.name).toBe('wasm')
    expect(backend.description).toMatch(/^WASM .* \(auto: WebGPU on .* \(software\) would be slower\)$/)
    await noted.devices[0]?.lost
    expect((await fit(backend, SPEC, DATA)).history.loss).toHaveLength(3)
  })

  it('does not destroy a software device that was given', async () => {
    const device = await openDevice(gpu)
    await open({ device })
    expect(await Promise.race([device.lost.then(() => 'lost'), device.queue.onSubmittedWorkDone().then(() => 'alive')])).toBe('alive')
    device.destroy()
  })

  it('measures both where the adapter does not call itself software, once for a topology, and says what it found', async () => {
    const noted = noting(disguised(gpu))
    const backend = await open({ gpu: noted.gpu, workers: 0 })
    expect(backend.description).toMatch(/^auto: for every population the faster of WebGPU on acme anvil and WASM /)
    const first = await fit(backend, SPEC, DATA)
    const said = backend.description
    const wasm = await open({ prefer: 'wasm', workers: 0 })
    const webgpu = await open({ prefer: 'webgpu', gpu })
    expect(said).toMatch(/\(auto: 1 x 8-12-1, batch 32: a step takes WebGPU \d\S* ms, WASM \d\S* ms\)$/)
    expect(['wasm', 'webgpu']).toContain(backend.name)
    expect(said.startsWith(backend.name === 'wasm' ? wasm.description : 'WebGPU on acme anvil')).toBe(true)
    expectSameRun(first, await fit(backend.name === 'wasm' ? wasm : webgpu, SPEC, DATA), 'the run')
    await fit(backend, { ...SPEC, seed: 4, epochs: 1 }, DATA)
    // A second measurement would not give the same digits.
    expect(backend.description).toBe(said)
  })

  it.each([
    ['wasm', 0, 400],
    ['webgpu', 400, 0],
  ] as const)('takes the faster, %s, and predicts and evaluates on it', async (faster, wasmDelay, webgpuDelay) => {
    const wasm = await open({ prefer: 'wasm', workers: 0 })
    const webgpu = await open({ prefer: 'webgpu', gpu })
    const auto = new AutoBackend(slowed(wasm, wasmDelay), slowed(webgpu, webgpuDelay))
    const alone = faster === 'wasm' ? wasm : webgpu
    const result = await fit(auto, SPEC, DATA)
    const expected = await fit(alone, SPEC, DATA)
    expect(auto.name).toBe(faster)
    expectSameRun(result, expected, 'the run')
    expect(await result.predict(DATA.test.features)).toEqual(await expected.predict(DATA.test.features))
    expect(await result.evaluate(DATA.test)).toEqual(await expected.evaluate(DATA.test))
  })

  it('trains on WASM what WebGPU refuses, and says why', async () => {
    const auto = await open({ gpu: disguised(gpu), ...withProducts('direct') })
    const network = { inputSize: 65_536, loss: 'meanSquaredError' as const, layers: [{ units: 1 }] }
    const train = { features: new Float32Array(65_536), targets: new Float32Array(1), rows: 1 }
    expect((await fit(auto, { network, batchSize: 1 }, { train })).stopped).toBe('completed')
    expect(auto.description).toMatch(/^WASM .* \(auto: 1 x 65536-1, batch 1: WebGPU cannot: .* binds at most 128 MiB/)
  })
})
