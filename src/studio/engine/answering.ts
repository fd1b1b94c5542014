// Learns from a table for the page: a short look first, then all that fits into the time.

import type { Backend } from '../../backend/backend.ts'
import type { Answer } from '../../learn/answer.ts'
import { learn } from '../../learn/learn.ts'
import type { LearnProgress } from '../../learn/options.ts'
import type { Table } from '../../table/table.ts'
import type { AnswerNews, AnswerRequest, Found } from '../answers.ts'
import type { DataSource } from '../config.ts'
import type { Backends } from './backends.ts'
import type { DataReader } from './data.ts'
import { problemOf } from './problems.ts'
import { rawRows, type Usual, usualOf } from './rawRows.ts'

export interface AnsweringTools {
  readonly data: DataReader
  readonly backends: Backends
  readonly tell: (news: AnswerNews) => void
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

  constructor(tools: AnsweringTools) {
    this.#tools = tools
  }

  /** The best that there is, of what was begun last. */
  get answer(): Answer | undefined {
    return this.#answer
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
    const table = await this.#tools.data.tableOf(request.source)
    // Begun after what is awaited here is known as the one that is under way.
    this.#now = { stop, ended: Promise.resolve().then(() => this.#learn(table, request, stop.signal)) }
  }

  /** The processor is somebody else's from now on. */
  giveUp(): void {
    this.#now?.stop.abort(new Error('something else is wanted'))
  }

  /** Stops, and what is best until then is the answer. */
  async end(): Promise<void> {
    this.#now?.stop.abort(new Error('stopped'))
    await this.#now?.ended
  }

  async #learn(table: Table, request: AnswerRequest, signal: AbortSignal): Promise<void> {
    const { tell, backends } = this.#tools
    let [found, done]: [Found | undefined, number] = [undefined, 0]
    const told = (state: AnswerNews['state'], problem?: AnswerNews['problem']) => {
      const news = { number: request.number, state, done, found, problem }
      if (this.#now?.stop.signal === signal) this.#news = news
      tell(news)
    }
    const usual = usualOf(table)
    const take = (answer: Answer, tried: LearnProgress['tried']) => {
      if (this.#now?.stop.signal === signal) this.#answer = answer
      found = withMatters(foundOf(answer, table, usual, tried), found)
    }
    try {
      told('learning')
      await backends.use(WASM, async (backend) => {
        const first = Math.min(FIRST_LOOK.seconds, FIRST_LOOK.part * request.seconds)
        const parts = [first, request.seconds - first]
        let before = 0
        for (const seconds of parts) {
          const from = done
          const part = this.#part(backend, table, { ...request, seconds }, signal, (progress) => {
            done = Math.max(done, from + (progress.done * seconds) / request.seconds)
            // What a shorter look has found gives way to what has seen as much.
            if (progress.answer.data.learned.candidates >= before) take(progress.answer, progress.tried)
            told('learning')
          })
          // A busy machine may need longer even for a straight line: the second look has more time, and says what else is wrong.
          const answer =
            seconds === first ? await part.catch((error: unknown) => (signal.aborted ? Promise.reject(error) : undefined)) : await part
          if (answer === undefined) continue
          done = Math.min(1, from + seconds / request.seconds)
          before = answer.data.learned.candidates
          take(answer, found?.tried ?? [])
          told('learning')
          if (signal.aborted) break
        }
      })
      told(signal.aborted ? 'stopped' : 'done')
    } catch (error) {
      if (signal.aborted) told('stopped')
      else told('failed', problemOf(error))
    }
  }

  #part(
    backend: Backend,
    table: Table,
    { target, task, ignore, categorical, seconds }: Omit<AnswerRequest, 'source' | 'number'>,
    signal: AbortSignal,
    onProgress: (progress: LearnProgress) => void,
  ): Promise<Answer> {
    return learn(backend, table, { target, task, ignore, categorical, budget: { seconds }, signal, onProgress })
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
