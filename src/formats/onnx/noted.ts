// Reads a network of any kinds that espalier wrote itself: what it is, is noted beside the graph, and its weights are the graph's constants, by name.

import { InvalidDataError } from '../../core/errors.ts'
import { parameterLayout, weightsLayout } from '../../core/layout.ts'
import { lowerTopology } from '../../core/lower.ts'
import { resolveTopology, splitSpec } from '../../core/resolve.ts'
import { shapeText } from '../../core/shape.ts'
import { checkModel, checkTransforms } from '../graph.ts'
import { layoutOf, type Model } from '../model.ts'
import type { Notes } from '../notes.ts'
import type { OnnxModel } from './proto.ts'
import { constantOf, type DataFiles } from './tensors.ts'
import { planOfNetwork } from './write.ts'

/** @throws InvalidDataError where the graph is not the one that was noted, or lacks a constant */
export function networkOfNotes(graph: OnnxModel, noted: Notes, files: DataFiles, name: string): Model {
  const layout = layoutOf(noted.spec)
  const zeros = weightsLayout(layout).map((layer) => layer.map(({ size }) => new Float32Array(size)))
  const plan = planOfNetwork({ ...noted, weights: zeros })
  const operators = (nodes: readonly { readonly operator: string }[]) => nodes.map(({ operator }) => operator).join()
  if (operators(graph.nodes) !== operators(plan.nodes))
    throw new InvalidDataError(
      `${name}: its network is not the one that espalier noted beside it: another program changed it, and a network of other than dense layers is read by these notes alone`,
    )
  const topology = resolveTopology(splitSpec(noted.spec).topology)
  const tensors = parameterLayout(lowerTopology(topology)).layers.flatMap(({ tensors: own, state }, i) =>
    [...own, ...state].map(({ name: tensor, shape }) => {
      const key = `layers.${i}.${tensor}`
      const held = graph.constants.get(key)
      if (held === undefined || shapeText(held.shape) !== shapeText(shape))
        throw new InvalidDataError(`${name}: has no constant "${key}" of shape ${shapeText(shape)}; the file is damaged`)
      return Float32Array.from(constantOf(held, files, name, () => undefined).data)
    }),
  )
  const weights = weightsLayout(layout).map((layer) => tensors.splice(0, layer.length))
  const model = { ...noted, weights }
  checkModel(model, name)
  checkTransforms(model)
  return model
}
