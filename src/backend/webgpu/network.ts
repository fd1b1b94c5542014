import { OPTIMIZERS } from '../../core/names.ts'
import type { Population } from '../../core/population.ts'
import type { MemberState, SessionData } from '../backend.ts'
import { GPUBufferUsage } from './flags.ts'
import type { Kernel, Kernels } from './kernels.ts'
import type { Memory } from './memory.ts'
import { type Plan, padState, TILE_ROWS, TILE4 } from './plan.ts'
import { type Rows, uploadRows } from './rows.ts'
import { tablesOf, UNIFORM_STRIDE } from './tables.ts'

/** Batches whose uniforms and results a submission may hold. */
export const SLOTS = 512

/** A kernel with its group 1 bound. */
interface Bound {
  readonly pipeline: GPUComputePipeline
  readonly group: GPUBindGroup
}

/** What is dispatched for the rows of one data set. */
export interface Passes {
  readonly data: Rows
  readonly gather: Bound
  readonly outputLoss: Bound
}

/** A population laid out on a device: its buffers, pipelines and bind groups. */
export interface Network {
  readonly plan: Plan
  readonly memory: Memory
  readonly shared: GPUBindGroup
  readonly state: GPUBuffer // (P, state4) vec4f
  readonly scratch: GPUBuffer // (P, scratch4) vec4f
  readonly active: GPUBuffer // (P) u32
  readonly steps: GPUBuffer // (SLOTS) Step, UNIFORM_STRIDE apart
  readonly scalars: GPUBuffer // (SLOTS, P) vec4f
  readonly sums: GPUBuffer // (SLOTS, P) vec4f
  readonly epochOrder: Bound
  readonly forward: Bound
  readonly inputGradient: Bound
  /** One per optimizer of the population. */
  readonly updates: readonly Bound[]
  readonly reduce: Bound
  readonly train: Passes | undefined
  readonly test: Passes | undefined
  /** Passes over rows without targets. */
  readonly passesOver: (data: Rows, scored: boolean) => Promise<Passes>
}

function bind(memory: Memory, { pipeline, layout }: Kernel, buffers: readonly GPUBuffer[]): Bound {
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
  return { pipeline, group: memory.guard(() => memory.device.createBindGroup({ layout, entries })) }
}

export async function layOut(
  kernels: Kernels,
  memory: Memory,
  population: Population,
  data: SessionData,
  plan: Plan,
  states: readonly MemberState[],
): Promise<Network> {
  const { topology, members } = population
  const count = members.length
  const tables = tablesOf(population, plan, data.train?.sampleWeights?.length ?? 0)
  const { STORAGE, UNIFORM } = GPUBufferUsage
  const buffers = {
    shape: memory.filled(tables.shape, UNIFORM, 'shape'),
    layers: memory.filled(tables.layers, UNIFORM, 'layers'),
    steps: memory.empty(SLOTS * UNIFORM_STRIDE, UNIFORM | GPUBufferUsage.COPY_DST, 'steps'),
    members: memory.filled(tables.members, STORAGE, 'members'),
    memberLayers: memory.filled(tables.memberLayers, STORAGE, 'member layers'),
    active: memory.storage(count * 4, 'active members'),
    layerTable: memory.filled(tables.layerTable, UNIFORM, 'layer table'),
    state: memory.storage(count * plan.state4 * 16, 'parameters and optimizer state'),
    scratch: memory.storage(count * plan.scratch4 * 16, 'activations'),
    scalars: memory.storage(SLOTS * count * 16, 'optimizer numbers'),
    sums: memory.storage(SLOTS * count * 16, 'sums'),
    results: memory.storage(count * plan.rows * 8, 'results of rows'),
    order: memory.storage(count * (data.train?.rows ?? 1) * 4, 'epoch order'),
  }
  states.forEach((state, m) => {
    memory.write(buffers.state, m * plan.state4 * 16, padState(state, plan))
  })
  const sharedEntries = [
    { binding: 0, resource: { buffer: buffers.shape } },
    { binding: 1, resource: { buffer: buffers.layers, size: UNIFORM_STRIDE } },
    { binding: 2, resource: { buffer: buffers.steps, size: UNIFORM_STRIDE } },
    { binding: 3, resource: { buffer: buffers.members } },
    { binding: 4, resource: { buffer: buffers.memberLayers } },
    { binding: 5, resource: { buffer: buffers.active } },
    { binding: 6, resource: { buffer: buffers.layerTable } },
  ]
  const shared = memory.guard(() => memory.device.createBindGroup({ layout: kernels.shared, entries: sharedEntries }))
  const results = { RESULT_ROWS: plan.rows }
  const passesOver = async (rows: Rows, scored: boolean): Promise<Passes> => {
    const gather = await kernels.get('gather', { FEATURE_BYTES: rows.featureBytes, SCALE: Math.fround(rows.scale) })
    const constants = { CLASSES: Number(rows.classes), WEIGHTED: Number(rows.weighted), SCORED: Number(scored), ...results }
    const outputLoss = await kernels.get('outputLoss', constants)
    return {
      data: rows,
      gather: bind(memory, gather, [buffers.order, rows.features, buffers.scratch]),
      outputLoss: bind(memory, outputLoss, [buffers.order, rows.targets, rows.weights, buffers.scratch, buffers.results]),
    }
  }
  const upload = (examples: SessionData['train'], classWeights: Float32Array): Promise<Passes> | undefined =>
    examples === undefined ? undefined : passesOver(uploadRows(memory, examples, topology, classWeights), true)
  const optimizers = [...new Set(members.map(({ optimizer }) => OPTIMIZERS[optimizer.name]))]
  const [epochOrder, forward, inputGradient, updates, reduce, train, test] = await Promise.all([
    kernels.get('epochOrder'),
    kernels.get('forward'),
    kernels.get('inputGradient'),
    Promise.all(optimizers.map((optimizer) => kernels.get('update', { OPTIMIZER: optimizer }))),
    kernels.get('reduce', { PENALIZED: Number(tables.penalized), ...results }),
    upload(data.train, tables.classWeights),
    upload(data.test, new Float32Array()),
  ])
  return {
    plan,
    memory,
    shared,
    ...buffers,
    epochOrder: bind(memory, epochOrder, [buffers.order]),
    forward: bind(memory, forward, [buffers.state, buffers.scratch]),
    inputGradient: bind(memory, inputGradient, [buffers.state, buffers.scratch]),
    updates: updates.map((update) => bind(memory, update, [buffers.state, buffers.scratch, buffers.scalars])),
    reduce: bind(memory, reduce, [buffers.state, buffers.results, buffers.sums]),
    train,
    test,
    passesOver,
  }
}

/** A dispatch of many workgroups in two dimensions, of which one holds at most 65,535. Those past the end do nothing. */
function wide(groups: number): [x: number, y: number] {
  const across = Math.min(groups, 32768)
  return [across, Math.ceil(groups / across)]
}

/** Records dispatches. `slot` says whose Step uniform they take. */
export class Recorder {
  readonly #network: Network
  readonly #pass: GPUComputePassEncoder
  readonly #members: number
  dispatches = 0

  constructor(network: Network, pass: GPUComputePassEncoder, members: number) {
    this.#network = network
    this.#pass = pass
    this.#members = members
  }

  epochOrder(slot: number, rows: number): void {
    this.#dispatch(this.#network.epochOrder, slot, 0, Math.ceil(rows / 64), 1)
  }

  /** A batch through all layers, its losses and their sums. */
  forward(passes: Passes, slot: number, rows: number): void {
    const { plan, forward, reduce } = this.#network
    this.#dispatch(passes.gather, slot, 0, ...wide(Math.ceil((rows * plan.inputs4) / 64)))
    for (const { index, units4 } of plan.layers)
      this.#dispatch(forward, slot, index, Math.ceil(units4 / TILE4), Math.ceil(rows / TILE_ROWS))
    this.#dispatch(passes.outputLoss, slot, plan.layers.length - 1, Math.ceil(rows / 64), 1)
    this.#dispatch(reduce, slot, 0, 1, 1)
  }

  /** All gradients, and the optimizer. */
  backward(slot: number, rows: number): void {
    const { plan, inputGradient, updates } = this.#network
    for (const { index, inputs4 } of plan.layers.slice(1).reverse()) {
      this.#dispatch(inputGradient, slot, index, Math.ceil(inputs4 / TILE4), Math.ceil(rows / TILE_ROWS))
    }
    for (const update of updates) this.#dispatch(update, slot, 0, ...wide(plan.tiles))
  }

  #dispatch({ pipeline, group }: Bound, slot: number, layer: number, x: number, y: number): void {
    this.#pass.setPipeline(pipeline)
    this.#pass.setBindGroup(0, this.#network.shared, [layer * UNIFORM_STRIDE, slot * UNIFORM_STRIDE])
    this.#pass.setBindGroup(1, group)
    this.#pass.dispatchWorkgroups(x, y, this.#members)
    this.dispatches++
  }
}
