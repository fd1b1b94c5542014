import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Backend, type FitSpec, fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OptimizerName } from '../../src/core/optimizers.ts'
import { resolveTopology } from '../../src/core/resolve.ts'
import { resolveSpec } from '../contract/api.ts'
import { expectSameRun } from '../contract/cases/same.ts'
import { expectClose, expectRejection } from '../support/close.ts'
import { countBytes, countDispatches, disguised, noting, openDevice } from '../support/devices.ts'
import { FIRST_OPTIMIZERS } from '../support/fingerprint.ts'
import { makeExamples } from '../support/problems.ts'
import { withProducts } from '../support/products.ts'
import { describeOnGpu } from '../support/webgpu.ts'

/** What a WebGPU backend takes of a device, and what it leaves. */

const program = (name: string) => fileURLToPath(new URL(`programs/${name}`, import.meta.url))
const node = promisify(execFile)

const SPEC: FitSpec = {
  network: {
    inputSize: 30,
    loss: 'categoricalCrossentropy',
    layers: [
      { units: 20, activation: 'selu' },
      { units: 4, activation: 'softmax' },
    ],
  },
  batchSize: 16,
  epochs: 2,
}
const { topology } = resolveSpec(SPEC)
const DATA = { train: makeExamples(topology, 64, 1), test: makeExamples(topology, 50, 2) }

const DEEP_STEPS = 2 * 10

/** Trains members of four layers, too large for a workgroup's memory, for DEEP_STEPS steps: two epochs. */
function trainDeep(backend: Backend, optimizers: readonly OptimizerName[]) {
  const shape = { inputSize: 200, units: [150, 100, 50, 10], loss: 'categoricalCrossentropy' as const, batchSize: 32 }
  const layers = [{ activation: 'selu' as const }, {}, {}, { activation: 'softmax' as const }]
  const members = optimizers.map((optimizer, seed) => ({ layers, optimizer, seed, epochs: 2 }))
  return fitPopulation(backend, shape, members, { train: makeExamples(resolveTopology(shape), 320, 1) })
}

describe('without an adapter', () => {
  it('there is no backend, and the error says what is missing', async () => {
    const gpu = { requestAdapter: async () => null } as unknown as GPU
    const words = 'WebGPU is there but found no adapter; the graphics driver may be missing, blocked, or recovering from a crash'
    await expectRejection(openBackend({ prefer: 'webgpu', gpu }), 'BackendUnavailableError', words, 'openBackend')
  })

  it.skipIf('navigator' in globalThis && 'gpu' in globalThis.navigator)('and without navigator.gpu as well', async () => {
    await expectRejection(openBackend({ prefer: 'webgpu' }), 'BackendUnavailableError', 'there is no navigator.gpu here', 'openBackend')
  })

  it('the package is imported without a look at navigator.gpu, and adds no globals', async () => {
    const { stdout } = await node(process.execPath, [program('import.mjs')])
    expect(JSON.parse(stdout)).toEqual({ added: [], outcome: 'BackendUnavailableError' })
  })
})

describeOnGpu('a device that was given', (gpu) => {
  let device: GPUDevice
  let backend: Backend
  let uncaptured: string[]

  beforeAll(async () => {
    device = await openDevice(gpu)
    device.addEventListener('uncapturederror', ({ error }) => uncaptured.push(error.message))
    backend = await openBackend({ prefer: 'webgpu', device })
  })
  beforeEach(() => {
    uncaptured = []
  })
  afterAll(async () => {
    await backend?.dispose()
    device?.destroy()
  })

  it('holds after 300 fits what it held before them', async () => {
    const bytes = countBytes(device)
    for (let i = 0; i < 300; i++) {
      const result = await fit(backend, { ...SPEC, seed: i }, DATA)
      if (i % 30 === 0) await result.predict(DATA.test.features)
      if (i % 30 === 1) await result.evaluate(DATA.test)
    }
    expect(bytes.highest()).toBeGreaterThan(4 * 30 * 20)
    expect(bytes.held()).toBe(0)
    // 300 sessions of half a MiB: each gave back its own before the next.
    expect(bytes.highest()).toBeLessThan(8 * 2 ** 20)
    expect(uncaptured).toEqual([])
  })

  it.each([1, 12])('is given at most 12 dispatches a step of a network of four layers, %i members', async (count) => {
    const dispatches = countDispatches(device)
    await trainDeep(backend, Array<OptimizerName>(count).fill('adamax'))
    expect(dispatches()).toBeGreaterThan(0)
    // One more an epoch: the order of its rows.
    expect(dispatches()).toBeLessThanOrEqual(12 * DEEP_STEPS + 2)
  })

  it('is given one dispatch a submission for small networks of one kind, whatever their number', async () => {
    const shape = { inputSize: 8, units: [12, 8, 1], loss: 'binaryCrossentropy' as const, batchSize: 32 }
    const layers = [{ activation: 'relu' as const }, { activation: 'tanh' as const }, { activation: 'sigmoid' as const }]
    const members = Array.from({ length: 6 }, (_, seed) => ({ layers, optimizer: seed < 3 ? 'adam' : 'sgd', seed, epochs: 3 }) as const)
    const train = makeExamples(resolveTopology(shape), 32, 1)
    const dispatches = countDispatches(device)
    await fitPopulation(backend, shape, members, { train })
    // An epoch: the order of its rows, and its one batch for the members with adam and for those with sgd.
    expect(dispatches()).toBe(3 * (1 + 2))
  })

  it('refuses a network whose one member does not fit a binding, in words', async () => {
    const inputSize = 65_536
    const network = { inputSize, loss: 'meanSquaredError' as const, layers: [{ units: 1 }] }
    const train = { features: new Float32Array(inputSize), targets: new Float32Array(1), rows: 1 }
    const words = 'this device binds at most 128 MiB: use fewer members or rows, or the wasm backend'
    await expectRejection(fit(backend, { network, batchSize: 1 }, { train }), 'GpuError', words, 'the fit')
    expect((await fit(backend, SPEC, DATA)).history.loss).toHaveLength(2)
    expect(uncaptured).toEqual([])
  })

  it('that refuses a submission while training ends it with an error that has its words', async () => {
    const buffers: GPUBuffer[] = []
    const createBuffer = device.createBuffer.bind(device)
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer(descriptor)
      if (descriptor.label === 'parameters and optimizer state') buffers.push(buffer)
      return buffer
    }
    try {
      const onEpoch = () => buffers.at(-1)?.destroy()
      await expectRejection(fit(backend, { ...SPEC, callbacks: { onEpoch } }, DATA), 'GpuError', 'the GPU device refused this: ', 'the fit')
    } finally {
      device.createBuffer = createBuffer
    }
    expect((await fit(backend, SPEC, DATA)).history.loss).toHaveLength(2)
    expect(uncaptured).toEqual([])
  })

  it('too small for a population trains it in groups, with the same bits', async () => {
    const labels: string[] = []
    const createBuffer = device.createBuffer.bind(device)
    device.createBuffer = (descriptor) => {
      labels.push(descriptor.label ?? '')
      return createBuffer(descriptor)
    }
    const count = 60
    const shape = { inputSize: 8, units: [1500, 1], loss: 'meanSquaredError' as const, batchSize: 16 }
    const layers = [{ activation: 'relu' as const }, {}]
    const members = Array.from({ length: count }, (_, seed) => ({ layers, optimizer: 'sgd', seed, epochs: 1 + (seed % 2) }) as const)
    const resolved = resolveTopology(shape)
    const data = { train: makeExamples(resolved, 32, 1), test: makeExamples(resolved, 16, 2) }
    const seen: number[] = []
    const callbacks = { onProgress: (done: number) => void seen.push(done) }
    try {
      const together = await fitPopulation(backend, shape, members, data, { recordStepLosses: true, callbacks })
      expect(labels.filter((label) => label === 'parameters and optimizer state').length).toBeGreaterThan(1)
      expect(seen).toEqual([...seen].sort((a, b) => a - b))
      expect(seen.at(-1)).toBe(1)
      for (const p of [0, 41, 59]) {
        const member = members[p]
        const result = together[p]
        if (member === undefined || result === undefined) throw new Error(`no member ${p}`)
        const [alone] = await fitPopulation(backend, shape, [member], data, { recordStepLosses: true })
        if (alone === undefined) throw new Error('no result')
        expectSameRun(result, alone, `member ${p}`)
      }
    } finally {
      device.createBuffer = createBuffer
    }
    expect(uncaptured).toEqual([])
  })

  it('outlives the backend, which ends', async () => {
    const own = await openBackend({ prefer: 'webgpu', device })
    const bytes = countBytes(device)
    const result = await fit(own, SPEC, DATA)
    const { topology: shape, member } = resolveSpec(SPEC)
    const session = await own.createSession({ topology: shape, members: [member] }, DATA)
    const running = fit(own, { ...SPEC, epochs: 1_000_000 }, DATA)
    setTimeout(() => void own.dispose(), 200)
    await expectRejection(running, 'DisposedError', 'the backend was disposed while this was running', 'a fit that runs')
    await own.dispose()
    await own.dispose()
    await expectRejection(fit(own, SPEC, DATA), 'DisposedError', 'this backend was disposed; open another', 'a fit')
    await expectRejection(result.predict(DATA.train.features), 'DisposedError', 'this backend was disposed', 'a prediction')
    await expectRejection(session.readState(0), 'DisposedError', 'disposed', 'a session')
    await session.dispose()
    expect(bytes.held()).toBe(0)
    expect(await Promise.race([device.lost.then(() => 'lost'), device.queue.onSubmittedWorkDone().then(() => 'alive')])).toBe('alive')
    expect((await fit(backend, SPEC, DATA)).history.loss).toHaveLength(2)
    expect(uncaptured).toEqual([])
  })
})

describeOnGpu('a device of hardware, for which one that says so stands', (gpu) => {
  it('is given at most 12 dispatches a step whatever the optimizers, and trains as the other', async () => {
    const optimizers = FIRST_OPTIMIZERS
    const noted = noting(disguised(gpu))
    // A kind of products is named: the probe's dispatches are not the training's.
    const hardware = await openBackend({ prefer: 'webgpu', gpu: noted.gpu, ...withProducts('direct') })
    const software = await openBackend({ prefer: 'webgpu', gpu })
    try {
      const [device] = noted.devices
      if (device === undefined) throw new Error('no device')
      const dispatches = countDispatches(device)
      const results = await trainDeep(hardware, optimizers)
      expect(dispatches()).toBeLessThanOrEqual(12 * DEEP_STEPS + 2)
      const others = await trainDeep(software, optimizers)
      results.forEach(({ history }, i) => {
        expectClose(history.loss, others[i]?.history.loss ?? [], `losses of ${optimizers[i]}`)
      })
    } finally {
      await hardware.dispose()
      await software.dispose()
    }
  })
})

describeOnGpu('a process with WebGPU', () => {
  it.each([
    ['disposes its backend', 'dispose', 'no error'],
    ['forgets to', 'forget', 'no error'],
    ['disposes it with a fit running', 'disposeRunning', 'DisposedError: the backend was disposed while this was running'],
  ])('that %s ends by itself', async (_, how, message) => {
    const { stdout } = await node(process.execPath, [program('webgpu.mjs'), how], { timeout: 60_000 })
    expect(stdout).toContain(message)
  })
})
