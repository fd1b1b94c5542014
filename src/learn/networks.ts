/** Trains networks of one shape on a fold, and says what each predicts for the rows held out, at several points of its training. */

import type { Backend, Session } from '../backend/backend.ts'
import { at } from '../core/at.ts'
import { type LayerSpec, splitLayer } from '../core/layers/index.ts'
import type { LossSpec } from '../core/losses.ts'
import type { Member, Topology } from '../core/population.ts'
import { resolveMember, resolveTopology } from '../core/resolve.ts'
import { scheduledRate } from '../core/schedules.ts'
import type { Encoding, FoldInputs } from './inputs.ts'
import type { NetworkModel } from './model.ts'
import type { Problem } from './problem.ts'
import { inUnitsOf } from './track.ts'

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

/** What a network came to at a point of its training. */
export interface Snapshot {
  readonly member: number
  /** Which point. */
  readonly point: number
  /** (held x outputs), in the target's own units, or probabilities; undefined where training failed. */
  readonly predicted: Float64Array | undefined
  readonly model: NetworkModel
}

const LOSSES = {
  regression: 'meanSquaredError',
  binary: 'binaryCrossentropy',
  multiclass: 'categoricalCrossentropy',
} as const satisfies Record<Problem['task'], LossSpec>

function layersOf(shape: NetworkShape, { activation, dropout }: NetworkSettings, { task, outputs }: Problem): LayerSpec[] {
  const output = task === 'regression' ? 'linear' : task === 'binary' ? 'sigmoid' : 'softmax'
  const initializer = activation === 'selu' ? 'lecunNormal' : 'heNormal'
  return [...shape.hidden.map((units): LayerSpec => ({ units, activation, initializer, dropout })), { units: outputs, activation: output }]
}

export function topologyOf(shape: NetworkShape, settings: NetworkSettings, problem: Problem, inputSize: number, rows: number): Topology {
  const shapes = layersOf(shape, settings, problem).map((layer) => splitLayer(layer).shape)
  return resolveTopology(
    { inputSize, layers: shapes, loss: LOSSES[problem.task], batchSize: Math.min(shape.batchSize, rows) },
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
  const topology = topologyOf(shape, at(settings, 0), problem, train.inputSize, train.rows)
  const members = settings.map((own, i) => memberOf(shape, own, problem, topology, at(seeds, i)))
  const heldRows = held.length / train.inputSize
  const session = await backend.createSession(
    { topology, members },
    { train: { features: train.features, rows: train.rows, targets: train.targets } },
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
            predicted: failed.has(member)
              ? undefined
              : inUnitsOf(
                  Float64Array.from(await session.predict(member, { features: held, rows: heldRows })),
                  preparation.target.units[0],
                ),
            model: await networkModel(session, member, topology, members),
          })),
        )),
      )
    }
    return snapshots
  } finally {
    await session.dispose()
  }
}

async function networkModel(session: Session, member: number, topology: Topology, members: readonly Member[]): Promise<NetworkModel> {
  const { parameters, state } = await session.readState(member)
  return { kind: 'network', topology, layers: at(members, member).layers, parameters, ...(state !== undefined && { state }) }
}
