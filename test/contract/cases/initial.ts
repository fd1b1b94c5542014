import { INITIALIZERS, type InitializerSpec } from '../../../src/core/initializers.ts'
import type { MemberSpec } from '../../../src/core/spec.ts'
import { at, expectClose, expectEqual, expectSame, expectTrue } from '../../support/close.ts'
import { makeExamples } from '../../support/problems.ts'
import { drawFrom } from '../../support/random.ts'
import { type Api, type Backend, type BackendCase, type FitSpec, resolveSpec } from '../api.ts'

/** The weights a member starts from, seen after an epoch at a rate of 0. */
async function initialWeights(
  backend: Backend,
  api: Api,
  initializer: InitializerSpec,
  inputs: number,
  units: number,
  rest: Partial<MemberSpec & FitSpec> = {},
) {
  const spec: FitSpec = {
    ...rest,
    network: { inputSize: inputs, loss: 'meanSquaredError', layers: [{ units, initializer, biasInitializer: 'zeros' }, { units: 1 }] },
    optimizer: { name: 'sgd', learningRate: 0 },
    batchSize: 1,
  }
  const { topology, member } = resolveSpec(spec)
  const { weights } = await api.fit(backend, spec, { train: makeExamples(topology, 1, 1) })
  const [kernel, bias] = weights[0] ?? []
  const [own] = member.layers
  expectTrue(kernel !== undefined && bias !== undefined && own?.type === 'dense', 'a first layer')
  return { kernel, bias, initial: own.initializer }
}

/** The variance of a standard normal cut off at +-2 (scipy.stats.truncnorm.var(-2, 2)). */
const TRUNCATED_VARIANCE = 0.7737413035499

/** Checks mean, variance and range of 200 x 150 weights; the bounds are six standard errors of 30,000 draws. */
const distributionCases = INITIALIZERS.filter((name) => name !== 'orthogonal').map(
  (name): BackendCase => ({
    name: `initialiser ${name} draws from its distribution`,
    async run(backend, api) {
      const { kernel, bias, initial } = await initialWeights(backend, api, name, 200, 150)
      expectSame(bias, new Float32Array(150), 'bias')
      const mean = kernel.reduce((sum, w) => sum + w, 0) / kernel.length
      const variance = kernel.reduce((sum, w) => sum + (w - mean) ** 2, 0) / kernel.length
      const largest = kernel.reduce((high, w) => Math.max(high, Math.abs(w)), 0)
      if (initial.kind === 'constant') return expectSame(kernel, new Float32Array(kernel.length).fill(initial.value), 'kernel')
      expectTrue(initial.kind !== 'orthogonal' && initial.kind !== 'patched', 'another initialiser')
      const uniform = initial.kind === 'uniform'
      const limit = uniform ? initial.high : 2 * initial.stddev
      const trueVariance = uniform
        ? (initial.high - initial.low) ** 2 / 12
        : initial.stddev ** 2 * (initial.kind === 'normal' ? 1 : TRUNCATED_VARIANCE)
      expectClose([mean], [0], 'mean', { absolute: 6 * Math.sqrt(trueVariance / kernel.length), relative: 0 })
      expectClose([variance], [trueVariance], 'variance', { absolute: 0, relative: 6 * Math.sqrt(2 / kernel.length) })
      if (initial.kind !== 'normal')
        expectTrue(largest <= limit * (1 + 1e-6) && largest > 0.99 * limit, `values up to ${limit}, not ${largest}`)
      else
        expectTrue(
          largest > 3 * initial.stddev && largest < 6.5 * initial.stddev,
          `values beyond three standard deviations, not up to ${largest}`,
        )
      expectTrue(new Set(kernel).size > 0.98 * kernel.length, 'values that hardly repeat')
    },
  }),
)

const orthogonalCases = [
  [7, 7],
  [40, 13],
  [13, 40],
].map(
  ([inputs = 1, units = 1]): BackendCase => ({
    name: `initialiser orthogonal of ${inputs} x ${units}: rows or columns of one length at right angles`,
    async run(backend, api) {
      const { kernel } = await initialWeights(backend, api, { name: 'orthogonal', gain: 1.5 }, inputs, units)
      const columns = units <= inputs
      const count = Math.min(inputs, units)
      const entry = (vector: number, i: number) => at(kernel, columns ? i * units + vector : vector * units + i)
      const products = Array.from({ length: count * count }, (_, p) => {
        const [a, b] = [Math.floor(p / count), p % count]
        return Array.from({ length: Math.max(inputs, units) }, (__, i) => entry(a, i) * entry(b, i)).reduce((sum, x) => sum + x, 0)
      })
      expectClose(
        products,
        products.map((_, p) => (Math.floor(p / count) === p % count ? 2.25 : 0)),
        'inner products',
        { absolute: 1e-5, relative: 0 },
      )
    },
  }),
)

const seeds: BackendCase = {
  name: 'initial weights are a function of seed and layer alone',
  async run(backend, api) {
    const first = (await initialWeights(backend, api, 'heNormal', 30, 20, { seed: 1 })).kernel
    expectSame((await initialWeights(backend, api, 'heNormal', 30, 20, { seed: 1, shuffle: false })).kernel, first, 'the same seed')
    const other = (await initialWeights(backend, api, 'heNormal', 30, 20, { seed: 2 })).kernel
    expectTrue(other.filter((w, i) => w === first[i]).length === 0, 'other weights from another seed')
  },
}

/** Ten equally frequent classes of rows like pictures: 64 numbers from 0 to 1. */
function pictures(rows: number, seed: number) {
  const draw = drawFrom(seed)
  return {
    features: Float32Array.from({ length: rows * 64 }, draw.uniform),
    targets: Int32Array.from({ length: rows }, (_, i) => i % 10),
    rows,
  }
}

const plain = (initializer: InitializerSpec): FitSpec => ({
  network: {
    inputSize: 64,
    loss: 'categoricalCrossentropy',
    layers: [...[32, 24, 16].map((units) => ({ units, initializer })), { units: 10, initializer, activation: 'softmax' }],
  },
  dialect: 'keras2.2',
  optimizer: 'sgd',
  batchSize: 32,
  epochs: 5,
})

const zeros: BackendCase = {
  name: 'all-zero weights do not learn: accuracy 0.1 and a loss of ln 10',
  async run(backend, api) {
    const { history, weights } = await api.fit(backend, plain('zeros'), { train: pictures(960, 1), test: pictures(500, 2) })
    expectSame(history.testAccuracy ?? [], Array(5).fill(0.1), 'testAccuracy')
    // The biases of the output layer follow the classes of the last batches.
    expectClose(history.testLoss ?? [], Array(5).fill(Math.log(10)), 'testLoss', { absolute: 5e-4, relative: 0 })
    for (const [l, [kernel = []]] of weights.entries()) expectSame(kernel, new Float32Array(kernel.length), `kernel ${l}`)
  },
}

const ones: BackendCase = {
  name: 'all-one weights saturate: accuracy 0.1 and 0.9 x -ln 1e-7, which the clip holds for ever',
  async run(backend, api) {
    const { history, stopped } = await api.fit(backend, plain('ones'), { train: pictures(960, 1), test: pictures(500, 2) })
    expectEqual(stopped, 'completed', 'stopped')
    expectSame(history.testAccuracy ?? [], Array(5).fill(0.1), 'testAccuracy')
    expectClose(history.testLoss ?? [], Array(5).fill(-0.9 * Math.log(1e-7)), 'testLoss', { absolute: 1e-5, relative: 0 })
    expectSame(history.testLoss ?? [], Array(5).fill(history.testLoss?.[0]), 'testLoss, epoch after epoch')
  },
}

export const initial: readonly BackendCase[] = [...distributionCases, ...orthogonalCases, seeds, zeros, ones]
