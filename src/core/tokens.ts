// Features that are tokens, as categories of a table become: which they are, and the layers that look them up.

import { InvalidDataError } from './errors.ts'
import type { LayerSpec } from './layers/index.ts'
import { isObject, shown } from './shown.ts'

/** Features that are tokens of one embedding: whole numbers from 0 to inputDim - 1. */
export interface Tokens {
  /** How many features of a row. */
  readonly features: number
  readonly inputDim: number
  /** Numbers that a token becomes. */
  readonly outputDim: number
}

/** What rows hold: numbers, then the features of each of `tokens`, one behind the other. */
export interface TokenInputs {
  readonly inputSize: number
  readonly tokens?: readonly Tokens[] | undefined
}

/** `count` features from `first` on of a row as an image of one column. */
const part = (first: number, count: number, inputSize: number): LayerSpec[] => [
  {
    type: 'cropping2d',
    cropping: [
      [first, inputSize - first - count],
      [0, 0],
    ],
  },
  { type: 'reshape', targetShape: [count] },
]

/**
 * The layers with which a network of such rows begins: each token becomes its row of a table that is learned, and all of these stand behind the numbers,
 * in a list of one axis. The network's `inputSize` is that of the rows. Rows without tokens take no such layers.
 * @throws InvalidDataError for what is no data
 */
export function embeddingLayers(inputs: TokenInputs): LayerSpec[] {
  if (!isObject(inputs)) throw new InvalidDataError(`the data is ${shown(inputs)}; it must be what a preparation makes of rows`)
  const { inputSize, tokens = [] } = inputs
  const [first] = tokens
  if (first === undefined) return []
  const numbers = inputSize - tokens.reduce((sum, { features }) => sum + features, 0)
  const lookUp = ({ inputDim, outputDim }: Tokens): LayerSpec[] => [{ type: 'embedding', inputDim, outputDim }, { type: 'flatten' }]
  if (numbers === 0 && tokens.length === 1) return lookUp(first)
  const branches = numbers === 0 ? [] : [part(0, numbers, inputSize)]
  let at = numbers
  for (const group of tokens) {
    branches.push([...part(at, group.features, inputSize), ...lookUp(group)])
    at += group.features
  }
  return [
    { type: 'reshape', targetShape: [inputSize, 1, 1] },
    { type: 'concatenate', branches },
  ]
}
