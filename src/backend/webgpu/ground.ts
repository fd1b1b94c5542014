import type { Population } from '../../core/population.ts'
import type { MemberState, SessionData } from '../backend.ts'
import { bind, type Dispatch } from './executor.ts'
import { GPUBufferUsage } from './flags.ts'
import type { Kernels } from './kernels.ts'
import type { Memory } from './memory.ts'
import { padState } from './padding.ts'
import type { Plan } from './plan.ts'
import { placesOf, tablesOf, UNIFORM_STRIDE } from './tables.ts'

/** Batches whose uniforms and results a submission may hold. */
export const SLOTS = 512

/** A population on a device, as every executor needs it. */
export interface Ground {
  readonly kernels: Kernels
  readonly memory: Memory
  readonly population: Population
  /** Where a member's numbers lie in `state`. */
  readonly plan: Plan
  readonly state: GPUBuffer // (P, state4) vec4f
  readonly active: GPUBuffer // (P) u32
  readonly steps: GPUBuffer // (SLOTS) Step, UNIFORM_STRIDE apart
  readonly order: GPUBuffer // (P, rows) u32
  readonly scalars: GPUBuffer // (SLOTS, P) vec4f, and from `more` on as many again
  /** Where in `scalars` a step's other numbers begin; 0 where nobody needs them. */
  readonly more: number
  readonly classWeights: Float32Array
  readonly penalized: boolean
  /** Group 0 of kernels for which `plan` places what is not in `state`. */
  readonly share: (plan: Plan) => GPUBindGroup
  /** The order of the epoch that the Step at `slot` names. */
  readonly epochOrder: (shared: GPUBindGroup, slot: number, rows: number, runners: number) => Dispatch
}

export async function layGround(
  kernels: Kernels,
  memory: Memory,
  population: Population,
  { train }: SessionData,
  plan: Plan,
  states: readonly MemberState[],
): Promise<Ground> {
  const count = population.members.length
  const tables = tablesOf(population, plan, train?.sampleWeights?.length ?? 0)
  const more = plan.gradients > 0 ? SLOTS * count : 0
  const { STORAGE, UNIFORM, COPY_DST } = GPUBufferUsage
  const members = memory.filled(tables.members, STORAGE, 'members')
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
    const { shape, layers, layerTable } = placesOf(population.topology, own, more)
    const entries = [
      { binding: 0, resource: { buffer: memory.filled(shape, UNIFORM, 'shape') } },
      { binding: 1, resource: { buffer: memory.filled(layers, UNIFORM, 'layers'), size: UNIFORM_STRIDE } },
      { binding: 2, resource: { buffer: buffers.steps, size: UNIFORM_STRIDE } },
      { binding: 3, resource: { buffer: members } },
      { binding: 4, resource: { buffer: memberLayers } },
      { binding: 5, resource: { buffer: buffers.active } },
      { binding: 6, resource: { buffer: memory.filled(layerTable, UNIFORM, 'layer table') } },
    ]
    return memory.guard(() => memory.device.createBindGroup({ layout: kernels.shared, entries }))
  }
  const kernel = bind(memory, await kernels.get('epochOrder'), [buffers.order])
  return {
    kernels,
    memory,
    population,
    plan,
    ...buffers,
    more,
    classWeights: tables.classWeights,
    penalized: tables.penalized,
    share,
    epochOrder: (shared, slot, rows, runners) => ({ kernel, shared, layer: 0, slot, groups: [Math.ceil(rows / 64), 1, runners] }),
  }
}
