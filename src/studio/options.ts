// Turns a configuration into the options of a study.

import { InvalidSpecError } from '../core/errors.ts'
import type { Dataset } from '../data/dataset.ts'
import type { StudyOptions } from '../study/options.ts'
import type { ParamValue } from '../study/space/distributions.ts'
import type { SpaceSpec } from '../study/space/space.ts'
import type { TrainTemplate } from '../study/template.ts'
import type { Json } from '../study/trial.ts'
import type { StudioConfig } from './config.ts'
import { type Parameter, parametersOf } from './parameters.ts'

/** The part of the data that decides a network's inputs and outputs; a data set is one. */
export type DataShape = Pick<Dataset, 'inputSize' | 'outputSize' | 'task'>

/** Plain data only: the caller adds the journal and the checkpoints. */
export type PlainStudyOptions = Pick<StudyOptions, 'objective' | 'sampler' | 'pruner' | 'repeats' | 'recordHistories' | 'seed'> & {
  readonly space: SpaceSpec
  readonly train: TrainTemplate
}

/** The study that a configuration means. @throws InvalidSpecError where nothing is searched */
export function toStudyOptions(config: StudioConfig, shape: DataShape): PlainStudyOptions {
  const { search } = config
  const parameters = parametersOf(config)
  const searched = parameters.filter(({ spec }) => spec !== undefined)
  if (searched.length === 0)
    throw new InvalidSpecError('nothing is searched: every parameter has one value; give at least one of them several')
  return {
    space: Object.fromEntries(searched.flatMap(({ name, spec }) => (spec === undefined ? [] : [[name, spec]]))),
    train: template(config, shape, parameters),
    objective: search.objective,
    ...strategy(config, shape, searched),
    repeats: search.repeats,
    recordHistories: true,
    seed: search.seed,
  }
}

function strategy(
  { search, network }: StudioConfig,
  shape: DataShape,
  searched: readonly Parameter[],
): Pick<PlainStudyOptions, 'sampler' | 'pruner'> {
  const start = (of: readonly Parameter[]): Record<string, ParamValue> => Object.fromEntries(of.map((one) => [one.name, one.start]))
  switch (search.strategy) {
    case 'tpe':
    case 'random':
      return { sampler: search.strategy }
    case 'grid':
      // So that a budget may cut it short.
      return { sampler: { name: 'grid', order: 'shuffled' } }
    case 'hyperband':
      return { sampler: 'random', pruner: 'hyperband' }
    case 'winnerTakesAll':
      return { sampler: { name: 'winnerTakesAll', stages: searched.map(({ name }) => name), start: start(searched.slice(1)) } }
    case 'pyramid': {
      const widths = searched.slice(1).map(({ name }) => name)
      // The rule keeps the first layer narrower than the input; here the configuration says how wide it may be.
      const inputSize = network.units.high + 1
      return { sampler: { name: 'pyramid', widths, inputSize, outputSize: shape.outputSize, startWidth: network.units.low } }
    }
  }
}

const OUTPUTS = {
  binary: { activation: 'sigmoid', loss: 'binaryCrossentropy' },
  multiclass: { activation: 'softmax', loss: 'categoricalCrossentropy' },
  regression: { activation: 'linear', loss: 'meanSquaredError' },
} as const

function template({ training, search, network }: StudioConfig, shape: DataShape, parameters: readonly Parameter[]): TrainTemplate {
  const valueFor = (name: string): Json => {
    const parameter = parameters.find((one) => one.name === name)
    return parameter?.spec === undefined ? (parameter?.start ?? null) : `$${name}`
  }
  /** What is fixed at 0 need not be said. */
  const unlessNone = (name: string): Record<string, Json> => (valueFor(name) === 0 ? {} : { [name]: valueFor(name) })
  const hidden = {
    activation: valueFor('activation'),
    initializer: valueFor('initializer'),
    ...unlessNone('dropout'),
    ...unlessNone('l2'),
  }
  const { activation, loss } = OUTPUTS[shape.task]
  const layers: Json[] =
    search.strategy === 'pyramid'
      ? Array.from({ length: network.layers.high }, (_, i) => ({ when: `layers >= ${i + 1}`, units: valueFor(`units${i + 1}`), ...hidden }))
      : [{ repeat: valueFor('layers'), units: valueFor('units'), ...hidden }]
  return {
    network: { inputSize: shape.inputSize, loss, layers: [...layers, { units: shape.outputSize, activation }] },
    optimizer: { name: valueFor('optimizer'), learningRate: valueFor('learningRate') },
    batchSize: valueFor('batchSize'),
    epochs: training.epochs,
  }
}
