// The protocol of the Fashion-MNIST study, as study options.

import type { StudyOptions } from '../../study/options.ts'
import type { SamplerSpec } from '../../study/sampler/create.ts'
import type { Sampler } from '../../study/sampler/sampler.ts'
import type { Params } from '../../study/space/distributions.ts'
import { categorical, int, type SpaceSpec } from '../../study/space/space.ts'
import type { TrainTemplate } from '../../study/template.ts'
import { FASHION_STAGES, type FashionStage, publishedTable } from './published.ts'

const WIDTHS = ['units1', 'units2', 'units3', 'units4', 'units5']
const JOINT_WIDTHS = WIDTHS.slice(0, 4)

/** Epochs of a trial in all stages but the last. */
export const STAGE_EPOCHS = 5
/** Epochs of Figure 2's curves and of the joint search's trials: the study's final number. */
export const FINAL_EPOCHS = 20

/** What the study had before its first stage. None for the batch size is Keras's default, 32. */
export const START: Params = { initializer: 'glorotUniform', activation: 'linear', optimizer: 'sgd', batchSize: null }

export const valuesOf = (stage: Exclude<FashionStage, 'architecture'>) =>
  publishedTable(stage).rows.map(({ params }) => params[stage] ?? null)

/** `epochs` is what stands for the study's 5; every other number of epochs is the study's times as much. */
export const scaled = (studyEpochs: number, epochs: number): number => Math.round((studyEpochs * epochs) / STAGE_EPOCHS)

const epochChoices = (epochs: number) => categorical(valuesOf('epochs').map((count) => scaled(Number(count), epochs)))

/** What the stages choose among. */
export const stagedSpace = (epochs: number): SpaceSpec => ({
  layers: int(1, WIDTHS.length),
  ...Object.fromEntries(WIDTHS.map((name, i) => [name, int(1, 1024, { when: `layers > ${i}` })])),
  initializer: categorical(valuesOf('initializer')),
  activation: categorical(valuesOf('activation')),
  optimizer: categorical(valuesOf('optimizer')),
  batchSize: categorical(valuesOf('batchSize')),
  epochs: epochChoices(epochs),
})

/** The same choices for a search of all at once, at the final number of epochs: 1 to 4 layers of 16 to 512 units. */
const jointSpace = (epochs: number): SpaceSpec => ({
  layers: int(1, JOINT_WIDTHS.length),
  ...Object.fromEntries(JOINT_WIDTHS.map((name, i) => [name, int(16, 512, { log: true, when: `layers > ${i}` })])),
  initializer: categorical(valuesOf('initializer')),
  activation: categorical(valuesOf('activation')),
  optimizer: categorical(valuesOf('optimizer')),
  batchSize: categorical(valuesOf('batchSize').filter((size) => size !== null)),
  epochs: categorical([scaled(FINAL_EPOCHS, epochs)]),
})

const trainOf = (widths: readonly string[]): TrainTemplate => ({
  network: {
    inputSize: 784,
    loss: 'sparseCategoricalCrossentropy',
    layers: [
      ...widths.map((name, i) => ({ when: `layers > ${i}`, units: `$${name}`, activation: '$activation', initializer: '$initializer' })),
      { units: 10, activation: 'softmax', initializer: '$initializer' },
    ],
  },
  optimizer: '$optimizer',
  dialect: 'keras2.2',
  batchSize: '$batchSize == null ? 32 : batchSize',
  epochs: '$epochs',
})

/**
 * How every stage searches. Table 1 begins layers 2 and 3 at the width of the layer before and layer 4 at half of it, and fits no criterion
 * but the test loss; the other tables fit the test accuracy.
 */
const SEARCHES: Readonly<Record<FashionStage, Extract<SamplerSpec, { name: 'winnerTakesAll' }>['stages'][number]>> = {
  architecture: {
    pyramid: { widths: WIDTHS, inputSize: 784, outputSize: 10, startFrom: ['same', 'same', 'half'] },
    objective: 1,
  },
  initializer: 'initializer',
  activation: 'activation',
  optimizer: 'optimizer',
  batchSize: { vary: 'batchSize', objective: 0 },
  epochs: { vary: ['epochs'] },
}

/** A start has every width, even of layers that the architecture lacks; those have no effect. */
const ANY_WIDTHS: Params = Object.fromEntries(WIDTHS.map((name) => [name, 1]))

/** Winner takes all, from the first of `stages` to the last; what earlier stages would have decided is as the study decided it. */
export const stagedSampler = (stages: readonly FashionStage[], epochs: number) =>
  ({
    name: 'winnerTakesAll',
    start: { ...(stages[0] === 'architecture' ? {} : ANY_WIDTHS), ...publishedBase(stages[0] ?? 'architecture', epochs) },
    stages: stages.map((stage) => SEARCHES[stage]),
  }) satisfies SamplerSpec

/** What the study held while a stage varied something: the start, and the winners of the stages before. */
export function publishedBase(stage: FashionStage | 'curves', epochs: number): Params {
  const before = stage === 'curves' ? FASHION_STAGES : FASHION_STAGES.slice(0, FASHION_STAGES.indexOf(stage))
  const winners = before.filter((one) => one !== 'epochs').map(publishedWinner)
  return Object.assign({}, START, { epochs: stage === 'curves' ? scaled(FINAL_EPOCHS, epochs) : epochs }, ...winners)
}

function publishedWinner(stage: FashionStage): Params {
  const { rows, winner } = publishedTable(stage)
  return rows.find(({ label }) => label === winner)?.params ?? {}
}

/** The configuration of every row of a table, as the study ran it. */
export function tableConfigurations(stage: FashionStage, epochs: number): readonly { readonly label: string; readonly params: Params }[] {
  const base = publishedBase(stage, epochs)
  return publishedTable(stage).rows.map(({ label, params }) => ({
    label,
    params: { ...base, ...params, ...(stage === 'epochs' ? { epochs: scaled(Number(params.epochs), epochs) } : {}) },
  }))
}

/** Figure 2: what it varies on the final model. */
export const FIGURES = ['initializer', 'activation', 'optimizer'] as const
export type Figure = (typeof FIGURES)[number]

export const figureConfigurations = (figure: Figure, epochs: number) =>
  publishedTable(figure).rows.map(({ label, params }) => ({ label, params: { ...publishedBase('curves', epochs), ...params } }))

/** Trials that train together: few enough that a stopped replay loses only minutes, enough that no core waits. */
export const BATCH = 4

export const common = { train: trainOf(WIDTHS), objective: ['testAccuracy', 'testLoss'], recordHistories: true, reportEvery: 1 }

export const stagedStudy = (stages: readonly FashionStage[], seeds: number, epochs: number): StudyOptions => ({
  ...common,
  name: 'fashion-staged',
  space: stagedSpace(epochs),
  sampler: stagedSampler(stages, epochs),
  batchSize: BATCH,
  repeats: seeds,
})

/** Trains a list of configurations, each with `seeds` seeds, beginning with `seed`. */
export const listedStudy = (
  name: string,
  configurations: readonly Params[],
  space: SpaceSpec,
  { seeds, seed = 0 }: { readonly seeds: number; readonly seed?: number },
): StudyOptions => ({ ...common, name, space, sampler: listed(configurations), batchSize: BATCH, repeats: seeds, seed })

/** The sampler of the joint searches. */
export const JOINT_SAMPLER = 'tpe'

/** A search of everything at once, with its own seed and so many a trial. */
export const jointStudy = (
  name: string,
  epochs: number,
  { seeds, seed }: { readonly seeds: number; readonly seed: number },
): StudyOptions => ({
  ...common,
  train: trainOf(JOINT_WIDTHS),
  name,
  space: jointSpace(epochs),
  objective: 'testAccuracy',
  sampler: { name: JOINT_SAMPLER },
  batchSize: BATCH,
  repeats: seeds,
  seed,
})

/** The configurations in their order, and no others. */
export function listed(configurations: readonly Params[]): Sampler {
  return {
    name: 'listed',
    batchSize: BATCH,
    sample({ space, trials }, _number, attempt) {
      const tried = new Set(trials.map(({ params }) => space.key(params)))
      return configurations.filter((params) => !tried.has(space.key(params)))[attempt] ?? 'done'
    },
  }
}
