/** What answers for rows: networks, boosted trees and linear models as plain data, and the ensemble that they make together. */

import type { MemberLayer, Topology } from '../core/population.ts'
import type { Preparation } from '../prepare/preparation.ts'

/** A trained network: its layers, and its numbers in core's flat order (core/layout.ts). */
export interface NetworkModel {
  readonly kind: 'network'
  readonly topology: Topology
  readonly layers: readonly MemberLayer[]
  /** (parameters) */
  readonly parameters: Float32Array
  /** Numbers that are kept and not trained, such as running means; absent if there are none. */
  readonly state?: Float32Array
}

/**
 * Boosted trees. A row's score of output o is base[o] plus the values of the leaves it comes to in the trees of o. Node i of all trees sends a row left
 * where features[feature[i]] <= threshold[i]; feature -1 marks a leaf.
 */
export interface TreesModel {
  readonly kind: 'trees'
  readonly outputs: number
  /** (outputs) */
  readonly base: Float64Array
  /** (trees), the first node of each; tree t is of output t % outputs. */
  readonly roots: Int32Array
  /** (nodes) */
  readonly feature: Int32Array
  /** (nodes) */
  readonly threshold: Float32Array
  /** (nodes), where a row that goes left goes on; one that goes right goes on at the next number. */
  readonly left: Int32Array
  /** (nodes), of leaves: what they add, the learning rate included. */
  readonly value: Float32Array
}

/** A line (a plane) for every output. */
export interface LinearModel {
  readonly kind: 'linear'
  readonly outputs: number
  /** (inputs x outputs) */
  readonly coefficients: Float64Array
  /** (outputs) */
  readonly intercepts: Float64Array
}

/**
 * What a model gives for a row, `outputs` numbers: of a regression the target as it was learned (one number), of two classes the probability of the
 * second (one number), of more classes the probability of each. Scores of trees and lines become probabilities by sigmoid (one output) or softmax.
 */
export type Model = NetworkModel | TreesModel | LinearModel

/** How many numbers a model reads for a row: of trees a path of each, about ten nodes. */
export function sizeOf(model: Model): number {
  if (model.kind === 'network') return model.parameters.length
  return model.kind === 'trees' ? model.roots.length * 10 : model.coefficients.length
}

/** Models that answer together: the mean of what they say by their weights, of a regression in the target's own units. */
export interface Ensemble {
  /** How a row becomes features; several, since every fold learned its own. All have the same target, but for its scaling. */
  readonly preparations: readonly Preparation[]
  readonly models: readonly {
    /** Which preparation it reads, by its place. */
    readonly preparation: number
    /** Above 0; all together 1. */
    readonly weight: number
    /** Which fold's rows it was not trained on: models of one fold are compared to know how far they disagree. Its preparation where it is absent. */
    readonly fold?: number
    readonly model: Model
  }[]
  /** Of classes: probabilities p become softmax(log p / temperature). 1 changes nothing. */
  readonly temperature: number
}
