// A training as TensorBoard events.

import type { TrainSpec } from '../../core/spec.ts'
import { type Seconds, STATUS, scalars, sessionEnd, sessionStart } from './events.ts'
import { byEpoch, type EventFile, eventFile } from './file.ts'

/** One training, as the command line knows it. */
export interface Training {
  readonly name: string
  readonly spec: TrainSpec
  /** An entry an epoch, by tag. */
  readonly history: Readonly<Record<string, readonly number[]>>
  readonly diverged: boolean
  readonly began: Seconds
  readonly ended: Seconds
}

/** What TensorBoard's tab HParams shows of a training. */
function parametersOf({ network, optimizer, batchSize, epochs, seed, dialect }: TrainSpec): Record<string, string | number> {
  const { name: optimizerName, ...numbers } = typeof optimizer === 'object' ? optimizer : { name: optimizer }
  const layers = network.layers.map(({ type = 'dense', ...layer }) => {
    const activation = 'activation' in layer ? layer.activation : undefined
    const named = typeof activation === 'object' ? activation.name : (activation ?? 'linear')
    return type === 'dense' && 'units' in layer ? `${layer.units} ${named}` : type === 'activation' ? named : type
  })
  const all = {
    optimizer: optimizerName,
    ...numbers,
    batchSize,
    epochs,
    seed,
    dialect,
    loss: typeof network.loss === 'string' ? network.loss : network.loss.name,
    layers: layers.join(', '),
  }
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (typeof value === 'string' || typeof value === 'number' ? [[key, value]] : [])),
  )
}

/** A training as an event file, a run of its own: its settings, and its history by epoch. Numbers are kept as float32. */
export function trainingEvents({ name, spec, history, diverged, began, ended }: Training): EventFile {
  const steps = byEpoch(history)
  // No epoch keeps when it ended: they are spread evenly over the training's time.
  const timeOf = (step: number): Seconds => began + ((ended - began) * step) / Math.max(1, steps.length)
  return eventFile(`${name}/`, began, [
    sessionStart(began, name, parametersOf(spec)),
    ...steps.map(({ step, values }) => scalars(timeOf(step), step, values)),
    sessionEnd(ended, diverged ? STATUS.failure : STATUS.success),
  ])
}
