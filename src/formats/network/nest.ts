// The flat list of a file's layers as people write them: blocks within blocks.

import { at } from '../../core/at.ts'
import type { LayerSpec } from '../../core/layers/index.ts'
import { UnsupportedModelError } from '../errors.ts'

/** A layer of a file as the flat list of core has it. */
export interface FileNode {
  readonly spec: LayerSpec | { readonly join: 'residual' | 'concatenate' }
  readonly weights: readonly Float32Array[]
  /** The nodes whose outputs it reads; -1 is the network's inputs. */
  readonly sources: readonly number[]
  /** Opens messages. */
  readonly where: string
}

interface Nested {
  readonly layers: LayerSpec[]
  /** Per layer, those of a block in one list. */
  readonly weights: (readonly Float32Array[])[]
  /** The numbers of the nodes that are in them. */
  readonly read: ReadonlySet<number>
}

/**
 * The layers from the inputs to node `end`.
 * @throws UnsupportedModelError where branches do not part and meet as blocks do
 */
export function nested(nodes: readonly FileNode[], end: number, file: string): Nested {
  const read = new Set<number>()
  const before = new Map<number, number>()

  /** What a node reads; of the end of a block what the block reads: where its ways part. */
  function sourceOf(node: number): number {
    const known = before.get(node)
    if (known !== undefined) return known
    const { sources } = at(nodes, node)
    const [first = -1, ...others] = sources
    const ways = others.map((source) => new Set(wayBack(source)))
    const parted = sources.length === 1 ? first : (wayBack(first).find((passed) => ways.every((way) => way.has(passed))) ?? -1)
    before.set(node, parted)
    return parted
  }

  /** A node and those before it, to the inputs. */
  function wayBack(from: number): number[] {
    const way = [from]
    for (let node = from; node >= 0; ) {
      node = sourceOf(node)
      way.push(node)
    }
    return way
  }

  // Nodes only read nodes before them, so in this order no call goes deep.
  for (const i of nodes.keys()) sourceOf(i)

  /** The layers after output `start` up to node `last`. */
  function chain(start: number, last: number): { spec: LayerSpec; weights: readonly Float32Array[] }[] {
    const made: { spec: LayerSpec; weights: readonly Float32Array[] }[] = []
    for (let node = last; node !== start; node = sourceOf(node)) {
      if (node < 0 || read.has(node))
        throw new UnsupportedModelError(
          `${file}: ${node < 0 ? 'its branches' : at(nodes, node).where} cannot be read as blocks within blocks`,
        )
      read.add(node)
      made.push(layerOf(node))
    }
    return made.reverse()
  }

  function layerOf(node: number): { spec: LayerSpec; weights: readonly Float32Array[] } {
    const { spec, weights, sources, where } = at(nodes, node)
    if (!('join' in spec)) return { spec, weights }
    const start = sourceOf(node)
    const branches = sources.map((source) => chain(start, source))
    const all = branches.flat().flatMap((layer) => layer.weights)
    const layers = branches.map((branch) => branch.map((layer) => layer.spec))
    if (spec.join === 'concatenate') return { spec: { type: 'concatenate', branches: layers }, weights: all }
    const inner = layers.filter((branch) => branch.length > 0)
    if (sources.length !== 2 || inner.length !== 1)
      throw new UnsupportedModelError(
        `${file}: ${where} adds what several ways make; here a residual adds what one makes of its inputs to these`,
      )
    return { spec: { type: 'residual', layers: inner[0] ?? [] }, weights: all }
  }

  const layers = chain(-1, end)
  return { layers: layers.map(({ spec }) => spec), weights: layers.map(({ weights }) => weights), read }
}
