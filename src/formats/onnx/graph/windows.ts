// Convolutions and pooling.

import { at } from '../../../core/at.ts'
import type { LayerSpec } from '../../../core/layers/index.ts'
import { sizeOf } from '../../../core/layers/kind.ts'
import { axisOf, intOf, intsOf, type NodeView } from '../node.ts'
import type { Value } from '../values.ts'
import type { NetworkBuilder } from './builder.ts'
import { type Made, ofRow } from './made.ts'
import { kernelAt, madeAt, numbersAt, type Operators, picked, rowsFirstAt, seenOf } from './operands.ts'

/** (channels, spatial…) as (spatial…, channels): dimensions of a row. */
const channelsLast = (axes: number): number[] => [...Array.from({ length: axes }, (_, i) => i + 1), 0]
/** And back: axes of a shape in the order of dimensions. */
const channelsFirst = (axes: number): number[] => [axes, ...Array.from({ length: axes }, (_, i) => i)]

interface Sides {
  readonly before: readonly number[]
  readonly behind: readonly number[]
}

/** How the border of `same` lies, as core/layers/window.ts has it. */
function sameSides(sizes: readonly number[], window: readonly number[], strides: readonly number[], dilations: readonly number[]): Sides {
  const total = sizes.map((n, i) => {
    const reach = (at(window, i) - 1) * at(dilations, i) + 1
    return Math.max((Math.ceil(n / at(strides, i)) - 1) * at(strides, i) + reach - n, 0)
  })
  return { before: total.map((all) => Math.floor(all / 2)), behind: total.map((all) => all - Math.floor(all / 2)) }
}

interface Window {
  readonly size: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly sides: Sides
  readonly same: boolean
}

function windowOf(node: NodeView, size: readonly number[], sizes: readonly number[]): Window {
  const ones = size.map(() => 1)
  const [strides, dilations] = [node.attribute('strides')?.ints ?? ones, node.attribute('dilations')?.ints ?? ones]
  const given = node.attribute('pads')?.ints
  const auto = node.attribute('auto_pad')?.text ?? 'NOTSET'
  const axes = size.length
  const isCounts = (values: readonly number[], length: number, least: number): boolean =>
    values.length === length && values.every((n) => Number.isInteger(n) && n >= least)
  if (![size, strides, dilations].every((values) => isCounts(values, axes, 1)) || (given !== undefined && given.length !== 2 * axes))
    throw node.damaged(`has a window of ${size.join(' x ')}, strides ${strides.join(' x ')} and dilations ${dilations.join(' x ')}`)
  const usual = sameSides(sizes, size, strides, dilations)
  let sides: Sides = { before: given?.slice(0, axes) ?? ones.map(() => 0), behind: given?.slice(axes) ?? ones.map(() => 0) }
  if (auto === 'SAME_UPPER') sides = usual
  else if (auto === 'SAME_LOWER') sides = { before: usual.behind, behind: usual.before }
  else if (auto === 'VALID') sides = { before: ones.map(() => 0), behind: ones.map(() => 0) }
  if ([...sides.before, ...sides.behind].some((n) => n < 0)) throw node.unsupported('cuts off a border (pads below 0)')
  return { size, strides, dilations, sides, same: String([sides.before, sides.behind]) === String([usual.before, usual.behind]) }
}

const isBare = ({ before, behind }: Sides): boolean => [...before, ...behind].every((n) => n === 0)

/** Zeros around an image, or before and behind a sequence, which is an image of one row. */
function zeroSides(builder: NetworkBuilder, node: NodeView, made: Made, { before, behind }: Sides): Made {
  const [first = 1, second = 1] = builder.shapeOf(made)
  const pad = (sides: readonly (readonly [number, number])[], image: Made): Made =>
    builder.push(node, { type: 'zeroPadding2d', padding: sides as [[number, number], [number, number]] }, [image])
  if (before.length === 2)
    return pad(
      [
        [at(before, 0), at(behind, 0)],
        [at(before, 1), at(behind, 1)],
      ],
      made,
    )
  const image = builder.push(node, { type: 'reshape', targetShape: [1, first, second] }, [made])
  const wider = pad(
    [
      [0, 0],
      [at(before, 0), at(behind, 0)],
    ],
    image,
  )
  return builder.push(node, { type: 'reshape', targetShape: [first + at(before, 0) + at(behind, 0), second] }, [wider])
}

function convolution(builder: NetworkBuilder, node: NodeView): Value {
  const given = rowsFirstAt(node, 0)
  const axes = given.dims.length - 2
  if (axes !== 1 && axes !== 2) throw node.unsupported(`is over ${axes} directions; here there are sequences and images`)
  const kernel = kernelAt(node, 1, axes + 2)
  const [outputs = 1, ofGroup = 1, ...size] = kernel.shape
  const made = builder.arranged(node, given, channelsLast(axes))
  const shape = builder.shapeOf(made)
  const channels = shape.at(-1) ?? 1
  const group = intOf(node, 'group', 1)
  const depthwise = group > 1 && group === channels && ofGroup === 1
  if (group > 1 && !depthwise) throw node.unsupported(`is in ${group} groups of channels`)
  if (ofGroup * group !== channels) throw node.damaged(`has a kernel of ${ofGroup} channels for ${channels}`)
  if (depthwise && axes === 1) throw node.unsupported('is a depthwise convolution of sequences')
  const { strides, dilations, sides, same } = windowOf(node, size, shape.slice(0, -1))
  const source = same || isBare(sides) ? made : zeroSides(builder, node, made, sides)
  const cells = sizeOf(size)
  // (outputs, channels, cells) to (cells, channels, outputs)
  const weights = picked(node, kernel, kernel.data.length, (i) =>
    depthwise
      ? (i % outputs) * cells + Math.floor(i / outputs)
      : ((i % outputs) * ofGroup + (Math.floor(i / outputs) % ofGroup)) * cells + Math.floor(i / outputs / ofGroup),
  )
  const bias = numbersAt(node, 2, 'a bias')
  const window = {
    kernelSize: [...size],
    strides: [...strides],
    dilationRate: [...dilations],
    padding: same && !isBare(sides) ? 'same' : 'valid',
  }
  const spec = depthwise
    ? { type: 'depthwiseConv2d', depthMultiplier: outputs / channels, ...window, useBias: bias !== undefined }
    : { type: axes === 1 ? 'conv1d' : 'conv2d', filters: outputs, ...window, useBias: bias !== undefined }
  const all = bias === undefined ? [weights] : [weights, new Float32Array(bias.data)]
  return seenOf(builder.push(node, spec as LayerSpec, [source], all, channelsFirst(axes)), node)
}

function pooling(builder: NetworkBuilder, node: NodeView, kind: 'max' | 'average'): Value {
  const given = rowsFirstAt(node, 0)
  const axes = given.dims.length - 2
  const size = node.attribute('kernel_shape')?.ints ?? []
  if ((axes !== 1 && axes !== 2) || size.length !== axes)
    throw node.unsupported(`is over ${axes} directions; here there are sequences and images`)
  const made = builder.arranged(node, given, channelsLast(axes))
  const sizes = builder.shapeOf(made).slice(0, -1)
  const { strides, dilations, sides, same } = windowOf(node, size, sizes)
  if (dilations.some((n) => n !== 1)) throw node.unsupported('pools cells that lie apart (dilations)')
  if (node.outputs > 1) throw node.unsupported('also gives where the maxima were')
  const over = sizes.some((n, i) => (n + at(sides.before, i) + at(sides.behind, i) - at(size, i)) % at(strides, i) !== 0)
  if (intOf(node, 'ceil_mode', 0) !== 0 && over) throw node.unsupported('has windows that hang over (ceil_mode)')
  const padded = intOf(node, 'count_include_pad', 0) !== 0
  let [source, padding] = [made, 'valid']
  if (!isBare(sides)) {
    if (same && (kind === 'max' || !padded)) padding = 'same'
    else if (kind === 'average' && padded) source = zeroSides(builder, node, made, sides)
    else if (kind === 'max' && isPositive(builder, made)) source = zeroSides(builder, node, made, sides)
    else throw node.unsupported('has a border that is not there (pads), of other sizes than "same" has')
  }
  const spec = { type: `${kind}Pooling${axes}d`, poolSize: [...size], strides: [...strides], padding }
  return seenOf(builder.push(node, spec as LayerSpec, [source], [], channelsFirst(axes)), node)
}

const POSITIVE = ['relu', 'relu6', 'sigmoid', 'hardSigmoid', 'softplus', 'exponential']

/** Whether a border of zeros never is a maximum. */
function isPositive(builder: NetworkBuilder, made: Made): boolean {
  const spec = builder.specOf(made)?.spec
  return spec !== undefined && 'activation' in spec && typeof spec.activation === 'string' && POSITIVE.includes(spec.activation)
}

/** Of all steps or cells: dimensions `over` of what the node sees, the channels left. */
function overAll(builder: NetworkBuilder, node: NodeView, kind: 'Max' | 'Average', over: readonly number[], keeps: boolean): Value {
  const given = madeAt(node, 0)
  const axes = given.dims.flatMap(({ size }, i) => (size === 'rows' || over.includes(i) ? [] : [i]))
  const [channel, ...others] = axes.filter((i) => given.dims[i]?.size !== 1)
  const of = over.filter((i) => given.dims[i]?.size !== 'rows').sort((a, b) => a - b)
  if (over.length !== of.length || others.length > 0 || (of.length !== 1 && of.length !== 2))
    throw node.unsupported('is not over all steps, or all cells, of a row')
  const last = channel ?? axes[0]
  const counted = (dimension: number): number => given.dims.slice(0, dimension).filter(({ size }) => size !== 'rows').length
  const left = axes.filter((i) => i !== last)
  const made = builder.arranged(node, given, [...left, ...of, ...(last === undefined ? [] : [last])].map(counted))
  const shape = builder.shapeOf(made)
  // What has size 1 besides is no direction.
  const kept = shape.slice(left.length)
  const source = left.length === 0 ? made : builder.push(node, { type: 'reshape', targetShape: [...kept] }, [made])
  const pooled = builder.push(node, { type: `global${kind}Pooling${of.length}d` } as LayerSpec, [source])
  const dims = given.dims.flatMap((dim, i) =>
    of.includes(i) ? (keeps ? [{ size: 1, step: 0 }] : []) : [{ ...dim, step: i === last ? 1 : 0 }],
  )
  return seenOf({ ...pooled, dims }, node)
}

function reduced(builder: NetworkBuilder, node: NodeView, kind: 'Max' | 'Average'): Value {
  const { dims } = madeAt(node, 0)
  const axes = intsOf(node, 'axes', 1)?.map((axis) => axisOf(node, axis, dims.length))
  if (axes === undefined) throw node.unsupported('is over the rows too')
  return overAll(builder, node, kind, axes, intOf(node, 'keepdims', 1) !== 0)
}

const wholly = (builder: NetworkBuilder, node: NodeView, kind: 'Max' | 'Average'): Value =>
  overAll(
    builder,
    node,
    kind,
    ofRow(rowsFirstAt(node, 0))
      .slice(1)
      .map((_, i) => i + 2),
    true,
  )

function pad(builder: NetworkBuilder, node: NodeView): Value {
  const given = rowsFirstAt(node, 0)
  if ((node.attribute('mode')?.text || 'constant') !== 'constant') throw node.unsupported('does not put zeros around an image')
  const value = numbersAt(node, 2, 'a value')?.data[0] ?? node.attribute('value')?.float ?? 0
  const rank = given.dims.length
  const pads = intsOf(node, 'pads', 1) ?? []
  const axes = node.inputs[3] === undefined ? given.dims.map((_, i) => i) : (intsOf(node, 'axes', 3) ?? [])
  const counted = axes.map((axis) => axisOf(node, axis, rank))
  if (pads.length !== 2 * counted.length) throw node.unsupported(`has ${pads.length} pads for ${counted.length} dimensions`)
  const side = (i: number, last: boolean): number => {
    const place = counted.indexOf(i)
    return place < 0 ? 0 : at(pads, place + (last ? counted.length : 0))
  }
  const padded = given.dims.flatMap((_, i) => (side(i, false) !== 0 || side(i, true) !== 0 ? [i] : []))
  if (padded.length === 0) return seenOf(given, node)
  if (value !== 0 || pads.some((n) => n < 0)) throw node.unsupported('does not put zeros around an image')
  const first = padded.every((i) => i >= 2)
  const last = padded.every((i) => i >= 1 && i < rank - 1)
  const spatial = rank - 2
  if ((!first && !last) || (spatial !== 1 && spatial !== 2)) throw node.unsupported('puts zeros elsewhere than around an image')
  const turned = first && (!last || (given.dims[1]?.step === 1 && given.dims[rank - 1]?.step !== 1))
  const made = builder.arranged(node, given, turned ? channelsLast(spatial) : undefined)
  const at0 = turned ? 2 : 1
  const sides = [false, true].map((behind) => Array.from({ length: spatial }, (_, i) => side(at0 + i, behind)))
  const wider = zeroSides(builder, node, made, { before: sides[0] ?? [], behind: sides[1] ?? [] })
  if (!turned) return seenOf(wider, node)
  return seenOf({ ...wider, dims: [at(wider.dims, 0), ...channelsFirst(spatial).map((axis) => at(wider.dims, axis + 1))] }, node)
}

/** Whether the nearest cell is each one `times` times: so far as the fractions go that one cell is cut into, all cells are alike. */
function repeats(node: NodeView, times: number): boolean {
  if (node.operator === 'Upsample') return true
  if (node.attribute('axes') !== undefined || (node.attribute('keep_aspect_ratio_policy')?.text || 'stretch') !== 'stretch') return false
  const places = node.attribute('coordinate_transformation_mode')?.text || 'half_pixel'
  const nearest = node.attribute('nearest_mode')?.text || 'round_prefer_floor'
  const isHalf = places === 'half_pixel' || places === 'pytorch_half_pixel'
  if (!isHalf && places !== 'asymmetric') return false
  // Of the last part of a cell, and the first, as the cell itself has them: the others lie between.
  const [low, high] = isHalf ? [0.5 / times - 0.5, 0.5 - 0.5 / times] : [0, 1 - 1 / times]
  if (nearest === 'floor') return low >= 0
  if (nearest === 'ceil') return high <= 0
  return low >= -0.5 && high < 0.5 + (nearest === 'round_prefer_floor' ? Number.EPSILON : 0)
}

function resize(builder: NetworkBuilder, node: NodeView): Value {
  const given = rowsFirstAt(node, 0)
  if (given.dims.length !== 4) throw node.unsupported('makes other than images larger')
  if ((node.attribute('mode')?.text || 'nearest') !== 'nearest')
    throw node.unsupported('fills in between cells; here the nearest cell counts')
  const place = node.operator === 'Upsample' ? 1 : 2
  const scales = numbersAt(node, place, 'scales')
  const target = node.operator === 'Upsample' ? undefined : node.inputs[3]
  const sizes = target?.kind === 'constant' ? Array.from(target.data) : undefined
  if ((scales?.data.length || sizes?.length) !== given.dims.length)
    throw node.unsupported('does not say how much larger each dimension is made')
  const factors = given.dims.map(({ size }, i) => {
    if (scales !== undefined && scales.data.length > 0) return at(scales.data, i)
    return size === 'rows' || sizes === undefined ? 1 : at(sizes, i) / size
  })
  const last = factors[3] === 1 && factors[1] !== 1
  const made = builder.arranged(node, given, last ? undefined : channelsLast(2))
  const size = last ? factors.slice(1, 3) : factors.slice(2)
  const others = [factors[0], last ? factors[3] : factors[1]]
  if (others.some((n) => n !== 1) || size.some((n) => !Number.isInteger(n) || n < 1))
    throw node.unsupported(`makes images ${factors.join(' x ')} times as large; whole numbers of rows and columns are read`)
  if (size.some((n) => n > 1 && !repeats(node, n))) throw node.unsupported('takes other cells than each one as often as the image grows')
  return seenOf(builder.push(node, { type: 'upSampling2d', size }, [made], [], last ? undefined : channelsFirst(2)), node)
}

export const windows = (builder: NetworkBuilder): Operators => [
  ['Conv', (node) => convolution(builder, node)],
  ['MaxPool', (node) => pooling(builder, node, 'max')],
  ['AveragePool', (node) => pooling(builder, node, 'average')],
  ['GlobalMaxPool', (node) => wholly(builder, node, 'Max')],
  ['GlobalAveragePool', (node) => wholly(builder, node, 'Average')],
  ['ReduceMax', (node) => reduced(builder, node, 'Max')],
  ['ReduceMean', (node) => reduced(builder, node, 'Average')],
  ['Pad', (node) => pad(builder, node)],
  ['Resize', (node) => resize(builder, node)],
  ['Upsample', (node) => resize(builder, node)],
]
