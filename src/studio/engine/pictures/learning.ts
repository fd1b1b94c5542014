// Learns from pictures: what page one says of them, and what it says of a picture that somebody brings.

import type { Backend } from '../../../backend/backend.ts'
import { at } from '../../../core/at.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { withTemperature } from '../../../learn/calibration.ts'
import { classesOf } from '../../../learn/intervals/intervals.ts'
import { AbortedError, type FitResult } from '../../../train/result.ts'
import type { Found } from '../../answers.ts'
import type { PictureShape, SaidPicture } from '../../pictures.ts'
import { candidatesOf } from './candidates.ts'
import { decode, Scaler } from './decode.ts'
import { type Facts, foundOf } from './found.ts'
import { type Judgement, judge } from './judge.ts'
import { Likeness } from './likeness.ts'
import { partsOf } from './parts.ts'
import { type Option, race, saidBy } from './race.ts'
import { type Look, type Regions, regionsOf } from './regions.ts'

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

/** What answers for pictures, as long as its backend is open. */
export class PictureAnswer {
  readonly #data: Dataset
  readonly #shape: PictureShape
  readonly #judgement: Judgement
  readonly #likeness: Likeness

  constructor(data: Dataset, shape: PictureShape, judgement: Judgement) {
    this.#data = data
    this.#shape = shape
    this.#judgement = judgement
    this.#likeness = new Likeness(data, shape)
  }

  /** One of the networks that answer together: that of the first part. */
  get network(): { readonly fitted: FitResult; readonly data: Dataset } {
    return { fitted: at(this.#judgement.best.networks, 0), data: this.#data }
  }

  /** The mean of all networks. @throws InvalidDataError where it is no picture */
  async ask(file: Blob): Promise<SaidPicture> {
    const picture = await decode(file)
    const pixels = new Scaler(this.#shape).pixels(picture)
    picture.close()
    const { best, temperature, sets } = this.#judgement
    const { classNames, scale = 1 } = this.#data
    const mean = new Float64Array(classNames.length)
    for (const network of best.networks) {
      const said = await saidBy(network, { features: pixels, scale, rows: 1 })
      for (const [i, own] of said.entries()) mean[i] = at(mean, i) + own / best.networks.length
    }
    const chances = withTemperature(mean, classNames.length, temperature)
    return {
      ...{ pixels, actual: undefined, outside: this.#likeness.isOutside(pixels) },
      probabilities: Object.fromEntries(classNames.map((name, i) => [name, at(chances, i)])),
      set: sets === undefined ? [] : classesOf(sets, chances).map((i) => at(classNames, i)),
    }
  }
}

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
  return new PictureAnswer(data, shape, judgement)
}
