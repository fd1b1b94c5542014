// Estimates how long a replication of the Fashion-MNIST study takes.

import type { Backend } from '../../backend/backend.ts'
import { at } from '../../core/at.ts'
import { type Dataset, takeRows } from '../../data/dataset.ts'
import type { Params } from '../../study/space/distributions.ts'
import type { FitData } from '../../train/check.ts'
import { fitPopulation } from '../../train/fit.ts'
import { FIGURES, FINAL_EPOCHS, figureConfigurations, publishedBase, scaled, tableConfigurations } from './protocol.ts'
import type { FashionStage } from './published.ts'

/** Epochs of the final model that a configuration takes as long as: by its parameters, which is what an epoch's time goes with. */
function cost(params: Params): number {
  const widths = Array.from({ length: Number(params.layers) }, (_, i) => Number(params[`units${i + 1}`]))
  return (Number(params.epochs) * parameters(widths)) / parameters([512, 128, 32])
}

function parameters(widths: readonly number[]): number {
  const units = [784, ...widths, 10]
  return units.slice(1).reduce((sum, width, i) => sum + width * (at(units, i) + 1), 0)
}

export const costOf = (configurations: readonly Params[]): number => configurations.reduce((sum, params) => sum + cost(params), 0)

/** What each part costs a seed, in epochs of the final model; of the parts whose way is measured, on the published way. */
export interface Costs {
  readonly staged: number
  /** At most: what the staged search has measured is not trained again. */
  readonly tables: number
  readonly curves: number
  /** At most: if every trial has one seed there is one joint search, not two. */
  readonly control: number
}

export function costsOf(stages: readonly FashionStage[], curves: boolean, control: boolean, epochs: number): Costs {
  const tables = stages.flatMap((stage) => tableConfigurations(stage, epochs).map(({ params }) => params))
  const staged = costOf(tables)
  const figures = FIGURES.flatMap((figure) => figureConfigurations(figure, epochs).map(({ params }) => params))
  return {
    staged,
    tables: staged,
    curves: curves ? costOf(figures) : 0,
    control: control ? 2 * staged + 6 * scaled(FINAL_EPOCHS, epochs) : 0,
  }
}

const PROBES = 4
const PROBE_ROWS = 6000

/** Trains a few final models on a part of the data for an epoch: seconds that an epoch of one takes where all cores are busy. */
export async function secondsAnEpoch(
  backend: Backend,
  { train, test }: { readonly train: Dataset; readonly test: Dataset },
): Promise<number> {
  const rows = Math.min(PROBE_ROWS, train.rows)
  const part = (data: Dataset, count: number): Dataset =>
    takeRows(
      data,
      Uint32Array.from({ length: count }, (_, row) => row),
    )
  const data: FitData = { train: part(train, rows), test: part(test, Math.max(1, Math.round((rows * test.rows) / train.rows))) }
  const { batchSize } = publishedBase('curves', 1)
  const topology = {
    inputSize: 784,
    units: [512, 128, 32, 10],
    loss: 'sparseCategoricalCrossentropy' as const,
    batchSize: Number(batchSize),
  }
  const layers = [...[0, 1, 2].map(() => ({ activation: 'selu' as const })), { activation: 'softmax' as const }]
  const members = Array.from({ length: PROBES }, (_, seed) => ({
    layers,
    optimizer: 'adamax' as const,
    dialect: 'keras2.2' as const,
    epochs: 1,
    seed,
  }))
  const started = performance.now()
  await fitPopulation(backend, topology, members, data)
  return ((performance.now() - started) / 1000 / PROBES) * (train.rows / rows)
}
