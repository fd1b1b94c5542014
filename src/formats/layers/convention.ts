// Where TensorFlow.js and Keras 3 write the same layer differently.

/** Where TensorFlow.js's LayersModel and Keras 3 differ in the words they have in common. */
export interface Convention {
  /** The slope of `hard_sigmoid`. */
  readonly hardSigmoid: number
  /** LeakyReLU's parameter in its config. */
  readonly slopeKey: 'alpha' | 'negative_slope'
  /** Whether ELU takes an alpha that is not 1. */
  readonly eluAlpha: boolean
  readonly shapeKey: 'batch_input_shape' | 'batch_shape'
}

/** tfjs-layers 4.22: `activations.ts`, `layers/advanced_activations.ts`; ELU throws NotImplementedError for another alpha. */
export const TFJS: Convention = { hardSigmoid: 0.2, slopeKey: 'alpha', eluAlpha: false, shapeKey: 'batch_input_shape' }

/** Keras 3: `keras/src/activations/activations.py`, `keras/src/layers/activations/*.py`, `keras/src/layers/core/input_layer.py`. */
export const KERAS: Convention = { hardSigmoid: 1 / 6, slopeKey: 'negative_slope', eluAlpha: true, shapeKey: 'batch_shape' }

/**
 * The slope of `hard_sigmoid` in a file of Keras, or of TensorFlow.js, which kept that of Keras 2; Keras 3 has another. A version that is no
 * number is TensorFlow.js's own.
 */
export const hardSigmoidOf = (kerasVersion: unknown): number =>
  Number.parseInt(String(kerasVersion), 10) >= 3 ? KERAS.hardSigmoid : TFJS.hardSigmoid

/** `keras/src/utils/naming.py`: the name of a class in names of layers and paths of weights. */
export const snakeCase = (name: string): string =>
  name
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()

/** A layer as both write it into their JSON. */
export interface LayerJson {
  readonly className: string
  readonly name: string
  readonly config: Readonly<Record<string, unknown>>
}

/** Gives names as Keras does: `dense`, `dense_1`, …, each class counted by itself. */
export function namer(): (className: string) => string {
  const used = new Map<string, number>()
  return (className) => {
    const name = snakeCase(className)
    const count = used.get(name) ?? 0
    used.set(name, count + 1)
    return count === 0 ? name : `${name}_${count}`
  }
}
