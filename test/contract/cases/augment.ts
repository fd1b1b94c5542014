import type { LayerSpec } from '../../../src/core/layers/index.ts'
import type { TrainSpec } from '../../../src/core/spec.ts'
import type { BackendCase } from '../api.ts'
import { company, network, oracleCase, resumed } from './layers.ts'

/** Layers that move images in training, against the float64 oracle, in images that fit nothing; and above a layer that is trained. */

const flat: LayerSpec = { type: 'flatten' }
const MOVES: readonly (readonly [layer: LayerSpec, input: [number, number, number]])[] = [
  [{ type: 'randomFlip' }, [5, 4, 1]],
  [{ type: 'randomFlip', mode: 'horizontal' }, [3, 7, 9]],
  [{ type: 'randomFlip', mode: 'vertical' }, [7, 3, 3]],
  [{ type: 'randomTranslation', heightFactor: 0.4, widthFactor: 0.9 }, [5, 6, 1]],
  [{ type: 'randomTranslation', heightFactor: 0.9, widthFactor: 0.3, fillMode: 'constant', fillValue: 0.7 }, [7, 5, 8]],
  [{ type: 'randomTranslation', heightFactor: 1, widthFactor: 0, fillMode: 'wrap' }, [4, 5, 9]],
  [{ type: 'randomRotation', factor: 0.5, fillMode: 'nearest' }, [7, 5, 3]],
  [{ type: 'randomRotation', factor: 1 }, [5, 5, 17]],
  [{ type: 'randomZoom', heightFactor: 0.5, fillMode: 'constant' }, [6, 7, 4]],
  [{ type: 'randomZoom', heightFactor: 0.9, widthFactor: 0.2 }, [5, 9, 7]],
  [{ type: 'randomCrop', height: 3, width: 4 }, [5, 7, 1]],
  [{ type: 'randomCrop', height: 4, width: 1 }, [7, 4, 8]],
]

const moves = MOVES.flatMap(([layer, input]) => {
  const what = `${layer.type} of ${input.join(' x ')}`
  const below: LayerSpec = { type: 'conv2d', filters: input[2], kernelSize: 1, activation: 'gelu' }
  return [
    oracleCase(
      `${what}, as the first layer`,
      network([layer, { type: 'conv2d', filters: 5, kernelSize: 2, padding: 'same' }, flat], input),
    ),
    oracleCase(`${what}, above another`, network([below, layer, { units: 5, activation: 'tanh' }, flat], input)),
  ]
})

/** A network of all of them. */
const everything = (rest: Partial<TrainSpec> = {}): TrainSpec =>
  network(
    [
      { type: 'randomFlip' },
      { type: 'randomTranslation', heightFactor: 0.2, widthFactor: 0.3 },
      { type: 'conv2d', filters: 9, kernelSize: 3, padding: 'same', activation: 'relu' },
      { type: 'concatenate', branches: [[{ type: 'randomZoom', heightFactor: 0.3 }], [{ type: 'randomRotation', factor: 0.1 }]] },
      { type: 'randomCrop', height: 5, width: 6 },
      { type: 'globalAveragePooling2d' },
    ],
    [7, 9, 3],
    rest,
  )

export const augmentCases: readonly BackendCase[] = [
  ...moves,
  company('images that are moved', everything, ['adam', 'sgd', { name: 'sgd', clipNorm: 0.1 }, 'lamb', 'nadam', 'adam', 'rmsprop']),
  resumed('images that are moved', everything),
]
