// The answers of a session of the MCP server: those learned in it, and those read from files.

import { createHash } from 'node:crypto'
import pLimit from 'p-limit'
import { readBytes } from '../../data/node/files.ts'
import { type Backend, learn, openBackend } from '../../index.ts'
import type { Answer } from '../../learn/answer.ts'
import type { LearnOptions, LearnProgress } from '../../learn/options.ts'
import type { AnswerNews } from '../../studio/answers.ts'
import type { DataSource } from '../../studio/config.ts'
import type { Table } from '../../table/table.ts'
import { readAnswer } from '../answer-file.ts'
import { UsageError } from '../exit.ts'
import type { MadePage } from '../studio/server.ts'
import type { Call } from './call.ts'
import type { Folder } from './folder.ts'
import { placeOf } from './table.ts'

/** Something that is, or was, learned here. */
interface Learned {
  readonly file: string
  readonly table: Table
  readonly source: DataSource
  state: AnswerNews['state']
  done: number
  answer: Answer | undefined
  tried: LearnProgress['tried']
  /** Made of the answer that it is beside. */
  page: { readonly of: Answer; readonly state: AnswerNews['state']; readonly html: string } | undefined
}

/** Seconds after which a page that is not done asks again. */
const AGAIN = 3

export class Answers {
  readonly #learned = new Map<string, Learned>()
  /** One after the other: each takes all threads. */
  readonly #turn = pLimit(1)
  readonly #workers: number | undefined

  /** @param workers threads to train on, one per core by default */
  constructor(workers: number | undefined) {
    this.#workers = workers
  }

  /** Learns, and keeps what is best at every moment under a name. @returns the name, known before it begins, and what comes of it */
  async learn(
    folder: Folder,
    file: string,
    table: Table,
    options: Omit<LearnOptions, 'onProgress' | 'signal'>,
    { signal, progress }: Call,
    begun: (name: string) => void,
  ): Promise<{ readonly name: string; readonly answer: Answer }> {
    const name = `answer-${this.#learned.size + 1}`
    const source = await sourceOf(folder, file)
    const own: Learned = { file, table, source, state: 'learning', done: 0, answer: undefined, tried: [], page: undefined }
    this.#learned.set(name, own)
    begun(name)
    try {
      await this.#turn(async () => {
        signal.throwIfAborted()
        const backend: Backend = await openBackend({ prefer: 'wasm', workers: this.#workers })
        try {
          const onProgress = ({ done, note, answer, tried }: LearnProgress): void => {
            Object.assign(own, { done, answer, tried })
            progress(done, note)
          }
          own.answer = await learn(backend, table, { ...options, onProgress, signal })
        } finally {
          await backend.dispose()
        }
      })
      own.state = signal.aborted ? 'stopped' : 'done'
    } catch (error) {
      own.state = signal.aborted ? 'stopped' : 'failed'
      throw error
    }
    if (own.answer === undefined) throw new UsageError(`nothing was learned of ${file}`)
    return { name, answer: own.answer }
  }

  /** An answer by the name it has here, or by its file. @throws UsageError where there is none */
  async find(folder: Folder, name: string): Promise<Answer> {
    const own = this.#learned.get(name)
    if (own?.answer !== undefined) return own.answer
    if (own !== undefined) throw new UsageError(`nothing is learned yet of ${own.file}, which ${name} is of`)
    const known = [...this.#learned.keys()].join(', ')
    const path = await folder.existing(name).catch((cause: unknown) => {
      if (known === '' || !(cause instanceof UsageError)) throw cause
      throw new UsageError(`${cause.message}; learned in this session: ${known}`, { cause })
    })
    const answer = await readAnswer(path)
    if (answer === undefined) throw new UsageError(`${name}: is no answer; \`learn\` makes one, and writes it where \`save\` says`)
    return answer
  }

  /** What there is, a line each. */
  lines(): { readonly name: string; readonly text: string }[] {
    return Array.from(this.#learned, ([name, { file, state, answer }]) => ({
      name,
      text: `${file}: ${answer?.score.sentence ?? 'nothing yet'} (${state})`,
    }))
  }

  /** The studio's page of an answer; it asks again until it is done. @param beside where the studio's own files are */
  async page(name: string, beside: URL): Promise<MadePage | undefined> {
    const own = this.#learned.get(name)
    if (own === undefined) return undefined
    const again = own.state === 'learning' ? AGAIN : undefined
    const { answer, state } = own
    if (answer === undefined) return { html: waiting(own.file, state), again }
    if (own.page?.of !== answer || own.page.state !== state) {
      const html = await pageOf(own, answer, beside)
      own.page = { of: answer, state, html }
    }
    return { html: own.page.html, again }
  }
}

async function sourceOf(folder: Folder, file: string): Promise<DataSource> {
  const place = await placeOf(folder, file)
  if (place === 'pima') return { kind: 'sample', name: 'pima' }
  const bytes = await readBytes(place)
  const digest = createHash('sha256').update(bytes).digest('hex')
  return { kind: 'table', format: 'csv', file: { name: file, digest, bytes: bytes.length }, header: null, delimiter: null }
}

/** What makes the page is loaded when somebody looks. */
async function pageOf({ table, source, state, done, tried, file }: Learned, answer: Answer, beside: URL): Promise<string> {
  const [{ answerPage }, { describeTable }, { foundOf }, { usualOf }] = await Promise.all([
    import('../../studio/engine/keeping/answerPage.ts'),
    import('../../studio/engine/describeTable.ts'),
    import('../../studio/engine/answering.ts'),
    import('../../studio/engine/rawRows.ts'),
  ])
  const found = foundOf(answer, table, usualOf(table), tried)
  const news: AnswerNews = { number: 1, state, done, found, problem: undefined }
  return answerPage(answer, news, { ...describeTable(table, source, file), target: answer.target }, beside)
}

const waiting = (file: string, state: string): string =>
  `<!doctype html>\n<meta charset="utf-8"><title>espalier</title><p>${state === 'learning' ? 'Learning from' : 'Nothing was learned of'} ${file.replace(/[&<>"]/g, '')}</p>\n`
