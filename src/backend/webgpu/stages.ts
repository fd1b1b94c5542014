import { kindOf, type Pass } from './kinds.ts'
import { isTrainable, type LayerPlan, type Plan } from './plan.ts'
import type { Products } from './products.ts'

/** A kernel over a layer. */
export interface Stage {
  readonly layer: LayerPlan
  readonly pass: Pass
}

/** What a population's layers do, in order, forwards and backwards; how dense layers' parameters move is general.ts's. */
export function stagesOf(plan: Plan, products: Products) {
  const isTrained = ({ index }: LayerPlan): boolean => plan.layout.layers[index]?.tensors.some(({ trained }) => trained) === true
  const firstTrained = plan.layers.find(isTrained)?.index ?? plan.layers.length

  /** A layer's own deltas are there. */
  const backward = (layer: LayerPlan): (Pass | undefined)[] => {
    const { gradient, inputGradient } = kindOf(layer.type)
    return [
      gradient === 'grouped' || !isTrainable(plan.layout.layers[layer.index]?.layer) ? undefined : gradient,
      layer.index > firstTrained ? inputGradient(products) : undefined,
    ]
  }

  const stages = (layer: LayerPlan, of: readonly (Pass | undefined)[]): Stage[] =>
    of.flatMap((pass) => (pass === undefined ? [] : [{ layer, pass }]))
  return {
    forward: plan.layers.map((layer): Stage => ({ layer, pass: kindOf(layer.type).forward(products) })),
    backward: plan.layers
      .slice(firstTrained)
      .reverse()
      .flatMap((layer) => stages(layer, backward(layer))),
  }
}
