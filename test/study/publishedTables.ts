import type { SamplerSpec } from '../../src/study/sampler/create.ts'
import type { Params } from '../../src/study/space/distributions.ts'
import { categorical, int, Space } from '../../src/study/space/space.ts'

/** [test accuracy, test loss] as the study of Fashion-MNIST printed them. */
type Printed = readonly [number, number]
type Table = Readonly<Record<string, Printed>>

/** Table 1: by the widths of the hidden layers, in the order of the search. */
export const ARCHITECTURES: Table = {
  '2': [0.663, 0.852],
  '4': [0.761, 0.567],
  '8': [0.787, 0.494],
  '16': [0.794, 0.476],
  '32': [0.797, 0.47],
  '64': [0.797, 0.468],
  '128': [0.797, 0.467],
  '256': [0.798, 0.467],
  '512': [0.798, 0.466],
  '512-512': [0.798, 0.46],
  '512-256': [0.8, 0.457],
  '512-128': [0.801, 0.453],
  '512-64': [0.795, 0.462],
  '512-128-128': [0.797, 0.453],
  '512-128-64': [0.796, 0.451],
  '512-128-32': [0.801, 0.447],
  '512-128-16': [0.788, 0.479],
  '512-128-32-16': [0.792, 0.486],
}

const INITIALIZERS: Table = {
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: the table prints three digits of ln 10
  zeros: [0.1, 2.303],
  ones: [0.1, 14.506],
  randomNormal: [0.8, 0.47],
  randomUniform: [0.803, 0.469],
  truncatedNormal: [0.791, 0.465],
  orthogonal: [0.8, 0.455],
  lecunNormal: [0.805, 0.453],
  lecunUniform: [0.806, 0.462],
  glorotNormal: [0.796, 0.482],
  glorotUniform: [0.809, 0.466],
  heNormal: [0.81, 0.448],
  heUniform: [0.807, 0.452],
}
const ACTIVATIONS: Table = {
  elu: [0.839, 0.394],
  selu: [0.84, 0.394],
  softplus: [0.806, 0.4701],
  softsign: [0.822, 0.44],
  relu: [0.832, 0.393],
  tanh: [0.824, 0.407],
  sigmoid: [0.605, 1.024],
  hardSigmoid: [0.506, 1.256],
  linear: [0.805, 0.465],
}
const OPTIMIZERS: Table = {
  sgd: [0.837, 0.399],
  rmsprop: [0.857, 0.4],
  adagrad: [0.864, 0.344],
  adadelta: [0.852, 0.391],
  adam: [0.858, 0.379],
  adamax: [0.869, 0.346],
  nadam: [0.85, 0.382],
}
/** The study lists the default, null here, and 32, which is the same, as two rows. */
const BATCH_SIZES: Table = {
  null: [0.867, 0.367],
  512: [0.871, 0.355],
  256: [0.87, 0.344],
  128: [0.873, 0.391],
  64: [0.863, 0.379],
  32: [0.872, 0.346],
  16: [0.873, 0.382],
}
const EPOCHS: Table = { 5: [0.873, 0.391], 10: [0.881, 0.327], 20: [0.895, 0.344], 30: [0.886, 0.406], 50: [0.89, 0.494] }

const MAX_LAYERS = 5

export const START: Params = { initializer: 'glorotUniform', activation: 'linear', optimizer: 'sgd', batchSize: null, epochs: 5 }

export const space = new Space({
  layers: int(1, MAX_LAYERS),
  ...Object.fromEntries(Array.from({ length: MAX_LAYERS }, (_, i) => [`units${i + 1}`, int(1, 1024, { when: `layers > ${i}` })])),
  initializer: categorical(Object.keys(INITIALIZERS)),
  activation: categorical(Object.keys(ACTIVATIONS)),
  optimizer: categorical(Object.keys(OPTIMIZERS)),
  batchSize: categorical([null, 512, 256, 128, 64, 32, 16]),
  epochs: categorical(Object.keys(EPOCHS).map(Number)),
})

export const PYRAMID = {
  widths: ['units1', 'units2', 'units3', 'units4', 'units5'],
  inputSize: 784,
  outputSize: 10,
  startFrom: ['same', 'same', 'half'],
} as const

/** The whole published study. */
export const STUDY = {
  name: 'winnerTakesAll',
  start: START,
  stages: [
    { pyramid: { ...PYRAMID, widths: [...PYRAMID.widths], startFrom: [...PYRAMID.startFrom] }, objective: 1 },
    'initializer',
    'activation',
    'optimizer',
    { vary: 'batchSize', objective: 0 },
    { vary: ['epochs'] },
  ],
} satisfies SamplerSpec

export const widthsOf = (params: Params): string =>
  Array.from({ length: MAX_LAYERS }, (_, i) => params[`units${i + 1}`])
    .filter((width) => width !== undefined)
    .join('-')

/** What the study printed for a configuration: the row of the last stage that it belongs to. Throws for one that is in no table. */
export function published(params: Params): Printed {
  const [table, row] =
    params.epochs !== START.epochs
      ? [EPOCHS, params.epochs]
      : params.batchSize !== START.batchSize
        ? [BATCH_SIZES, params.batchSize]
        : params.optimizer !== START.optimizer
          ? [OPTIMIZERS, params.optimizer]
          : params.activation !== START.activation
            ? [ACTIVATIONS, params.activation]
            : params.initializer !== START.initializer
              ? [INITIALIZERS, params.initializer]
              : [ARCHITECTURES, widthsOf(params)]
  const printed = table[String(row)]
  if (printed === undefined) throw new Error(`no table of the study has ${String(row)}`)
  return printed
}
