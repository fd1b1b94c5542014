// The list of kernels that the layers of a population go through, forwards and backwards.

import type { Population } from '../../core/population.ts'
import { FINISH, FINISH_BACKWARDS, finishedLater, kindOf, type Pass, settingsOf } from './kinds.ts'
import { isTrainable, type LayerPlan, type Plan } from './plan.ts'
import type { Products } from './products.ts'

/** A kernel over a layer. */
export interface Stage {
  readonly layer: LayerPlan
  readonly pass: Pass
}

/**
 * What a population's layers do, in order, forwards and backwards; how dense layers' parameters move is general.ts's. A pass is there where some member needs
 * it; it leaves the others alone.
 */
export function stagesOf(plan: Plan, { topology, members }: Population, products: Products) {
  const { layers, layout } = plan
  const finishes = layers.map((_, l) => new Set(members.map((member) => finishedLater(settingsOf(member, l, topology)))))
  const firstTrained = layout.layers.findIndex(({ tensors }) => tensors.some(({ trained }) => trained))

  const forward = ({ type, index }: LayerPlan): (Pass | undefined)[] => [
    kindOf(type).forward(products),
    finishes[index]?.has('cells') === true ? FINISH.cells : undefined,
    finishes[index]?.has('rows') === true ? FINISH.rows : undefined,
  ]

  /** A layer's deltas by its outputs are there; the last layer's are finished with the loss. */
  const backward = ({ type, index }: LayerPlan): (Pass | undefined)[] => {
    const { gradient, inputGradient } = kindOf(type)
    return [
      finishes[index]?.has('rows') === true && index < layers.length - 1 ? FINISH_BACKWARDS : undefined,
      gradient === 'grouped' || !isTrainable(layout.layers[index]?.layer) ? undefined : gradient,
      index > firstTrained ? inputGradient(products) : undefined,
    ]
  }

  const stages = (layer: LayerPlan, of: readonly (Pass | undefined)[]): Stage[] =>
    of.flatMap((pass) => (pass === undefined ? [] : [{ layer, pass }]))
  return {
    forward: layers.flatMap((layer) => stages(layer, forward(layer))),
    backward: (firstTrained < 0 ? [] : layers.slice(firstTrained).reverse()).flatMap((layer) => stages(layer, backward(layer))),
  }
}
