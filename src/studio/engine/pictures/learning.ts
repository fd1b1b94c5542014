// Learns from pictures: what page one says of them.

import type { Backend } from '../../../backend/backend.ts'
import { at } from '../../../core/at.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { AbortedError } from '../../../train/result.ts'
import type { Found } from '../../answers.ts'
import type { PictureShape } from '../../pictures.ts'
import { PictureAnswer } from './answer.ts'
import { candidatesOf } from './candidates.ts'
import { type Facts, foundOf } from './found.ts'
import { type Judgement, judge } from './judge.ts'
import { partsOf } from './parts.ts'
import { type Option, race } from './race.ts'
import { type Look, type Regions, regionsOf } from './regions.ts'

// One entry for all that is loaded of pictures: with two, what they share is cut into more files for everybody.
export { PictureAnswer }

export interface LearningOptions {
  readonly seconds: number
  readonly signal: AbortSignal
  readonly tell: (done: number, found: Found | undefined) => void
}

/** Of the time, what finding out which regions matter may take. */
const AFTER = 0.12
const SEED = 0
/** What is looked at as soon as every network had a turn, and at the end. */
const FIRST: Look = { most: 150, shuffles: 1 }
const LAST: Look = { most: 600, shuffles: 2 }

/** Learns until the time is over. @throws InvalidDataError where there are too few pictures */
export async function learnPictures(
  backend: Backend,
  data: Dataset,
  shape: PictureShape,
  { seconds, signal, tell }: LearningOptions,
): Promise<PictureAnswer | undefined> {
  const began = performance.now()
  const spent = (): number => (performance.now() - began) / 1000
  const parts = partsOf(data, SEED)
  let last: { readonly judgement: Judgement; readonly options: readonly Option[] } | undefined
  let [found, regions]: [Found | undefined, Regions | undefined] = [undefined, undefined]
  const candidates = candidatesOf(shape, data.classNames.length, at(parts.parts, 0).train.rows)
  const factsOf = (options: readonly Option[]): Facts => ({
    ...{ data, shape, parts, options, seconds, seed: SEED },
    ...{ spent: spent(), stopped: signal.aborted },
  })
  const end = began + seconds * (1 - AFTER) * 1000
  await race(backend, candidates, parts, {
    ...{ signal, end, seed: SEED },
    onProgress: () => tell(Math.min(1, spent() / seconds), found),
    onOption: async (options) => {
      const judgement = judge(options, parts)
      last = { judgement, options }
      if (options.length === candidates.length && !signal.aborted) regions = await regionsOf(data, shape, parts, judgement, FIRST)
      found = foundOf(judgement, factsOf(options), regions, true)
      tell(Math.min(1, spent() / seconds), found)
    },
  })
  if (last === undefined) {
    if (signal.aborted) throw new AbortedError([], signal.reason)
    return undefined
  }
  const { judgement, options } = last
  // Who stops it wants it to stop.
  if (!signal.aborted) {
    found = foundOf(judgement, factsOf(options), await regionsOf(data, shape, parts, judgement, LAST), false)
    tell(1, found)
  }
  return new PictureAnswer(data, shape, { ...judgement, networks: judgement.best.networks })
}
