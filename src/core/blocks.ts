// Layers as people write them, blocks within blocks, become the flat list in which a network computes them.

import type { BlockShape, Reads } from './layers/block.ts'

/** A layer of the flat list. */
export interface Node<L> {
  /** As written; of a block its type alone. */
  readonly spec: L
  /** Where it is written: `layers[1].branches[0][2]`. */
  readonly path: string
  readonly place: Reads | BlockShape
}

interface Written {
  readonly type?: string | undefined
  readonly layers?: unknown
  readonly branches?: unknown
}

/** The branches of a block with their fields; undefined of any other layer. */
function branchesOf<L extends Written>(spec: L | undefined): { readonly field: string; readonly layers: readonly L[] }[] | undefined {
  const list = (value: unknown): readonly L[] => (Array.isArray(value) ? (value as readonly L[]) : [])
  if (spec?.type === 'residual')
    return [
      { field: '', layers: [] },
      { field: '.layers', layers: list(spec.layers) },
    ]
  if (spec?.type !== 'concatenate') return undefined
  return list(spec.branches).map((branch, k) => ({ field: `.branches[${k}]`, layers: list(branch) }))
}

/** The flat list: a block's branches one after the other, then the block itself, which reads what they end in. */
export function nodesOf<L extends Written>(layers: readonly L[], path: string): Node<L>[] {
  const nodes: Node<L>[] = []
  /** Appends layers that read output `input`, and returns the number of their own. */
  const append = (chain: readonly L[], where: string, input: number): number => {
    let last = input
    for (const [i, spec] of chain.entries()) {
      const first = nodes.length
      const own = `${where}[${i}]`
      const from = branchesOf(spec)?.map((branch) => append(branch.layers, own + branch.field, last))
      if (from === undefined) nodes.push({ spec, path: own, place: last === first - 1 ? {} : { from: [last] } })
      else nodes.push({ spec: { type: spec.type } as L, path: own, place: { from, span: nodes.length - first + 1 } })
      last = nodes.length - 1
    }
    return last
  }
  append(layers, path, -1)
  return nodes
}
