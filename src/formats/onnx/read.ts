// `fromOnnx`: reads an ONNX file into a model.

import { InvalidDataError } from '../../core/errors.ts'
import { GraphBuilder } from '../builder.ts'
import { UnsupportedModelError } from '../errors.ts'
import { type Graph, isDenseRow, modelOfGraph, type ReadOptions } from '../graph.ts'
import { type Model, storedLayoutOf } from '../model.ts'
import { NOTES, parseJson, readNotes } from '../notes.ts'
import { Evaluator } from './evaluate.ts'
import { isOther, networkIfRead, networkOfGraph } from './graph/read.ts'
import { isPick, product } from './linear.ts'
import { networkOfNotes } from './noted.ts'
import { type OnnxValueInfo, readOnnx } from './proto.ts'
import { type DataFiles, dataFilesOf, isWhole, STRING } from './tensors.ts'
import { columnsOf, type Operation, type Rows, sourcesOf, type Value } from './values.ts'

interface Output {
  readonly info: OnnxValueInfo
  readonly value: Value
}

/** All that steps are computed of, themselves included. */
function allOf(steps: readonly Operation[]): Set<Operation> {
  const found = new Set<Operation>()
  const waiting = [...steps]
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    if (found.has(step)) continue
    found.add(step)
    waiting.push(...sourcesOf(step))
  }
  return found
}

/** Layers are what a network is; the steps between them an exporter may write twice. */
const layersOf = (steps: readonly Operation[]): Operation[] => [...allOf(steps)].filter(({ op }) => op === 'dense' || op === 'input')

/** A classifier's second output: whole numbers or texts. */
const isLabel = ({ type }: OnnxValueInfo): boolean => isWhole(type) || type === STRING

const quoted = (outputs: readonly Output[]): string => outputs.map(({ info }) => `"${info.name}"`).join(' and ')

/**
 * The one output that is the network's: of a classifier's two its scores, where the other is the class that they say.
 * @throws UnsupportedModelError where there are others, or it cannot be read
 */
function scoresOf(outputs: readonly Output[], file: string): Rows {
  const [only] = outputs
  const rows = outputs.flatMap(({ value }) => (value.kind === 'rows' ? [value] : []))
  const [scores] = rows
  if (outputs.length === 1 && only?.value.kind === 'unread') throw only.value.error
  const others = new UnsupportedModelError(`${file}: the graph gives ${quoted(outputs)}; a network here gives its last step alone`)
  const unread = outputs.flatMap(({ info, value }) => (value.kind === 'unread' ? [{ info, ...value }] : []))
  if (scores === undefined)
    throw (
      (unread.find(({ info }) => !isLabel(info)) ?? unread[0])?.error ??
      new UnsupportedModelError(`${file}: the graph gives nothing that is computed of its input`)
    )
  if (rows.some(({ step }) => step !== scores.step) || rows.length + unread.length < outputs.length) throw others
  const layers = new Set(layersOf([scores.step]))
  for (const { info, of } of unread) {
    const sources = layersOf(of)
    if (!isLabel(info) || sources.length === 0 || sources.some((step) => !layers.has(step))) throw others
  }
  return scores
}

/** Takes the steps from the input to the output to a graph of layers. */
function graphOf(output: Rows, columns: number | undefined, file: string): Graph {
  const steps: Operation[] = []
  for (let step: Operation | undefined = output.step; step !== undefined; ) {
    steps.push(step)
    const sources = sourcesOf(step)
    step = sources.length === 1 ? sources[0] : undefined
  }
  const builder = new GraphBuilder(file)
  if (columns !== undefined) builder.expectWidth(columns, 'the input')
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i]
    const next = steps[i - 1]
    if (step === undefined) continue
    const { where } = step
    switch (step.op) {
      case 'input':
        break
      case 'dense': {
        // Columns that are only picked are no layer of their own beside one.
        const joins = next?.op === 'dense' && (isPick(step) || isPick(next))
        const { kernel, bias } = joins ? product(step, next) : step
        builder.dense({ shape: [kernel.inputs, kernel.units], data: kernel.data }, bias && { data: bias }, where)
        if (joins) i -= 1
        break
      }
      case 'affine':
        builder.affine(step.affine, where)
        break
      case 'activation':
        builder.activate(step.activation, where)
        break
      case 'clip':
        builder.clip(step.low, step.high, where)
        break
      case 'impute': {
        const value = step.value.length === 1 && builder.width !== undefined ? Array(builder.width).fill(step.value[0]) : [...step.value]
        builder.input({ kind: 'impute', value }, where)
        break
      }
      case 'add':
      case 'multiply':
      case 'divide':
      case 'max':
      case 'min':
        throw builder.unsupported(
          where,
          `takes ${(step.takes ?? ['two values']).map((taken) => JSON.stringify(taken)).join(' and ')}; a network here is a row of steps without branches`,
        )
      case 'where':
        throw builder.unsupported(
          where,
          'chooses between values; only Where(IsNaN(x), constant, x) is read, before the first layer, and activations',
        )
      default:
        throw builder.unsupported(where, `is only read as a part of an activation`)
    }
  }
  return builder.finish()
}

/** How an ONNX file is read. */
export interface OnnxOptions extends ReadOptions {
  /** Files beside it that have its larger constants, by their names: `{ 'net.onnx.data': bytes }`. `onnxDataFiles` says which it needs. */
  readonly files?: Readonly<Record<string, Uint8Array>>
}

/**
 * The files beside an ONNX file that have its larger constants, by their names relative to its folder; most files need none.
 * @throws UnsupportedModelError where one is said to be outside of the folder, or this is another kind of file; InvalidDataError where it is damaged
 */
export const onnxDataFiles = (bytes: Uint8Array, name = 'the ONNX file'): string[] => dataFilesOf(readOnnx(bytes, name), name)

/**
 * The model of an ONNX file, of espalier's or of another program's, where its graph is dense layers in a row: Gemm or MatMul, activations (also
 * those that an exporter took apart), and steps by constants, which are folded into the layers; or a network of the other kinds that are here. Of a
 * classifier's two outputs it has the scores. Rows are in the order that the file has them in, images of PyTorch channels first.
 * @throws UnsupportedModelError naming the node that no dense network has, or what other kind of file it is; InvalidDataError where the file is
 * damaged, or lacks a file beside it
 */
export function fromOnnx(bytes: Uint8Array, { name = 'the ONNX file', notes, files = {} }: OnnxOptions = {}): Model {
  const model = readOnnx(bytes, name)
  const noted = model.metadata.get(NOTES)
  const kept = noted === undefined ? undefined : parseJson(noted, `${name}: what espalier noted of the model`)
  const told = kept === undefined || notes === 'ignore' ? undefined : readNotes(kept, name)
  if (told !== undefined && !isDenseRow(told.spec, storedLayoutOf(told.spec, name))) return networkOfNotes(model, told, files, name)
  const size = Object.values(files).reduce((sum, { length }) => sum + length, bytes.length)
  const parts = [model, name, files satisfies DataFiles, size] as const
  if (isOther(model)) return networkOfGraph(...parts)
  try {
    return denseRow(parts, kept, notes)
  } catch (error) {
    const found = error instanceof UnsupportedModelError ? networkIfRead(...parts) : undefined
    if (found === undefined) throw error
    return found
  }
}

/** As dense layers in a row. */
function denseRow(
  [model, name, files, size]: Readonly<Parameters<typeof networkOfGraph>>,
  kept: unknown,
  notes: OnnxOptions['notes'],
): Model {
  const evaluator = new Evaluator(model, name, files, size)
  const outputs = evaluator.run()
  if (outputs.length === 0) throw new InvalidDataError(`${name}: the graph has no output; the file is damaged`)
  const graph = graphOf(scoresOf(outputs, name), columnsOf(evaluator.shape), name)
  return modelOfGraph(graph, kept, name, notes)
}
