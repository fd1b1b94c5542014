// Fingerprints of a dataset, to notice when a study continues on other rows.

import { missing } from '../core/at.ts'
import type { Examples } from '../core/population.ts'
import { type FitData, readData } from '../train/check.ts'

/** Rows as a journal remembers them: their shape, and a hash of their numbers. */
interface RowsPrint {
  readonly rows: number
  readonly columns: number
  /** Numbers a row has as its target. */
  readonly outputs: number
  readonly features: string
  readonly targets: string
  readonly weights?: string
}

/** What trials were trained and tested on; JSON holds it. */
export interface DataPrint {
  readonly train: RowsPrint
  readonly test?: RowsPrint
}

/** @throws InvalidDataError */
export function printOf(given: FitData): DataPrint {
  const { train, test } = readData(given)
  return { train: printRows(train), ...(test && { test: printRows(test) }) }
}

function printRows({ features, rows, scale = 1, targets, sampleWeights }: Examples): RowsPrint {
  return {
    rows,
    columns: features.length / rows,
    outputs: targets.length / rows,
    features: hash(features, scale),
    targets: hash(targets, 1),
    ...(sampleWeights && { weights: hash(sampleWeights, 1) }),
  }
}

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by))

/**
 * 64 bits of float32 numbers, as 16 hexadecimal digits: two of the four lanes of MurmurHash3 (Appleby, x86_128). Numbers, not bytes: the same rows
 * have the same hash as bytes with a scale and as float32.
 */
export function hash(values: ArrayLike<number>, scale: number): string {
  const number = new Float32Array(1)
  const bits = new Uint32Array(number.buffer)
  let [a, b] = [values.length, values.length]
  for (let i = 0; i < values.length; i++) {
    number[0] = (values[i] ?? missing(values, i)) * scale
    const word = bits[0] ?? missing(bits, 0)
    a ^= Math.imul(rotated(Math.imul(word, 0x239b961b), 15), 0xab0e9789)
    a = (Math.imul(rotated(a, 19) + b, 5) + 0x561ccd1b) | 0
    b ^= Math.imul(rotated(Math.imul(word, 0xab0e9789), 16), 0x38b34ae5)
    b = (Math.imul(rotated(b, 17) + a, 5) + 0x0bcaa747) | 0
  }
  return [mixed(a), mixed(b ^ rotated(a, 7))].map((half) => half.toString(16).padStart(8, '0')).join('')
}

/** MurmurHash3's last step: every bit of the word affects every other. */
function mixed(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return (twice ^ (twice >>> 16)) >>> 0
}

/** What has changed, in words; empty if nothing has. Both have an entry per fold, or one for all folds. */
export function differences(before: readonly DataPrint[], now: readonly DataPrint[]): string[] {
  if (before.length !== now.length) return [`there were ${before.length} folds with rows of their own and are ${now.length}`]
  return now.flatMap((one, fold) => {
    const of = now.length === 1 ? '' : ` of fold ${fold}`
    return [
      ...rowDifferences(`the training rows${of}`, before[fold]?.train, one.train),
      ...rowDifferences(`the test rows${of}`, before[fold]?.test, one.test),
    ]
  })
}

function rowDifferences(what: string, before: RowsPrint | undefined, now: RowsPrint | undefined): string[] {
  if (before === undefined || now === undefined) {
    if (before === now) return []
    return [`${what} were ${shape(before)} and are ${shape(now)}`]
  }
  if (shape(before) !== shape(now)) return [`${what} were ${shape(before)} and are ${shape(now)}`]
  const others = (['features', 'targets', 'weights'] as const).filter((part) => before[part] !== now[part])
  return others.length === 0 ? [] : [`${what} have other ${others.join(' and ')}`]
}

function shape(print: RowsPrint | undefined): string {
  if (print === undefined) return 'none'
  const { rows, columns, outputs } = print
  return `${rows} of ${columns} columns${outputs === 1 ? '' : ` and ${outputs} targets`}`
}
