import { type Backend, type Dataset, type FitResult, fit, fromArrays } from 'espalier'
import { CHANNELS, type Pixels, SIDE, variantsOf } from './images.ts'

export interface Kind {
  readonly name: string
  readonly pictures: readonly Pixels[]
}

const FEWEST = 5
/** Every fifth picture is kept back, to say how good the network is. */
const isKept = (_: Pixels, i: number): boolean => i % FEWEST === FEWEST - 1
const EPOCHS = 12
const BYTE = 1 / 255

/** @throws TypeError in words that a person can act on */
export function checkKinds(kinds: readonly Kind[]): void {
  if (kinds.length < 2) throw new TypeError('There is one kind only: add another, of which to tell it apart.')
  const few = kinds.find(({ pictures }) => pictures.length < FEWEST)
  if (few !== undefined)
    throw new TypeError(
      `There are too few pictures of "${few.name}": ${few.pictures.length}, and it takes ${FEWEST} of every kind at least.`,
    )
}

function datasetOf(kinds: readonly Kind[], take: (pictures: readonly Pixels[]) => readonly Pixels[]): Dataset {
  const rows = kinds.flatMap(({ pictures }, kind) => take(pictures).map((pixels) => ({ pixels, kind })))
  const features = new Uint8Array(rows.length * SIDE * SIDE * CHANNELS)
  for (const [i, { pixels }] of rows.entries()) features.set(pixels, i * pixels.length)
  return fromArrays({
    features,
    targets: rows.map(({ kind }) => kind),
    task: 'multiclass',
    inputShape: [SIDE, SIDE, CHANNELS],
    scale: BYTE,
    classNames: kinds.map(({ name }) => name),
  })
}

/** @param onProgress is told what part of the training is done */
export function learn(backend: Backend, kinds: readonly Kind[], onProgress: (done: number) => void): Promise<FitResult> {
  const train = datasetOf(kinds, (pictures) => pictures.filter((pixels, i) => !isKept(pixels, i)).flatMap(variantsOf))
  const test = datasetOf(kinds, (pictures) => pictures.filter(isKept))
  const convolution = { type: 'conv2d', kernelSize: 3, padding: 'same', activation: 'relu', initializer: 'heNormal' } as const
  return fit(
    backend,
    {
      network: {
        inputShape: [SIDE, SIDE, CHANNELS],
        loss: 'sparseCategoricalCrossentropy',
        layers: [
          { ...convolution, filters: 8 },
          { type: 'maxPooling2d' },
          { ...convolution, filters: 16 },
          { type: 'maxPooling2d' },
          { ...convolution, filters: 32 },
          { type: 'globalMaxPooling2d' },
          { units: kinds.length, activation: 'softmax' },
        ],
      },
      optimizer: { name: 'adam', learningRate: 0.005 },
      epochs: EPOCHS,
      seed: 1,
      callbacks: { onProgress },
    },
    { train, test },
  )
}

/** The probability of every kind. */
export const classify = (network: FitResult, pixels: Pixels): Promise<Float32Array> => network.predict(pixels, BYTE)
