// A model as a graph of dense layers, which all graph formats share.

import { type ActivationSpec, resolveActivation } from '../core/activations.ts'
import { EspalierError, InvalidDataError } from '../core/errors.ts'
import { lastAxis } from '../core/layers/kind.ts'
import type { Weights } from '../core/layout.ts'
import type { LossName } from '../core/losses.ts'
import type { Dialect } from '../core/names.ts'
import { resolveMember, resolveTopology, splitSpec, TRAIN_SPEC_NAMES } from '../core/resolve.ts'
import type { TrainSpec } from '../core/spec.ts'
import type { UnpackOptions } from '../data/unpack.ts'
import { type Activation, graphActivation, isGraphActivation, parameterOf } from './activation.ts'
import { UnsupportedModelError } from './errors.ts'
import { dataOfSteps, type InputStep, inputSteps, sameSteps } from './inputs.ts'
import { inputSizeOfSpec, type Labels, labelsOf, layoutOf, type Model, storedLayoutOf } from './model.ts'
import { readNotes } from './notes.ts'
import { inUnitsModel } from './units.ts'

/** A model as a graph says it: dense layers in a row, each with an activation, after what is done to the inputs. */
export interface Graph {
  readonly inputs: readonly InputStep[]
  readonly layers: readonly GraphLayer[]
}

export interface GraphLayer {
  readonly inputs: number
  readonly units: number
  /** inputs x units, row-major */
  readonly kernel: Float32Array
  /** units */
  readonly bias: Float32Array
  readonly activation: Activation
}

/**
 * Its outputs are in the target's own units.
 * @throws InvalidDataError where the weights do not fit the spec; UnsupportedModelError for what is no plain dense layer
 */
export function graphOf(model: Model): Graph {
  const { spec, weights, data } = inUnitsModel(model)
  const layers = layoutOf(spec).layers.map(({ input, output, layer }, i): GraphLayer => {
    const where = `network.layers[${i}]`
    const given = spec.network.layers[i]
    const inputs = lastAxis(input).width
    const units = lastAxis(output).width
    if (layer.type !== 'dense' || input.length !== 1 || !layer.useBias || given === undefined || !('units' in given))
      throw new UnsupportedModelError(
        `${where} is ${layer.type === 'dense' ? 'a dense layer without bias, or of several axes' : `a ${layer.type} layer`}, which files of other programs are not written with yet; toSafetensors keeps it`,
      )
    const [kernel, bias] = weights[i] ?? []
    if (kernel?.length !== inputs * units || bias?.length !== units)
      throw new InvalidDataError(
        `weights[${i}] has a kernel of ${kernel?.length ?? 'no'} and a bias of ${bias?.length ?? 'no'} numbers; ` +
          `the spec needs ${inputs} x ${units} = ${inputs * units} and ${units}`,
      )
    const activation = resolveActivation(given.activation ?? 'linear', dialectOf(spec))
    return { inputs, units, kernel, bias, activation: graphActivation(activation, where) }
  })
  checkTransforms({ spec, data })
  return { inputs: inputSteps(data), layers }
}

/** Whether it is dense layers in a row as graphs have them, which all formats had words for first. @param layout the network's */
export function isDenseRow(spec: TrainSpec, layout = layoutOf(spec)): boolean {
  const isDense = layout.layers.every(({ layer, input }) => layer.type === 'dense' && layer.useBias && input.length === 1)
  return (
    isDense &&
    spec.network.layers.every(
      (layer) => 'units' in layer && isGraphActivation(resolveActivation(layer.activation ?? 'linear', dialectOf(spec))),
    )
  )
}

/** @throws InvalidDataError where the transforms are of other rows than the network's */
export function checkTransforms({ spec, data }: Pick<Model, 'spec' | 'data'>): void {
  const inputSize = inputSizeOfSpec(spec)
  for (const given of data.transforms) {
    const width = given.kind === 'impute' ? given.value.length : given.scale.length
    if (width !== inputSize)
      throw new InvalidDataError(`the ${given.kind} transform was fitted on ${width} features; the network has ${inputSize}`)
  }
}

const dialectOf = ({ dialect = 'keras3' }: TrainSpec): Dialect => dialect

/** As two programs may write the same number: one in float32, whose least normal number is about 1e-38, the other in float64. */
const same = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.abs(a) + 1e-38

/** The shortest decimal that is this number in float32: 0.3, where a file of float32 holds 0.30000001192092896. */
function shortest(value: number): number {
  const digits = Array.from({ length: 9 }, (_, i) => Number(value.toPrecision(i + 1)))
  return digits.find((number) => Math.fround(number) === Math.fround(value)) ?? value
}

function activationSpec({ name, parameter }: Activation): ActivationSpec {
  if (name === 'elu') return { name, alpha: shortest(parameter) }
  return name === 'leakyRelu' ? { name, negativeSlope: shortest(parameter) } : name
}

/** The dialect whose hard sigmoids have these slopes; undefined where none has all of them. */
export const hardSigmoidDialect = (slopes: readonly number[]): Dialect | undefined =>
  (['keras3', 'keras2.2'] as const).find((dialect) => slopes.every((slope) => same(parameterOf('hardSigmoid', dialect), slope)))

/** Hard sigmoid has the slope of its dialect, no other. */
function inferDialect(layers: readonly GraphLayer[], name: string): Dialect {
  const slopes = layers.filter(({ activation }) => activation.name === 'hardSigmoid').map(({ activation }) => activation.parameter)
  const found = hardSigmoidDialect(slopes)
  if (found !== undefined) return found
  throw new UnsupportedModelError(
    `${name}: has a hard sigmoid of slope ${slopes.map(shortest).join(' and ')}; here a network's are all of slope 0.2 or all of 1/6`,
  )
}

/** The loss that goes with an output; a file that says the network alone does not say it. */
export function inferLoss(output: string | undefined): LossName {
  if (output === 'softmax') return 'categoricalCrossentropy'
  return output === 'sigmoid' ? 'binaryCrossentropy' : 'meanSquaredError'
}

function inferSpec(layers: readonly GraphLayer[], name: string): TrainSpec {
  return {
    network: {
      inputSize: layers[0]?.inputs ?? 0,
      loss: inferLoss(layers.at(-1)?.activation.name),
      layers: layers.map(({ units, activation }) => ({ units, activation: activationSpec(activation) })),
    },
    dialect: inferDialect(layers, name),
  }
}

/** Whether the notes are of these layers: a program may have changed one and kept the other. */
const sameLayers = (noted: readonly GraphLayer[], layers: readonly GraphLayer[]): boolean =>
  noted.length === layers.length &&
  noted.every(({ units, activation }, i) => {
    const other = layers[i]
    return units === other?.units && activation.name === other.activation.name && same(activation.parameter, other.activation.parameter)
  })

/** The labels that fit a network, which another program may have got from elsewhere or given other outputs. */
export function fittingLabels({ columns, task, classNames, targetNames }: Labels, inputs: number, units: number): Labels {
  const width = columns?.reduce((sum, column) => sum + (column.kind === 'numeric' ? 1 : column.categories.length), 0)
  const outputs = task === 'regression' ? targetNames?.length : classNames?.length
  const names = outputs === units || (units === 1 && outputs === 2) ? { task, classNames, targetNames } : {}
  return labelsOf({ ...(width === inputs && { columns }), ...names })
}

/** How messages name the file, and whether its notes are believed. */
export interface ReadOptions extends UnpackOptions {
  /** Opens every message: the file's name. */
  readonly name?: string
  /** 'ignore' reads the graph alone, where another program changed it and left espalier's notes beside it as they were. */
  readonly notes?: 'read' | 'ignore'
}

/** @throws UnsupportedModelError or InvalidDataError when this is no network that can be trained here */
export function checkModel({ spec, weights }: Model, name: string): void {
  const { topology, member } = splitSpec(spec)
  try {
    resolveMember(member, resolveTopology(topology, TRAIN_SPEC_NAMES), weights, TRAIN_SPEC_NAMES)
  } catch (error) {
    if (!(error instanceof EspalierError)) throw error
    throw new UnsupportedModelError(`${name}: ${error.message}`, { cause: error })
  }
}

/**
 * The model a graph is, with what its notes say beyond it.
 * @param labels for a file without notes
 * @throws InvalidDataError, UnsupportedModelError
 */
export function modelOfGraph(graph: Graph, notes: unknown, name: string, read: ReadOptions['notes'] = 'read', labels: Labels = {}): Model {
  const { inputs, layers } = graph
  const width = layers[0]?.inputs
  if (width === undefined) throw new UnsupportedModelError(`${name}: has no dense layer`)
  const weights: Weights = layers.map(({ kernel, bias }) => [kernel, bias] as const)
  if (notes === undefined || read === 'ignore') {
    const data = { ...dataOfSteps(inputs, width), ...(read === 'ignore' ? {} : fittingLabels(labels, width, layers.at(-1)?.units ?? 0)) }
    const model = { spec: inferSpec(layers, name), weights, data }
    checkModel(model, name)
    return model
  }
  const noted = readNotes(notes, name)
  const expected = storedLayoutOf(noted.spec, name).layers
  const fits =
    expected.length === layers.length &&
    expected.every(({ input, output }, i) => lastAxis(input).width === layers[i]?.inputs && lastAxis(output).width === layers[i]?.units)
  const then = fits ? graphOf({ ...noted, weights }) : undefined
  if (then === undefined || !sameLayers(then.layers, layers))
    throw new InvalidDataError(
      `${name}: its network is not the one that espalier noted beside it: another program changed it; to read the network alone, pass { notes: 'ignore' }`,
    )
  // A program that trained the network on may have moved its scaling as well: TensorFlow.js trains a BatchNormalization whatever is said of it.
  const data = sameSteps(then.inputs, inputs, width) ? noted.data : { ...dataOfSteps(inputs, width), ...labelsOf(noted.data) }
  return { ...noted, data, weights }
}
