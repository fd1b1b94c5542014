// What bench:layers prints.

import { median } from 'simple-statistics'
import type { Lap } from './contender.ts'
import { WORKLOADS, type WorkloadName } from './workloads.ts'

export interface Measured {
  readonly workload: WorkloadName
  readonly threads: number
  readonly operations: number
  /** Multiply-adds and additions a second of one thread, a number a round. */
  readonly rates: readonly number[]
  readonly entries: readonly { readonly name: string; readonly form: string; readonly laps: readonly Lap[] }[]
  readonly notes: readonly string[]
}

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
const milliseconds = (seconds: number): string => digits(seconds * 1000)

/** As Markdown: whoever trained, what a step took, and how many times as long as here, lap beside lap. */
export function tableOf({ workload, threads, operations, rates, entries, notes }: Measured): string {
  const [own] = entries
  if (own === undefined) throw new Error('nobody trained')
  const floor = operations / Math.max(...rates)
  const best = Math.min(...own.laps.map(({ seconds }) => seconds))
  const share = threads > 1 ? '' : `: ${(floor / best).toFixed(2)} of it at best`
  const rows = entries.map(({ name, form, laps }) => {
    const times = laps.map(({ seconds }) => seconds)
    const ratios = laps.map(({ seconds }, i) => seconds / (own.laps[i] ?? own.laps[0] ?? { seconds: Number.NaN }).seconds)
    const range = `${digits(Math.min(...ratios))} to ${digits(Math.max(...ratios))}`
    const times_ = `${milliseconds(median(times))} (${milliseconds(Math.min(...times))})`
    return `| ${name} ${form} | ${times_} | ${milliseconds(median(laps.map(({ cpu }) => cpu)))} | ${digits(median(ratios))} (${range}) | ${laps.length} |`
  })
  return [
    '',
    `### ${workload}: ${WORKLOADS[workload].title}; ${threads} thread${threads > 1 ? 's' : ''}`,
    '',
    `The ceiling of one thread, ${(Math.max(...rates) / 1e9).toFixed(1)} GFLOP/s, would take ${milliseconds(floor)} ms a step${share}.`,
    '',
    '| | ms a step, median (best) | of the processor | times espalier (range) | laps |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...notes.map((note) => `\nNot measured: ${note}`),
  ].join('\n')
}
