// Initial weights that all libraries share.

import type { Weights } from 'espalier'
import type { Trial } from './workloads.ts'

/** Mulberry32 (Tommy Ettinger, public domain): small, and good enough to start two libraries from one place. */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

function sampler({ initializer }: Trial, inputs: number, units: number, random: () => number): () => number {
  if (initializer === 'glorotUniform') {
    const limit = Math.sqrt(6 / (inputs + units))
    return () => (2 * random() - 1) * limit
  }
  const deviation = Math.sqrt(2 / inputs)
  return () => deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Weights from which every library starts the comparison: the same numbers for the same trial. */
export function initialWeights(trial: Trial): Weights {
  const random = uniform(trial.seed)
  return trial.widths.slice(1).map((units, layer) => {
    const inputs = trial.widths[layer] ?? 0
    return [Float32Array.from({ length: inputs * units }, sampler(trial, inputs, units, random)), new Float32Array(units)] as const
  })
}
