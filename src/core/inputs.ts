// What a network that does not say its inputs reads: rows as lists, with the shape that they have, or with tokens that it looks up.

import { nodesOf } from './blocks.ts'
import { kindOf } from './layers/index.ts'
import { type Shape, sizeOf } from './layers/kind.ts'
import { walk } from './layout.ts'
import type { TopologyLayer } from './population.ts'
import type { TopologySpec, TrainSpec } from './spec.ts'
import { embeddingLayers, type TokenInputs } from './tokens.ts'

/** What a data set says of a row: its numbers, and the shape in which they lie, as [28, 28] for an image of 28 x 28 pixels. */
export interface Inputs extends TokenInputs {
  readonly inputShape?: Shape | undefined
}

class Refused extends Error {
  readonly isOfForm: boolean
  constructor(isOfForm: boolean) {
    super()
    this.isOfForm = isOfForm
  }
}

const LARGE = 65536
const enlarged = (shape: Shape): Shape => shape.map((n) => n * LARGE)

/** How many layers accept what they read before one does not, and a half for one that would accept a larger row of that form. */
function accepting(layers: readonly TopologyLayer[], inputShape: Shape): number {
  let accepted = 0
  try {
    walk({ inputShape, layers }, (layer, input, inputs) => {
      const { refusal = () => undefined } = kindOf(layer.type)
      if (refusal(layer, input, inputs) !== undefined)
        throw new Refused(refusal(layer, enlarged(input), inputs.map(enlarged)) !== undefined)
      accepted += 1
    })
    return accepted
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return error.isOfForm ? accepted : accepted + 0.5
  }
}

/** A row as a list, as an image with its channels, and as it is: pixels without channels are grey, or a sequence of rows. */
const readings = (shape: Shape): readonly Shape[] => [[sizeOf(shape)], ...(shape.length === 2 ? [[...shape, 1]] : []), shape]

/**
 * The topology with the inputs of its data, where it says none. Of the readings of a row that has a shape, it is the one that most layers accept,
 * a list before others: so dense layers read all pixels, `conv2d` images and `gru` sequences.
 * @param given parsed
 */
export function withInputs(given: TopologySpec, { inputSize, inputShape }: Inputs): TopologySpec {
  if (given.inputSize !== undefined || given.inputShape !== undefined) return given
  if (inputShape === undefined || inputShape.length < 2 || given.layers === undefined) return { ...given, inputSize }
  const layers = nodesOf(given.layers, '').map(
    ({ spec, place }) => ({ ...kindOf(spec.type ?? 'dense').resolveShape({ ...spec, ...place }), ...place }) as TopologyLayer,
  )
  const best = readings(inputShape)
    .map((shape) => ({ shape, accepted: accepting(layers, shape) }))
    .reduce((most, other) => (other.accepted > most.accepted ? other : most))
  return best.shape.length === 1 ? { ...given, inputSize } : { ...given, inputShape: [...best.shape] }
}

/** A spec whose network says no inputs, of rows with tokens: it begins by looking these up. Any other is left as it is. @param given parsed */
export function withEmbeddings(given: TrainSpec, inputs: Inputs): TrainSpec {
  const { network } = given
  const layers = embeddingLayers(inputs)
  if (layers.length === 0 || network.inputSize !== undefined || network.inputShape !== undefined) return given
  return { ...given, network: { ...network, inputSize: inputs.inputSize, layers: [...layers, ...network.layers] } }
}
