// Boosted trees as they are defined, by plain loops in float64: every threshold between two training values is tried in every leaf, and every sum is formed anew.

import type { LearningRows } from '../../src/learn/rows.ts'

export interface GreedySettings {
  readonly learningRate: number
  readonly leaves: number
  readonly depth: number
  readonly minRows: number
  readonly minHessian: number
  readonly l2: number
  readonly symmetric?: boolean
}

interface Node {
  readonly rows: number[]
  readonly depth: number
  feature?: number
  threshold?: number
  children?: [Node, Node]
  value: number
}

/** Per row first and second derivative, by output. */
type Derive = (scores: readonly number[], row: number) => { g: number; h: number }[]

function deriveOf({ task, targets, outputs, sampleWeights }: LearningRows): Derive {
  const weight = (row: number) => Number(sampleWeights?.[row] ?? 1)
  if (task === 'regression')
    return (scores, row) => scores.map((score, o) => ({ g: weight(row) * (score - Number(targets[row * outputs + o])), h: weight(row) }))
  if (task === 'binary')
    return ([score = 0], row) => {
      const p = 1 / (1 + Math.exp(-score))
      return [{ g: weight(row) * (p - Number(targets[row])), h: weight(row) * p * (1 - p) }]
    }
  return (scores, row) => {
    const powers = scores.map(Math.exp)
    const sum = powers.reduce((a, b) => a + b, 0)
    return powers.map((power, o) => {
      const p = power / sum
      return { g: weight(row) * (p - (targets[row] === o ? 1 : 0)), h: (weight(row) * p * (1 - p) * outputs) / (outputs - 1) }
    })
  }
}

/** What `rounds` rounds from `base` give the training rows, and the trees as nested lists [feature, threshold, left, right] or values. */
export function greedyTrees(data: LearningRows, settings: GreedySettings, base: ArrayLike<number>, rounds: number) {
  const { features, rows, inputs, outputs, sampleWeights } = data
  const derive = deriveOf(data)
  const counted = Array.from({ length: rows }, (_, row) => row).filter(
    (row) => sampleWeights === undefined || Number(sampleWeights[row]) > 0,
  )
  const value = (row: number, feature: number) => Number(features[row * inputs + feature])
  const thresholds = Array.from({ length: inputs }, (_, feature) => {
    const values = [...new Set(Array.from({ length: rows }, (_, row) => value(row, feature)))].sort((a, b) => a - b)
    return values.slice(1).map((high, i) => Math.fround((Number(values[i]) + high) / 2))
  })
  const scores = Array.from({ length: rows }, () => Array.from(base))
  const trees: unknown[] = []
  for (let round = 0; round < rounds; round++) {
    const all = scores.map((own, row) => derive(own, row).map(({ g, h }) => ({ g: Math.fround(g), h: Math.fround(h) })))
    for (let o = 0; o < outputs; o++) {
      const sum = (list: readonly number[]) =>
        list.reduce((s, row) => ({ g: s.g + Number(all[row]?.[o]?.g), h: s.h + Number(all[row]?.[o]?.h) }), { g: 0, h: 0 })
      const quality = (list: readonly number[]) => {
        const { g, h } = sum(list)
        return (g * g) / (h + settings.l2)
      }
      const bestOf = ({ rows: own, depth }: Node) => {
        let best: { gain: number; feature: number; equal: number[]; left: number[]; right: number[] } | undefined
        if (settings.depth > 0 && depth >= settings.depth) return undefined
        for (let feature = 0; feature < inputs; feature++)
          for (const threshold of thresholds[feature] ?? []) {
            const left = own.filter((row) => value(row, feature) <= threshold)
            const right = own.filter((row) => value(row, feature) > threshold)
            if (Math.min(left.length, right.length) < settings.minRows) continue
            if (Math.min(sum(left).h, sum(right).h) < settings.minHessian) continue
            const gain = quality(left) + quality(right) - quality(own)
            if (best?.feature === feature && best.left.length === left.length) best.equal.push(threshold)
            else if (gain > (best?.gain ?? 1e-12 * (quality(own) + 1e-9))) best = { gain, feature, equal: [threshold], left, right }
          }
        return best
      }
      const root: Node = { rows: counted, depth: 0, value: 0 }
      let leaves = [root]
      const split = (leaf: Node, feature: number, threshold: number, left: number[], right: number[]) => {
        leaf.feature = feature
        leaf.threshold = threshold
        leaf.children = [left, right].map((own): Node => ({ rows: own, depth: leaf.depth + 1, value: 0 })) as [Node, Node]
        leaves = leaves.flatMap((one) => (one === leaf ? (leaf.children ?? []) : [one]))
      }
      for (let level = 0; settings.symmetric && level < settings.depth; level++) {
        let best = { gain: 0, feature: -1, equal: [0], key: '' }
        for (let feature = 0; feature < inputs; feature++)
          for (const threshold of thresholds[feature] ?? []) {
            const parted = leaves.map(({ rows: own }) => own.filter((row) => value(row, feature) <= threshold))
            const gain = leaves.reduce((sumOf, { rows: own }, i) => {
              const left = parted[i] ?? []
              const right = own.filter((row) => !left.includes(row))
              const more = left.length * right.length === 0 ? 0 : quality(left) + quality(right) - quality(own)
              return sumOf + (more > 1e-12 * quality(own) ? more : 0)
            }, 0)
            const key = `${feature}: ${parted.join(';')}`
            if (key === best.key) best.equal.push(threshold)
            else if (gain > best.gain * (1 + 1e-9)) best = { gain, feature, equal: [threshold], key }
          }
        if (best.feature < 0) break
        const threshold = Number(best.equal[(best.equal.length - 1) >> 1])
        for (const leaf of [...leaves]) {
          const left = leaf.rows.filter((row) => value(row, best.feature) <= threshold)
          const right = leaf.rows.filter((row) => value(row, best.feature) > threshold)
          if (left.length * right.length > 0) split(leaf, best.feature, threshold, left, right)
        }
      }
      while (!settings.symmetric && leaves.length < settings.leaves) {
        const found = leaves.map((leaf) => ({ leaf, split: bestOf(leaf) })).filter((one) => one.split !== undefined)
        const top = found.reduce<(typeof found)[number] | undefined>(
          (best, one) => (best === undefined || Number(one.split?.gain) > Number(best.split?.gain) ? one : best),
          undefined,
        )
        if (top?.split === undefined) break
        const { feature, equal, left, right } = top.split
        split(top.leaf, feature, Number(equal[(equal.length - 1) >> 1]), left, right)
      }
      for (const leaf of leaves) {
        const { g, h } = sum(leaf.rows)
        leaf.value = h + settings.l2 > 0 ? Math.fround((-settings.learningRate * g) / (h + settings.l2)) : 0
        for (const row of leaf.rows) {
          const own = scores[row] ?? []
          own[o] = Number(own[o]) + leaf.value
        }
      }
      const shown = (node: Node): unknown =>
        node.children === undefined ? node.value : [node.feature, node.threshold, ...node.children.map(shown)]
      trees.push(shown(root))
    }
  }
  return { scores, trees }
}
