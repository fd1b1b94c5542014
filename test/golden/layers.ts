import { LAYER_TYPES } from '../../src/core/layers/index.ts'
import type { TrainSpec } from '../../src/core/spec.ts'
import written from './layers-cases.json' with { type: 'json' }
import more from './layers-more.json' with { type: 'json' }

/** Networks of every kind of layer, activation, loss and optimizer that the package has, trained by Keras 3 in float64 (README.md). */
export interface LayersCase {
  readonly name: string
  readonly spec: TrainSpec
  readonly initialWeights: readonly (readonly (readonly number[])[])[]
  readonly train: {
    readonly features: readonly number[]
    readonly targets: readonly number[]
    readonly rows: number
    readonly sampleWeights?: readonly number[]
  }
  readonly expected: {
    readonly stepLosses: readonly number[]
    /** All numbers of the weights, one after the other. */
    readonly finalWeights: readonly number[]
    /** Of the rows trained on, by the final weights. */
    readonly predictions: readonly number[]
  }
}

type Nested = number | readonly Nested[]

interface Written {
  readonly name: string
  readonly inputShape: number[]
  readonly layers: TrainSpec['network']['layers']
  readonly loss: TrainSpec['network']['loss']
  readonly optimizer: NonNullable<TrainSpec['optimizer']>
  readonly batchSize: number
  readonly epochs: number
  readonly x: Nested
  readonly y: readonly Nested[]
  readonly sampleWeights?: readonly number[]
  readonly classWeights?: number[]
  readonly initialWeights: readonly (readonly Nested[])[]
  readonly expected: { readonly stepLosses: readonly number[]; readonly finalWeights: Nested; readonly predictions: Nested }
}

const flat = (value: Nested): number[] => (typeof value === 'number' ? [value] : value.flatMap(flat))

function read(given: Written): LayersCase {
  const { name, inputShape, layers, loss, optimizer, batchSize, epochs, x, y, sampleWeights, classWeights, initialWeights, expected } = given
  const weights = classWeights === undefined ? {} : { classWeights }
  // Keras's loss takes outputs of any shape; here the last layer makes a list of them.
  const [first] = y
  const listed = typeof first === 'object' && typeof first[0] === 'object'
  const flatten = { type: 'flatten' } as const
  return {
    name,
    spec: {
      network: { inputShape, loss, layers: listed ? [...layers, flatten] : layers },
      dialect: 'keras3',
      optimizer,
      batchSize,
      epochs,
      shuffle: false,
      recordStepLosses: true,
      ...weights,
    },
    initialWeights: [...initialWeights, ...(listed ? [[]] : [])].map((layer) => layer.map(flat)),
    train: { features: flat(x), targets: flat(y), rows: y.length, ...(sampleWeights === undefined ? {} : { sampleWeights }) },
    expected: {
      stepLosses: expected.stepLosses,
      finalWeights: flat(expected.finalWeights),
      predictions: flat(expected.predictions),
    },
  }
}

/** Whether the package has every kind of these layers, those within blocks among them. */
const isKnown = (layers: unknown): boolean =>
  [...JSON.stringify(layers).matchAll(/"type":"(\w+)"/g)].every(([, type]) => LAYER_TYPES.some((known) => known === type))

export const layersCases: readonly LayersCase[] = ([...written, ...more] as unknown as readonly Written[])
  .filter(({ layers }) => isKnown(layers))
  .map(read)
