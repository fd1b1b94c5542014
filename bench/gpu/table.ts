// WebGPU measurements as tables.

import { max, median, min } from 'simple-statistics'
import type { Elapsed } from '../elapsed.ts'
import { digits, markdown } from '../table.ts'
import type { Comparison, Floors, GpuResults, KernelTiming, PopulationTiming } from './results.ts'

type Clock = keyof Elapsed

const CLOCKS: readonly Clock[] = ['seconds', 'cpuSeconds']

/** A page opened by hand knows no processor time. */
const number = (value: number): string => (Number.isFinite(value) ? digits(value) : '-')

const of = (elapsed: readonly Elapsed[], clock: Clock): number[] => elapsed.map((one) => one[clock])

/** Median and best of the wall clock; median of processor time. */
function times(elapsed: readonly Elapsed[], unit: number): string[] {
  const seconds = of(elapsed, 'seconds')
  return [`${number(median(seconds) * unit)} (${number(min(seconds) * unit)})`, number(median(of(elapsed, 'cpuSeconds')) * unit)]
}

/** Median of the device's own clock. */
const gpuTime = (seconds: readonly number[], unit: number): string => (seconds.length === 0 ? '-' : number(median([...seconds]) * unit))

/** Times of one over those of another, round by round: median and range, by the wall clock and by processor time. */
function ratios(elapsed: readonly Elapsed[], others: readonly Elapsed[]): string[] {
  return CLOCKS.map((clock) => {
    const own = of(others, clock)
    const each = of(elapsed, clock).map((value, round) => value / (own[round] ?? Number.NaN))
    return `${number(median(each))} (${number(min(each))} to ${number(max(each))})`
  })
}

function floorsTable({ peak, bandwidth, dispatch }: Floors): string {
  const micro = (seconds: number): string => `${number(seconds * 1e6)} µs`
  return markdown([
    ['what the device can do, at best', ''],
    ['multiply-adds on registers', `${number(peak / 1e9)} GFLOP/s`],
    ['copying, bytes read and written', `${number(bandwidth / 1e9)} GB/s`],
    ['a dispatch of next to nothing, many in one pass', micro(dispatch.inOnePass)],
    ['the same, a pass each', micro(dispatch.inPasses)],
    ['the same, a submission each', micro(dispatch.inSubmits)],
    ['a submission waited for and read', micro(dispatch.read)],
  ])
}

function kernelsTable(kernels: readonly KernelTiming[], { peak, bandwidth, dispatch }: Floors): string {
  const rows = kernels.map(({ kernel, products, elapsed, gpuSeconds, operations, bytes }) => {
    const floor = Math.max(operations / peak, bytes / bandwidth, dispatch.inOnePass)
    const rate =
      operations === 0 ? '-' : number(operations / median(gpuSeconds.length === 0 ? of(elapsed, 'seconds') : [...gpuSeconds]) / 1e9)
    return [kernel, products, ...times(elapsed, 1e3), gpuTime(gpuSeconds, 1e3), rate, number(floor * 1e3)]
  })
  return markdown([
    ['kernel', 'products', 'ms: median (best)', 'ms of processor time', "ms by the device's clock", 'GFLOP/s', 'floor, ms'],
    ...rows,
  ])
}

function populationsTable(populations: readonly PopulationTiming[], { peak }: Floors): string {
  const rows = populations.map(({ title, members, elapsed, gpuSeconds, operations, stepsPerEpoch, dispatches, submits }) => {
    const one = populations.find((own) => own.title === title && own.members === 1)
    const epoch = median(of(elapsed, 'seconds')) * stepsPerEpoch
    return [
      title,
      String(members),
      ...times(elapsed, 1e3),
      gpuTime(gpuSeconds, 1e3),
      number((operations / peak) * 1e3),
      ...(one === undefined ? ['-', '-'] : ratios(elapsed, one.elapsed)),
      number(epoch),
      number(members / epoch),
      number(dispatches),
      number(submits),
    ]
  })
  const head = [
    'network',
    'members',
    'a step of all, ms: median (best)',
    'ms of processor time',
    "ms by the device's clock",
    'floor, ms',
    'times one member: median (range)',
    'by processor time',
    's an epoch',
    'epochs of one member a second',
    'dispatches a step',
    'submissions a step',
  ]
  return markdown([head, ...rows])
}

function comparisonTable({ title, steps, stepsPerRound, testRows, libraries }: Comparison): string {
  const [own] = libraries
  const rows = libraries.map(({ library, elapsed, accuracy }) => [
    library,
    ...times(elapsed, 1e3),
    ...(own === undefined ? [] : ratios(elapsed, own.elapsed)),
    accuracy.toFixed(4),
  ])
  const head = [
    `one step of ${title} (rounds of ${stepsPerRound})`,
    'ms: median (best)',
    'ms of processor time',
    "times espalier's: median (range)",
    'by processor time',
    `accuracy on ${testRows} rows after ${steps} steps`,
  ]
  return markdown([head, ...rows])
}

export function gpuTables({ backend, timestamps, floors, kernels, populations, comparison }: GpuResults): string {
  return [
    timestamps ? backend : `${backend}; no times by the device's clock: its adapter has no timestamp-query`,
    floorsTable(floors),
    ...(kernels.length === 0 ? [] : [kernelsTable(kernels, floors)]),
    ...(populations.length === 0 ? [] : [populationsTable(populations, floors)]),
    ...(comparison === undefined ? [] : [comparisonTable(comparison)]),
  ].join('\n\n')
}
