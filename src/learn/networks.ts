/** Trains networks of one shape on a fold, and says what each predicts for the rows held out, at several points of its training. */

import type { Backend, Session } from '../backend/backend.ts'
import type { Activation } from '../core/activations.ts'
import { at } from '../core/at.ts'
import { type LayerSpec, splitLayer } from '../core/layers/index.ts'
import type { LossSpec } from '../core/losses.ts'
import type { Member, Topology } from '../core/population.ts'
import { resolveMember, resolveTopology } from '../core/resolve.ts'
import { scheduledRate } from '../core/schedules.ts'
import type { TargetUnit } from '../core/units.ts'
import type { Encoding, FoldInputs } from './inputs.ts'
import { inUnitsOf, learnedLoss } from './learned.ts'
import type { NetworkModel } from './model.ts'
import type { Problem } from './problem.ts'

/** What decides the shape of networks that train together. */
export interface NetworkShape {
  readonly encoding: Encoding
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[]
  readonly batchSize: number
  readonly epochs: number
}

/** What differs between them. */
export interface NetworkSettings {
  readonly activation: 'relu' | 'selu' | 'silu' | 'mish' | 'gelu'
  readonly learningRate: number
  readonly weightDecay: number
  readonly dropout: number
}

const LINEAR: Activation = { name: 'linear', kernel: 'linear', numbers: [0, 0, 0] }

/** What a network came to at a point of its training. */
export interface Snapshot {
  readonly member: number
  /** Which point. */
  readonly point: number
  /** (held x outputs), in the target's own units, or probabilities; undefined where training failed. */
  readonly predicted: Float64Array | undefined
  /** (held), by the Gaussian likelihood: the variance that it says, in the target's own units, squared. */
  readonly variances?: Float64Array | undefined
  readonly model: NetworkModel
}

/** What networks train by; of numbers in units of what is learned. Of classes label smoothing and focus are theirs alone. */
function lossOf({ task, loss }: Problem, unit: TargetUnit | undefined): LossSpec {
  if (task === 'regression') {
    const { name, quantile, delta } = learnedLoss(loss.ofNumbers, unit)
    if (name === 'quantile') return { name, quantile }
    return name === 'huber' ? { name, delta } : name
  }
  const { name, labelSmoothing, gamma } = loss.ofClasses
  // With alpha 1 the plain cross-entropy where gamma is 0.
  if (name === 'focalCrossentropy')
    return task === 'binary' ? { name: 'binaryFocalCrossentropy', gamma } : { name: 'categoricalFocalCrossentropy', gamma, alpha: 1 }
  return { name: task === 'binary' ? 'binaryCrossentropy' : 'categoricalCrossentropy', ...(labelSmoothing > 0 && { labelSmoothing }) }
}

/** Numbers a network gives for a row: by the Gaussian likelihood a mean and the logarithm of a variance. */
const outputsOf = ({ outputs, loss }: Problem): number => (loss.ofNumbers.name === 'gaussianLikelihood' ? 2 * outputs : outputs)

function layersOf(shape: NetworkShape, { activation, dropout }: NetworkSettings, problem: Problem): LayerSpec[] {
  const { task, loss } = problem
  const ofNumbers = loss.ofNumbers.name === 'poisson' ? 'exponential' : 'linear'
  const output = task === 'regression' ? ofNumbers : task === 'binary' ? 'sigmoid' : 'softmax'
  const initializer = activation === 'selu' ? 'lecunNormal' : 'heNormal'
  return [
    ...shape.hidden.map((units): LayerSpec => ({ units, activation, initializer, dropout })),
    { units: outputsOf(problem), activation: output },
  ]
}

export function topologyOf(
  shape: NetworkShape,
  settings: NetworkSettings,
  problem: Problem,
  inputSize: number,
  rows: number,
  unit?: TargetUnit,
): Topology {
  const shapes = layersOf(shape, settings, problem).map((layer) => splitLayer(layer).shape)
  return resolveTopology(
    { inputSize, layers: shapes, loss: lossOf(problem, unit), batchSize: Math.min(shape.batchSize, rows) },
    undefined,
    rows,
  )
}

function memberOf(shape: NetworkShape, settings: NetworkSettings, problem: Problem, topology: Topology, seed: number): Member {
  const layers = layersOf(shape, settings, problem).map((layer) => splitLayer(layer).own)
  const { learningRate, weightDecay } = settings
  return resolveMember(
    {
      layers,
      optimizer: { name: 'adamw', learningRate, weightDecay },
      epochs: shape.epochs,
      seed,
      learningRateSchedule: { name: 'cosine', warmupEpochs: Math.min(5, Math.floor(shape.epochs / 10)) },
    },
    topology,
  )
}

/**
 * Trains all of `settings` on one fold.
 * @param points parts of the training, rising to 1, at which each network predicts
 * @param keep whether the numbers of a network at a point are wanted
 */
export async function trainFold(
  backend: Backend,
  problem: Problem,
  { train, held, preparation }: FoldInputs,
  shape: NetworkShape,
  settings: readonly NetworkSettings[],
  seeds: readonly number[],
  points: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Snapshot[]> {
  const unit = preparation.target.units[0]
  const topology = topologyOf(shape, at(settings, 0), problem, train.inputSize, train.rows, unit)
  const members = settings.map((own, i) => memberOf(shape, own, problem, topology, at(seeds, i)))
  const heldRows = held.length / train.inputSize
  const session = await backend.createSession(
    { topology, members },
    {
      train: {
        features: train.features,
        rows: train.rows,
        targets: train.targets,
        ...(train.sampleWeights && { sampleWeights: train.sampleWeights }),
      },
    },
  )
  try {
    const snapshots: Snapshot[] = []
    const failed = new Set<number>()
    let epoch = 0
    for (const [point, part] of points.entries()) {
      const until = Math.max(1, Math.round(part * shape.epochs))
      // Of few passes some points are the same: the first of them counts.
      if (until === epoch) continue
      const active = members.flatMap((_, i) => (failed.has(i) ? [] : [i]))
      if (active.length === 0) break
      const epochs = Array.from({ length: until - epoch }, (_, e) => epoch + e)
      const results = await session.train({
        members: active,
        firstEpoch: epoch,
        learningRates: active.map((i) =>
          epochs.map((e) => scheduledRate(at(settings, i).learningRate, at(members, i).learningRateSchedule, e, shape.epochs)),
        ),
        signal,
      })
      active.forEach((member, i) => {
        if (results[i]?.at(-1)?.diverged) failed.add(member)
      })
      epoch = until
      snapshots.push(
        ...(await Promise.all(
          active.map(async (member) => ({
            member,
            point,
            ...(failed.has(member)
              ? { predicted: undefined }
              : saidBy(problem, await session.predict(member, { features: held, rows: heldRows }), unit)),
            model: await networkModel(session, member, topology, members, problem),
          })),
        )),
      )
    }
    return snapshots
  } finally {
    await session.dispose()
  }
}

/**
 * What outputs of rows are in the target's own units. Of counts a network trains as e^z and is kept as z, as trees and lines are: e is taken where its numbers
 * become the target's.
 */
function saidBy({ task, loss }: Problem, outputs: Float32Array, unit: TargetUnit | undefined): Pick<Snapshot, 'predicted' | 'variances'> {
  const said = Float64Array.from(outputs)
  if (task !== 'regression') return { predicted: said }
  if (loss.ofNumbers.name === 'poisson')
    return {
      predicted: inUnitsOf(
        said.map((rate) => Math.log(Math.max(rate, LEAST_RATE))),
        unit,
      ),
    }
  if (loss.ofNumbers.name !== 'gaussianLikelihood') return { predicted: inUnitsOf(said, unit) }
  const scale = unit?.scale ?? 1
  return {
    predicted: inUnitsOf(
      said.filter((_, i) => i % 2 === 0),
      unit,
    ),
    variances: said.filter((_, i) => i % 2 === 1).map((log) => Math.exp(log) * scale * scale),
  }
}

/** A rate that rounds to 0 has a logarithm still. */
const LEAST_RATE = 1e-30

async function networkModel(
  session: Session,
  member: number,
  topology: Topology,
  members: readonly Member[],
  { loss }: Problem,
): Promise<NetworkModel> {
  const { parameters, state } = await session.readState(member)
  const trained = at(members, member).layers
  const last = trained.at(-1)
  const layers =
    loss.ofNumbers.name === 'poisson' && last?.type === 'dense' ? [...trained.slice(0, -1), { ...last, activation: LINEAR }] : trained
  return { kind: 'network', topology, layers, parameters, ...(state !== undefined && { state }) }
}
