import { max, median, min } from 'simple-statistics'
import type { Measurement } from './measure.ts'

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
  readonly peerSeconds: { readonly median: number; readonly best: number } | undefined
  /** How many times faster than the peer. */
  readonly peerRatio: Ratio | undefined
}

const ratio = (perRound: number[], best: number): Ratio => ({ median: median(perRound), min: min(perRound), max: max(perRound), best })

export function summarize({ rounds, operations, threads }: Measurement): Summary {
  const seconds = rounds.map((round) => round.seconds)
  const ceilings = rounds.map((round) => round.ceiling)
  const cpuSeconds = rounds.map((round) => round.cpuSeconds)
  const shares = rounds.map((round) => operations / round.seconds / (round.ceiling * threads))
  const cpuShares = rounds.map((round) => operations / round.cpuSeconds / round.ceiling)
  const peers = rounds.flatMap(({ peerSeconds }) => peerSeconds ?? [])
  const peerRatios = rounds.flatMap((round) => (round.peerSeconds === undefined ? [] : [round.peerSeconds / round.seconds]))
  return {
    seconds: { median: median(seconds), best: min(seconds) },
    ceiling: { median: median(ceilings), best: max(ceilings) },
    shareOfCeiling: ratio(shares, operations / min(seconds) / (max(ceilings) * threads)),
    shareByProcessor: ratio(cpuShares, operations / min(cpuSeconds) / max(ceilings)),
    peerSeconds: peers.length === 0 ? undefined : { median: median(peers), best: min(peers) },
    peerRatio: peers.length === 0 ? undefined : ratio(peerRatios, min(peers) / min(seconds)),
  }
}
