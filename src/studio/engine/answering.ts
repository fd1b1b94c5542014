// Learns from a table for the page: a short look first, then all that fits into the time.

import type { Backend } from '../../backend/backend.ts'
import { InvalidSpecError } from '../../core/errors.ts'
import type { Answer } from '../../learn/answer.ts'
import type { LearnProgress } from '../../learn/options.ts'
import type { Table } from '../../table/table.ts'
import type { AnswerNews, AnswerRequest, Found } from '../answers.ts'
import type { DataSource } from '../config.ts'
import type { Backends } from './backends.ts'
import type { DataReader } from './data.ts'
import type { KeptNetworks, PictureAnswer } from './pictures/answer.ts'
import { problemOf } from './problems.ts'
import { rawRows, type Usual, usualOf } from './rawRows.ts'

export interface AnsweringTools {
  readonly data: DataReader
  readonly backends: Backends
  readonly tell: (news: AnswerNews) => void
  /** An answer's time is over, and something was found. */
  readonly onEnd: (request: AnswerRequest, title: string, news: AnswerNews, networks: KeptNetworks | undefined) => void
}

/** Of the time, what the first look may take, and the most seconds of it: it says what matters as well, which else is told at the end alone. */
const FIRST_LOOK = { part: 0.15, seconds: 2 }
const WASM = { prefer: 'wasm', workers: null } as const

interface Learning {
  readonly stop: AbortController
  readonly ended: Promise<void>
}

/** The answer that the page shows: one at a time. */
export class Answering {
  readonly #tools: AnsweringTools
  #now: Learning | undefined
  #answer: Answer | undefined
  #news: AnswerNews | undefined
  #source: DataSource | undefined
  #pictures: { readonly answer: PictureAnswer | undefined; readonly release: () => void } | undefined

  constructor(tools: AnsweringTools) {
    this.#tools = tools
  }

  /** The best that there is, of what was begun last. */
  get answer(): Answer | undefined {
    return this.#answer
  }

  /** Of pictures, what answers. @throws InvalidSpecError where nothing was learned yet */
  get pictures(): PictureAnswer {
    const answer = this.#pictures?.answer
    if (answer === undefined) throw new InvalidSpecError('bring your picture when it is learned')
    return answer
  }

  /** What was told of it last, and of which data it is. */
  get told(): { readonly news: AnswerNews; readonly source: DataSource } | undefined {
    return this.#news && this.#source && { news: this.#news, source: this.#source }
  }

  /** Begins anew; what was under way is given up. @throws InvalidDataError, DataUnavailableError where the data cannot be read */
  async begin(request: AnswerRequest): Promise<void> {
    this.giveUp()
    const stop = new AbortController()
    this.#answer = undefined
    this.#news = undefined
    this.#source = request.source
    if (this.#tools.data.hasPictures(request.source)) {
      this.#now = { stop, ended: Promise.resolve().then(() => this.#learnPictures(request, stop.signal)) }
      return
    }
    const table = await this.#tools.data.tableOf(request.source)
    // Begun after what is awaited here is known as the one that is under way.
    this.#now = { stop, ended: Promise.resolve().then(() => this.#learn(table, request, stop.signal)) }
  }

  /** The processor is somebody else's from now on. */
  giveUp(): void {
    this.#now?.stop.abort(new Error('something else is wanted'))
    this.#pictures?.release()
    this.#pictures = undefined
  }

  /** Stops, and what is best until then is the answer. */
  async end(): Promise<void> {
    this.#now?.stop.abort(new Error('stopped'))
    await this.#now?.ended
  }

  /** Shows an answer that was learned before. @param makePictures what answers for pictures, with a backend that stays open */
  async restore(
    news: AnswerNews,
    source: DataSource,
    answer: Answer | undefined,
    makePictures?: (backend: Backend) => Promise<PictureAnswer>,
  ): Promise<void> {
    this.giveUp()
    this.#now = undefined
    this.#answer = answer
    this.#news = news
    this.#source = source
    if (makePictures !== undefined) await this.#holdPictures(makePictures, () => this.#news === news)
  }

  /** The same of an answer's file alone. @throws InvalidDataError, DataUnavailableError where the table cannot be read */
  async restored(answer: Answer, source: DataSource, number: number): Promise<AnswerNews> {
    const table = await this.#tools.data.tableOf(source)
    const news: AnswerNews = { number, state: 'done', done: 1, found: foundOf(answer, table, usualOf(table), []), problem: undefined }
    await this.restore(news, source, answer)
    return news
  }

  /** The last of it, unless something else was wanted meanwhile. */
  #ended(signal: AbortSignal, request: AnswerRequest): void {
    const news = this.#news
    if (this.#now?.stop.signal === signal && news?.found !== undefined)
      this.#tools.onEnd(request, this.#tools.data.titleOf(request.source), news, this.#pictures?.answer?.kept)
  }

  #tell(signal: AbortSignal, news: AnswerNews): void {
    if (this.#now?.stop.signal === signal) this.#news = news
    this.#tools.tell(news)
  }

  /** The backend stays open while the answer may be asked: until something else is wanted. */
  #holdPictures(make: (backend: Backend) => Promise<PictureAnswer | undefined>, isWanted: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const work = async (backend: Backend) => {
        const answer = await make(backend)
        const released = new Promise<void>((release) => {
          if (isWanted()) this.#pictures = { answer, release }
          else release()
        })
        resolve()
        await released
      }
      this.#tools.backends.use(WASM, work).catch(reject)
    })
  }

  async #learnPictures(request: AnswerRequest, signal: AbortSignal): Promise<void> {
    const { number, source, seconds } = request
    const { data } = this.#tools
    let [found, done]: [Found | undefined, number] = [undefined, 0]
    const told = (state: AnswerNews['state'], problem?: AnswerNews['problem']) =>
      this.#tell(signal, { number, state, done, found, problem })
    try {
      told('learning')
      const { learnPictures } = await import('./pictures/learning.ts')
      const { data: rows, shape } = await data.pictures(source)
      const tell = (part: number, now: Found | undefined) => {
        done = part
        found = now
        told('learning')
      }
      await this.#holdPictures(
        (backend) => learnPictures(backend, rows, shape, { seconds, signal, tell }),
        () => this.#now?.stop.signal === signal,
      )
      told(signal.aborted ? 'stopped' : 'done')
      this.#ended(signal, request)
    } catch (error) {
      if (signal.aborted) told('stopped')
      else told('failed', problemOf(error))
    }
  }

  async #learn(table: Table, request: AnswerRequest, signal: AbortSignal): Promise<void> {
    const { backends } = this.#tools
    let [found, done]: [Found | undefined, number] = [undefined, 0]
    const told = (state: AnswerNews['state'], problem?: AnswerNews['problem']) =>
      this.#tell(signal, { number: request.number, state, done, found, problem })
    const usual = usualOf(table)
    const take = (answer: Answer, tried: LearnProgress['tried']) => {
      if (this.#now?.stop.signal === signal) this.#answer = answer
      found = withMatters(foundOf(answer, table, usual, tried), found)
    }
    const began = performance.now()
    try {
      told('learning')
      await backends.use(WASM, async (backend) => {
        const first = Math.min(FIRST_LOOK.seconds, FIRST_LOOK.part * request.seconds)
        let before = 0
        for (const isFirst of [true, false]) {
          const from = done
          // On a busy machine the first look takes longer than it was given: the second has what is left.
          const seconds = isFirst ? first : Math.max(first, request.seconds - (performance.now() - began) / 1000)
          const to = isFirst ? first / request.seconds : 1
          const part = this.#part(backend, table, { ...request, seconds }, signal, (progress) => {
            done = Math.max(done, from + progress.done * (to - from))
            // What a shorter look has found gives way to what has seen as much.
            if (progress.answer.data.learned.candidates >= before) take(progress.answer, progress.tried)
            told('learning')
          })
          // A busy machine may need longer even for a straight line: the second look has more time, and says what else is wrong.
          const answer = isFirst ? await part.catch((error: unknown) => (signal.aborted ? Promise.reject(error) : undefined)) : await part
          if (answer === undefined) continue
          done = to
          before = answer.data.learned.candidates
          take(answer, found?.tried ?? [])
          told('learning')
          if (signal.aborted) break
        }
      })
      told(signal.aborted ? 'stopped' : 'done')
      this.#ended(signal, request)
    } catch (error) {
      if (signal.aborted) told('stopped')
      else told('failed', problemOf(error))
    }
  }

  async #part(
    backend: Backend,
    table: Table,
    { target, task, ignore, categorical, by, seconds }: Omit<AnswerRequest, 'source' | 'number'>,
    signal: AbortSignal,
    onProgress: (progress: LearnProgress) => void,
  ): Promise<Answer> {
    // A page that shows what was learned before, or waits for a file, needs none of it.
    const { learn } = await import('../../learn/learn.ts')
    return learn(backend, table, { target, task, ignore, categorical, by, budget: { seconds }, signal, onProgress })
  }
}

/** An answer as the page is told of it. */
export function foundOf(answer: Answer, table: Table, usual: Usual, tried: LearnProgress['tried']): Found {
  const { score, matters, columns, learned, limits } = answer.data
  const { preparation, models, target } = answer.card().json
  return {
    ...{ target: target.name, task: target.task, classNames: target.classNames },
    ...{ score, matters, isEarlier: false, columns, learned, limits, preparation, models, tried },
    bytes: answer.save(),
    rows: rawRows(table, columns),
    ...usual,
  }
}

/** What matters is told at the end of a look alone; until then what an earlier one has found stays, and is said to. */
const withMatters = (found: Found, before: Found | undefined): Found =>
  found.matters.columns.length > 0 || before === undefined || before.matters.columns.length === 0
    ? found
    : { ...found, matters: before.matters, isEarlier: true }
