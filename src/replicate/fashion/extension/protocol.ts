// What the Fashion-MNIST study left open, as study options: penalties and dropout, and networks of other kinds.

import type { StudyOptions } from '../../../study/options.ts'
import type { Params } from '../../../study/space/distributions.ts'
import { categorical, type SpaceSpec } from '../../../study/space/space.ts'
import type { TrainTemplate } from '../../../study/template.ts'
import { BATCH, common, FINAL_EPOCHS, type Figure, listed, publishedBase, START, scaled, valuesOf } from '../protocol.ts'

/** The values of the grid of "sub-quantities", the study's word for what it did not vary. */
const L2 = [0, 1e-5, 1e-4, 1e-3, 1e-2]
const DROPOUT = [0, 0.1, 0.2, 0.3, 0.5]

export const subQuantities: readonly Params[] = L2.flatMap((l2) => DROPOUT.map((dropout) => ({ l2, dropout })))
export const subQuantityLabel = ({ l2, dropout }: Params): string => `L2 ${l2}, dropout ${dropout}`

/** The final model with a penalty and dropout in each hidden layer, for the final number of epochs: its curves hold the fewer. */
export function subQuantityStudy(seeds: number, epochs: number): StudyOptions {
  const { units1, units2, units3, initializer, activation, optimizer, batchSize } = publishedBase('curves', epochs)
  const hidden = [units1, units2, units3].map((units) => ({ units: units ?? 1, activation, initializer, l2: '$l2', dropout: '$dropout' }))
  return {
    ...common,
    name: 'fashion-sub-quantities',
    space: { l2: categorical(L2), dropout: categorical(DROPOUT) },
    train: {
      network: {
        inputSize: 784,
        loss: 'sparseCategoricalCrossentropy',
        layers: [...hidden, { units: 10, activation: 'softmax', initializer: initializer ?? null }],
      },
      optimizer: optimizer ?? null,
      dialect: 'keras2.2',
      batchSize: batchSize ?? 32,
      epochs: scaled(FINAL_EPOCHS, epochs),
    } as TrainTemplate,
    sampler: listed(subQuantities),
    batchSize: BATCH,
    repeats: seeds,
  }
}

export const FAMILIES = ['cnn', 'gru'] as const
export type Family = (typeof FAMILIES)[number]

interface FamilyPlan {
  /** What stands for the architecture: filters of the first convolution, of which the second has twice as many; units of the recurrent layer. */
  readonly sizes: readonly number[]
  /** What the family begins with, as the study began with linear units. */
  readonly activation: string
  readonly inputShape: readonly number[]
  readonly layers: readonly TrainTemplate[]
  /** Multiply-adds of an image's forward pass. */
  readonly work: (size: number) => number
}

const chosen = { activation: '$activation', initializer: '$initializer' }
const convolution = (filters: string): TrainTemplate[] => [
  { type: 'conv2d', filters, kernelSize: 3, padding: 'same', ...chosen },
  { type: 'maxPooling2d' },
]

const PLANS: Readonly<Record<Family, FamilyPlan>> = {
  cnn: {
    sizes: [4, 8, 16],
    activation: 'linear',
    inputShape: [28, 28, 1],
    layers: [...convolution('$size'), ...convolution('$2 * size'), { type: 'flatten' }, { units: 128, ...chosen }],
    work: (size) => 784 * 9 * size + 196 * 18 * size * size + 49 * 2 * size * 128,
  },
  gru: {
    sizes: [16, 32, 64],
    activation: 'tanh',
    inputShape: [28, 28],
    layers: [{ type: 'gru', units: '$size', ...chosen }],
    work: (size) => 28 * 3 * size * (28 + size),
  },
}

export const FAMILY_STAGES = ['size', 'initializer', 'activation', 'optimizer', 'batchSize'] as const

const valuesIn = (family: Family, stage: (typeof FAMILY_STAGES)[number]) => (stage === 'size' ? [...PLANS[family].sizes] : valuesOf(stage))

const familySpace = (family: Family): SpaceSpec =>
  Object.fromEntries(FAMILY_STAGES.map((stage) => [stage, categorical(valuesIn(family, stage))]))

const trainFamily = (family: Family, epochs: number): TrainTemplate => {
  const { inputShape, layers } = PLANS[family]
  return {
    network: {
      inputShape: [...inputShape],
      loss: 'sparseCategoricalCrossentropy',
      layers: [...layers, { units: 10, activation: 'softmax', initializer: '$initializer' }],
    },
    optimizer: '$optimizer',
    dialect: 'keras2.2',
    batchSize: '$batchSize == null ? 32 : batchSize',
    epochs,
  }
}

/** The study's way, by stages of its 5 epochs; the criterion is the test accuracy throughout. */
export const familySearch = (family: Family, seeds: number, epochs: number): StudyOptions => ({
  ...common,
  name: `fashion-${family}-staged`,
  space: familySpace(family),
  train: trainFamily(family, epochs),
  sampler: familySampler(family),
  batchSize: BATCH,
  repeats: seeds,
})

export const familySampler = (family: Family) => ({
  name: 'winnerTakesAll' as const,
  start: { ...START, activation: PLANS[family].activation, size: PLANS[family].sizes[0] ?? null },
  stages: FAMILY_STAGES.map((vary) => ({ vary, objective: 0 })),
})

/** Figure 2 for a family: what it varies on the network that its search ended with. */
export const familyRows = (figure: Figure, winner: Params): { readonly label: string; readonly params: Params }[] =>
  valuesOf(figure).map((value) => ({ label: String(value), params: { ...winner, [figure]: value } }))

export const familyCurves = (family: Family, rows: readonly Params[], seeds: number, epochs: number): StudyOptions => ({
  ...common,
  name: `fashion-${family}-curves`,
  space: familySpace(family),
  train: trainFamily(family, scaled(FINAL_EPOCHS, epochs)),
  sampler: listed(rows),
  batchSize: BATCH,
  repeats: seeds,
})

/** Multiply-adds of an image in the study's final model. */
const DENSE = 784 * 512 + 512 * 128 + 128 * 32 + 32 * 10

/** A claim about the one network that a search ended with (A10) is judged by so many seeds of it at least, however few the rankings have. */
export const FINAL_SEEDS: Readonly<Record<Family, number>> = { cnn: 8, gru: 0 }

/** Of a part, what its search takes, what its rows take that are listed beforehand, and what a seed more of the network takes that its search ended with. */
interface PartCosts {
  readonly search: number
  readonly listed: number
  readonly final: number
}

/** Epochs of the study's final model that the parts take a seed, at most: if the largest size wins. */
export function extensionCosts(epochs: number): Readonly<Record<'subQuantities' | Family, PartCosts>> {
  const late = scaled(FINAL_EPOCHS, epochs)
  const familyCost = (family: Family): PartCosts => {
    const { sizes, work } = PLANS[family]
    const largest = work(Math.max(...sizes)) / DENSE
    const stages = FAMILY_STAGES.slice(1).reduce((sum, stage) => sum + valuesIn(family, stage).length, 0)
    const figures = (['initializer', 'activation', 'optimizer'] as const).reduce((sum, figure) => sum + valuesOf(figure).length, 0)
    return {
      search: epochs * (sizes.reduce((sum, size) => sum + work(size) / DENSE, 0) + stages * largest),
      listed: late * figures * largest,
      final: late * largest,
    }
  }
  return { subQuantities: { search: 0, listed: subQuantities.length * late, final: 0 }, cnn: familyCost('cnn'), gru: familyCost('gru') }
}
