/**
 * A session as a thread lays it out, in plain data: what the tables of layers, losses and optimizers come to, worked out once on the page, so that a
 * worker's script has none of them.
 */

import { TASKS } from '../../core/abi.ts'
import { targetsAreClasses } from '../../core/examples.ts'
import { inputSizeOf, type LayerLayout, type Layout, parameterLayout } from '../../core/layout.ts'
import { LOSSES, takesSums, targetsFor, targetsPerRow, taskOf } from '../../core/losses.ts'
import { outputsOf } from '../../core/metrics.ts'
import type { Dialect, MetricName } from '../../core/names.ts'
import { initialSlot, isUndecayed, needsWholeGradient, OPTIMIZERS, type Optimizer, slotCount } from '../../core/optimizers.ts'
import type { Examples, Member, Population, Topology } from '../../core/population.ts'
import { classOfRows, type Outputs } from '../../core/scoring.ts'
import type { SessionData } from '../backend.ts'
import type { ModuleCall } from './exports.ts'
import type { InitialTensor } from './initialize.ts'
import { initialTensors } from './initialTensors.ts'
import { isSmallLayer, isSmallMemberLayer, keepsSums, layerCalls, memberLayerCalls } from './layers.ts'

/** Everything that a thread needs to know of the members it trains and of their data. */
export interface SessionPlan {
  /** Tells the module of the network that the members share. */
  readonly network: readonly ModuleCall[]
  readonly members: readonly MemberPlan[]
  readonly inputSize: number
  readonly outputs: Outputs
  readonly batchSize: number
  /** Numbers of a member that are parameters, and that are state. */
  readonly parameters: number
  readonly stateSize: number
  /** Whether some member's steps need the gradient of the whole network. */
  readonly whole: boolean
  readonly train: RowsPlan | undefined
  readonly test: RowsPlan | undefined
  readonly metrics: readonly MetricName[]
  readonly positiveClass: number | undefined
}

export interface MemberPlan {
  /** Tells the module of its layers and its optimizer. */
  readonly settings: readonly ModuleCall[]
  readonly dialect: Dialect
  readonly seed: number
  readonly shuffle: boolean
  readonly classWeights: readonly number[] | undefined
  /** Arrays of its optimizer's state, and the number that fills the first. */
  readonly slots: number
  readonly firstSlot: number
  readonly tensors: readonly InitialTensor[]
}

/** Rows, and what of them the kernels read otherwise. */
export interface RowsPlan {
  readonly examples: Examples
  readonly targets: Examples['targets']
  /** Whether targets are class numbers. */
  readonly classes: boolean
  /** Where members weigh classes. */
  readonly classOfRow: Int32Array | undefined
}

export function planSession(population: Population, { train, test, metrics = [], positiveClass }: SessionData): SessionPlan {
  const { topology, members } = population
  const layout = parameterLayout(topology)
  const outputs = outputsOf(topology)
  const whole = members.some(({ optimizer }) => needsWholeGradient(optimizer))
  const weighted = members.some(({ classWeights }) => classWeights !== undefined)
  return {
    network: networkCalls(population, layout, outputs.size, whole),
    members: members.map((member, index) => planMember(member, index, layout, train !== undefined)),
    inputSize: inputSizeOf(topology),
    outputs,
    batchSize: topology.batchSize,
    parameters: layout.parameters,
    stateSize: layout.stateSize,
    whole,
    train: train && planRows(train, topology, weighted ? outputs.size : undefined),
    test: test && planRows(test, topology, undefined),
    metrics,
    positiveClass,
  }
}

function networkCalls(population: Population, layout: Layout, outputs: number, whole: boolean): ModuleCall[] {
  const { topology, members } = population
  const { loss, layers, batchSize } = topology
  return [
    ['begin', layers.length, batchSize, LOSSES[loss.name].code, isPlain(topology), whole || hasSpecial(population)],
    [
      'set_loss',
      TASKS[taskOf(loss)],
      targetsPerRow(loss, outputs),
      takesSums(loss),
      loss.fromLogits,
      loss.labelSmoothing,
      loss.parameter,
      loss.gamma,
      loss.applyClassBalancing,
    ],
    ...layout.layers.flatMap((layer, i) =>
      layerCalls(
        i,
        layer,
        members.some((member) => keepsSums(member.layers[i])),
      ),
    ),
  ]
}

/** @param outputs of the network, where the class of every row is asked for */
const planRows = (examples: Examples, topology: Topology, outputs: number | undefined): RowsPlan => {
  const classes = targetsAreClasses(examples, topology)
  return {
    examples,
    targets: classes ? examples.targets : targetsFor(topology.loss, examples.targets),
    classes,
    classOfRow: outputs === undefined ? undefined : classOfRows(examples, outputs),
  }
}

function planMember(member: Member, index: number, layout: Layout, trains: boolean): MemberPlan {
  const { optimizer, dialect, seed, shuffle, classWeights, layers } = member
  const ofLayers = layers.flatMap((own, i) => {
    const { tensors = [] } = layout.layers[i] ?? {}
    const frozen = tensors.every(({ trained }) => !trained)
    return memberLayerCalls(index, i, own, frozen, undecayedOf(optimizer, own.type, tensors))
  })
  return {
    settings: [...optimizerCalls(optimizer, index), ...ofLayers],
    dialect,
    seed,
    shuffle,
    classWeights,
    slots: trains ? slotCount(optimizer) : 0,
    firstSlot: initialSlot(optimizer, 0),
    tensors: initialTensors(member, layout),
  }
}

function optimizerCalls(optimizer: Optimizer, member: number): ModuleCall[] {
  const call: ModuleCall = [
    'set_optimizer',
    member,
    OPTIMIZERS[optimizer.name].code,
    optimizer.momentum,
    optimizer.nesterov,
    optimizer.rho,
    optimizer.beta1,
    optimizer.beta2,
    optimizer.epsilon,
    optimizer.scheduleDecay,
    optimizer.weightDecay,
    optimizer.epsilonInsideRoot,
  ]
  if (!needsWholeGradient(optimizer)) return [call]
  return [
    call,
    [
      'set_whole',
      member,
      optimizer.centered,
      optimizer.amsgrad,
      optimizer.clipValue,
      optimizer.clipNorm,
      optimizer.globalClipNorm,
      optimizer.gradientAccumulationSteps,
      optimizer.beta2Decay,
      optimizer.epsilon1,
      optimizer.epsilon2,
      optimizer.clipThreshold,
    ],
  ]
}

/** Whether the layers and the loss are ones that assembly/small.ts knows: it gives the same bits as the other kernels, and supports less. */
const isPlain = ({ layers, loss }: Topology): boolean =>
  LOSSES[loss.name].code <= LOSSES.categoricalCrossentropy.code &&
  loss.labelSmoothing === 0 &&
  !loss.fromLogits &&
  layers.every(isSmallLayer)

/** Whether some member has an activation that assembly/small.ts does not know. */
const hasSpecial = ({ topology: { layers, loss }, members }: Population): boolean =>
  members.some((member) => !member.layers.every((own, i) => isSmallMemberLayer(own, i === layers.length - 1 && takesSums(loss))))

/** Bit t: weight decay takes nothing off tensor t. */
function undecayedOf(optimizer: Optimizer, type: string, tensors: LayerLayout['tensors']): number {
  return tensors.reduce((bits, { name }, t) => bits | (Number(isUndecayed(optimizer, type, name)) << t), 0)
}
