// What a person can do on the page.

import type { ReadingOptions } from '../../table/options.ts'
import type { AnswerExport, OpenedAnswer } from '../answers.ts'
import type { EngineClient } from '../client.ts'
import { readAs, type StudioConfig } from '../config.ts'
import { defaultConfig } from '../defaults.ts'
import type { DataDescription } from '../description.ts'
import type { EvidenceCalls } from '../evidenceProtocol.ts'
import { fromAddress, fromPermalink, isAddress, isPermalink, isShared, toAddress } from '../permalink.ts'
import type { PictureOptions, SaidPicture } from '../pictures.ts'
import type { DataRequest, ExportName, SharedLink, StudyInfo, ViewName } from '../protocol.ts'
import { download } from './download.ts'
import { startEngine } from './engine.ts'
import { type Action, problemOf } from './state.ts'

/** The address where a study is set up. */
export const HOME = '#new'
/** Before a study's name in the fragment of the address. */
const OPEN = '#open='
/** Before a kept answer's. */
const ANSWER = '#answer='
export const addressOfAnswer = (answer: string): string => `${ANSWER}${answer}`
export const addressOf = (study: string): string => `${OPEN}${encodeURIComponent(study)}`

/** How long to wait after the last keystroke before a configuration is checked, in ms. */
const TYPING = 250

/** What a person can do, and what happens then. Failures are shown on the page. */
export class Controller {
  readonly #dispatch: (action: Action) => void
  readonly #engine: EngineClient
  #check: ReturnType<typeof setTimeout> | undefined
  #checks = 0
  #config: StudioConfig | undefined
  /** What the last answer was asked of, and when it is asked anew. */
  #wanted = ''
  #again: ReturnType<typeof setTimeout> | undefined
  #asked = 0
  #title = ''
  #seconds = 20
  /** The folder of pictures that is shown, as it was dropped. */
  #pictures: Extract<DataRequest, { kind: 'files' }> | undefined

  constructor(dispatch: (action: Action) => void) {
    this.#dispatch = dispatch
    this.#engine = startEngine(dispatch)
  }

  /** The studies that this browser keeps, and the one that the address names; one that is under way continues by itself. */
  async load(): Promise<void> {
    await this.#try(undefined, async () => {
      const studies = await this.#engine.call('studies', {})
      this.#dispatch({ event: 'studies', studies })
      const answers = await this.#engine.call('answers', {})
      this.#dispatch({ event: 'answers', answers })
      const underway = studies.find(({ state }) => state === 'running')
      if (location.hash.length < 2 && underway !== undefined) history.replaceState(null, '', addressOf(underway.id))
      await this.follow(location.hash)
    })
  }

  /** Goes where an address points. */
  async follow(hash: string): Promise<void> {
    if (hash.startsWith(OPEN)) {
      clearTimeout(this.#again)
      const study = decodeURIComponent(hash.slice(OPEN.length))
      this.#dispatch({ event: 'show', study })
      return this.#try('Opening the study', async () => {
        try {
          this.#dispatch({ event: 'study', info: await this.#engine.call('open', { study }) })
        } catch (error) {
          this.#dispatch({ event: 'show', study: undefined })
          throw error
        }
      })
    }
    this.#dispatch({ event: 'show', study: undefined })
    if (hash.startsWith(ANSWER))
      await this.#tryData('Opening the answer', () => this.#openAnswer(decodeURIComponent(hash.slice(ANSWER.length))))
    if (isShared(hash)) await this.#tryData('Opening the link', () => this.#openLink(hash))
    if (isPermalink(hash)) await this.#tryData('Reading the link', async () => this.#use(fromPermalink(hash), true))
    if (isAddress(hash)) await this.#tryData('Reading the data', async () => this.#use(fromAddress(hash), false))
    if (hash === HOME) this.#forget()
  }

  describe(data: DataRequest, what: string): Promise<void> {
    return this.#tryData(what, async () => {
      const [file] = data.kind === 'files' && data.files.length === 1 ? data.files : []
      if (file !== undefined && (await isJournal(file))) return this.#opened(await this.#engine.call('importJournal', { file }))
      const description = await this.#engine.call('describe', { data })
      this.#pictures = data.kind === 'files' && description.images?.isFolder === true ? data : undefined
      this.#begin(description, defaultConfig(description), false)
    })
  }

  /** Whether the pictures that are shown can be read anew, at another size. */
  get hasPictures(): boolean {
    return this.#pictures !== undefined
  }

  /** Reads the same pictures otherwise. */
  async readPictures(pictures: PictureOptions): Promise<void> {
    if (this.#pictures !== undefined) await this.describe({ ...this.#pictures, pictures }, 'Reading the pictures again')
  }

  /** What the answer says of a picture. @throws EngineError */
  picture(file: Blob): Promise<SaidPicture> {
    return this.#engine.call('picture', { file })
  }

  /** Reads the same table otherwise, and keeps what was said of the study. */
  read(reading: ReadingOptions, config: StudioConfig): Promise<void> {
    return this.#tryData('Reading the table again', async () => {
      const source = readAs(config.data.source, reading)
      const description = await this.#engine.call('describe', { data: { kind: 'stored', source } })
      const { target } = config.data
      const own = description.columns.find(({ name, tasks }) => name === target && tasks.length > 0)
      const fresh = defaultConfig(own === undefined ? description : { ...description, target: own.name })
      const { test, scaling } = config.data
      const objective = fresh.data.task === config.data.task ? config.search.objective : fresh.search.objective
      this.#begin(
        description,
        {
          ...config,
          data: { ...fresh.data, test: { ...test, stratify: fresh.data.test.stratify }, scaling },
          search: { ...config.search, objective },
        },
        false,
      )
    })
  }

  /** Learns what the columns say of the target, from the beginning. */
  learn(): Promise<void> {
    return this.#tryData('', async () => {
      const config = this.#config
      if (config === undefined) return
      const { source, task, ignore, categorical, by } = config.data
      const target = config.data.target ?? 'class'
      this.#wanted = wantedOf(config)
      // So that a reload answers again.
      history.replaceState(null, '', toAddress(config))
      const number = ++this.#asked
      this.#dispatch({ event: 'setup', setup: { asked: number } })
      await this.#engine.call('answer', {
        number,
        source,
        target,
        task,
        ignore,
        categorical,
        by,
        seconds: this.#seconds,
        address: toAddress(config),
      })
    })
  }

  stopAnswer(): Promise<void> {
    return this.#try(undefined, () => this.#engine.call('stopAnswer', {}))
  }

  /** How long an answer may take: it is learned anew. */
  setSeconds(seconds: number): void {
    this.#seconds = seconds
    this.#dispatch({ event: 'setup', setup: { seconds } })
    void this.learn()
  }

  nameStudy(study: string, title: string, note: string): Promise<void> {
    return this.#try('Naming the study', async () =>
      this.#dispatch({ event: 'study', info: await this.#engine.call('nameStudy', { study, title, note }) }),
    )
  }

  nameAnswer(answer: string, title: string, note: string): Promise<void> {
    return this.#try('Naming the answer', () => this.#engine.call('nameAnswer', { answer, title, note }))
  }

  removeAnswer(answer: string): Promise<void> {
    return this.#try('Deleting the answer', () => this.#engine.call('deleteAnswer', { answer }))
  }

  /** What a link to a study holds, or to the answer that is shown. @throws EngineError where it is too much */
  async link(study?: string): Promise<SharedLink | undefined> {
    if (study !== undefined) return this.#engine.call('shareStudy', { study })
    const config = this.#config
    return config && this.#engine.call('shareAnswer', { title: this.#title, address: toAddress(config) })
  }

  saveAnswer(what: AnswerExport): Promise<void> {
    return this.#try('Preparing the file', async () => download(await this.#engine.call('answerFile', { what })))
  }

  /** Shows a configuration, and answers anew where it is of other columns. */
  configure(config: StudioConfig): void {
    this.#config = config
    if (this.#wanted !== '' && this.#wanted !== wantedOf(config)) {
      clearTimeout(this.#again)
      this.#again = setTimeout(() => void this.learn(), TYPING)
    }
    this.#dispatch({ event: 'setup', setup: { config, problem: undefined } })
  }

  /** Asks whether a study of this configuration can run, and what it comes to. */
  check(config: StudioConfig): void {
    const check = ++this.#checks
    clearTimeout(this.#check)
    this.#check = setTimeout(() => {
      const tell = (setup: object): void => {
        if (check === this.#checks) this.#dispatch({ event: 'setup', setup })
      }
      this.#engine.call('check', { config }).then(
        (plan) => tell({ plan, refusal: undefined }),
        (error) => tell({ plan: undefined, refusal: problemOf(error) }),
      )
    }, TYPING)
  }

  start(config: StudioConfig): Promise<void> {
    return this.#try('Starting the study', async () => this.#opened(await this.#engine.call('start', { config })))
  }

  replay(name: 'pima' | 'fashion-mnist'): Promise<void> {
    return this.#try('Starting the replay', async () => this.#opened(await this.#engine.call('replay', { name })))
  }

  /** Sets up a study like this one. */
  async again(config: StudioConfig): Promise<void> {
    location.hash = HOME
    await this.#tryData('Reading the data', () => this.#use(config, true))
  }

  change(call: 'pause' | 'resume' | 'cancel', study: string): Promise<void> {
    const words = { pause: 'Pausing', resume: 'Going on', cancel: 'Ending the study' }
    return this.#try(words[call], async () => this.#dispatch({ event: 'study', info: await this.#engine.call(call, { study }) }))
  }

  remove(study: string): Promise<void> {
    return this.#try('Deleting the study', async () => {
      await this.#engine.call('delete', { study })
      this.#dispatch({ event: 'deleted', study })
      if (location.hash === addressOf(study)) location.hash = HOME
    })
  }

  /** Asks the engine something that changes nothing. @throws EngineError */
  ask<Name extends keyof EvidenceCalls>(call: Name, takes: EvidenceCalls[Name]['takes']): Promise<EvidenceCalls[Name]['gives']> {
    return this.#engine.call(call, takes)
  }

  show(views: readonly ViewName[]): Promise<void> {
    return this.#try(undefined, () => this.#engine.call('show', { views }))
  }

  save(study: string, what: ExportName): Promise<void> {
    return this.#try('Preparing the file', async () => download(await this.#engine.call('export', { study, what })))
  }

  dismiss(): void {
    this.#dispatch({ event: 'dismiss' })
  }

  async #openAnswer(answer: string): Promise<void> {
    const number = ++this.#asked
    await this.#restore(await this.#engine.call('openAnswer', { answer, number }), number)
  }

  async #openLink(link: string): Promise<void> {
    const number = ++this.#asked
    const opened = await this.#engine.call('openLink', { link, number })
    if ('study' in opened) return this.#opened(opened.study)
    await this.#restore(opened.answer, number)
  }

  /** Shows what was learned before; without it, it is learned again. */
  async #restore({ address, news }: OpenedAnswer, number: number): Promise<void> {
    const config = fromAddress(address)
    if (news === undefined) return this.#use(config, false)
    const data = await this.#engine.call('describe', { data: { kind: 'stored', source: config.data.source } })
    this.#config = config
    this.#wanted = wantedOf(config)
    this.#title = data.title
    this.#dispatch({ event: 'setup', setup: { data, config, unfolded: false, asked: number } })
    this.#dispatch({ event: 'answer', answer: news })
  }

  async #use(config: StudioConfig, unfolded: boolean): Promise<void> {
    const description = await this.#engine.call('describe', { data: { kind: 'stored', source: config.data.source } })
    this.#begin(description, config, unfolded)
  }

  /** Shows data, and begins to answer what a table says. @param unfolded whether the form of a study stands open */
  #begin(data: DataDescription, config: StudioConfig, unfolded: boolean): void {
    const isAnswered = data.images?.isAnswered !== false
    this.#dispatch({ event: 'setup', setup: { data, unfolded: unfolded || !isAnswered } })
    this.#wanted = ''
    this.#title = data.title
    this.configure(config)
    if (isAnswered) void this.learn()
  }

  /** Nothing is being answered any more. */
  #forget(): void {
    this.#pictures = undefined
    this.#wanted = ''
    this.#config = undefined
    void this.stopAnswer()
    this.#dispatch({
      event: 'setup',
      setup: { data: undefined, config: undefined, plan: undefined, refusal: undefined, problem: undefined, asked: ++this.#asked },
    })
  }

  #opened(info: StudyInfo): void {
    clearTimeout(this.#again)
    this.#dispatch({ event: 'study', info })
    this.#dispatch({ event: 'show', study: info.id })
    history.pushState(null, '', addressOf(info.id))
  }

  async #try(what: string | undefined, work: () => Promise<unknown>): Promise<void> {
    if (what !== undefined) this.#dispatch({ event: 'busy', what })
    try {
      await work()
    } catch (error) {
      this.#dispatch({ event: 'problem', problem: problemOf(error) })
    } finally {
      if (what !== undefined) this.#dispatch({ event: 'busy', what: undefined })
    }
  }

  /** A failure here is shown where the data is chosen, and what was there stays. */
  async #tryData(reading: string, work: () => Promise<unknown>): Promise<void> {
    this.#dispatch({ event: 'setup', setup: { reading: reading === '' ? undefined : reading, problem: undefined } })
    try {
      await work()
    } catch (error) {
      this.#dispatch({ event: 'setup', setup: { problem: problemOf(error) } })
    } finally {
      this.#dispatch({ event: 'setup', setup: { reading: undefined } })
    }
  }
}

/** A journal of espalier or Optuna, by its first line or its name; a storage of Optuna's in SQLite, which is answered with what to do. */
async function isJournal(file: File): Promise<boolean> {
  const head = await file.slice(0, 400).text()
  return /^\{[^\n]*"op_code"/.test(head) || head.startsWith('SQLite format 3') || /\.journal(\.gz)?$/i.test(file.name)
}

/** What an answer depends on. */
const wantedOf = ({ data: { source, target, task, ignore, categorical, by } }: StudioConfig): string =>
  JSON.stringify([source, target, task, ignore, categorical, by])
