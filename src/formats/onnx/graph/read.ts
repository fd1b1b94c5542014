// Reads a graph that is no row of dense layers: convolutions, recurrence, embeddings, branches.

import { EspalierError, InvalidDataError } from '../../../core/errors.ts'
import { type Shape, sizeOf } from '../../../core/layers/kind.ts'
import { MAX_INPUTS } from '../../../core/rules.ts'
import { UnsupportedModelError } from '../../errors.ts'
import { checkModel } from '../../graph.ts'
import type { Model } from '../../model.ts'
import { CONSTANTS } from '../constants.ts'
import { Evaluator, numbersFor, type Table } from '../evaluate.ts'
import { constantInput, type NodeView, type Place } from '../node.ts'
import type { OnnxModel } from '../proto.ts'
import type { Constant, DataFiles } from '../tensors.ts'
import type { Rows, Value } from '../values.ts'
import { ChannelsFirst, NetworkBuilder } from './builder.ts'
import { cells } from './cells.ts'
import { seenOf } from './operands.ts'
import { recurrence } from './recurrent.ts'
import { shapes } from './shapes.ts'
import { windows } from './windows.ts'

/** Operators that no row of dense layers has: a graph with one of these is a network of other kinds, and what is said of it is of that reading. */
const OTHERS = new Set([
  ...[
    'Conv',
    'ConvTranspose',
    'MaxPool',
    'AveragePool',
    'GlobalMaxPool',
    'GlobalAveragePool',
    'LSTM',
    'GRU',
    'RNN',
    'Resize',
    'Upsample',
    'Pad',
  ],
  ...['LayerNormalization', 'GroupNormalization', 'InstanceNormalization'],
])

export const isOther = ({ nodes }: OnnxModel): boolean => nodes.some(({ operator, domain }) => domain === '' && OTHERS.has(operator))

/** Numbers that are all the same for as many rows as there will be are the same for one. */
function repeated(node: NodeView, usual: (node: NodeView) => Constant): Constant {
  const [given, shape] = [constantInput(node, 0, 'an input'), constantInput(node, node.operator === 'Expand' ? 1 : 0, 'a shape')]
  if (shape === undefined || !Array.prototype.some.call(shape.data, Number.isNaN)) return usual(node)
  const value = node.operator === 'Expand' ? given : node.attribute('value') && node.tensor(node.attribute('value') as never)
  const [first = 0] = value?.data ?? []
  if (value?.data.some((other) => other !== first)) return usual(node)
  const sizes = Array.from(shape.data, (size) => (Number.isNaN(size) ? 1 : size))
  if (sizes.some((size) => size < 0)) throw node.damaged(`makes a constant of ${sizes.join(' x ')}`)
  node.spend(sizeOf(sizes))
  return { kind: 'constant', shape: sizes, type: value?.type ?? 1, data: new Float64Array(sizeOf(sizes)).fill(first) }
}

/** The graph's input or output, where a layer is put in that no node of the file says. */
const placeOf = (file: string, where: string): Place => ({
  where,
  unsupported: (what) => new UnsupportedModelError(`${file}: ${where} ${what}`),
  damaged: (what) => new InvalidDataError(`${file}: ${where} ${what}; the file is damaged`),
})

/** @param row its sizes, where the file says them */
function tableOf(builder: NetworkBuilder, row: Shape | undefined, file: string): Table {
  const rows = new Map([...windows(builder), ...recurrence(builder), ...cells(builder), ...shapes(builder)])
  const constants = new Map<string, (node: NodeView) => Constant>(CONSTANTS)
  for (const name of ['Expand', 'ConstantOfShape']) {
    const usual = CONSTANTS.get(name)
    if (usual !== undefined) constants.set(name, (node) => repeated(node, usual))
  }
  return {
    rows,
    constants,
    read: 'here a network is dense, convolutional and recurrent layers, pooling, normalizations, embeddings and activations',
    input: (given: Rows): Value => {
      const node = placeOf(file, given.step.where)
      if (row === undefined) throw node.unsupported('is of a shape that the file does not say, or that is too large')
      return seenOf({ ...builder.input(node), ...(given.whole && { whole: true }) }, node)
    },
  }
}

/** The sizes of a row as the file has them; undefined where it does not say them all, or they are too large. */
function rowOf(model: OnnxModel): Shape | undefined {
  const [input] = model.inputs.filter(({ name }) => !model.constants.has(name))
  const shape = input?.shape?.slice(1) ?? []
  return shape.length === 0 || shape.some((size) => !(size > 0)) || sizeOf(shape) > MAX_INPUTS ? undefined : shape
}

/**
 * The model of a graph of layers of any kinds. Rows are in the file's order; where that is channels first, layers that turn them stand first.
 * @throws UnsupportedModelError naming the node that is not read
 */
export function networkOfGraph(model: OnnxModel, file: string, files: DataFiles, size: number): Model {
  const row = rowOf(model)
  const read = (turned: boolean): Model => {
    const builder = new NetworkBuilder(file, row ?? [1], turned, numbersFor(size))
    const outputs = new Evaluator(model, file, files, size, tableOf(builder, row, file)).run()
    const [output] = outputs
    if (outputs.length !== 1 || output === undefined)
      throw new UnsupportedModelError(`${file}: the graph gives ${outputs.length} outputs; a network here gives its last step alone`)
    const { value, info } = output
    if (value.kind === 'unread') throw value.error
    if (value.kind !== 'rows' || value.step.op !== 'made')
      throw new UnsupportedModelError(`${file}: the graph gives nothing that is computed of its input`)
    const made = builder.finish(placeOf(file, `output "${info.name}"`), value.step.made)
    checkModel(made, file)
    return made
  }
  try {
    return read(false)
  } catch (error) {
    if (error instanceof ChannelsFirst) return read(true)
    throw error
  }
}

/** The same where it can be read; undefined where it cannot. */
export function networkIfRead(...given: Parameters<typeof networkOfGraph>): Model | undefined {
  try {
    return networkOfGraph(...given)
  } catch (error) {
    if (error instanceof EspalierError) return undefined
    throw error
  }
}
