import type { Model } from 'espalier/formats'
import type { ActivationSpec } from '../../src/core/activations.ts'
import type { LossName } from '../../src/core/losses.ts'
import type { Dialect } from '../../src/core/names.ts'
import { resolveTopology } from '../../src/core/resolve.ts'
import type { TransformNumbers } from '../../src/data/transform.ts'
import { makeWeights } from '../support/problems.ts'
import { drawFrom } from '../support/random.ts'

/** Models to write and read, with raw rows to predict. */

/** Each column's centre and spread. Years and heights far from 0 are where a shift rounded to float32 would show. */
const COLUMNS = [
  [0, 1],
  [100, 30],
  [2015.37, 6],
  [1e-3, 1e-4],
  [-50_000.123, 2.5],
  [0.5, 0.25],
] as const

const ROWS = 1000

/** 1,000 rows of the columns above. */
function rawRows(seed = 1): Float32Array {
  const draw = drawFrom(seed)
  return Float32Array.from({ length: ROWS * COLUMNS.length }, (_, i) => {
    const [centre, spread] = COLUMNS[i % COLUMNS.length] ?? [0, 1]
    return centre + spread * draw.normal()
  })
}

export const standardize: TransformNumbers = {
  kind: 'standardize',
  mean: COLUMNS.map(([centre, spread]) => centre + spread / 7),
  scale: COLUMNS.map(([, spread]) => spread * 1.1),
}
const minMax: TransformNumbers = {
  kind: 'minMax',
  min: COLUMNS.map(([centre, spread]) => centre - 3 * spread),
  scale: COLUMNS.map(([, spread]) => 6 * spread),
}

interface Case {
  readonly hidden: ActivationSpec
  readonly output?: 'linear' | 'sigmoid' | 'softmax'
  readonly dialect?: Dialect
  readonly transforms?: readonly TransformNumbers[]
}

const LOSS = { linear: 'meanSquaredError', sigmoid: 'binaryCrossentropy', softmax: 'categoricalCrossentropy' } as const satisfies Record<
  string,
  LossName
>

export function makeModel({ hidden, output = 'linear', dialect = 'keras3', transforms = [standardize] }: Case): Model {
  const units = [16, 12, 5]
  return {
    spec: {
      network: {
        inputSize: COLUMNS.length,
        loss: LOSS[output],
        layers: [
          { units: 16, activation: hidden },
          { units: 12, activation: hidden, dropout: 0.1 },
          { units: 5, activation: output },
        ],
      },
      dialect,
      optimizer: { name: 'adam', learningRate: 0.003 },
      seed: 5,
    },
    weights: makeWeights(resolveTopology({ inputSize: COLUMNS.length, units, loss: LOSS[output], batchSize: 32 }), 3),
    data: {
      transforms,
      columns: COLUMNS.map((_, i) => ({ name: `column ${i}`, kind: 'numeric' })),
      ...(output === 'softmax' && { task: 'multiclass', classNames: ['a', 'b', 'c', 'd', 'e'], targetNames: ['class'] }),
    },
  }
}

/** Every activation, its parameter where it has one, on both sides of what the formats have a word for. */
export const CASES: readonly (readonly [name: string, given: Case])[] = [
  ...(['linear', 'relu', 'selu', 'softplus', 'softsign', 'tanh', 'sigmoid', 'hardSigmoid', 'leakyRelu', 'elu'] as const).map(
    (hidden) => [hidden, { hidden }] as const,
  ),
  ['hardSigmoid of Keras 2.2', { hidden: 'hardSigmoid', dialect: 'keras2.2' }],
  ['leakyRelu of Keras 2.2', { hidden: 'leakyRelu', dialect: 'keras2.2' }],
  ['leakyRelu of slope 1.5', { hidden: { name: 'leakyRelu', negativeSlope: 1.5 } }],
  ['leakyRelu of slope 0', { hidden: { name: 'leakyRelu', negativeSlope: 0 } }],
  ['elu of alpha 0.7', { hidden: { name: 'elu', alpha: 0.7 } }],
  ['elu of alpha 1.3', { hidden: { name: 'elu', alpha: 1.3 } }],
  ['outputs by sigmoid', { hidden: 'tanh', output: 'sigmoid' }],
  ['outputs by softmax', { hidden: 'relu', output: 'softmax' }],
  ['minMax', { hidden: 'tanh', transforms: [minMax] }],
  [
    'two transforms',
    { hidden: 'tanh', transforms: [minMax, { kind: 'standardize', mean: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5], scale: [2, 3, 2, 3, 2, 3] }] },
  ],
  ['no transform', { hidden: 'tanh', transforms: [] }],
]

/** Features for a model: raw ones where it transforms them, small ones where not. */
export function rowsFor({ data }: Model, seed = 1): Float32Array {
  if (data.transforms.length > 0) return rawRows(seed)
  const draw = drawFrom(seed)
  return Float32Array.from({ length: ROWS * COLUMNS.length }, draw.normal)
}

/** A model of images: bytes that are scaled and nothing else. */
export function imageModel(): { model: Model; features: Uint8Array } {
  const model = makeModel({ hidden: 'relu', output: 'softmax', transforms: [] })
  const draw = drawFrom(4)
  return {
    model: { ...model, data: { ...model.data, scale: 1 / 255 } },
    features: Uint8Array.from({ length: ROWS * COLUMNS.length }, () => draw.index(256)),
  }
}
