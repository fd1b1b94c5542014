import { type Backend, type FitResult, type FitSpec, fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { splitSpec } from '../../src/core/resolve.ts'
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
const test = makeExamples(topology, 50, 2)
/** 1100 batches: more than one submission of this small network holds. */
const DATA = { train: makeExamples(topology, 4_400, 1), test }
const FEW = { train: makeExamples(topology, 400, 1), test }

describeOnGpu('a lost device', (gpu) => {
  const { gpu: noted, devices } = noting(gpu)
  /** Whether the adapter is gone, and whether devices are lost as soon as they are opened. */
  let away = false
  let doomed = false
  const requestAdapter: GPU['requestAdapter'] = async (options) => {
    if (away) return null
    const adapter = await noted.requestAdapter(options)
    if (adapter === null || !doomed) return adapter
    const requestDevice = adapter.requestDevice.bind(adapter)
    adapter.requestDevice = async (descriptor) => {
      const device = await requestDevice(descriptor)
      device.destroy()
      return device
    }
    return adapter
  }
  let backend: Backend
  let whole: FitResult

  beforeAll(async () => {
    backend = await openBackend({ prefer: 'webgpu', gpu: { requestAdapter } as GPU })
    whole = await fit(backend, SPEC, DATA)
  })
  beforeEach(() => {
    devices.splice(0, devices.length - 1)
  })
  afterAll(() => backend?.dispose())

  const lose = () => devices.at(-1)?.destroy()

  /** Loses the device once, at the first progress from `part` on that is in the middle of an epoch: an epoch is a fifth of the run. */
  function losingAt(part: number, loseIt = lose) {
    let done = false
    const onProgress = (progress: number) => {
      if (done || progress < part || Math.abs(progress * 5 - Math.round(progress * 5)) < 0.01) return
      done = true
      loseIt()
    }
    return { onProgress }
  }

  it('loses neither moving means nor gathered gradients', async () => {
    const layers: FitSpec['network']['layers'] = [
      { units: 40, activation: 'selu' },
      { type: 'batchNormalization', momentum: 0.8 },
      { units: 4, activation: 'softmax' },
    ]
    const own: FitSpec = {
      ...SPEC,
      network: { ...SPEC.network, layers },
      // 25 batches an epoch: it ends amid those of an update.
      batchSize: 16,
      optimizer: { name: 'adam', gradientAccumulationSteps: 3 },
    }
    const undisturbed = await fit(backend, own, FEW)
    expectSameRun(await fit(backend, { ...own, callbacks: losingAt(0.1) }, FEW), undisturbed, 'the disturbed run')
    expect(devices).toHaveLength(2)
  })

  it('in the middle of epoch 3 of 5 changes nothing', async () => {
    const { description } = backend
    expectSameRun(await fit(backend, { ...SPEC, callbacks: losingAt(0.5) }, DATA), whole, 'the disturbed run')
    expect(devices).toHaveLength(2)
    expect(backend.description).toBe(description)
  })

  it('in the middle of an epoch of the general kernels changes nothing', async () => {
    const own = noting(gpu)
    const general = await openBackend({ prefer: 'webgpu', gpu: own.gpu, kernels: 'general' })
    const loseOwn = () => own.devices.at(-1)?.destroy()
    try {
      const undisturbed = await fit(general, SPEC, FEW)
      expectSameRun(await fit(general, { ...SPEC, callbacks: losingAt(0.5, loseOwn) }, FEW), undisturbed, 'the disturbed run')
      expect(own.devices).toHaveLength(2)
    } finally {
      await general.dispose()
    }
  })

  it('twice, in the middle of an epoch and between two, changes nothing', async () => {
    const onEpoch = ({ epoch }: { epoch: number }) => void (epoch === 3 && lose())
    expectSameRun(await fit(backend, { ...SPEC, callbacks: { ...losingAt(0.1), onEpoch } }, DATA), whole, 'the disturbed run')
    expect(devices).toHaveLength(3)
  })

  it('changes nothing for a population of which some members have stopped', async () => {
    const { topology, member } = splitSpec(SPEC)
    const shape = { ...topology, batchSize: 4 }
    const plain = member.layers
    const members = [2, 5, 3, 4].map((epochs, seed) => ({ layers: plain, optimizer: 'nadam' as const, epochs, seed }))
    const together = await fitPopulation(backend, shape, members, DATA)
    const disturbed = await fitPopulation(backend, shape, members, DATA, { callbacks: losingAt(0.75) })
    expect(devices).toHaveLength(2)
    for (const [p, result] of together.entries()) {
      const other = disturbed[p]
      if (other === undefined) throw new Error(`no result ${p}`)
      expectSameRun(other, result, `member ${p}`)
    }
  })

  it('under two sessions is opened again once', async () => {
    const results = await Promise.all([fit(backend, { ...SPEC, callbacks: losingAt(0.5) }, DATA), fit(backend, SPEC, DATA)])
    for (const result of results) expectSameRun(result, whole, 'a disturbed run')
    expect(devices).toHaveLength(2)
  })

  it('while nothing runs is opened again by the next call', async () => {
    const before = await whole.predict(DATA.test.features)
    lose()
    expect(await whole.predict(DATA.test.features)).toEqual(before)
    expect(devices).toHaveLength(2)
  })

  it('that is lost again and again ends the call', async () => {
    const words = 'the GPU device was lost 3 times during one call'
    const onEpoch = () => {
      doomed = true
      lose()
    }
    try {
      await expectRejection(fit(backend, { ...SPEC, callbacks: { onEpoch } }, DATA), 'DeviceLostError', words, 'the fit')
      expect(devices).toHaveLength(3)
    } finally {
      doomed = false
    }
    expectSameRun(await fit(backend, SPEC, DATA), whole, 'a run after it')
  })

  it('that was given cannot be opened again, and is said to be the one given', async () => {
    const device = await openDevice(gpu)
    const own = await openBackend({ prefer: 'webgpu', device })
    device.destroy()
    const words = 'it came from the `device` given to openBackend: open a backend with a new one'
    await expectRejection(fit(own, SPEC, DATA), 'DeviceLostError', words, 'the fit')
    await expectRejection(fit(own, SPEC, DATA), 'DeviceLostError', words, 'another fit')
    await own.dispose()
  })

  it('of an adapter that was given cannot be opened again', async () => {
    const adapter = await noted.requestAdapter()
    if (adapter === null) throw new Error('no adapter')
    const own = await openBackend({ prefer: 'webgpu', adapter })
    lose()
    const words = 'it came from the `adapter` given to openBackend'
    await expectRejection(fit(own, SPEC, DATA), 'DeviceLostError', words, 'the fit')
    await own.dispose()
  })

  it('whose adapter stays away is waited for until the run is aborted or the backend disposed', async () => {
    const own = await openBackend({ prefer: 'webgpu', gpu: { requestAdapter } as GPU })
    const controller = new AbortController()
    const onProgress = (progress: number) => {
      if (progress < 0.5 || away) return
      away = true
      lose()
      setTimeout(() => controller.abort(), 300)
    }
    const aborted = fit(own, { ...SPEC, callbacks: { onProgress }, signal: controller.signal }, DATA)
    await expectRejection(aborted, 'AbortError', 'training was aborted', 'the fit')
    const waiting = fit(own, SPEC, DATA)
    setTimeout(() => void own.dispose(), 300)
    await expectRejection(waiting, 'DisposedError', 'this backend was disposed', 'a fit that waits')
    away = false
  })
})
