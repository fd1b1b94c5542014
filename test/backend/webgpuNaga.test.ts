import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fit, fitPopulation, type LayerSpec, type MemberSpec, openBackend } from 'espalier'
import pLimit from 'p-limit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Products } from '../../src/backend/webgpu/products.ts'
import { ACTIVATION_KERNELS, ACTIVATIONS, type ActivationName, type ActivationSpec } from '../../src/core/activations.ts'
import { LOSSES, type LossName, type LossSpec, outputActivationOf, resolveLoss } from '../../src/core/losses.ts'
import { OPTIMIZERS, type OptimizerName, type OptimizerSpec } from '../../src/core/optimizers.ts'
import { temporaryFolder } from '../support/bundle.ts'
import { runDeno } from '../support/deno.ts'
import { FIRST_ACTIVATIONS, FIRST_OPTIMIZERS } from '../support/fingerprint.ts'
import { type AskedPipeline, idleGpu } from '../support/idleGpu.ts'
import { withProducts } from '../support/products.ts'
import { webgpuNotRun } from '../support/webgpu.ts'

/**
 * Every kernel, with every value of its overrides, by Naga, the compiler of Firefox and Deno: it refuses some of what Dawn takes, and where it panics the
 * whole browser ends. What is compiled is what the package asks of a device, and each kernel has a process of its own.
 */

const COMPILE = new URL('programs/compile.ts', import.meta.url)

const found = await findDeno()

async function findDeno(): Promise<{ subgroups: boolean } | { reason: string }> {
  try {
    const { stdout, stderr } = await runDeno(COMPILE, [])
    if (stdout === '') return { reason: `Deno's WebGPU does not start: ${stderr}` }
    const { adapter, subgroups }: { adapter: string | null; subgroups: boolean } = JSON.parse(stdout)
    return adapter === null ? { reason: 'Deno finds no adapter on this machine' } : { subgroups }
  } catch (error) {
    return { reason: `npm deno has no program for this machine: ${error instanceof Error ? error.message : error}` }
  }
}

interface Shape {
  readonly inputSize: number
  readonly units: number[]
  readonly loss: LossSpec
  readonly batchSize: number
}

const ROWS = 20

interface Variant {
  readonly loss: LossSpec
  readonly name: LossName
  readonly bytes: boolean
  readonly weighted: boolean
}

/** The losses of version 0.1.0 with each kind of data, of which each has pipelines of its own; the others with one. */
const FIRST_LOSSES: readonly LossName[] = [
  'meanSquaredError',
  'binaryCrossentropy',
  'categoricalCrossentropy',
  'sparseCategoricalCrossentropy',
]
const OTHER_LOSSES = (Object.keys(LOSSES) as LossName[]).filter((name) => !FIRST_LOSSES.includes(name))
const SPELLED = [
  { name: 'categoricalCrossentropy', fromLogits: true, labelSmoothing: 0.1 },
  { name: 'binaryCrossentropy', fromLogits: true, labelSmoothing: 0.1 },
  { name: 'categoricalFocalCrossentropy', fromLogits: true },
  { name: 'binaryFocalCrossentropy', fromLogits: true, applyClassBalancing: true },
] as const satisfies readonly LossSpec[]
const VARIANTS: readonly Variant[] = [
  ...FIRST_LOSSES.flatMap((name) => [0, 1, 2, 3].map((i) => ({ loss: name, name, bytes: i % 2 === 1, weighted: i > 1 }))),
  ...[...OTHER_LOSSES.map((name) => ({ loss: name, name })), ...SPELLED.map((loss) => ({ loss, name: loss.name }))].map((given, i) => ({
    ...given,
    bytes: i % 2 === 1,
    weighted: i % 4 > 1,
  })),
]
/** Activations are the first ones with the first losses, the others with the others. */
const FIRST_COUNT = 4 * FIRST_LOSSES.length
const FIRST_VARIANTS = VARIANTS.slice(0, FIRST_COUNT)
const OTHER_ACTIVATIONS: readonly ActivationSpec[] = [
  ...(Object.keys(ACTIVATIONS) as ActivationName[]).filter((name) => !FIRST_ACTIVATIONS.includes(name)),
  { name: 'relu', maxValue: 2 },
  { name: 'gelu', approximate: true },
]

/** Updates that need the gradient of the whole network first, and those of them that small networks and products are compiled for. */
const WHOLE = (Object.keys(OPTIMIZERS) as OptimizerName[]).map((name): OptimizerSpec => ({ name, globalClipNorm: 1 }))
const SOME_WHOLE: readonly OptimizerSpec[] = [
  { name: 'adam', amsgrad: true },
  { name: 'rmsprop', centered: true, momentum: 0.5 },
  'lion',
  'lamb',
  'adafactor',
]

const unitsOf = (name: LossName): number => (LOSSES[name].task === 'binary' ? 1 : name === 'gaussianLikelihood' ? 4 : 3)
const classWeightsOf = (name: LossName): number[] | undefined => {
  const { task } = LOSSES[name]
  return task === 'regression' ? undefined : Array.from({ length: Math.max(2, unitsOf(name)) }, (_, i) => i + 1)
}

/**
 * The member of the `v`th variant: each has another combination of what a small network's kernel leaves out (dropout, penalties, Keras 2.2's formulas, class
 * weights), other activations and the next optimizer.
 */
function memberFor({ loss, name }: Variant, v: number): MemberSpec {
  const n = (7 * v) % 16
  const at = <T>(values: readonly T[], i: number): T => values[i % values.length] as T
  const other = v - FIRST_COUNT
  const [one, two] =
    other < 0
      ? [at(FIRST_ACTIVATIONS, n), at(FIRST_ACTIVATIONS, 3 * n)]
      : [at(OTHER_ACTIVATIONS, 2 * other), at(OTHER_ACTIVATIONS, 2 * other + 1)]
  const hidden = { activation: one, dropout: n & 1 ? 0.25 : 0, l2: n & 2 ? 0.01 : 0 }
  const classWeights = classWeightsOf(name)
  return {
    layers: [hidden, { ...hidden, activation: two }, { activation: outputActivationOf(resolveLoss(loss)) ?? (other < 0 ? 'linear' : one) }],
    optimizer: at(FIRST_OPTIMIZERS, v),
    dialect: n & 4 ? 'keras2.2' : 'keras3',
    epochs: 1,
    ...(n & 8 && classWeights !== undefined ? { classWeights } : {}),
  }
}

function examples({ inputSize, units }: Shape, { name, bytes, weighted }: Variant) {
  const features = bytes ? new Uint8Array(ROWS * inputSize) : new Float32Array(ROWS * inputSize)
  const classes = name === 'sparseCategoricalCrossentropy'
  const width = (units.at(-1) ?? 0) / (name === 'gaussianLikelihood' ? 2 : 1)
  const targets = classes ? new Int32Array(ROWS) : new Float32Array(ROWS * width)
  return {
    features,
    ...(bytes ? { scale: 1 / 255 } : {}),
    targets,
    rows: ROWS,
    ...(weighted ? { sampleWeights: new Float32Array(ROWS).fill(1) } : {}),
  }
}

interface Device {
  readonly description: string
  readonly together?: number
}

/** All that the package asks of devices, each pipeline once: networks of `units` units with every loss and kind of data are trained, evaluated and asked. */
async function askedBy(
  devices: readonly Device[],
  products: Products['name'] | 'auto',
  units: number,
  subgroups: boolean,
  predicts = true,
  variants = VARIANTS,
): Promise<AskedPipeline[]> {
  const idle = devices.map((device) => idleGpu({ ...device, subgroups }))
  const backends = await Promise.all(idle.map(({ gpu }) => openBackend({ prefer: 'webgpu', gpu, ...withProducts(products) })))
  for (const [v, variant] of variants.entries()) {
    const backend = backends[v % backends.length]
    if (backend === undefined) throw new Error('there is a device')
    const topology: Shape = { inputSize: 5, units: [units, 7, unitsOf(variant.name)], loss: variant.loss, batchSize: 4 }
    const data = examples(topology, variant)
    const [result] = await fitPopulation(backend, topology, [memberFor(variant, v)], { train: data, test: data })
    // Without targets the kernels of large networks are others; a small one's are those of targets that are no classes.
    if (predicts && v < FIRST_COUNT) await result?.predict(data.features, data.scale)
  }
  const [variant = VARIANTS[0]] = variants
  for (const [v, optimizer] of SOME_WHOLE.entries()) {
    const backend = backends[v % backends.length]
    if (backend === undefined || variant === undefined) throw new Error('there is a device')
    const topology: Shape = { inputSize: 5, units: [units, 7, unitsOf(variant.name)], loss: variant.loss, batchSize: 4 }
    await fitPopulation(backend, topology, [{ ...memberFor(variant, 0), optimizer }], { train: examples(topology, variant) })
  }
  await Promise.all(backends.map((backend) => backend.dispose()))
  return idle.flatMap(({ asked }) => asked)
}

/** A layer of every kind, moved by every optimizer. */
const KINDS: LayerSpec[] = [
  { units: 6, useBias: false },
  { type: 'batchNormalization' },
  { type: 'prelu', sharedAxes: [1] },
  { type: 'spatialDropout1d', rate: 0.2 },
  // Three ways, so that sums of deltas are begun, gone on with and finished.
  {
    type: 'concatenate',
    branches: [[], [{ type: 'residual', layers: [{ type: 'layerNormalization' }] }], [{ type: 'gaussianNoise', stddev: 0.1 }]],
  },
  { type: 'flatten' },
  { type: 'glu' },
  { type: 'dropout', rate: 0.2 },
  { type: 'activation', activation: 'tanh' },
  { units: 3, activation: 'softmax' },
]

/** The kinds that read sequences and tokens. */
const SEQUENCES: LayerSpec[] = [
  { type: 'embedding', inputDim: 3, outputDim: 5, maskZero: true },
  { type: 'bidirectional', layer: { type: 'gru', units: 3, returnSequences: true } },
  { type: 'lstm', units: 3 },
  { units: 3, activation: 'softmax' },
]

/** Of every kind with windows the kernels, which no optimizer changes. */
const WINDOWS: LayerSpec[] = [
  { type: 'conv2d', filters: 3, kernelSize: 2, padding: 'same' },
  { type: 'randomFlip' },
  { type: 'randomTranslation', heightFactor: 0.1, widthFactor: 0.1 },
  { type: 'randomRotation', factor: 0.1 },
  { type: 'randomZoom', heightFactor: 0.1 },
  { type: 'randomCrop', height: 3, width: 3 },
  { type: 'conv2d', filters: 3, kernelSize: 2, padding: 'same' },
  { type: 'depthwiseConv2d', kernelSize: 2, padding: 'same' },
  { type: 'maxPooling2d', poolSize: 2, padding: 'same' },
  { type: 'averagePooling2d', poolSize: 2, strides: 1 },
  { type: 'zeroPadding2d' },
  { type: 'globalMaxPooling2d' },
  { units: 3, activation: 'softmax' },
]

async function askedByKinds(description: string, subgroups: boolean): Promise<AskedPipeline[]> {
  const { gpu, asked } = idleGpu({ description, subgroups })
  const backend = await openBackend({ prefer: 'webgpu', gpu, ...withProducts('direct') })
  const network = { inputShape: [4, 3], loss: 'categoricalCrossentropy' as const, layers: KINDS }
  const train = { features: new Float32Array(ROWS * 12), targets: new Float32Array(ROWS * 3), rows: ROWS }
  for (const optimizer of [...FIRST_OPTIMIZERS, ...WHOLE]) await fit(backend, { network, optimizer, batchSize: 4, epochs: 1 }, { train })
  const sequences = { inputShape: [12], loss: 'categoricalCrossentropy' as const, layers: SEQUENCES }
  await fit(backend, { network: sequences, optimizer: 'adam', batchSize: 4, epochs: 1 }, { train })
  // Only a layer below that is trained asks an embedding for its deltas.
  const below: LayerSpec[] = [
    { units: 4 },
    { type: 'embedding', inputDim: 3, outputDim: 2 },
    { type: 'flatten' },
    { units: 3, activation: 'softmax' },
  ]
  await fit(backend, { network: { ...sequences, layers: below }, optimizer: 'adam', batchSize: 4, epochs: 1 }, { train })
  const images = { ...network, inputShape: [3, 4, 1], layers: WINDOWS }
  await fit(backend, { network: images, optimizer: 'adam', batchSize: 4, epochs: 1 }, { train })
  await backend.dispose()
  return asked
}

async function allAsked(subgroups: boolean): Promise<Map<string, AskedPipeline[]>> {
  const widths = [4, 8, 16, 32, 64].map((together) => ({ description: 'a device', together }))
  const asked = await Promise.all([
    askedBy(widths, 'auto', 9, subgroups, false),
    // On hardware the probe asks for all products; on a software adapter an update knows one optimizer.
    askedBy([{ description: 'a device' }], 'auto', 400, subgroups, true, FIRST_VARIANTS),
    ...(['auto', 'direct', 'tiled32', 'tiled64'] as const).map((kernels) =>
      askedBy([{ description: 'llvmpipe' }], kernels, 400, subgroups, true, kernels === 'direct' ? VARIANTS : FIRST_VARIANTS),
    ),
    ...['a device', 'llvmpipe'].map((description) => askedByKinds(description, subgroups)),
  ])
  const once = new Map(asked.flat().map((pipeline) => [JSON.stringify([pipeline.kernel, pipeline.constants]), pipeline]))
  const byKernel = new Map<string, AskedPipeline[]>()
  for (const pipeline of once.values()) byKernel.set(pipeline.kernel, [...(byKernel.get(pipeline.kernel) ?? []), pipeline])
  return byKernel
}

/** What came of a kernel's pipelines: the first that failed, or undefined. */
async function failureOf(pipelines: readonly AskedPipeline[], file: string): Promise<string | undefined> {
  await writeFile(file, JSON.stringify(pipelines))
  const { code, stdout, stderr } = await runDeno(COMPILE, [file])
  const [, ...lines] = stdout.trim().split('\n')
  for (const [i, { constants }] of pipelines.entries()) {
    const line = lines[i]
    const error =
      line === undefined
        ? `the compiler died (exit code ${code}): ${/panicked at.*\n?.*/.exec(stderr)?.[0] ?? stderr}`
        : JSON.parse(line).error
    if (error !== null) return `with ${JSON.stringify(constants)}: ${error}`
  }
  return undefined
}

if ('reason' in found) webgpuNotRun("Naga's compiler", found.reason)
else {
  const asked = await allAsked(found.subgroups)
  const shaders = readdirSync('shaders').filter((name) => name.endsWith('.wgsl') && (found.subgroups || !name.endsWith('_quads.wgsl')))

  describe('Naga compiles', () => {
    const limit = pLimit(Math.min(4, availableParallelism()))
    let failures: Map<string, Promise<string | undefined>>
    let folder: Awaited<ReturnType<typeof temporaryFolder>>
    beforeAll(async () => {
      folder = await temporaryFolder()
      failures = new Map([...asked].map(([kernel, own]) => [kernel, limit(() => failureOf(own, join(folder.path, `${kernel}.json`)))]))
      await Promise.all(failures.values())
    }, 300_000)
    afterAll(() => folder?.remove())

    it('a kernel of every shader there is', () => {
      // Of a small network there are two: its parameters move in two ways.
      expect([...asked.keys()]).toHaveLength(shaders.length + 1)
    })

    it('small networks with every value of what is left out, every optimizer, loss and width', () => {
      const own = asked.get('smallNetwork') ?? []
      const values = (name: string) => [...new Set(own.map(({ constants }) => constants[name] ?? Number.NaN))].sort((a, b) => a - b)
      for (const name of [
        'DROPOUT',
        'PENALIZED',
        'CLIPPED',
        'CLASS_WEIGHTED',
        'CLASSES',
        'WEIGHTED',
        'CELLS',
        'ROWS',
        'LOGITS',
        'BALANCED',
      ])
        expect(values(name), name).toEqual([0, 1])
      expect(values('OPTIMIZER')).toEqual(FIRST_OPTIMIZERS.map((name) => OPTIMIZERS[name].code))
      const whole = asked.get('smallNetworkWhole') ?? []
      expect(new Set(whole.map(({ constants }) => constants.OPTIMIZER)).size).toBe(SOME_WHOLE.length)
      expect(values('LOSS')).toEqual([...new Set(Object.values(LOSSES).map(({ code }) => code))].sort((a, b) => a - b))
      const activations = own.reduce((all, { constants }) => all | (constants.ACTIVATIONS ?? 0), 0)
      expect(activations >>> 0).toBe(2 ** Object.keys(ACTIVATION_KERNELS).length - 1)
      expect(values('THREADS')).toEqual([4, 8, 16, 32, 64])
    })

    for (const [kernel, own] of asked) {
      it(`${kernel}, ${own.length} ${own.length === 1 ? 'pipeline' : 'pipelines'}`, async () => {
        expect(await failures.get(kernel)).toBeUndefined()
      })
    }
  })
}
