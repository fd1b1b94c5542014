// The list of kernels that the layers of a population go through, forwards and backwards.

import { at } from '../../core/at.ts'
import type { Layout } from '../../core/layout.ts'
import type { Population } from '../../core/population.ts'
import { addDeltas, FINISH, FINISH_BACKWARDS, finishedLater, kindOf, type Pass, settingsOf } from './kinds.ts'
import { isTrainable, type Plan, type Way } from './plan.ts'
import type { Products } from './products.ts'

/** A kernel over a layer. */
export interface Stage {
  readonly layer: Way
  readonly pass: Pass
}

/**
 * What a population's layers do, in order, forwards and backwards; how dense layers' parameters move is general.ts's. A pass is there where some member needs
 * it; it leaves the others alone.
 */
export function stagesOf({ ways, layout }: Plan, { topology, members }: Population, products: Products) {
  const { layers } = layout
  const finishes = layers.map((_, l) => new Set(members.map((member) => finishedLater(settingsOf(member, l, topology)))))
  const reached = reachedOf(layout)

  const forward = (own: readonly Way[], l: number): Stage[] => {
    const { forward: pass, after } = kindOf(at(own, 0).type)
    return [
      ...own.flatMap((way) => stages(way, pass(products))),
      ...stages(at(own, 0), after),
      ...stages(at(own, 0), finishes[l]?.has('cells') === true ? FINISH.cells : undefined),
      ...stages(at(own, 0), finishes[l]?.has('rows') === true ? FINISH.rows : undefined),
    ]
  }

  /** A layer's deltas by its outputs are there; the last layer's are finished with the loss. */
  const backward = (own: readonly Way[], l: number): Stage[] => {
    const first = at(own, 0)
    const { before, gradient, inputGradient } = kindOf(first.type)
    return [
      ...stages(first, finishes[l]?.has('rows') === true && l < layers.length - 1 ? FINISH_BACKWARDS : undefined),
      ...stages(first, before),
      ...stages(first, gradient === 'grouped' || !isTrainable(layers[l]?.layer) ? undefined : gradient),
      ...own
        .filter(({ reads }) => reached[reads] === true)
        .flatMap((way) => [...stages(way, inputGradient(products)), ...stages(way, way.opens ? undefined : addDeltas(way.closes))]),
    ]
  }

  return {
    forward: ways.flatMap(forward),
    backward: ways
      .flatMap((own, l) => (reached[l] === true ? [{ own, l }] : []))
      .reverse()
      .flatMap(({ own, l }) => backward(own, l)),
  }
}

const stages = (layer: Way, pass: Pass | undefined): Stage[] => (pass === undefined ? [] : [{ layer, pass }])

/** Of each layer whether a gradient goes through it: to tensors of its own that are trained, or of a layer below. */
function reachedOf({ layers }: Layout): boolean[] {
  const reached: boolean[] = []
  for (const { from, tensors } of layers)
    reached.push(tensors.some(({ trained }) => trained) || from.some((source) => reached[source] === true))
  return reached
}
