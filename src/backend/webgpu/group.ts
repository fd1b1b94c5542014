// Lays members out on a device, as many as its buffers hold: what all paths need of them, and their data.

import { targetsAreClasses } from '../../core/examples.ts'
import { targetsFor } from '../../core/losses.ts'
import type { Examples, Features, Population, Topology } from '../../core/population.ts'
import type { MemberState, SessionData } from '../backend.ts'
import type { OpenedDevice } from './device.ts'
import { type Executor, type Group, type Passes, type Path, type Rows, SLOTS } from './executor.ts'
import { GPUBufferUsage } from './flags.ts'
import { bind, Memory } from './memory.ts'
import { padState } from './padding.ts'
import { type Plan, planOf } from './plan.ts'
import { placesOf, tablesOf, UNIFORM_STRIDE } from './tables.ts'

/** A dispatch counts members in its third dimension, of which there are at most so many. */
const MOST_MEMBERS = 65_535
/** A buffer of 1 GiB can fail although the limits allow it; members past this one's half form another group. */
const LARGEST_BUFFER = 2 ** 29

/** A group with what executes it. */
export interface LaidGroup extends Group, Executor {
  readonly train: Passes | undefined
  readonly test: Passes | undefined
}

/** How many members' numbers of one kind fit a buffer: a population of more is laid out in groups. One member always tries. */
export function membersPerGroup({ device }: OpenedDevice, population: Population, data: SessionData, path: Path): number {
  const { train, test, metrics = [] } = data
  const { limits } = device
  const plan = planOf(population, train !== undefined)
  const outputs4 = plan.layers.at(-1)?.units4 ?? 0
  const bytes = Math.max(
    plan.state4 * 16,
    path.bytesPerMember(plan),
    SLOTS * (plan.gradients > 0 ? 32 : 16),
    (train?.rows ?? 0) * 4,
    metrics.length > 0 ? (test?.rows ?? 0) * outputs4 * 16 + SLOTS * 16 : 0,
  )
  const buffer = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize, LARGEST_BUFFER)
  return Math.min(MOST_MEMBERS, Math.max(1, Math.floor(buffer / bytes)))
}

/** @throws GpuError where the device has no room; what was made is free again then */
export async function layOutGroup(
  { device, kernels }: OpenedDevice,
  population: Population,
  data: SessionData,
  states: readonly MemberState[],
  path: Path,
): Promise<LaidGroup> {
  const { topology, members } = population
  const { train, test } = data
  const memory = new Memory(device)
  try {
    const plan = planOf(population, train !== undefined)
    const { classWeights, penalized, ...tables } = tablesOf(population, plan, train?.sampleWeights?.length ?? 0)
    const { STORAGE, UNIFORM, COPY_DST } = GPUBufferUsage
    const count = members.length
    const more = plan.gradients > 0 ? SLOTS * count : 0
    const memberTable = memory.filled(tables.members, STORAGE, 'members')
    const memberLayers = memory.filled(tables.memberLayers, STORAGE, 'member layers')
    const buffers = {
      // A dispatch of small networks takes one for every kind of member.
      steps: memory.empty(Math.max(SLOTS, count) * UNIFORM_STRIDE, UNIFORM | COPY_DST, 'steps'),
      active: memory.storage(count * 4, 'active members'),
      state: memory.storage(count * plan.state4 * 16, 'parameters and optimizer state'),
      order: memory.storage(count * (train?.rows ?? 1) * 4, 'epoch order'),
      scalars: memory.storage((SLOTS * count + more) * 16, 'optimizer numbers'),
    }
    states.forEach((state, m) => {
      memory.write(buffers.state, m * plan.state4 * 16, padState(state, plan))
    })
    const share = (own: Plan): GPUBindGroup => {
      const { shape, layers, layerTable } = placesOf(topology, own, more)
      const entries = [
        { binding: 0, resource: { buffer: memory.filled(shape, UNIFORM, 'shape') } },
        { binding: 1, resource: { buffer: memory.filled(layers, UNIFORM, 'layers'), size: UNIFORM_STRIDE } },
        { binding: 2, resource: { buffer: buffers.steps, size: UNIFORM_STRIDE } },
        { binding: 3, resource: { buffer: memberTable } },
        { binding: 4, resource: { buffer: memberLayers } },
        { binding: 5, resource: { buffer: buffers.active } },
        { binding: 6, resource: { buffer: memory.filled(layerTable, UNIFORM, 'layer table') } },
      ]
      return memory.guard(() => device.createBindGroup({ layout: kernels.shared, entries }))
    }
    const epochOrder = bind(memory, await kernels.get('epochOrder'), [buffers.order])
    const group: Group = {
      kernels,
      memory,
      population,
      plan,
      ...buffers,
      more,
      penalized,
      share,
      epochOrder: (shared, slot, rows, runners) => ({
        kernel: epochOrder,
        shared,
        layer: 0,
        slot,
        groups: [Math.ceil(rows / 64), 1, runners],
      }),
    }
    const executor = await path.open(group)
    const passesOver = async (examples: Examples | undefined, weights: Float32Array): Promise<Passes | undefined> =>
      examples && executor.over(uploadRows(memory, examples, topology, weights), true)
    const passes = await Promise.all([passesOver(train, classWeights), passesOver(test, new Float32Array())])
    await memory.verify()
    return { ...group, ...executor, train: passes[0], test: passes[1] }
  } catch (error) {
    memory.free()
    throw error
  }
}

export function uploadFeatures(
  memory: Memory,
  { features, rows, scale }: Features,
): Pick<Rows, 'rows' | 'features' | 'featureBytes' | 'scale'> {
  return {
    rows,
    features: memory.filled(features, GPUBufferUsage.STORAGE, 'features'),
    featureBytes: features instanceof Uint8Array ? 1 : 4,
    scale: scale ?? 1,
  }
}

function uploadRows(memory: Memory, examples: Examples, topology: Topology, classWeights: Float32Array): Rows {
  const { targets, sampleWeights } = examples
  const parts = [targetsFor(topology.loss, targets), sampleWeights ?? [], classWeights]
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return {
    ...uploadFeatures(memory, examples),
    targets: memory.filled(joined, GPUBufferUsage.STORAGE, 'targets'),
    classes: targetsAreClasses(examples, topology),
    weighted: sampleWeights !== undefined,
  }
}
