// A forward and backward pass of a network in float64.

import { flatLayers, inputSizeOf, type Layout, outputSizeOf, parameterLayout, walk } from '../../src/core/layout.ts'
import { targetsFor, targetsPerRow, taskOf } from '../../src/core/losses.ts'
import { lower } from '../../src/core/lower.ts'
import type { Member, Topology } from '../../src/core/population.ts'
import { at } from './close.ts'
import { layerOracle, outputActivation } from './oracleLayers.ts'
import { rowAccuracy, rowLoss } from './oracleLosses.ts'
import type { Moment, Pass } from './oraclePass.ts'

export type { Moment } from './oraclePass.ts'

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
export function splitWeights(weights: OracleWeights, layout: Layout): { parameters: Float64Array; state: Float64Array } {
  const part = (first: (i: number) => number, last: (i: number) => number | undefined) =>
    Float64Array.from(
      flatLayers(weights, layout).flatMap((layer, i) => layer.slice(first(i), last(i)).flatMap((tensor) => Array.from(tensor))),
    )
  const tensors = (i: number) => layout.layers[i]?.tensors.length ?? 0
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
    const penalties = own?.type === 'bidirectional' ? own.layer : own
    if (penalties === undefined || !('l1' in penalties) || kernel?.trained !== true) continue
    const { l1, l2 } = penalties
    // The first of a layer's tensors, and of a bidirectional layer's second half.
    for (const { offset, size } of own?.type === 'bidirectional' ? [kernel, tensors[tensors.length / 2] ?? kernel] : [kernel]) {
      for (let i = offset; i < offset + size; i++) {
        const w = at(parameters, i)
        penalty += l1 * Math.abs(w) + l2 * w * w
        gradient[i] = at(gradient, i) + l1 * Math.sign(w) + 2 * l2 * w
      }
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
  const features = Array.from(rows, (row) => rowFeatures(examples, row, inputSizeOf(topology)))
  const passes: Pass[] = []
  for (const [index, { from, inputs: shapes }] of walk(topology).entries()) {
    const [layer, own] = [layout.layers[index], member.layers[index]]
    if (layer === undefined || own === undefined) throw new Error(`the member has no layer ${index}`)
    const all = from.map((source) => passes[source]?.outputs ?? features)
    const tokens = layer.maskedBy === undefined ? undefined : passes[layer.maskedBy]?.inputs
    const common = { layout: layer, layer: layer.layer, own, index, seed: member.seed, moment, parameters, state, gradient }
    const pass = { ...common, tokens, inputs: all[0], all, shapes, logits: [], outputs: [] } as unknown as Pass
    layerOracle(own.type).forward(pass)
    passes.push(pass)
  }
  const last = passes.at(-1)
  if (last === undefined) throw new Error('the network has no layers')
  const own = member.layers.at(-1)
  const activates = own?.type === 'dense' || own?.type === 'activation'
  const logits = activates ? last.logits : last.outputs
  let loss = 0
  let accuracy = 0
  const delta: readonly (readonly number[])[] = Array.from(rows, (row, b) => {
    const targets = rowTargets(examples, row, topology)
    const result = rowLoss(topology, member.dialect, logits[b] ?? [], targets, outputActivation(own))
    const share = counted === 0 ? 0 : at(weights, b) / counted
    loss += share * result.loss
    accuracy += rowAccuracy(topology, last.outputs[b] ?? [], targets) / rows.length
    return result.delta.map((d) => d * share)
  })
  const deltas = passes.map((_, l): (readonly (readonly number[])[])[] => (l === passes.length - 1 ? [delta] : []))
  for (const [l, pass] of [...passes.entries()].reverse()) {
    const [first = [], ...others] = deltas[l] ?? []
    const sum = others.reduce((total, own) => total.map((row, b) => row.map((d, i) => d + at(own[b] ?? [], i))), first)
    const oracle = layerOracle(pass.own.type)
    const passed = oracle.backwards?.(pass, sum) ?? [oracle.backward?.(pass, sum, l === passes.length - 1 && activates) ?? []]
    for (const [k, source] of pass.layout.from.entries()) deltas[source]?.push(passed[k] ?? [])
  }
  return { loss: loss + addPenalties(layout, member, parameters, gradient), accuracy, gradient, outputs: last.outputs }
}
