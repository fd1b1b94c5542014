import type { Measurement } from './measure.ts'
import { type Ratio, type Summary, summarize } from './summary.ts'

export const digits = (value: number): string =>
  value.toPrecision(value >= 1000 ? 4 : 3).replace(/e\+?.*/, (power) => ` x 10^${Number(power.slice(1))}`)

/** Seconds in the unit people know the workload by. */
function inUnit({ unit, steps }: Measurement): (seconds: number) => string {
  if (unit === 'step') return (seconds) => `${digits((seconds * 1e6) / steps)} µs a step`
  return (seconds) => `${digits(seconds)} s`
}

const timeCell = (show: (seconds: number) => string, time: Summary['peerSeconds']): string =>
  time === undefined ? '-' : `${show(time.median)} (${show(time.best)})`

const ratioCell = (value: Ratio | undefined): string =>
  value === undefined ? '-' : `${digits(value.median)} (${digits(value.min)} to ${digits(value.max)}); ${digits(value.best)}`

function accuracyCell({ comparison }: Measurement): string {
  if (comparison === undefined) return '-'
  const { accuracy, peerAccuracy, steps } = comparison
  return `${accuracy.toFixed(4)} / ${peerAccuracy.toFixed(4)} after ${steps}`
}

const HEAD = [
  'workload',
  'espalier: median (best)',
  'ceiling, GFLOP/s: median (best)',
  'share of the ceiling, by processor time: median (range); best/best',
  'the same by the wall clock',
  'TensorFlow.js WASM: median (best)',
  'times faster: median (range); best/best',
  'test accuracy, espalier / TensorFlow.js, after the same steps',
]

export function markdownTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map((measurement) => {
    const { seconds, ceiling, shareOfCeiling, shareByProcessor, peerSeconds, peerRatio } = summarize(measurement)
    const show = inUnit(measurement)
    return [
      measurement.id,
      timeCell(show, seconds),
      `${digits(ceiling.median / 1e9)} (${digits(ceiling.best / 1e9)})`,
      ratioCell(shareByProcessor),
      ratioCell(shareOfCeiling),
      timeCell(show, peerSeconds),
      ratioCell(peerRatio),
      accuracyCell(measurement),
    ]
  })
  return markdown([HEAD, ...rows])
}

/** A table, its first row the head. */
export function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** What the identifiers stand for. */
export function legend(measurements: readonly Measurement[]): string {
  return measurements.map(({ id, title, backend }) => `- ${id}: ${title} (${backend})`).join('\n')
}
