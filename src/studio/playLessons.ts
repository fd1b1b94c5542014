// The lessons of play mode: each opens the page in a state, and beside it what a replayed study measured.

import { PLAY_DEFAULTS, type PlaySettings } from './playSettings.ts'

export interface Lesson {
  readonly id: 'sigmoid' | 'batch-size' | 'one-run' | 'twig'
  readonly title: string
  readonly settings: PlaySettings
  /** What to look at here; what a study measured comes with its data (lessonData.ts). */
  readonly here: readonly string[]
}

const like = (changed: Partial<PlaySettings>): PlaySettings => ({ ...PLAY_DEFAULTS, ...changed })

export const LESSONS: readonly Lesson[] = [
  {
    id: 'sigmoid',
    title: 'Why sigmoid learns slowly',
    settings: like({ layers: 4, units: 8, optimizer: 'sgd', learningRate: 0.1, vary: 'activation' }),
    here: [
      'Four hidden layers, four activations, four seeds each. The slope of a sigmoid is a quarter at most, and every layer multiplies by it once more: what the first layer hears of the error has all but vanished.',
      'Look at “How far a weight moves in a frame” of a sigmoid network, and then of a relu network. Then give the network one hidden layer only: sigmoid learns.',
    ],
  },
  {
    id: 'batch-size',
    title: 'What batch size does',
    settings: like({ points: 'circles', units: 6, optimizer: 'sgd', learningRate: 0.03, vary: 'batchSize' }),
    here: [
      'A batch is how many points are looked at before each correction. Batches of 1 correct a hundred times an epoch, batches of 64 twice: by epochs the small ones run ahead, and their curves shake.',
      'Wait: the larger ones arrive too. Take a larger learning rate, and they arrive sooner.',
    ],
  },
  {
    id: 'one-run',
    title: 'Why one run proves nothing',
    settings: like({ layers: 1, units: 3, activation: 'relu' }),
    here: [
      'Sixteen networks with the same settings on the same points; they differ in nothing but the seed of their first weights and the order of their rows. Some find the circle, others never do.',
      'Whoever trains one of them learns which seed he drew. Press “Other seeds, other points”, and count again.',
    ],
  },
  {
    id: 'twig',
    title: 'As the twig is bent',
    settings: like({ points: 'xor', units: 4, activation: 'relu', learningRate: 0.003 }),
    here: [
      'Does the order of the first epochs tell the order at the end? After 10 epochs the losses of all networks are noted, and the last sentence below says what became of the better half.',
      'Here it tells little, and with other seeds and other points it tells something else: press the button, and read the sentence again.',
    ],
  },
]

/** @throws RangeError for a lesson that there is not */
export function lessonOf(id: string): Lesson {
  const lesson = LESSONS.find((one) => one.id === id)
  if (lesson === undefined) throw new RangeError(`there is no lesson “${id}”; there are ${LESSONS.map((one) => one.id).join(', ')}`)
  return lesson
}
