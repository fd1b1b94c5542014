// Where every number of a member lies on the device.

import { at } from '../../core/at.ts'
import { layerGeometry } from '../../core/layers/geometry.ts'
import { LAYERS, type LayerType } from '../../core/layers/index.ts'
import { lastAxis, matricesOf, type Shape, type Tensor } from '../../core/layers/kind.ts'
import { type LayerLayout, type Layout, parameterLayout } from '../../core/layout.ts'
import { needsWholeGradient, slotCount } from '../../core/optimizers.ts'
import type { Population, Topology, TopologyLayer } from '../../core/population.ts'
import { kindOf } from './kinds.ts'
import { recurrenceOf, scratchOf } from './recurrent.ts'

/** Where everything of a member lies on the GPU, in vec4s (shaders/lib/shapes.wgsl). Where a parameter lies hangs on the topology alone. */
interface LayerPlan {
  readonly type: LayerType
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
  readonly kind: number
  readonly inputPositions: number
  readonly positions: number
  readonly rows: number
  readonly trained: number
  readonly matrices: number
  readonly trainable: number
  readonly moving: number
  readonly reads: number
  readonly merged: number
  readonly sum: number
  readonly way: number
  readonly offset: number
  readonly groups: number
  readonly statistics: number
  /** Of a recurrent layer, and of one whose inputs have a mask: shaders/lib/recurrent.wgsl. */
  readonly cell: number
  readonly gates: number
  readonly slots: number
  readonly biases: number
  readonly stateUnits: number
  readonly states4: number
  readonly ways: number
  readonly way4: number
  readonly merge: number
  readonly backwards: number
  readonly sequences: number
  readonly values: number
  readonly hidden: number
  readonly cells: number
  readonly carry: number
  readonly mask: number
  readonly mask4: number
  /** Of kinds with windows, as the shaders have them. */
  readonly window: Readonly<Record<string, number>>
}

/** One of the outputs that a layer reads, as shaders see it: the layer itself, or of a block one of its ways. */
export interface Way extends LayerPlan {
  /** Which of the uniforms it is. */
  readonly place: number
  /** Whether its deltas are the first of a merged output's to be written, or the last; both where nobody else reads it. */
  readonly opens: boolean
  readonly closes: boolean
}

/** A tensor in core's flat order, and in a member's padded block. */
export interface TensorPlan {
  readonly offset: number
  readonly rows: number
  readonly columns: number
  readonly at: number
  /** Numbers between its rows in the flat order, where these are not all of a row there: the columns of a gate. */
  readonly across?: number
}

/** A tensor beyond a layer's first two, as an entry of the table of layers: what moves parameters goes through all of that. */
interface ExtraPlan {
  readonly fields: Readonly<Record<string, number>>
  /** Of which layer, and which of its tensors. */
  readonly layer: number
  readonly tensor: number
}

export interface Plan {
  readonly layers: readonly LayerPlan[]
  /** They follow the layers in the table. */
  readonly extras: readonly ExtraPlan[]
  /** Of each layer, what it reads. */
  readonly ways: readonly (readonly Way[])[]
  readonly layout: Layout
  /** Of the parameters, and of what is kept and not trained. */
  readonly tensors: readonly TensorPlan[]
  readonly moving: readonly TensorPlan[]
  readonly parameters4: number
  readonly slots: number
  readonly state4: number
  readonly scratch4: number
  /** Where in `state` the gradient is kept, and the squared lengths of its tensors; 0 where it is not. */
  readonly gradients: number
  readonly lengths: number
  readonly inputs4: number
  /** Rows of scratch: a batch, or more for evaluation, in whole tiles. */
  readonly rows: number
  /** Workgroups of the grouped update. */
  readonly tiles: number
}

/** Rows evaluated at a time at least, a row of several positions counted as so many. */
const EVALUATION_ROWS = 512
/** The grouped update counts tiles of 64 x 64 weights, each 16 vec4s across and down. */
export const TILE4 = 16
/** As the shaders': no place. */
const NONE = 0xffffffff

/** Whether a tensor, by its name, is what the shaders call a layer's second. */
export const isSecond = (tensor: string): boolean => tensor === 'bias' || tensor === 'beta'

const NO_RECURRENCE = {
  ...{ cell: 0, gates: 1, slots: 0, biases: 0, stateUnits: 0, states4: 0, ways: 0 },
  ...{ merge: 0, backwards: 0, sequences: 0 },
}

const quarter = (n: number): number => Math.ceil(n / 4)

/** Whether training moves a layer's tensors outside of the grouped update: their gradient is kept, and shaders/whole_update.wgsl moves them. */
export const hasOwnGradient = ({ layer, tensors }: LayerLayout): boolean =>
  kindOf(layer.type).gradient !== 'grouped' && tensors.some(({ trained }) => trained)

/** Whether training moves a layer, its kept numbers included. */
export const isTrainable = (layer: TopologyLayer | undefined): boolean => layer !== undefined && 'trainable' in layer && layer.trainable

/** How the general kernels, which leave everything in storage, place a population's members. */
export function planOf(population: Population, trains: boolean): Plan {
  const { topology, members } = population
  const eights = (rows: number): number => Math.ceil(rows / 8) * 8
  const batch = eights(topology.batchSize)
  const { layers } = parameterLayout(topology)
  const positions = Math.max(lastAxis(topology.inputShape).positions, ...layers.map(({ output }) => lastAxis(output).positions))
  const whole = members.some(({ optimizer }) => needsWholeGradient(optimizer)) || layers.some(hasOwnGradient)
  return place(topology, {
    rows: Math.max(batch, eights(EVALUATION_ROWS / positions)),
    deltas: trains ? batch : 0,
    slots: trains ? Math.max(...members.map(({ optimizer }) => slotCount(optimizer))) : 0,
    gradients: trains && whole,
  })
}

interface Sizes {
  /** Of inputs and outputs in scratch. */
  readonly rows: number
  /** Of deltas. */
  readonly deltas: number
  readonly slots: number
  readonly gradients: boolean
}

export function place(topology: Topology, { rows, deltas, slots, gradients }: Sizes): Plan {
  const layout = parameterLayout(topology)
  const first = lastAxis(topology.inputShape)
  const inputs4 = quarter(first.width)
  const tensors: TensorPlan[] = []
  const moving: TensorPlan[] = []
  const extras: ExtraPlan[] = []
  let parameters4 = 0
  let scratch4 = rows * first.positions * inputs4
  let moving4 = 0
  let tiles = 0
  const readers = readersOf(layout)
  const blocks: { outputs: number; deltas: number; sum: number }[] = []
  const takeParameters = (size4: number): number => {
    parameters4 += size4
    return parameters4 - size4
  }
  const takeScratch = (size4: number): number => {
    scratch4 += size4
    return scratch4 - size4
  }
  const layers = layout.layers.map((given, index): LayerPlan => {
    const { layer, input, output, tensors: own, state, from } = given
    const kind = kindOf(layer.type)
    const { width: inputs, positions: inputPositions } = lastAxis(input)
    const { width: units, positions } = lastAxis(output)
    const [ownInputs4, units4] = [quarter(inputs), quarter(units)]
    const recurrence = recurrenceOf(given)
    const one = recurrence === undefined ? own.find(({ name }) => !isSecond(name)) : undefined
    const two = recurrence === undefined ? own.find(({ name }) => isSecond(name)) : undefined
    const oneRows = (one?.size ?? (kind.groups === undefined ? units : (two?.size ?? units))) / units
    // A beta has the shape of its gamma; a bias is a row.
    const twoRows = kind.groups === undefined ? 1 : oneRows
    // A product reads a kernel by four rows, and a bias where there is none.
    const grouped = kind.gradient === 'grouped'
    const kernel =
      recurrence !== undefined
        ? parameters4
        : one === undefined
          ? NONE
          : takeParameters((grouped ? quarter(oneRows) * 4 : oneRows) * units4)
    const bias = two === undefined && !grouped ? NONE : takeParameters(twoRows * units4)
    if (one !== undefined) tensors.push({ offset: one.offset, rows: oneRows, columns: units, at: kernel })
    if (two !== undefined) tensors.push({ offset: two.offset, rows: twoRows, columns: units, at: bias })
    if (recurrence !== undefined) {
      const { gates, stateUnits, states4 } = recurrence
      for (const [tensor, { offset, size, trained, shape }] of own.entries()) {
        const tensorRows = size / (gates * stateUnits)
        const start = takeParameters(gates * tensorRows * states4)
        for (let g = 0; g < gates; g++)
          tensors.push({
            ...{ offset: offset + g * stateUnits, rows: tensorRows, columns: stateUnits, across: gates * stateUnits },
            at: start + g * tensorRows * states4,
          })
        const places = { kernel: start, rows: gates * tensorRows, units: stateUnits, units4: states4, gates }
        const flags = { trained: bit(1, trained) | bit(4, shape.length > 1), bias: NONE, kind: LAYERS[layer.type].code }
        extras.push({ fields: { ...places, ...flags }, layer: index, tensor })
      }
    }
    const movingAt = moving4
    for (const { offset } of state) {
      moving.push({ offset, rows: 1, columns: units, at: moving4 })
      moving4 += units4
    }
    const outputs = takeScratch(rows * positions * units4)
    const ownDeltas = takeScratch(deltas * positions * units4)
    const groups = kind.groups?.(given) ?? 0
    const kept = kind.statistics * units4 + rows * groups
    const statistics = kept === 0 ? NONE : takeScratch(kept)
    const room = recurrence === undefined ? undefined : scratchOf(recurrence, given)
    const [values, hidden, cells, carry] = [
      takeScratch(rows * (room?.values ?? 0)),
      takeScratch(rows * (room?.hidden ?? 0)),
      takeScratch(rows * (room?.cells ?? 0)),
      takeScratch(deltas * (room?.carry ?? 0)),
    ]
    const embedding = given.maskedBy === undefined ? undefined : layout.layers[given.maskedBy]
    const tokens = embedding === undefined ? undefined : blocks[embedding.from[0] ?? -1]?.outputs
    const merged = (readers[index] ?? []).length > 1
    blocks.push({ outputs, deltas: ownDeltas, sum: merged ? takeScratch(deltas * positions * units4) : NONE })
    const first = from[0] ?? index - 1
    const [source, below] = [blocks[first]?.outputs ?? 0, blocks[first]?.deltas ?? 0]
    const plan = {
      type: layer.type,
      ...{ inputs, units, inputs4: ownInputs4, units4, kernel, bias, source, outputs, deltas: ownDeltas, below, tiles, index },
      ...{ kind: LAYERS[layer.type].code, inputPositions, positions, rows: oneRows, moving: movingAt, statistics },
      ...{ reads: first < 0 ? NONE : first, merged: NONE, sum: NONE, way: 0, offset: 0, groups },
      ...(recurrence ?? NO_RECURRENCE),
      ...{ values, hidden, cells, carry, way4: recurrence === undefined ? 0 : (parameters4 - kernel) / recurrence.ways },
      mask: embedding === undefined ? NONE : (tokens ?? 0),
      mask4: quarter(lastAxis(embedding?.input ?? [1]).width),
      trained:
        bit(1, one?.trained) |
        bit(2, two?.trained) |
        bit(4, isMatrix(kind.groups === undefined ? one : (one ?? two))) |
        bit(8, twoRows > 1),
      matrices: matricesOf(one),
      trainable: bit(1, isTrainable(layer)),
      window: windowOf(layer, input),
    }
    if (grouped && one?.trained === true) tiles += Math.ceil(units4 / TILE4) * Math.ceil(ownInputs4 / TILE4)
    return plan
  })
  let places = layers.length
  const ways = layers.map((layer, index): Way[] => {
    const { from } = at(layout.layers, index)
    let offset = 0
    return from.map((reads, way): Way => {
      const { width } = lastAxis(layout.layers[reads]?.output ?? topology.inputShape)
      const [first = index, last = index] = [readers[reads]?.[0], readers[reads]?.at(-1)]
      const block = blocks[reads]
      const own = { place: way === 0 ? index : places++, opens: index === last, closes: index === first }
      const common = {
        ...layer,
        ...own,
        inputs: width,
        inputs4: quarter(width),
        source: block?.outputs ?? 0,
        reads: reads < 0 ? NONE : reads,
        way,
        offset,
      }
      if (layer.type === 'concatenate') offset += width
      if (block === undefined || first === last) return { ...common, below: block?.deltas ?? 0 }
      // Who writes first, backwards, writes where the sum will be.
      const below = index === last ? block.sum : takeScratch(deltas * lastAxis(at(layout.layers, reads).output).positions * quarter(width))
      return { ...common, below, merged: block.deltas, sum: block.sum }
    })
  })
  const gradientsAt = parameters4 * (1 + slots)
  const lengths = gradientsAt + parameters4
  const movingStart = gradients ? lengths + 2 * (layers.length + extras.length) : gradientsAt
  return {
    layers: layers.map((layer) => ({ ...layer, moving: movingStart + layer.moving })),
    // The grouped update looks for the last entry that begins at or before a tile.
    extras: extras.map(({ fields, ...of }) => ({ ...of, fields: { ...fields, tiles } })),
    ways: ways.map((own) => own.map((way) => ({ ...way, moving: movingStart + way.moving }))),
    layout,
    tensors,
    moving: moving.map((tensor) => ({ ...tensor, at: movingStart + tensor.at })),
    parameters4,
    slots,
    state4: movingStart + moving4,
    scratch4,
    gradients: gradients ? gradientsAt : 0,
    lengths: gradients ? lengths : 0,
    inputs4,
    rows,
    tiles,
  }
}

/** Of each layer those that read its outputs, in order. */
function readersOf({ layers }: Layout): number[][] {
  const readers = layers.map((): number[] => [])
  for (const [index, { from }] of layers.entries()) for (const source of from) readers[source]?.push(index)
  return readers
}

function windowOf(layer: TopologyLayer, input: Shape): LayerPlan['window'] {
  const geometry = layerGeometry(layer, input)
  if (geometry === undefined) return {}
  const { rows: imageRows, columns, outColumns, size, strides, dilation, before } = geometry
  const [[height, width], [strideY, strideX], [dilationY, dilationX], [top, left]] = [size, strides, dilation, before]
  return { imageRows, columns, outColumns, height, width, strideY, strideX, dilationY, dilationX, top, left }
}

const bit = (value: number, set: boolean | undefined): number => (set === true ? value : 0)
const isMatrix = (tensor: Tensor | undefined): boolean => (tensor?.shape.length ?? 0) > 1
