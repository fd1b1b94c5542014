/** Trees as they grow: the nodes of all of them in arrays that lengthen. */

import { missing } from '../../core/at.ts'
import type { TreesModel } from '../model.ts'

export class Forest {
  #feature = new Int32Array(64)
  #threshold = new Float32Array(64)
  #left = new Int32Array(64)
  #value = new Float32Array(64)
  #nodes = 0
  readonly #roots: number[] = []

  get trees(): number {
    return this.#roots.length
  }

  /** Begins a tree, and gives the number of its root: a leaf that adds nothing. */
  plant(): number {
    this.#roots.push(this.#nodes)
    return this.#add(1)
  }

  /** Makes a leaf a node of two leaves, the numbers of which are this and the next. */
  split(node: number, feature: number, threshold: number): number {
    const left = this.#add(2)
    this.#feature[node] = feature
    this.#threshold[node] = threshold
    this.#left[node] = left
    return left
  }

  /** Says what a leaf adds; gives it as it is kept, in float32. */
  setValue(node: number, value: number): number {
    this.#value[node] = value
    return this.#value[node] ?? missing(this.#value, node)
  }

  /** The first trees as a model, copied. */
  model(base: Float64Array, trees: number): TreesModel {
    const nodes = trees >= this.#roots.length ? this.#nodes : (this.#roots[trees] ?? missing(this.#roots, trees))
    return {
      kind: 'trees',
      outputs: base.length,
      base: base.slice(),
      roots: Int32Array.from(this.#roots.slice(0, trees)),
      feature: this.#feature.slice(0, nodes),
      threshold: this.#threshold.slice(0, nodes),
      left: this.#left.slice(0, nodes),
      value: this.#value.slice(0, nodes),
    }
  }

  /** The same without a copy, for at once: the arrays are replaced as they lengthen. */
  view(base: Float64Array, trees: number): TreesModel {
    return {
      kind: 'trees',
      outputs: base.length,
      base,
      roots: Int32Array.from(this.#roots.slice(0, trees)),
      feature: this.#feature,
      threshold: this.#threshold,
      left: this.#left,
      value: this.#value,
    }
  }

  #add(count: number): number {
    const first = this.#nodes
    this.#nodes += count
    if (this.#nodes > this.#feature.length) {
      const length = 2 * this.#feature.length
      this.#feature = lengthened(this.#feature, new Int32Array(length))
      this.#threshold = lengthened(this.#threshold, new Float32Array(length))
      this.#left = lengthened(this.#left, new Int32Array(length))
      this.#value = lengthened(this.#value, new Float32Array(length))
    }
    this.#feature.fill(-1, first, this.#nodes)
    return first
  }
}

function lengthened<T extends Int32Array | Float32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
