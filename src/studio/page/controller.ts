// What a person can do on the page.

import type { EngineClient } from '../client.ts'
import type { StudioConfig } from '../config.ts'
import { defaultConfig } from '../defaults.ts'
import type { EvidenceCalls } from '../evidenceProtocol.ts'
import { fromPermalink, isPermalink } from '../permalink.ts'
import type { DataRequest, ExportName, StudyInfo, ViewName } from '../protocol.ts'
import { download } from './download.ts'
import { startEngine } from './engine.ts'
import { type Action, problemOf } from './state.ts'

/** The address where a study is set up. */
export const HOME = '#new'
/** Before a study's name in the fragment of the address. */
const OPEN = '#open='
export const addressOf = (study: string): string => `${OPEN}${encodeURIComponent(study)}`

/** How long to wait after the last keystroke before a configuration is checked, in ms. */
const TYPING = 250

/** What a person can do, and what happens then. Failures are shown on the page. */
export class Controller {
  readonly #dispatch: (action: Action) => void
  readonly #engine: EngineClient
  #check: ReturnType<typeof setTimeout> | undefined
  #checks = 0

  constructor(dispatch: (action: Action) => void) {
    this.#dispatch = dispatch
    this.#engine = startEngine(dispatch)
  }

  /** The studies that this browser keeps, and the one that the address names; one that is under way continues by itself. */
  async load(): Promise<void> {
    await this.#try(undefined, async () => {
      const studies = await this.#engine.call('studies', {})
      this.#dispatch({ event: 'studies', studies })
      const underway = studies.find(({ state }) => state === 'running')
      if (location.hash.length < 2 && underway !== undefined) history.replaceState(null, '', addressOf(underway.id))
      await this.follow(location.hash)
    })
  }

  /** Goes where an address points. */
  async follow(hash: string): Promise<void> {
    if (hash.startsWith(OPEN)) {
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
    if (isPermalink(hash)) await this.#tryData('Reading the link', async () => this.#use(fromPermalink(hash)))
  }

  describe(data: DataRequest, what: string): Promise<void> {
    return this.#tryData(what, async () => {
      const description = await this.#engine.call('describe', { data })
      this.#dispatch({ event: 'setup', setup: { data: description } })
      this.configure(defaultConfig(description))
    })
  }

  /** Shows a configuration, and asks whether it can run. */
  configure(config: StudioConfig): void {
    const check = ++this.#checks
    this.#dispatch({ event: 'setup', setup: { config, problem: undefined } })
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
    await this.#tryData('Reading the data', () => this.#use(config))
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

  async #use(config: StudioConfig): Promise<void> {
    const description = await this.#engine.call('describe', { data: { kind: 'stored', source: config.data.source } })
    this.#dispatch({ event: 'setup', setup: { data: description } })
    this.configure(config)
  }

  #opened(info: StudyInfo): void {
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
    this.#dispatch({ event: 'setup', setup: { reading, problem: undefined } })
    try {
      await work()
    } catch (error) {
      this.#dispatch({ event: 'setup', setup: { problem: problemOf(error) } })
    } finally {
      this.#dispatch({ event: 'setup', setup: { reading: undefined } })
    }
  }
}
