import { type Backend, type Dataset, type FitResult, fit, fromArrays } from 'espalier'
import { type Gesture, NUMBERS, type Point, STEPS, stepsOf } from './gestures.ts'

const FEWEST = 5
const EPOCHS = 60

/** A network with the names of what it tells apart. */
export interface Learned {
  readonly network: FitResult
  readonly names: readonly string[]
}

/** The kinds of gestures, each with its own. @throws TypeError in words that a person can act on */
export function kindsOf(gestures: readonly Gesture[]): Map<string, Gesture[]> {
  const kinds = new Map<string, Gesture[]>()
  for (const gesture of gestures) kinds.set(gesture.name, [...(kinds.get(gesture.name) ?? []), gesture])
  if (kinds.size < 2) throw new TypeError('There is one kind of gesture only, or none: draw another under another name.')
  for (const [name, own] of kinds)
    if (own.length < FEWEST)
      throw new TypeError(`There are too few of "${name}": ${own.length}, and it takes ${FEWEST} of every kind at least.`)
  return kinds
}

/** Every fifth of a kind is kept back, to say how good the network is. */
function datasetOf(kinds: Map<string, Gesture[]>, kept: boolean): Dataset {
  const rows = [...kinds.values()].flatMap((own, kind) =>
    own.filter((_, i) => (i % FEWEST === FEWEST - 1) === kept).map(({ points }) => ({ steps: stepsOf(points), kind })),
  )
  return fromArrays({
    features: rows.map(({ steps }) => steps),
    targets: rows.map(({ kind }) => kind),
    task: 'multiclass',
    inputShape: [STEPS, NUMBERS],
    classNames: [...kinds.keys()],
  })
}

/** @param onProgress is told what part of the training is done */
export async function learn(backend: Backend, kinds: Map<string, Gesture[]>, onProgress: (done: number) => void): Promise<Learned> {
  const network = await fit(
    backend,
    {
      network: {
        inputShape: [STEPS, NUMBERS],
        loss: 'sparseCategoricalCrossentropy',
        layers: [
          { type: 'gru', units: 24 },
          { units: kinds.size, activation: 'softmax' },
        ],
      },
      optimizer: { name: 'adam', learningRate: 0.01 },
      batchSize: 16,
      epochs: EPOCHS,
      seed: 1,
      callbacks: { onProgress },
    },
    { train: datasetOf(kinds, false), test: datasetOf(kinds, true) },
  )
  return { network, names: [...kinds.keys()] }
}

/** The probability of every kind. */
export const recognise = ({ network }: Learned, points: readonly Point[]): Promise<Float32Array> => network.predict(stepsOf(points))
