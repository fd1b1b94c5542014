// The configurations that the twig trains, and on which rows.

import { at } from '../../core/at.ts'
import type { MemberSpec, TopologySpec } from '../../core/spec.ts'
import type { Dataset } from '../../data/dataset.ts'
import { fitPreparation, type PrepareOptions, prepare, usableRows } from '../../prepare/index.ts'
import { StudyRandom } from '../../study/random.ts'
import { drawEvenly } from '../../study/sampler/random.ts'
import type { Params } from '../../study/space/distributions.ts'
import { float, int, Space } from '../../study/space/space.ts'
import type { Table } from '../../table/table.ts'
import { TWIG_TABLES, type TwigTableName } from './tables.ts'

/** The defaults: as many epochs as LCBench's curves have, and what of a table is used. */
export const TWIG = { configurations: 300, seeds: 3, epochs: 52, trainRows: 500, judgedRows: 500 } as const

/**
 * LCBench's space (Zimmer, Lindauer and Hutter 2021): funnels of 1 to 5 layers, the output among them, so that one of 1 layer is linear. What the
 * publication leaves to Auto-PyTorch's code is as there: relu, widths that fall evenly from the first layer to the outputs, dropout that falls likewise to 0.
 */
export const twigSpace = new Space({
  layers: int(1, 5),
  units: int(64, 1024, { log: true }),
  batchSize: int(16, 512, { log: true }),
  learningRate: float(1e-4, 1e-1, { log: true }),
  momentum: float(0.1, 0.99),
  weightDecay: float(1e-5, 1e-1),
  dropout: float(0, 1),
})

/** The configurations, the same for every table: LCBench's are, too. */
export const twigConfigurations = (count: number): Params[] =>
  Array.from({ length: count }, (_, number) => drawEvenly(twigSpace, new StudyRandom(0, number)))

/** What falls evenly from `first` at the first of so many hidden layers to `last` after them. */
const funnel = (first: number, last: number, hidden: number): number[] => {
  const step = Math.max(0, Math.floor((first - last) / hidden))
  return Array.from({ length: hidden }, (_, i) => first - step * i)
}

/** About how many weights a configuration has, between its hidden layers, which most of its time goes with. */
export function sizeOf({ layers, units }: Params): number {
  const widths = funnel(Number(units), 1, Number(layers) - 1)
  return widths.reduce((sum, width, i) => sum + width * (i === 0 ? 1 : at(widths, i - 1)), 0)
}

/** A configuration as a network for this data. */
export function twigNetwork(params: Params, { inputSize, outputSize, task, rows }: Dataset, seed: number, epochs: number) {
  const hidden = Number(params.layers) - 1
  const weightDecay = { l2: Number(params.weightDecay) / 2 }
  const dropouts = funnel(1000, 0, hidden).map((thousandths) => (thousandths / 1000) * Number(params.dropout))
  const topology: TopologySpec = {
    inputSize,
    units: [...funnel(Math.max(Number(params.units), inputSize), outputSize, hidden), outputSize],
    loss: task === 'regression' ? 'meanSquaredError' : task === 'binary' ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy',
    batchSize: Math.min(Number(params.batchSize), rows),
  }
  const member: MemberSpec = {
    layers: [
      ...dropouts.map((dropout) => ({ activation: 'relu' as const, dropout, ...weightDecay })),
      { activation: task === 'regression' ? 'linear' : task === 'binary' ? 'sigmoid' : 'softmax', ...weightDecay },
    ],
    optimizer: { name: 'sgd', learningRate: Number(params.learningRate), momentum: Number(params.momentum) },
    learningRateSchedule: { name: 'cosine' },
    epochs,
    seed,
  }
  return { topology, member }
}

export interface TwigData {
  readonly train: Dataset
  readonly test: Dataset
}

/** Rows in a random order that hangs on nothing: of four three to train on and one to judge by, at most as many as the protocol says. */
export function twigData(name: TwigTableName, table: Table): TwigData {
  const { target, regression } = TWIG_TABLES[name]
  // Without its task said, a target of few whole numbers would be read as classes.
  const options: PrepareOptions = { target, missing: 'mean', task: regression ? 'regression' : undefined }
  const { rows } = usableRows(table, options)
  const shuffled = new StudyRandom(0, 0).shuffled(Array.from({ length: rows.length }, (_, i) => at(rows, i)))
  const trained = Math.min(TWIG.trainRows, Math.floor(0.75 * shuffled.length))
  const train = shuffled.slice(0, trained)
  const preparation = fitPreparation(table, train, options)
  return {
    train: prepare(preparation, table, train, { training: true }),
    test: prepare(preparation, table, shuffled.slice(trained, trained + TWIG.judgedRows)),
  }
}
