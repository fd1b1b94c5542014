// The layer `embedding`: a row of a table for every token.

import { type Initializer, type InitializerSpec, resolveInitializer } from '../initializers.ts'
import { FLAG, INITIALIZER, MAX_INPUTS, MAX_UNITS, NON_NEGATIVE } from '../rules.ts'
import type { LayerKind } from './kind.ts'

/** Tokens, whole numbers from 0 to inputDim - 1, as rows of a table of inputDim x outputDim numbers. */
export interface EmbeddingShape {
  readonly type: 'embedding'
  readonly inputDim: number
  readonly outputDim: number
  /** Whether token 0 is padding: layers above leave its step out. */
  readonly maskZero: boolean
  readonly trainable: boolean
}

/** The layer of one member, with all numbers filled in. */
export interface EmbeddingMember {
  readonly type: 'embedding'
  readonly initializer: Initializer
  /** Penalties on the table: l1 sum |w| + l2 sum w^2. */
  readonly l1: number
  readonly l2: number
}

/** As people write it. */
export interface EmbeddingSpec {
  type: 'embedding'
  /** How many tokens there are: they are the numbers from 0 to inputDim - 1. */
  inputDim: number
  /** Numbers a token becomes. */
  outputDim: number
  /** Whether token 0 is padding, whose steps recurrent layers and averages leave out; false by default. */
  maskZero?: boolean | undefined
  /** Whether training moves it; true by default. */
  trainable?: boolean | undefined
  /** randomUniform from -0.05 to 0.05 by default. */
  initializer?: InitializerSpec | undefined
  /** Adds l1 sum |w| of the table to the loss; 0 by default. */
  l1?: number | undefined
  /** Adds l2 sum w² of the table to the loss; 0 by default. */
  l2?: number | undefined
}

export const embedding: LayerKind<EmbeddingShape, EmbeddingMember> = {
  code: 34,
  shapeFields: {
    inputDim: { is: 'whole', low: 1, high: MAX_INPUTS, required: true },
    outputDim: { is: 'whole', low: 1, high: MAX_UNITS, required: true },
    maskZero: FLAG,
    trainable: FLAG,
  },
  memberFields: { initializer: INITIALIZER, l1: NON_NEGATIVE, l2: NON_NEGATIVE },
  resolveShape(given) {
    const { inputDim, outputDim, maskZero = false, trainable = true } = given as unknown as EmbeddingSpec
    return { type: 'embedding', inputDim, outputDim, maskZero, trainable }
  },
  resolveMember(given, { inputDim, outputDim }) {
    const { initializer, l1 = 0, l2 = 0 } = given as unknown as EmbeddingSpec
    return { type: 'embedding', initializer: resolveInitializer(initializer ?? 'randomUniform', inputDim, outputDim), l1, l2 }
  },
  refusal: (_, input) => (input.length === 1 ? undefined : `embedding reads a list of tokens, and its rows are [${input.join(', ')}]`),
  outputShape: ({ outputDim }, [steps = 1]) => [steps, outputDim],
  tensors: ({ inputDim, outputDim, trainable }) => [{ name: 'embeddings', shape: [inputDim, outputDim], trained: trainable }],
  state: () => [],
  initializers: ({ initializer }) => [initializer],
  multiplyAdds: () => 0,
  carriesMask: ({ maskZero }) => maskZero,
}
