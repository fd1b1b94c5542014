// Networks of any kinds as the layers of Keras and TensorFlow.js, branches among them: an entry a kind.

import { at } from '../../core/at.ts'
import type { LayerType } from '../../core/layers/index.ts'
import type { Shape } from '../../core/layers/kind.ts'
import { flatLayers, parameterLayout } from '../../core/layout.ts'
import { resolveMember, resolveTopology, splitSpec, TRAIN_SPEC_NAMES } from '../../core/resolve.ts'
import { UnsupportedModelError } from '../errors.ts'
import { inputSteps } from '../inputs.ts'
import { type Convention, namer } from '../layers/convention.ts'
import { type InputParts, inputParts, type LayerPart, type Part } from '../layers/write.ts'
import type { Model } from '../model.ts'
import { inUnitsModel } from '../units.ts'
import { part, type ToWrite } from './part.ts'
import { partsOf } from './writers.ts'

/** A layer with what it takes: numbers of layers before it, -1 being the network's inputs. */
export interface NetworkPart extends LayerPart {
  readonly sources: readonly number[]
  /** Of a row, without the batch. */
  readonly shape: Shape
}

/**
 * A model's layers with their input layer first, in the order in which Keras counts them.
 * @throws UnsupportedModelError for what the format has no layer for; InvalidSpecError where the model is none
 */
export function networkParts(
  model: Model,
  convention: Convention,
  normalize: InputParts,
  format: string,
  extra: readonly Part[] = [],
): NetworkPart[] {
  const { spec, weights, data } = inUnitsModel(model)
  const split = splitSpec(spec)
  const topology = resolveTopology(split.topology, TRAIN_SPEC_NAMES)
  const member = resolveMember(split.member, topology, weights, TRAIN_SPEC_NAMES)
  const layout = parameterLayout(topology)
  const flat = flatLayers(weights, layout)
  const steps = inputSteps(data)
  if (topology.inputShape.length > 1 && steps.some(({ kind }) => kind !== 'rescale'))
    throw new UnsupportedModelError(
      `the model normalizes rows of several axes, which ${format} is not written with yet; toSafetensors keeps it`,
    )
  const parts: Omit<NetworkPart, 'name'>[] = []
  /** Appends layers in a row, and returns the number of the last. */
  const append = (chain: readonly Part[], sources: readonly number[], shape: Shape): number => {
    for (const [i, { className, config, name, weights: own = [] }] of chain.entries()) {
      const from = i === 0 ? sources : [parts.length - 1]
      parts.push({ className, config: name === undefined ? config : { ...config, name }, weights: own, sources: from, shape })
    }
    return chain.length === 0 ? at(sources, 0) : parts.length - 1
  }
  const input = { [convention.shapeKey]: [null, ...topology.inputShape], dtype: 'float32', sparse: false }
  const first = append([part('InputLayer', input), ...extra, ...inputParts(steps, normalize, format)], [], topology.inputShape)
  const ends: number[] = []
  for (const [i, placed] of layout.layers.entries()) {
    const tensors = [...placed.tensors, ...placed.state].map(
      ({ name, shape }, t) => [name, { shape, data: flat[i]?.[t] ?? new Float32Array() }] as const,
    )
    const own = at(member.layers, i)
    const where = `network.layers[${placed.written}]`
    const given = { layer: placed.layer, own, layout: placed, weights: new Map(tensors), convention, where } as ToWrite<LayerType>
    const trainable = 'trainable' in placed.layer ? placed.layer.trainable : true
    const made = partsOf(given).map((one) => (trainable ? one : { ...one, config: { ...one.config, trainable } }))
    const sources = placed.from.map((source) => ends[source] ?? first)
    ends.push(append(made, sources, placed.output))
  }
  return named(inKerasOrder(parts))
}

/**
 * As Keras orders the layers of a Functional model, whose weights it counts by class: those farthest from the output first, and of one distance
 * as they are met on the way back from the output (`keras/src/ops/function.py`: `map_graph`).
 */
function inKerasOrder(parts: readonly Omit<NetworkPart, 'name'>[]): Omit<NetworkPart, 'name'>[] {
  const depths = parts.map(() => 0)
  for (let i = parts.length - 1; i >= 0; i--)
    for (const source of at(parts, i).sources) depths[source] = Math.max(at(depths, source), at(depths, i) + 1)
  const met = new Map<number, number>()
  const waiting = [parts.length - 1]
  for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
    if (met.has(i)) continue
    met.set(i, met.size)
    waiting.push(...at(parts, i).sources.toReversed())
  }
  const order = parts.map((_, i) => i).sort((a, b) => at(depths, b) - at(depths, a) || (met.get(a) ?? 0) - (met.get(b) ?? 0))
  const places = new Map(order.map((i, place) => [i, place]))
  return order.map((i) => ({ ...at(parts, i), sources: at(parts, i).sources.map((source) => places.get(source) ?? 0) }))
}

function named(parts: readonly Omit<NetworkPart, 'name'>[]): NetworkPart[] {
  const nameOf = namer()
  return parts.map((one) => {
    const name = typeof one.config.name === 'string' ? one.config.name : nameOf(one.className)
    // Keras's spatial dropouts take no `trainable`.
    const common = { ...(one.className.startsWith('SpatialDropout') ? {} : { trainable: true }), dtype: 'float32' }
    return { ...one, name, config: { ...(one.className === 'InputLayer' ? {} : common), ...one.config, name } }
  })
}

/** Whether the layers are no plain row. */
export const hasBranches = (parts: readonly NetworkPart[]): boolean =>
  parts.some(({ sources }, i) => i > 0 && sources.join() !== String(i - 1))
