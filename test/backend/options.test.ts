import { fit, fitPopulation, type MemberSpec, type OpenOptions, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveTopology } from '../../src/core/resolve.ts'
import { resolveSpec } from '../contract/api.ts'
import { expectSameRun } from '../contract/cases/same.ts'
import { expectRejection } from '../support/close.ts'
import { type KernelServer, serveKernels } from '../support/kernelServer.ts'
import { makeExamples } from '../support/problems.ts'

const FOLDER = "the folder that holds the package's .wasm files"

describe('openBackend', () => {
  it.each<[object, string, string]>([
    [{ workers: -1 }, 'InvalidSpecError', 'workers is -1; it must be a whole number from 0 to 1024'],
    [{ workers: 1.5 }, 'InvalidSpecError', 'workers is 1.5; it must be a whole number from 0 to 1024'],
    [{ workers: Number.NaN }, 'InvalidSpecError', 'workers is NaN; it must be a whole number from 0 to 1024'],
    [{ prefer: 'cuda' }, 'InvalidSpecError', 'prefer is "cuda"; it must be one of auto, wasm, webgpu'],
    [{ simd: 'on' }, 'InvalidSpecError', 'simd is "on"; it must be one of relaxed, plain'],
    [{ wide: 'yes' }, 'InvalidSpecError', 'wide is "yes"; it must be a boolean'],
    [{ wide: true, threads: 2, workers: 2 }, 'InvalidSpecError', 'threads is 2; wide kernels train a network on one thread'],
    [{ kernels: 'tiny' }, 'InvalidSpecError', 'kernels is "tiny"; it must be one of auto, general'],
    [{ kernels: 'direct' }, 'InvalidSpecError', 'kernels is "direct"; it must be one of auto, general'],
    [{ worker: 1 }, 'InvalidSpecError', `worker is not a field of openBackend's options; did you mean "workers"?`],
    [{ wasm_uri: '' }, 'InvalidSpecError', `wasmUri is not a field of openBackend's options; did you mean "wasmUrl"?`],
    [
      { cores: 2 },
      'InvalidSpecError',
      'the fields here are prefer, workers, threads, wasmUrl, workerFactory, simd, wide, kernels, gpu, adapter, device',
    ],
    [{ threads: 0 }, 'InvalidSpecError', 'threads is 0'],
    [{ threads: 'all' }, 'InvalidSpecError', 'threads is "all"'],
    [{ threads: 3, workers: 2 }, 'BackendUnavailableError', 'threads is 3, of 2 workers; open the backend with as many workers'],
    [{ threads: 2, workers: 0 }, 'BackendUnavailableError', 'threads is 2, of 0 workers'],
    [{ workerFactory: 'worker.js' }, 'InvalidSpecError', 'workerFactory is "worker.js"; it must be a function'],
    [{ device: 'gpu' }, 'InvalidSpecError', 'device is "gpu"; it must be an object'],
    [{ wasmUrl: 5 }, 'InvalidSpecError', 'wasmUrl is 5; it must be a URL or its text'],
    [{ wasmUrl: 'kernels/' }, 'InvalidSpecError', 'wasmUrl is "kernels/"; it must be an absolute URL'],
    [{ wasmUrl: 'http://127.0.0.1:1/' }, 'BackendUnavailableError', `could not be fetched; wasmUrl must name ${FOLDER}`],
  ])('refuses %j', async (options, name, words) => {
    await expectRejection(openBackend({ prefer: 'wasm', ...options } as OpenOptions), name, words, 'openBackend')
  })
})

it.each([null, 'webgpu', 2, ['wasm']])('openBackend refuses %j for its options', async (options) => {
  const words = `openBackend's options is ${JSON.stringify(options)}; it must be an object`
  await expectRejection(openBackend(options as OpenOptions), 'InvalidSpecError', words, 'openBackend')
})

describe('kernels from a URL', () => {
  let server: KernelServer
  beforeAll(async () => {
    server = await serveKernels()
  })
  afterAll(() => server?.close())

  it.each([
    ['relaxed', 'relaxed.wasm'],
    ['plain', 'simd.wasm'],
  ] as const)('are fetched, the %s ones as %s and no others, and train as those in the package', async (simd, file) => {
    const spec = { network: { inputSize: 5, loss: 'meanSquaredError' as const, layers: [{ units: 3 }] }, batchSize: 8, epochs: 3 }
    const data = { train: makeExamples(resolveSpec(spec).topology, 20, 1) }
    server.asked.length = 0
    const own = await openBackend({ prefer: 'wasm', simd, workers: 0 })
    expect(server.asked).toEqual([])
    const served = await openBackend({ prefer: 'wasm', simd, workers: 1, wasmUrl: `${server.url}kernels/` })
    try {
      expectSameRun(await fit(served, spec, data), await fit(own, spec, data), 'a fit')
      expect(server.asked).toEqual([`/kernels/${file}`])
    } finally {
      await own.dispose()
      await served.dispose()
    }
  })

  it('of every kind of layer are fetched once, for the first network that needs them, and leave no bit to the next', async () => {
    const spec = { network: { inputSize: 9, loss: 'meanSquaredError' as const, layers: [{ units: 3 }] }, batchSize: 8, epochs: 3 }
    const data = { train: makeExamples(resolveSpec(spec).topology, 20, 1) }
    const layers = [{ type: 'conv2d' as const, filters: 2, kernelSize: 2 }, { type: 'globalMaxPooling2d' as const }]
    const images = { ...spec, network: { inputShape: [3, 3, 1], loss: spec.network.loss, layers } }
    const rows = { train: makeExamples(resolveSpec(images).topology, 20, 1) }
    const backend = await openBackend({ prefer: 'wasm', simd: 'plain', workers: 1, wasmUrl: `${server.url}kernels/` })
    server.asked.length = 0
    try {
      const [dense, image] = [await fit(backend, spec, data), await fit(backend, images, rows)]
      expectSameRun(await fit(backend, spec, data), dense, 'a dense network after another')
      expectSameRun(await fit(backend, images, rows), image, 'a convolution after a dense network')
      expect(server.asked).toEqual(['/kernels/full-simd.wasm'])
    } finally {
      await backend.dispose()
    }
  })

  it.each([
    ['relaxed', 'relaxed.wasm'],
    ['plain', 'simd.wasm'],
  ] as const)('with a shared memory are fetched when a network is large enough for threads, the %s ones', async (simd, file) => {
    const backend = await openBackend({ prefer: 'wasm', simd, workers: 2, wasmUrl: `${server.url}kernels/` })
    server.asked.length = 0
    try {
      for (const { units, members, expected } of [
        { units: 4, members: 1, expected: [] },
        { units: 500, members: 2, expected: [] },
        { units: 500, members: 1, expected: [`/kernels/threaded-${file}`] },
        { units: 600, members: 1, expected: [`/kernels/threaded-${file}`] },
      ]) {
        const topology = { inputSize: 100, units: [units, 100, 1], loss: 'meanSquaredError' as const, batchSize: 32 }
        const train = makeExamples(resolveTopology(topology), 32, 1)
        await fitPopulation(backend, topology, Array<MemberSpec>(members).fill({ layers: [{}, {}, {}] }), { train })
        expect(server.asked, `${members} of ${units}`).toEqual(expected)
      }
    } finally {
      await backend.dispose()
    }
  })

  it.each([
    ['elsewhere/', 'BackendUnavailableError', `elsewhere/simd.wasm answered 404; wasmUrl must name ${FOLDER}`],
    ['broken/', 'BackendUnavailableError', `broken/simd.wasm is no WebAssembly module; wasmUrl must name ${FOLDER}`],
  ])('that are not there (%s) are named', async (name, error, words) => {
    await expectRejection(openBackend({ prefer: 'wasm', simd: 'plain', wasmUrl: server.url + name }), error, words, 'openBackend')
  })
})
