// Summarises the rounds of a measurement.

import { max, median, min } from 'simple-statistics'
import type { Measurement } from './measure.ts'
import type { PeerName } from './workloads.ts'

/** A ratio: its median and range over the rounds, and that of the two best times, wherever they fell. */
export interface Ratio {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly best: number
}

export interface Summary {
  /** Seconds of the whole work. */
  readonly seconds: { readonly median: number; readonly best: number }
  /** Floating-point operations a second of one thread. */
  readonly ceiling: { readonly median: number; readonly best: number }
  /** By the wall clock: what others on the machine took from this run counts against it. */
  readonly shareOfCeiling: Ratio
  /** By processor time, which is how the ceiling is measured too: a call that is not interrupted. */
  readonly shareByProcessor: Ratio
  readonly peers: readonly PeerSummary[]
}

interface PeerSummary {
  readonly name: PeerName
  readonly seconds: { readonly median: number; readonly best: number }
  /** How many times as long it takes as espalier. */
  readonly ratio: Ratio
}

const ratio = (perRound: number[], best: number): Ratio => ({ median: median(perRound), min: min(perRound), max: max(perRound), best })

export function summarize({ rounds, operations, threads, peers }: Measurement): Summary {
  const seconds = rounds.map((round) => round.seconds)
  const ceilings = rounds.map((round) => round.ceiling)
  const cpuSeconds = rounds.map((round) => round.cpuSeconds)
  const shares = rounds.map((round) => operations / round.seconds / (round.ceiling * threads))
  const cpuShares = rounds.map((round) => operations / round.cpuSeconds / round.ceiling)
  return {
    seconds: { median: median(seconds), best: min(seconds) },
    ceiling: { median: median(ceilings), best: max(ceilings) },
    shareOfCeiling: ratio(shares, operations / min(seconds) / (max(ceilings) * threads)),
    shareByProcessor: ratio(cpuShares, operations / min(cpuSeconds) / max(ceilings)),
    peers: peers.flatMap(({ name, seconds: own }) => {
      if (own.length === 0) return []
      const ratios = rounds.map((round, i) => (own[i] ?? Number.NaN) / round.seconds)
      return [{ name, seconds: { median: median(own), best: min(own) }, ratio: ratio(ratios, min(own) / min(seconds)) }]
    }),
  }
}
