import { type Backend, type FitResult, type FitSpec, fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { resolveSpec } from '../contract/api.ts'
import { expectSameRun } from '../contract/cases/same.ts'
import { expectRejection } from '../support/close.ts'
import { noting, openDevice } from '../support/devices.ts'
import { makeExamples } from '../support/problems.ts'
import { describeOnGpu } from '../support/webgpu.ts'

/** A device that goes away, for which `destroy` stands: by the page, the driver, or the GPU process. */

const SPEC: FitSpec = {
  network: {
    inputSize: 30,
    loss: 'categoricalCrossentropy',
    layers: [
      { units: 40, activation: 'selu', dropout: 0.2 },
      { units: 4, activation: 'softmax' },
    ],
  },
  optimizer: 'nadam',
  batchSize: 4,
  epochs: 5,
  seed: 9,
  recordStepLosses: true,
}
const { topology } = resolveSpec(SPEC)
const DATA = { train: makeExamples(topology, 400, 1), test: makeExamples(topology, 50, 2) }

// A software adapter compiles the kernels for seconds, for every device anew.
vi.setConfig({ testTimeout: 120_000 })

describeOnGpu('a lost device', (gpu) => {
  let undisturbed: Backend
  let whole: FitResult
  beforeAll(async () => {
    undisturbed = await openBackend({ prefer: 'webgpu', gpu })
    whole = await fit(undisturbed, SPEC, DATA)
  })
  afterAll(() => undisturbed?.dispose())

  let opened: Backend[] = []
  afterEach(async () => {
    await Promise.all(opened.map((backend) => backend.dispose()))
    opened = []
  })

  async function open(options: Parameters<typeof openBackend>[0]): Promise<Backend> {
    const backend = await openBackend({ prefer: 'webgpu', ...options })
    opened.push(backend)
    return backend
  }

  /** Destroys a device once that part of the run is done, which is in the middle of an epoch. */
  const destroyAt = (devices: readonly GPUDevice[], part: number, destroyed = { yes: false }) => ({
    onProgress: (progress: number) => {
      if (progress < part || destroyed.yes) return
      destroyed.yes = true
      devices.at(-1)?.destroy()
    },
  })

  it.each([0.5, 0.99])('in the middle of a run (%f done) changes nothing', async (part) => {
    const noted = noting(gpu)
    const backend = await open({ gpu: noted.gpu })
    const { description } = backend
    const disturbed = await fit(backend, { ...SPEC, callbacks: destroyAt(noted.devices, part) }, DATA)
    expect(noted.devices).toHaveLength(2)
    expectSameRun(disturbed, whole, 'the disturbed run')
    expect(backend.description).toBe(description)
    expectSameRun(await fit(backend, SPEC, DATA), whole, 'a run after it')
    expect(noted.devices).toHaveLength(2)
  })

  it('in the middle of an epoch and between two changes nothing', async () => {
    const noted = noting(gpu)
    const backend = await open({ gpu: noted.gpu })
    const { onProgress } = destroyAt(noted.devices, 0.1)
    const onEpoch = ({ epoch }: { epoch: number }) => {
      if (epoch === 1 || epoch === 4) noted.devices.at(-1)?.destroy()
    }
    expectSameRun(await fit(backend, { ...SPEC, callbacks: { onProgress, onEpoch } }, DATA), whole, 'the disturbed run')
    expect(noted.devices).toHaveLength(4)
  })

  it('changes nothing for a population of which some members have stopped', async () => {
    const { layers } = SPEC.network
    const shape = { inputSize: 30, units: layers.map(({ units }) => units), loss: SPEC.network.loss, batchSize: 4 }
    const plain = layers.map(({ units, ...layer }) => layer)
    const members = [2, 5, 3, 4].map((epochs, seed) => ({ layers: plain, optimizer: 'adam' as const, epochs, seed }))
    const together = await fitPopulation(undisturbed, shape, members, DATA)
    const noted = noting(gpu)
    const backend = await open({ gpu: noted.gpu })
    const disturbed = await fitPopulation(backend, shape, members, DATA, { callbacks: destroyAt(noted.devices, 0.75) })
    expect(noted.devices).toHaveLength(2)
    together.forEach((result, p) => {
      const other = disturbed[p]
      if (other === undefined) throw new Error(`no result ${p}`)
      expectSameRun(other, result, `member ${p}`)
    })
  })

  it('under two sessions is opened again once', async () => {
    const noted = noting(gpu)
    const backend = await open({ gpu: noted.gpu })
    const disturbed = fit(backend, { ...SPEC, callbacks: destroyAt(noted.devices, 0.5) }, DATA)
    const results = await Promise.all([disturbed, fit(backend, SPEC, DATA)])
    for (const result of results) expectSameRun(result, whole, 'a disturbed run')
    expect(noted.devices).toHaveLength(2)
  })

  it('while nothing runs is opened again by the next call', async () => {
    const noted = noting(gpu)
    const backend = await open({ gpu: noted.gpu })
    const result = await fit(backend, SPEC, DATA)
    const before = await result.predict(DATA.test.features)
    noted.devices[0]?.destroy()
    expect(await result.predict(DATA.test.features)).toEqual(before)
    expect(noted.devices).toHaveLength(2)
  })

  it('that every call loses again ends the call', async () => {
    const noted = noting(gpu)
    const backend = await open({ gpu: noted.gpu })
    const callbacks = { onProgress: () => noted.devices.at(-1)?.destroy() }
    const words = 'the GPU device was lost 3 times during one call'
    await expectRejection(fit(backend, { ...SPEC, callbacks }, DATA), 'DeviceLostError', words, 'the fit')
    expect((await fit(backend, SPEC, DATA)).history.loss).toHaveLength(5)
  })

  it('that was given cannot be opened again, and is said to be the one given', async () => {
    const device = await openDevice(gpu)
    const backend = await open({ device })
    const words = 'it came from the `device` given to openBackend: open a backend with a new one'
    const disturbed = fit(backend, { ...SPEC, callbacks: destroyAt([device], 0.5) }, DATA)
    await expectRejection(disturbed, 'DeviceLostError', words, 'the fit')
    await expectRejection(fit(backend, SPEC, DATA), 'DeviceLostError', words, 'another fit')
  })

  it('of an adapter that was given cannot be opened again', async () => {
    const noted = noting(gpu)
    const adapter = await noted.gpu.requestAdapter()
    if (adapter === null) throw new Error('no adapter')
    const backend = await open({ adapter })
    const words = 'it came from the `adapter` given to openBackend'
    const disturbed = fit(backend, { ...SPEC, callbacks: destroyAt(noted.devices, 0.5) }, DATA)
    await expectRejection(disturbed, 'DeviceLostError', words, 'the fit')
  })

  it('whose adapter stays away is waited for until the backend is disposed or the run aborted', async () => {
    let away = false
    const noted = noting(gpu)
    const requestAdapter: GPU['requestAdapter'] = async (options) => (away ? null : noted.gpu.requestAdapter(options))
    const backend = await open({ gpu: { requestAdapter } as GPU })
    const controller = new AbortController()
    const onProgress = (progress: number) => {
      if (progress < 0.5 || away) return
      away = true
      noted.devices[0]?.destroy()
      setTimeout(() => controller.abort(), 300)
    }
    const aborted = fit(backend, { ...SPEC, callbacks: { onProgress }, signal: controller.signal }, DATA)
    await expectRejection(aborted, 'AbortError', 'training was aborted', 'the fit')
    const waiting = fit(backend, SPEC, DATA)
    setTimeout(() => void backend.dispose(), 300)
    await expectRejection(waiting, 'DisposedError', 'this backend was disposed', 'a fit that waits')
    expect(noted.devices).toHaveLength(1)
  })
})
