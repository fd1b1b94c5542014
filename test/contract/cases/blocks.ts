import type { LayerSpec } from '../../../src/core/layers/index.ts'
import type { TrainSpec } from '../../../src/core/spec.ts'
import type { BackendCase } from '../api.ts'
import { company, network, oracleCase, resumed } from './layers.ts'

/** Blocks of layers, and the kinds that came with them, against the float64 oracle. */

const WIDTHS = [1, 7, 8, 9, 17]

/** Outputs that several layers read, of each sort of activation: read off the output, off the sums, over whole rows; some with dropout. */
const KINDS: Readonly<Record<string, (width: number) => LayerSpec[]>> = {
  'residual of a dense layer': (units) => [
    { units, activation: 'tanh', dropout: 0.2 },
    { type: 'residual', layers: [{ units: 5, activation: 'relu' }, { units }] },
  ],
  'residual of layerNormalization': (units) => [
    { units, activation: 'gelu' },
    { type: 'residual', layers: [{ type: 'layerNormalization' }, { units, activation: 'silu', dropout: 0.1 }] },
    {
      type: 'residual',
      layers: [
        { type: 'layerNormalization', scale: false },
        { units, activation: 'softmax' },
      ],
    },
    { type: 'layerNormalization', center: false },
  ],
  'concatenate of three branches': (units) => [
    { units, activation: 'softmax', dropout: 0.2 },
    {
      type: 'concatenate',
      branches: [
        [{ units: 3, activation: 'tanh' }],
        [],
        [
          { units, activation: 'mish' },
          { type: 'dropout', rate: 0.2 },
        ],
      ],
    },
  ],
  'blocks within blocks': (units) => [
    { units },
    {
      type: 'concatenate',
      branches: [
        [
          {
            type: 'residual',
            layers: [
              { units, activation: 'tanh' },
              { type: 'residual', layers: [{ type: 'batchNormalization' }] },
            ],
          },
        ],
        [
          { type: 'concatenate', branches: [[{ units: 2 }], [{ units: 3, activation: 'relu' }]] },
          { type: 'gaussianNoise', stddev: 0.1 },
        ],
        [],
      ],
    },
    { type: 'activation', activation: 'selu' },
  ],
  'layerNormalization that is not trained': (units) => [
    { units, activation: 'tanh' },
    { type: 'layerNormalization', trainable: false },
  ],
  gaussianNoise: (units) => [
    { units, activation: 'tanh' },
    { type: 'gaussianNoise', stddev: 0.5 },
  ],
}

const widths = Object.entries(KINDS).flatMap(([what, layers]) =>
  WIDTHS.map((width) => oracleCase(`${what}, ${width} wide`, network(layers(width), [6]))),
)

const frozen: LayerSpec = { units: 6, activation: 'tanh', trainable: false }
const shaped: readonly BackendCase[] = [
  oracleCase('residual as the first layer', network([{ type: 'residual', layers: [{ units: 6, activation: 'relu' }] }], [6])),
  oracleCase(
    'concatenate as the first layer, a branch empty',
    network([{ type: 'concatenate', branches: [[], [{ units: 5, activation: 'relu' }], [{ units: 9, activation: 'gelu' }]] }], [6]),
  ),
  oracleCase(
    'concatenate of branches of which one is not trained',
    network([frozen, { type: 'concatenate', branches: [[frozen], [{ units: 3 }], []] }], [6]),
  ),
  oracleCase(
    'residual and concatenate of steps, with spatialDropout1d',
    network(
      [
        { units: 9, activation: 'tanh' },
        { type: 'spatialDropout1d', rate: 0.3 },
        {
          type: 'residual',
          layers: [
            { type: 'layerNormalization', axis: [-2, -1] },
            { units: 9, activation: 'softplus' },
          ],
        },
        { type: 'concatenate', branches: [[{ units: 3 }, { type: 'prelu' }], []] },
        { type: 'flatten' },
      ],
      [5, 3],
    ),
  ),
  oracleCase(
    'layerNormalization and spatialDropout2d of images',
    network(
      [
        { type: 'layerNormalization', axis: [2, 3] },
        { type: 'spatialDropout2d', rate: 0.4 },
        { units: 5, activation: 'relu' },
        { type: 'layerNormalization', axis: [1, 2, 3] },
        { type: 'flatten' },
      ],
      [2, 3, 7],
    ),
  ),
]

/** A network of all of them. */
const everything = (rest: Partial<TrainSpec> = {}): TrainSpec =>
  network(
    [
      { units: 9, activation: 'gelu', dropout: 0.2 },
      { type: 'spatialDropout1d', rate: 0.2 },
      {
        type: 'residual',
        layers: [
          { type: 'layerNormalization', axis: [1, 2] },
          { units: 9, activation: 'relu', l2: 0.01 },
        ],
      },
      { type: 'flatten' },
      { type: 'gaussianNoise', stddev: 0.1 },
      { type: 'concatenate', branches: [[{ units: 5, activation: 'softmax' }], [{ type: 'batchNormalization' }], []] },
      { type: 'layerNormalization' },
      { units: 6, activation: 'tanh' },
    ],
    [4, 3],
    rest,
  )

const updates = (['lamb', 'adafactor', { name: 'adam', clipNorm: 0.05 }, { name: 'adamw', weightDecay: 0.1 }] as const).map((optimizer) =>
  oracleCase(`blocks moved by ${JSON.stringify(optimizer)}`, everything({ optimizer })),
)

export const blocks: readonly BackendCase[] = [
  ...widths,
  ...shaped,
  ...updates,
  company('blocks of layers', everything, ['adam', { name: 'sgd', clipNorm: 0.1 }, 'adam']),
  resumed('blocks of layers', everything),
]
