// A forward and backward pass of a network in float64.

import { inputSizeOf, type Layout, outputSizeOf, parameterLayout } from '../../src/core/layout.ts'
import { targetsFor, targetsPerRow, taskOf } from '../../src/core/losses.ts'
import { lower } from '../../src/core/lower.ts'
import type { Member, Topology } from '../../src/core/population.ts'
import { at } from './close.ts'
import { layerOracle, type Moment, outputActivation, type Pass } from './oracleLayers.ts'
import { rowAccuracy, rowLoss } from './oracleLosses.ts'

export type { Moment } from './oracleLayers.ts'

/** As core's Examples, with numbers of any precision. */
export interface OracleExamples {
  readonly features: ArrayLike<number>
  readonly rows: number
  readonly scale?: number | undefined
  readonly targets: ArrayLike<number>
  readonly sampleWeights?: ArrayLike<number> | undefined
}

/** Per layer its tensors, then its state, numbers of any precision. */
export type OracleWeights = readonly (readonly ArrayLike<number>[])[]

/** A network's numbers, flat: everything that is in weights, one layer after the other. */
export function flatWeights(weights: OracleWeights): Float64Array {
  return Float64Array.from(weights.flatMap((layer) => layer.flatMap((tensor) => Array.from(tensor))))
}

/** Parameters and state in core's two flat orders. */
export function splitWeights(weights: OracleWeights, { layers }: Layout): { parameters: Float64Array; state: Float64Array } {
  const part = (first: (i: number) => number, last: (i: number) => number | undefined) =>
    Float64Array.from(weights.flatMap((layer, i) => layer.slice(first(i), last(i)).flatMap((tensor) => Array.from(tensor))))
  const tensors = (i: number) => layers[i]?.tensors.length ?? 0
  return { parameters: part(() => 0, tensors), state: part(tensors, () => undefined) }
}

function rowFeatures({ features, scale }: OracleExamples, row: number, size: number): number[] {
  const factor = scale === undefined ? 1 : Math.fround(scale)
  return Array.from({ length: size }, (_, i) => at(features, row * size + i) * factor)
}

/** One number a target; class numbers become one-hot. */
export function rowTargets({ targets, rows }: OracleExamples, row: number, topology: Topology): number[] {
  const { loss } = topology
  const count = targetsPerRow(loss, outputSizeOf(topology))
  const sparse = targets.length === rows && taskOf(loss) === 'categorical'
  if (sparse) return Array.from({ length: count }, (_, k) => (at(targets, row) === k ? 1 : 0))
  const taken =
    targetsFor(loss, Float32Array.from(targets)) instanceof Float32Array && isHinge(topology)
      ? targetsFor(loss, Float32Array.from(targets))
      : targets
  return Array.from({ length: count }, (_, k) => at(taken, row * count + k))
}

const isHinge = ({ loss }: Topology): boolean => loss.name === 'hinge' || loss.name === 'squaredHinge'

/** l1 sum |w| + l2 sum w^2 over every kernel that is trained; its gradient (sign(0) = 0) is added to `gradient`. */
function addPenalties(layout: Layout, member: Member, parameters: Float64Array, gradient: Float64Array): number {
  let penalty = 0
  for (const [l, { tensors }] of layout.layers.entries()) {
    const own = member.layers[l]
    const [kernel] = tensors
    if (own === undefined || !('l1' in own) || kernel?.trained !== true) continue
    for (let i = kernel.offset; i < kernel.offset + kernel.size; i++) {
      const w = at(parameters, i)
      penalty += own.l1 * Math.abs(w) + own.l2 * w * w
      gradient[i] = at(gradient, i) + own.l1 * Math.sign(w) + 2 * own.l2 * w
    }
  }
  return penalty
}

export interface BatchResult {
  readonly loss: number
  /** Mean over the rows. */
  readonly accuracy: number
  readonly gradient: Float64Array
  readonly outputs: readonly (readonly number[])[]
}

/**
 * Loss, penalties included, of some rows, and its gradient. `weights` multiply each row's loss; the sum is divided by the number of
 * rows (Keras 3) or of rows whose weight is not 0 (Keras 2.2; a batch without such a row teaches nothing). In training `state` moves.
 */
export function batchGradient(
  givenTopology: Topology,
  givenMember: Member,
  parameters: Float64Array,
  examples: OracleExamples,
  rows: ArrayLike<number>,
  weights: ArrayLike<number>,
  moment?: Moment,
  state: Float64Array = new Float64Array(),
): BatchResult {
  const { topology, members } = lower({ topology: givenTopology, members: [givenMember] })
  const [member = givenMember] = members
  const layout = parameterLayout(topology)
  const gradient = new Float64Array(layout.parameters)
  const counted = member.dialect === 'keras2.2' ? Array.from(weights).filter((w) => w !== 0).length : rows.length
  let inputs: readonly (readonly number[])[] = Array.from(rows, (row) => rowFeatures(examples, row, inputSizeOf(topology)))
  const passes = layout.layers.map((layer, index): Pass => {
    const own = member.layers[index]
    if (own === undefined) throw new Error(`the member has no layer ${index}`)
    const common = { layout: layer, layer: layer.layer, own, index, seed: member.seed, moment, parameters, state, gradient }
    const pass = { ...common, inputs, logits: [], outputs: [] } as unknown as Pass
    layerOracle(own.type).forward(pass)
    inputs = pass.outputs
    return pass
  })
  const last = passes.at(-1)
  if (last === undefined) throw new Error('the network has no layers')
  const own = member.layers.at(-1)
  const activates = own?.type === 'dense' || own?.type === 'activation'
  const logits = activates ? last.logits : last.outputs
  let loss = 0
  let accuracy = 0
  let delta: readonly (readonly number[])[] = Array.from(rows, (row, b) => {
    const targets = rowTargets(examples, row, topology)
    const result = rowLoss(topology, member.dialect, logits[b] ?? [], targets, outputActivation(own))
    const share = counted === 0 ? 0 : at(weights, b) / counted
    loss += share * result.loss
    accuracy += rowAccuracy(topology, last.outputs[b] ?? [], targets) / rows.length
    return result.delta.map((d) => d * share)
  })
  for (let l = passes.length - 1; l >= 0; l--) {
    const pass = passes[l]
    if (pass !== undefined) delta = layerOracle(pass.own.type).backward(pass, delta, l === passes.length - 1 && activates)
  }
  return { loss: loss + addPenalties(layout, member, parameters, gradient), accuracy, gradient, outputs: last.outputs }
}
