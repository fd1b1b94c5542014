import type { LayerSpec } from '../../../src/core/layers/index.ts'
import type { TrainSpec } from '../../../src/core/spec.ts'
import type { BackendCase } from '../api.ts'
import { company, network, oracleCase, resumed } from './layers.ts'

/** Convolutions, pooling and what puts numbers elsewhere, against the float64 oracle, in shapes that fit nothing. */

const flat: LayerSpec = { type: 'flatten' }

/** Channels and filters around the vectors of 4 and the panels of 8, windows that hang over, and rows that are no whole group of rows. */
const CONV2D: readonly (readonly [filters: number, size: [number, number], rest: object, input: [number, number, number]])[] = [
  [1, [1, 1], {}, [3, 2, 1]],
  [7, [3, 2], { padding: 'same' }, [5, 4, 3]],
  [8, [2, 3], { strides: [2, 1] }, [7, 5, 8]],
  [9, [3, 3], { padding: 'same', strides: 2 }, [6, 7, 4]],
  [5, [2, 2], { dilationRate: [2, 3], padding: 'same' }, [5, 6, 9]],
  [17, [3, 3], { useBias: false, l1: 0.001, l2: 0.01 }, [4, 5, 2]],
  [4, [5, 5], { padding: 'same' }, [3, 4, 1]],
]
const convolutions = CONV2D.flatMap(([filters, kernelSize, rest, input], i) => {
  const conv = { type: 'conv2d', filters, kernelSize, activation: 'tanh', ...rest } as LayerSpec
  const first: LayerSpec = { type: 'conv2d', filters: input[2], kernelSize: 1, activation: 'relu' }
  return [
    oracleCase(`conv2d as the first layer, shape ${i}`, network([conv, flat], input)),
    oracleCase(`conv2d above another, shape ${i}`, network([first, conv, flat], input)),
  ]
})

const ofSequences: readonly BackendCase[] = [
  oracleCase(
    'conv1d, maxPooling1d and averagePooling1d',
    network(
      [
        { type: 'conv1d', filters: 9, kernelSize: 3, activation: 'silu', padding: 'same', dilationRate: 2 },
        { type: 'maxPooling1d', poolSize: 3, strides: 2, padding: 'same' },
        { type: 'conv1d', filters: 5, kernelSize: 2, activation: 'softmax' },
        { type: 'averagePooling1d', poolSize: 2, padding: 'same' },
        flat,
      ],
      [11, 3],
    ),
  ),
  oracleCase('globalMaxPooling1d', network([{ type: 'conv1d', filters: 9, kernelSize: 2 }, { type: 'globalMaxPooling1d' }], [7, 2])),
  oracleCase('globalAveragePooling1d, of steps as they are', network([{ type: 'globalAveragePooling1d' }], [7, 5])),
]

const DEPTHWISE: readonly (readonly [rest: object, input: [number, number, number]])[] = [
  [{ kernelSize: 3, padding: 'same' }, [4, 5, 8]],
  [{ kernelSize: [2, 3], strides: 2, depthMultiplier: 3 }, [5, 6, 3]],
  [{ kernelSize: 2, dilationRate: 2, padding: 'same', useBias: false }, [5, 4, 9]],
]
const depthwise = DEPTHWISE.flatMap(([rest, input], i) => {
  const layer = { type: 'depthwiseConv2d', activation: 'tanh', ...rest } as LayerSpec
  const separable = { type: 'separableConv2d', filters: 5, activation: 'gelu', ...rest } as LayerSpec
  const below: LayerSpec = { type: 'conv2d', filters: input[2], kernelSize: 1, activation: 'relu' }
  return [
    oracleCase(`depthwiseConv2d, shape ${i}`, network([layer, flat], input)),
    oracleCase(`depthwiseConv2d above another, shape ${i}`, network([below, layer, flat], input)),
    oracleCase(`separableConv2d, shape ${i}`, network([below, separable, flat], input)),
  ]
})

const POOLED: Readonly<Record<string, object>> = {
  'halves that meet': { poolSize: 2 },
  'windows over the border': { poolSize: [3, 2], strides: [2, 3], padding: 'same' },
  'windows over each other': { poolSize: 3, strides: 1 },
}
const pooling = Object.entries(POOLED).flatMap(([what, rest]) =>
  (['maxPooling2d', 'averagePooling2d'] as const).flatMap((type) => {
    const layer = { type, ...rest } as LayerSpec
    return [
      oracleCase(
        `${type} of ${what}`,
        network([{ type: 'conv2d', filters: 9, kernelSize: 2, activation: 'tanh' }, layer, flat], [7, 5, 2]),
      ),
      oracleCase(`${type} of ${what}, as the first layer`, network([layer, { type: 'prelu', sharedAxes: [1, 2] }, flat], [4, 6, 3])),
      oracleCase(
        `${type} of ${what}, above an activation that reads its sums`,
        network([{ units: 3, activation: 'mish' }, layer, flat], [4, 6, 2]),
      ),
    ]
  }),
)

const others: readonly BackendCase[] = [
  oracleCase(
    'globalMaxPooling2d',
    network([{ type: 'conv2d', filters: 9, kernelSize: 2, activation: 'tanh' }, { type: 'globalMaxPooling2d' }], [4, 5, 3]),
  ),
  oracleCase(
    'globalAveragePooling2d',
    network([{ type: 'conv2d', filters: 9, kernelSize: 2 }, { type: 'globalAveragePooling2d' }], [4, 5, 3]),
  ),
  oracleCase(
    'reshape, zeroPadding2d and upSampling2d',
    network(
      [
        { type: 'reshape', targetShape: [2, 3, 5] },
        { type: 'conv2d', filters: 9, kernelSize: 2, activation: 'tanh', padding: 'same' },
        {
          type: 'zeroPadding2d',
          padding: [
            [0, 2],
            [1, 0],
          ],
        },
        { type: 'upSampling2d', size: [3, 2] },
        { type: 'conv2d', filters: 4, kernelSize: 3, strides: 2 },
        { type: 'reshape', targetShape: [5, 12] },
        { units: 3 },
        flat,
      ],
      [30],
    ),
  ),
  oracleCase(
    'cropping2d between layers',
    network(
      [
        { type: 'conv2d', filters: 9, kernelSize: 2, activation: 'tanh' },
        {
          type: 'cropping2d',
          cropping: [
            [1, 0],
            [2, 1],
          ],
        },
        { type: 'conv2d', filters: 4, kernelSize: 2 },
        flat,
      ],
      [5, 7, 3],
    ),
  ),
  oracleCase(
    'cropping2d of features, in branches',
    network(
      [
        { type: 'reshape', targetShape: [7, 1, 1] },
        {
          type: 'concatenate',
          branches: [
            [
              {
                type: 'cropping2d',
                cropping: [
                  [0, 4],
                  [0, 0],
                ],
              },
              { type: 'reshape', targetShape: [3] },
            ],
            [
              {
                type: 'cropping2d',
                cropping: [
                  [3, 0],
                  [0, 0],
                ],
              },
              flat,
              { units: 3, activation: 'tanh' },
            ],
          ],
        },
        { units: 3 },
      ],
      [7],
    ),
  ),
  oracleCase(
    'convolutions that are not trained, and what stands between convolutions',
    network(
      [
        { type: 'conv2d', filters: 5, kernelSize: 2, activation: 'relu', trainable: false, l2: 0.1 },
        { type: 'batchNormalization', momentum: 0.8 },
        { type: 'dropout', rate: 0.3 },
        { type: 'depthwiseConv2d', kernelSize: 2, activation: 'tanh', trainable: false },
        { type: 'prelu' },
        { type: 'conv2d', filters: 4, kernelSize: 2, activation: 'elu' },
        { units: 4, activation: 'tanh', dropout: 0.2 },
        { type: 'maxPooling2d', poolSize: 2, padding: 'same' },
        flat,
      ],
      [6, 5, 2],
    ),
  ),
]

/** A network of every kind with windows. */
const everything = (rest: Partial<TrainSpec> = {}): TrainSpec =>
  network(
    [
      { type: 'conv2d', filters: 6, kernelSize: 3, activation: 'relu', padding: 'same', l2: 0.01 },
      { type: 'maxPooling2d' },
      // A bias before a normalization has a gradient of 0, of which Adam makes whole steps of rounding.
      { type: 'depthwiseConv2d', kernelSize: 2, depthMultiplier: 2, padding: 'same', useBias: false },
      { type: 'batchNormalization' },
      { type: 'separableConv2d', filters: 5, kernelSize: 2, activation: 'tanh' },
      { type: 'upSampling2d', size: 2 },
      { type: 'averagePooling2d', poolSize: 3, strides: 1 },
      flat,
    ],
    [8, 6, 2],
    rest,
  )

export const windows: readonly BackendCase[] = [
  ...convolutions,
  ...ofSequences,
  ...depthwise,
  ...pooling,
  ...others,
  // Of seven members the last has two of its kind beside it.
  company('every kind with windows', everything, ['adam', 'sgd', { name: 'sgd', clipNorm: 0.1 }, 'lamb', 'nadam', 'adam', 'rmsprop']),
  resumed('every kind with windows', everything),
]

/** Updates that need the whole gradient first, of kernels with more than two axes. */
const UPDATES = [
  { name: 'adam', clipNorm: 0.05 },
  { name: 'adamw', weightDecay: 0.1, excludeFromWeightDecay: ['bias', 'gamma'] },
  { name: 'lamb', learningRate: 0.02, epsilon: 1e-3 },
] as const

/** A kernel is several matrices to it. */
const windowsByAdafactor: readonly BackendCase[] = [
  oracleCase('optimizer adafactor of kinds with windows', everything({ optimizer: { name: 'adafactor', learningRate: 0.05 }, epochs: 3 })),
  oracleCase(
    'optimizer adafactor of an alpha for every cell of an image',
    network([{ type: 'prelu' }, flat], [3, 4, 2], { optimizer: { name: 'adafactor', learningRate: 0.05 } }),
  ),
  oracleCase(
    'optimizer adafactor of a gamma for every number of an image',
    network([{ type: 'layerNormalization', axis: [1, 2, 3] }, flat], [3, 4, 2], { optimizer: { name: 'adafactor', learningRate: 0.05 } }),
  ),
]

export const windowUpdates: readonly BackendCase[] = [
  ...UPDATES.map((optimizer) =>
    oracleCase(`optimizer ${JSON.stringify(optimizer)} of kinds with windows`, everything({ optimizer, epochs: 3 })),
  ),
  ...windowsByAdafactor,
]
