// The tables that the Fashion-MNIST study printed.

import type { Params, ParamValue } from '../../study/space/distributions.ts'

export const FASHION_STAGES = ['architecture', 'initializer', 'activation', 'optimizer', 'batchSize', 'epochs'] as const
/**
 * The stages of the published search, in its order.
 * @useDeclaredType
 */
export type FashionStage = (typeof FASHION_STAGES)[number]

/** A row of a printed table: what the stage varies, and one run's test accuracy and test loss. */
export interface PublishedRow {
  readonly label: string
  /** The values of the parameters that the stage varies. */
  readonly params: Params
  readonly accuracy: number
  readonly loss: number
}

export interface PublishedTable {
  /** As the study counts them. */
  readonly number: number
  readonly stage: FashionStage
  readonly title: string
  readonly rows: readonly PublishedRow[]
  /** The label that the study continued with. */
  readonly winner: string
}

/** Widths of the hidden layers, first to last, as parameters. */
const architectureOf = (widths: readonly number[]): Params => ({
  layers: widths.length,
  ...Object.fromEntries(widths.map((width, i) => [`units${i + 1}`, width])),
})

const architecture = (widths: readonly number[], accuracy: number, loss: number): PublishedRow => ({
  label: widths.join('-'),
  params: architectureOf(widths),
  accuracy,
  loss,
})

type Printed = readonly [value: ParamValue, accuracy: number, loss: number]

const rowsOf = (name: string, rows: readonly Printed[]): PublishedRow[] =>
  rows.map(([value, accuracy, loss]) => ({
    label: value === null ? 'none (32)' : String(value),
    params: { [name]: value },
    accuracy,
    loss,
  }))

/** The study of Fashion-MNIST (Keras 2.2, 2019) as it printed its results: 5 epochs a run, one run each, the test set to choose by. */
export const FASHION_TABLES: readonly PublishedTable[] = [
  {
    number: 1,
    stage: 'architecture',
    title: 'Architecture',
    winner: '512-128-32',
    // In the order of the pyramid search.
    rows: [
      architecture([2], 0.663, 0.852),
      architecture([4], 0.761, 0.567),
      architecture([8], 0.787, 0.494),
      architecture([16], 0.794, 0.476),
      architecture([32], 0.797, 0.47),
      architecture([64], 0.797, 0.468),
      architecture([128], 0.797, 0.467),
      architecture([256], 0.798, 0.467),
      architecture([512], 0.798, 0.466),
      architecture([512, 512], 0.798, 0.46),
      architecture([512, 256], 0.8, 0.457),
      architecture([512, 128], 0.801, 0.453),
      architecture([512, 64], 0.795, 0.462),
      architecture([512, 128, 128], 0.797, 0.453),
      architecture([512, 128, 64], 0.796, 0.451),
      architecture([512, 128, 32], 0.801, 0.447),
      architecture([512, 128, 16], 0.788, 0.479),
      architecture([512, 128, 32, 16], 0.792, 0.486),
    ],
  },
  {
    number: 2,
    stage: 'initializer',
    title: 'Weight initialiser',
    winner: 'heNormal',
    rows: rowsOf('initializer', [
      // biome-ignore lint/suspicious/noApproximativeNumericConstant: the table prints three digits of ln 10
      ['zeros', 0.1, 2.303],
      ['ones', 0.1, 14.506],
      ['randomNormal', 0.8, 0.47],
      ['randomUniform', 0.803, 0.469],
      ['truncatedNormal', 0.791, 0.465],
      ['orthogonal', 0.8, 0.455],
      ['lecunNormal', 0.805, 0.453],
      ['lecunUniform', 0.806, 0.462],
      ['glorotNormal', 0.796, 0.482],
      ['glorotUniform', 0.809, 0.466],
      ['heNormal', 0.81, 0.448],
      ['heUniform', 0.807, 0.452],
    ]),
  },
  {
    number: 3,
    stage: 'activation',
    title: 'Activation of the hidden layers',
    winner: 'selu',
    rows: rowsOf('activation', [
      ['elu', 0.839, 0.394],
      ['selu', 0.84, 0.394],
      ['softplus', 0.806, 0.4701],
      ['softsign', 0.822, 0.44],
      ['relu', 0.832, 0.393],
      ['tanh', 0.824, 0.407],
      ['sigmoid', 0.605, 1.024],
      ['hardSigmoid', 0.506, 1.256],
      ['linear', 0.805, 0.465],
    ]),
  },
  {
    number: 4,
    stage: 'optimizer',
    title: 'Optimizer',
    winner: 'adamax',
    rows: rowsOf('optimizer', [
      ['sgd', 0.837, 0.399],
      ['rmsprop', 0.857, 0.4],
      ['adagrad', 0.864, 0.344],
      ['adadelta', 0.852, 0.391],
      ['adam', 0.858, 0.379],
      ['adamax', 0.869, 0.346],
      ['nadam', 0.85, 0.382],
    ]),
  },
  {
    number: 5,
    stage: 'batchSize',
    title: 'Batch size',
    winner: '128',
    // The default and 32 are the same, and two rows.
    rows: rowsOf('batchSize', [
      [null, 0.867, 0.367],
      [512, 0.871, 0.355],
      [256, 0.87, 0.344],
      [128, 0.873, 0.391],
      [64, 0.863, 0.379],
      [32, 0.872, 0.346],
      [16, 0.873, 0.382],
    ]),
  },
  {
    number: 6,
    stage: 'epochs',
    title: 'Epochs',
    winner: '20',
    rows: rowsOf('epochs', [
      [5, 0.873, 0.391],
      [10, 0.881, 0.327],
      [20, 0.895, 0.344],
      [30, 0.886, 0.406],
      [50, 0.89, 0.494],
    ]),
  },
]

export function publishedTable(stage: FashionStage): PublishedTable {
  const table = FASHION_TABLES.find((one) => one.stage === stage)
  if (table === undefined) throw new Error(`every stage has a table; ${stage} has none`)
  return table
}

/** Seconds per epoch in the study, on its GPU (GTX 1050 Ti). */
export const PUBLISHED_SECONDS_AN_EPOCH = 6
