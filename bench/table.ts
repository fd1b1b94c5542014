// Measurements as Markdown tables.

import type { Measurement } from './measure.ts'
import { type Ratio, type Summary, summarize } from './summary.ts'
import type { PeerName } from './workloads.ts'

export const digits = (value: number): string =>
  value.toPrecision(value >= 1000 ? 4 : 3).replace(/e\+?.*/, (power) => ` x 10^${Number(power.slice(1))}`)

/** Seconds in the unit people know the workload by. */
function inUnit({ unit, steps }: Measurement): (seconds: number) => string {
  if (unit === 'step') return (seconds) => `${digits((seconds * 1e6) / steps)} µs a step`
  return (seconds) => `${digits(seconds)} s`
}

const timeCell = (show: (seconds: number) => string, { median, best }: Summary['seconds']): string => `${show(median)} (${show(best)})`

const ratioCell = ({ median, min, max, best }: Ratio): string => `${digits(median)} (${digits(min)} to ${digits(max)}); ${digits(best)}`

const HEAD = [
  'workload',
  'espalier: median (best)',
  'ceiling, GFLOP/s: median (best)',
  'share of the ceiling, by processor time: median (range); best/best',
  'the same by the wall clock',
]

export function markdownTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map((measurement) => {
    const { seconds, ceiling, shareOfCeiling, shareByProcessor } = summarize(measurement)
    return [
      measurement.id,
      timeCell(inUnit(measurement), seconds),
      `${digits(ceiling.median / 1e9)} (${digits(ceiling.best / 1e9)})`,
      ratioCell(shareByProcessor),
      ratioCell(shareOfCeiling),
    ]
  })
  return [markdown([HEAD, ...rows]), peersTable(measurements)].join('\n\n')
}

export const PEER_NAMES: Readonly<Record<PeerName, string>> = {
  tensorflow: 'TensorFlow.js',
  jax: 'jax-js',
  pytorch: 'PyTorch',
  alone: 'espalier, one worker',
}

const PEERS_HEAD = [
  'workload',
  'beside',
  'it takes: median (best)',
  'times as long as espalier: median (range); best/best',
  'test accuracy, espalier / the other, after the same steps',
]

function peersTable(measurements: readonly Measurement[]): string {
  const rows = measurements.flatMap((measurement) => {
    const { peers } = summarize(measurement)
    return measurement.peers.map(({ name, missing, comparison }) => {
      const summary = peers.find((own) => own.name === name)
      return [
        measurement.id,
        PEER_NAMES[name],
        ...(summary === undefined ? [missing ?? '-', '-'] : [timeCell(inUnit(measurement), summary.seconds), ratioCell(summary.ratio)]),
        comparison === undefined
          ? '-'
          : `${comparison.accuracy.toFixed(4)} / ${comparison.peerAccuracy.toFixed(4)} after ${comparison.steps}`,
      ]
    })
  })
  return rows.length === 0 ? '' : markdown([PEERS_HEAD, ...rows])
}

/** A table, its first row the head. */
export function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** What the identifiers stand for. */
export function legend(measurements: readonly Measurement[]): string {
  return measurements.map(({ id, title, backend }) => `- ${id}: ${title} (${backend})`).join('\n')
}
