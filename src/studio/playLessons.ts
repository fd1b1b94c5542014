// The lessons of play mode: each opens the page in a state, and beside it what a replayed study measured.

import { PLAY_DEFAULTS, type PlaySettings } from './playSettings.ts'

export interface Lesson {
  readonly id: 'sigmoid' | 'batch-size' | 'one-run' | 'twig'
  readonly title: string
  readonly settings: PlaySettings
  /** What to look at here. */
  readonly here: readonly string[]
  /** What the study's own data say, by docs/replication.md. */
  readonly study: readonly string[]
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
    study: [
      'A published study of Fashion-MNIST, replayed with three seeds: after 5 epochs of plain SGD a network of 512-128-32 sigmoid units was right on 0.669 of the test rows, where relu had 0.857. By another optimizer, adamax, it is behind after one epoch (0.809, relu 0.847) and has all but caught up after 20 (0.885, relu 0.894; the intervals overlap). Slow is not the same as unable.',
      'A study of the Pima data claimed that sigmoid and tanh hardly learn, near the 0.651 of always saying no. Replayed with 30 seeds they reach 0.717 and 0.713 after 100 epochs: behind relu, 0.759, but learning.',
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
    study: [
      'A published study of the Pima diabetes data claimed that batches of 5 and 10 pass 0.72 accuracy on training rows within 100 epochs and that 16 and 32 stay below. Replayed with 30 seeds, all four pass it: their highest are 0.766, 0.762, 0.749 and 0.735. The direction is right, the line is not; on test rows the largest difference, 0.738 against 0.718, is one that a single split of 154 rows cannot show.',
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
    study: [
      'The control of the Fashion-MNIST replay: a search over everything at once tried 52 networks, one run each. Its best had 0.897. Trained again with five seeds that no search had used it had 0.100, chance, all five times. The search with three seeds a trial kept what it promised.',
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
    study: [
      'A published study chose everything after 5 epochs, “as the twig is bent”. Replayed: the rank of nine activations at 5 epochs goes with that at 20 by 0.67, with an interval of half the scale and more, so the claim is undecided. Of ten initialisers it goes by −0.15: they differ in nothing after 20 epochs, so there is no ranking to tell.',
    ],
  },
]

/** @throws RangeError for a lesson that there is not */
export function lessonOf(id: string): Lesson {
  const lesson = LESSONS.find((one) => one.id === id)
  if (lesson === undefined) throw new RangeError(`there is no lesson “${id}”; there are ${LESSONS.map((one) => one.id).join(', ')}`)
  return lesson
}
