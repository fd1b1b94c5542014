// Event files of TensorBoard, and series of numbers by step.

import { at } from '../../core/at.ts'
import { fileVersion, type Seconds } from './events.ts'
import { recordFile } from './record.ts'

/** A file of a TensorBoard log. */
export interface EventFile {
  /** From the log directory, with forward slashes: `trial-0007/repeat-1/events.out.tfevents.1767268800.espalier`. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** The names of files that `eventFile` makes. */
export const EVENT_FILE = /^events\.out\.tfevents\.\d+\.espalier$/

/** @param folder ends in a slash, or is empty */
export function eventFile(folder: string, time: Seconds, events: readonly Uint8Array[]): EventFile {
  const path = `${folder}events.out.tfevents.${Math.floor(time)}.espalier`
  return { path, bytes: recordFile([fileVersion(time), ...events]) }
}

/** Numbers at a step, by tag. */
export interface StepValues {
  readonly step: number
  readonly values: Readonly<Record<string, number>>
}

/** Series of an entry an epoch as steps, which count from 1; what has no number there is left out. */
export function byEpoch(series: Readonly<Record<string, readonly number[]>>): StepValues[] {
  const all = Object.entries(series)
  const epochs = Math.max(0, ...all.map(([, values]) => values.length))
  return Array.from({ length: epochs }, (_, epoch) => ({
    step: epoch + 1,
    values: Object.fromEntries(all.flatMap(([tag, values]) => (Number.isFinite(values[epoch]) ? [[tag, at(values, epoch)]] : []))),
  }))
}
