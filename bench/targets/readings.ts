/** From what was measured to what is judged. Pure. */

import { max, median, min } from 'simple-statistics'
import type { GpuResults, PopulationTiming } from '../gpu/results.ts'
import type { Measurement } from '../measure.ts'
import type { Starts } from '../start/measure.ts'
import { type Summary, summarize } from '../summary.ts'
import { digits, PEER_NAMES } from '../table.ts'
import type { Reading, Spread } from './judge.ts'

const spreadOf = (values: readonly number[]): Spread => ({ median: median([...values]), min: min([...values]), max: max([...values]) })
const exactly = (value: number): Spread => ({ median: value, min: value, max: value })
const scaled = ({ median, best }: Summary['seconds'], factor: number, unit: string): string =>
  `${digits(median * factor)} (${digits(best * factor)}) ${unit}`

const nothing = { values: {}, missing: {}, accuracy: '-' } as const

export function notMeasured(subject: string, where: string, why: string): Reading {
  return { subject, where, text: `not measured: ${why}`, ...nothing }
}

/** A workload on WASM. */
export function workloadReading(where: string, measurement: Measurement): Reading {
  const { id, unit, steps, rounds, peers } = measurement
  const { seconds, shareByProcessor, peers: summaries } = summarize(measurement)
  const perStep = unit === 'step'
  const ownSeconds = rounds.map((round) => round.seconds)
  const accuracies = peers.flatMap(({ name, comparison }) =>
    comparison === undefined ? [] : [`${PEER_NAMES[name]} ${comparison.accuracy.toFixed(4)} / ${comparison.peerAccuracy.toFixed(4)}`],
  )
  return {
    subject: id,
    where,
    text: perStep ? scaled(seconds, 1e6 / steps, 'µs a step') : scaled(seconds, 1, 's'),
    values: {
      ceiling: shareByProcessor,
      seconds: spreadOf(ownSeconds),
      stepMicroseconds: spreadOf(ownSeconds.map((value) => (value * 1e6) / steps)),
      ...Object.fromEntries(summaries.map(({ name, ratio }) => [name, ratio])),
    },
    missing: Object.fromEntries(peers.flatMap(({ name, missing }) => (missing === undefined ? [] : [[name, missing]]))),
    accuracy: accuracies.join('; ') || '-',
  }
}

/** Seconds of each round of one over those of another. */
const ratios = (elapsed: readonly { readonly seconds: number }[], others: readonly { readonly seconds: number }[]): Spread =>
  spreadOf(elapsed.map(({ seconds }, round) => seconds / (others[round]?.seconds ?? Number.NaN)))

/** A step of W1 beside the peers on WebGPU. */
export function gpuStepReading(where: string, { comparison, populations }: GpuResults): Reading {
  const [own, ...peers] = comparison?.libraries ?? []
  const one = populations.find(({ members, title }) => members === 1 && title.startsWith('784'))
  if (own === undefined || one === undefined) throw new Error('a step and its population are to be measured')
  const seconds = own.elapsed.map((one) => one.seconds)
  const ofPeer = (library: string): Spread => ratios(peers.find((peer) => peer.library === library)?.elapsed ?? [], own.elapsed)
  const submission = (median(one.elapsed.map((one) => one.seconds)) / one.submits) * 1e3
  return {
    subject: 'gpu-step',
    where,
    text: `${scaled({ median: median(seconds), best: min(seconds) }, 1e3, 'ms')}; ${digits(one.dispatches)} dispatches; a submission each ${digits(submission)} ms`,
    values: {
      tensorflow: ofPeer('TensorFlow.js'),
      jax: ofPeer('jax-js'),
      dispatches: exactly(one.dispatches),
      submissionMilliseconds: exactly(submission),
    },
    missing: {},
    accuracy: peers.map(({ library, accuracy }) => `${library} ${own.accuracy.toFixed(4)} / ${accuracy.toFixed(4)}`).join('; '),
  }
}

/** What only a GPU can show. */
export function gpuReadings(where: string, { populations }: GpuResults): Reading[] {
  const population = (widths: string, members: number): PopulationTiming => {
    const found = populations.find((own) => own.title.startsWith(widths) && own.members === members)
    if (found === undefined) throw new Error(`${members} members of ${widths} were not measured`)
    return found
  }
  const [one, twelve, thousand] = [population('784', 1), population('784', 12), population('8-', 1000)]
  const reading = (subject: string, text: string, values: Reading['values']): Reading => ({
    ...nothing,
    subject,
    where,
    text,
    values,
  })
  const epochs = one.elapsed.map(({ seconds }) => seconds * one.stepsPerEpoch)
  const hundred = thousand.elapsed.map(({ seconds }) => seconds * thousand.stepsPerEpoch * 100)
  const times = ratios(twelve.elapsed, one.elapsed)
  return [
    reading('gpu-epoch', `${digits(median(epochs))} s`, { seconds: spreadOf(epochs) }),
    reading('gpu-twelve', `${digits(times.median)} times one member`, { oneMember: times }),
    reading('gpu-thousand', `${digits(median(hundred))} s`, { seconds: spreadOf(hundred) }),
  ]
}

export function startReading({ host, workers, elapsed }: Starts): Reading {
  const milliseconds = elapsed.map(({ seconds }) => seconds * 1e3)
  const cpu = elapsed.map(({ cpuSeconds }) => cpuSeconds * 1e3)
  return {
    ...nothing,
    subject: workers === 0 ? 'start-calling-thread' : 'start-workers',
    where: host,
    text: `${digits(median(milliseconds))} (${digits(min(milliseconds))}) ms; of processor time ${digits(median(cpu))} (${digits(min(cpu))})`,
    values: { milliseconds: spreadOf(milliseconds) },
  }
}

/** All in kilobytes; the peers' are for WASM. */
export function sizeReadings(own: { wasm: number; webgpu: number }, peers: { tensorflow: number; jax: number }): Reading[] {
  return (['wasm', 'webgpu'] as const).map((backend) => ({
    ...nothing,
    subject: `size-${backend}`,
    where: 'minified, gzipped',
    text: `${digits(own[backend])} KB`,
    values: {
      kilobytes: exactly(own[backend]),
      ...(backend === 'wasm' && { tensorflow: exactly(peers.tensorflow / own.wasm), jax: exactly(peers.jax / own.wasm) }),
    },
  }))
}
