import { lastAxis } from '../../core/layers/kind.ts'
import { inputSizeOf, type Layout, parameterLayout } from '../../core/layout.ts'
import { slotCount } from '../../core/optimizers.ts'
import type { Population, Topology } from '../../core/population.ts'
import type { MemberState } from '../backend.ts'

/** Where everything of a member lies on the GPU, in vec4s (shaders/lib/shapes.wgsl). A pure function of topology and slots: P does not enter. */
interface LayerPlan {
  readonly inputs: number
  readonly units: number
  readonly inputs4: number
  readonly units4: number
  readonly kernel: number
  readonly bias: number
  readonly source: number
  readonly outputs: number
  readonly deltas: number
  readonly below: number
  readonly tiles: number
  readonly index: number
}

export interface Plan {
  readonly layers: readonly LayerPlan[]
  readonly layout: Layout
  readonly parameters4: number
  readonly state4: number
  readonly scratch4: number
  readonly inputs4: number
  /** Rows of scratch: a batch, or more for evaluation, in whole tiles. */
  readonly rows: number
  /** A member's optimizer slots that `state` has room for: none where nothing is trained. */
  readonly slots: number
  /** Workgroups of the grouped update. */
  readonly tiles: number
}

/** Rows evaluated at a time at least. */
const EVALUATION_ROWS = 512
/** The grouped update counts tiles of 64 x 64 weights, each 16 vec4s across and down. */
export const TILE4 = 16

const quarter = (n: number): number => Math.ceil(n / 4)

/** How the general kernels, which leave everything in storage, place a population's members. */
export function planOf({ topology, members }: Population, trains: boolean): Plan {
  const batch = Math.ceil(topology.batchSize / 8) * 8
  const slots = trains ? Math.max(...members.map(({ optimizer }) => slotCount(optimizer))) : 0
  return place(topology, { rows: Math.max(batch, EVALUATION_ROWS), deltas: trains ? batch : 0, slots })
}

/** Scratch has `rows` of inputs and outputs, and `deltas` of deltas. */
export function place(topology: Topology, { rows, deltas, slots }: { rows: number; deltas: number; slots: number }): Plan {
  const layout = parameterLayout(topology)
  const inputs4 = quarter(inputSizeOf(topology))
  let parameters4 = 0
  let scratch4 = rows * inputs4
  let tiles = 0
  let source = 0
  let below = 0
  const layers = layout.layers.map(({ input, output }, index): LayerPlan => {
    const inputs = lastAxis(input).width
    const units = lastAxis(output).width
    const own = { inputs, units, inputs4: quarter(inputs), units4: quarter(units), index, source, below, tiles }
    const kernel = parameters4
    const bias = kernel + own.inputs4 * 4 * own.units4
    parameters4 = bias + own.units4
    const outputs = scratch4
    const ownDeltas = outputs + rows * own.units4
    scratch4 = ownDeltas + deltas * own.units4
    tiles += Math.ceil(own.units4 / TILE4) * Math.ceil(own.inputs4 / TILE4)
    source = outputs
    below = ownDeltas
    return { ...own, kernel, bias, outputs, deltas: ownDeltas }
  })
  return { layers, layout, parameters4, state4: parameters4 * (1 + slots), scratch4, inputs4, rows, slots, tiles }
}

/** From core's flat order into a member's padded block. */
function padParameters(flat: Float32Array, plan: Plan): Float32Array<ArrayBuffer> {
  const padded = new Float32Array(plan.parameters4 * 4)
  plan.layers.forEach(({ inputs, units, units4, kernel, bias }, i) => {
    const [ownKernel, ownBias] = plan.layout.layers[i]?.tensors ?? []
    if (ownKernel === undefined || ownBias === undefined) return
    for (let row = 0; row < inputs; row++) {
      padded.set(flat.subarray(ownKernel.offset + row * units, ownKernel.offset + (row + 1) * units), (kernel + row * units4) * 4)
    }
    padded.set(flat.subarray(ownBias.offset, ownBias.offset + units), bias * 4)
  })
  return padded
}

function unpadParameters(padded: Float32Array, plan: Plan): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(plan.layout.parameters)
  plan.layers.forEach(({ inputs, units, units4, kernel, bias }, i) => {
    const [ownKernel, ownBias] = plan.layout.layers[i]?.tensors ?? []
    if (ownKernel === undefined || ownBias === undefined) return
    for (let row = 0; row < inputs; row++) {
      const at = (kernel + row * units4) * 4
      flat.set(padded.subarray(at, at + units), ownKernel.offset + row * units)
    }
    flat.set(padded.subarray(bias * 4, bias * 4 + units), ownBias.offset)
  })
  return flat
}

/** A member's block of `state`: parameters, then as many slots as there is room for. */
export function padState({ parameters, slots }: Pick<MemberState, 'parameters' | 'slots'>, plan: Plan): Float32Array<ArrayBuffer> {
  const block = new Float32Array(plan.state4 * 4)
  ;[parameters, ...slots.slice(0, plan.slots)].forEach((values, i) => {
    block.set(padParameters(values, plan), i * plan.parameters4 * 4)
  })
  return block
}

/** @param slots of the member's optimizer */
export function unpadState(block: Float32Array, slots: number, plan: Plan): Pick<MemberState, 'parameters' | 'slots'> {
  const part = (i: number) => unpadParameters(block.subarray(i * plan.parameters4 * 4, (i + 1) * plan.parameters4 * 4), plan)
  return { parameters: part(0), slots: Array.from({ length: Math.min(slots, plan.slots) }, (_, i) => part(i + 1)) }
}
