// The networks that are tried on pictures: a straight line, a dense one, and two with convolutions.

import type { TrainSpec } from '../../../core/spec.ts'
import type { PictureShape } from '../../pictures.ts'

type CandidateName = 'line' | 'dense' | 'narrow' | 'wide'

export interface Candidate {
  readonly name: CandidateName
  /** For people. */
  readonly title: string
  readonly spec: Pick<TrainSpec, 'network' | 'optimizer' | 'batchSize'>
}

/** Below so many rows small batches learn more of each. */
const FEW_ROWS = 2000

/** In the order in which they get their first turn. */
export function candidatesOf(inputShape: PictureShape, classes: number, rows: number): Candidate[] {
  const batchSize = Math.max(1, Math.min(rows < FEW_ROWS ? 16 : 64, Math.floor(rows / 4)))
  const candidate = (name: CandidateName, title: string, learningRate: number, layers: Layers): Candidate => ({
    name,
    title,
    spec: {
      network: {
        inputShape: [...inputShape],
        loss: 'categoricalCrossentropy',
        layers: [...layers, { units: classes, activation: 'softmax', ...(layers.length === 1 && { l2: 1e-3 }) }],
      },
      optimizer: { name: 'adam', learningRate },
      batchSize,
    },
  })
  return [
    candidate('line', 'a straight line', 2e-3, [{ type: 'flatten' }]),
    candidate('dense', 'dense, 128 units', 1e-3, [
      { type: 'flatten' },
      { units: 128, activation: 'relu', initializer: 'heNormal' },
      { type: 'dropout', rate: 0.3 },
    ]),
    candidate('narrow', 'convolutions of 8 and 16 filters', 2e-3, convolutions(8, 32)),
    candidate('wide', 'convolutions of 16 and 32 filters', 1e-3, convolutions(16, 64)),
  ]
}

type Layers = TrainSpec['network']['layers']

const convolutions = (filters: number, units: number): Layers => [
  { type: 'conv2d', filters, kernelSize: 3, padding: 'same', activation: 'relu', initializer: 'heNormal' },
  { type: 'maxPooling2d' },
  { type: 'conv2d', filters: 2 * filters, kernelSize: 3, padding: 'same', activation: 'relu', initializer: 'heNormal' },
  { type: 'maxPooling2d' },
  { type: 'flatten' },
  { units, activation: 'relu', initializer: 'heNormal' },
  { type: 'dropout', rate: 0.3 },
]
