// The studio without its screen: answers the page's calls and sends events.

import { InvalidSpecError } from '../../core/errors.ts'
import { deleteIndexedDbJournal } from '../../study/journal/indexeddb/delete.ts'
import { filesOf, imagesTitle, parseConfig, type StudioConfig } from '../config.ts'
import type { EvidenceCalls } from '../evidenceProtocol.ts'
import type { CallName, Calls, EngineEvent, Plan, StudyInfo, StudyState, ViewName } from '../protocol.ts'
import { Answering, type AnsweringTools } from './answering.ts'
import { Backends } from './backends.ts'
import { DataReader } from './data.ts'
import type { ExportTools } from './exports.ts'
import { Files } from './files.ts'
import type { KeepingTools } from './keeping/calls.ts'
import { problemOf } from './problems.ts'
import { Paces } from './progress.ts'
import { journalName, type StudyRecord } from './record.ts'
import { Runs } from './runs.ts'
import type { Showing } from './showing.ts'
import { StudioStore } from './store.ts'
import { Tabs } from './tabs.ts'
import type { Told } from './training.ts'

type Handlers = { readonly [Name in CallName]: (takes: Calls[Name]['takes']) => Promise<Calls[Name]['gives']> }

/** The studio without its screen: answers the page's calls and sends it events. */
export class Engine {
  readonly #emit: (event: EngineEvent) => void
  readonly #store = new StudioStore()
  readonly #files = new Files(this.#store)
  readonly #backends = new Backends()
  readonly #data: DataReader
  readonly #runs: Runs
  readonly #tabs: Tabs
  readonly #paces: Paces
  readonly #answering: Answering
  #showing: Showing | undefined
  #views: readonly ViewName[] = []

  /** @param samples the address of the folder that holds the samples */
  constructor(samples: URL, emit: (event: EngineEvent) => void) {
    this.#emit = emit
    this.#data = new DataReader(this.#files, samples)
    const onProblem = (error: unknown): void => emit({ event: 'problem', problem: problemOf(error) })
    this.#tabs = new Tabs((message) => {
      if (message.tell === 'began') {
        for (const id of this.#runs.here) this.#tellStudy(id)
        return
      }
      if (message.tell === 'study') {
        this.#runs.hear(message.id, message.isMine)
        return void this.#follow(message.id).catch(onProblem)
      }
      emit({ event: 'progress', progress: message.progress })
      if (this.#showing?.id === message.progress.study) this.#showing.look()
    })
    this.#paces = new Paces((progress) => {
      emit({ event: 'progress', progress })
      this.#tabs.tell({ tell: 'progress', progress })
    })
    this.#answering = new Answering({
      data: this.#data,
      backends: this.#backends,
      tell: (answer) => emit({ event: 'answer', answer }),
      onEnd: (...answered) => void this.#keep(...answered).catch(onProblem),
    })
    this.#runs = new Runs({
      ...{ store: this.#store, data: this.#data, backends: this.#backends, onProblem },
      onChange: (id) => this.#changed(id),
      onProgress: (id, told) => this.#trained(id, told),
    })
  }

  /** Continues what was being trained when the studio was last closed. @throws JournalError if the browser stores no data */
  async begin(): Promise<void> {
    const studies = await this.#store.studies()
    this.#tabs.tell({ tell: 'began' })
    this.#emit({ event: 'ready' })
    for (const { id } of studies) await this.#follow(id)
  }

  call<Name extends CallName>(name: Name, takes: Calls[Name]['takes']): Promise<Calls[Name]['gives']> {
    return this.#handlers[name](takes)
  }

  readonly #handlers: Handlers = {
    describe: ({ data }) => this.#data.describe(data),
    check: ({ config }) => this.#check(config),
    start: async ({ config }) => {
      await this.#check(config)
      await this.#files.keep(filesOf(config.data.source))
      return this.#add(titleOf(config), { kind: 'search', config })
    },
    replay: (replay) => this.#add(replay.name === 'pima' ? 'Pima, replayed' : 'Fashion-MNIST, replayed', { kind: 'replay', replay }),
    studies: async () => (await this.#store.studies()).map((study) => this.#infoOf(study)),
    open: async ({ study }) => {
      const found = await this.#find(study)
      await this.#show(found)
      return this.#infoOf(found)
    },
    pause: ({ study }) => this.#setState(study, ['running'], 'paused'),
    resume: ({ study }) => this.#setState(study, ['paused', 'failed'], 'running'),
    cancel: ({ study }) => this.#setState(study, ['running', 'paused', 'failed'], 'cancelled'),
    delete: async ({ study }) => {
      await this.#setState(study, ['running'], 'cancelled')
      await this.#runs.alone(study, async () => {
        const { digestsOfAnswers } = await import('./keeping/answerStore.ts')
        await this.#store.delete(study, await digestsOfAnswers())
        await this.#changed(study)
        await deleteIndexedDbJournal(journalName(study))
      })
      return null
    },
    show: async ({ views }) => {
      this.#views = views
      this.#showing?.show(views)
      return null
    },
    evidence: (takes) => this.#evidence('evidence', takes),
    contour: (takes) => this.#evidence('contour', takes),
    trial: (takes) => this.#evidence('trial', takes),
    errors: (takes) => this.#evidence('errors', takes),
    pair: (takes) => this.#evidence('pair', takes),
    answer: async (request) => {
      await this.#answering.begin(request)
      return null
    },
    stopAnswer: async () => {
      await this.#answering.end()
      return null
    },
    picture: ({ file }) => this.#answering.pictures.ask(file),
    answerFile: async ({ what }) => {
      const { answerFile } = await import('./answerFiles.ts')
      return answerFile(what, this.#answering, this.#data)
    },
    nameStudy: async ({ study, title, note }) => {
      await this.#store.update(study, () => ({ title, note }))
      await this.#changed(study)
      return this.#infoOf(await this.#find(study))
    },
    answers: async () => (await answerStore()).keptAnswers(),
    nameAnswer: async ({ answer, title, note }) => {
      await (await answerStore()).nameAnswer(answer, title, note)
      return this.#tellAnswers()
    },
    deleteAnswer: async ({ answer }) => {
      await (await answerStore()).deleteAnswer(answer)
      return this.#tellAnswers()
    },
    openAnswer: async ({ answer, number }) => (await keeping()).openAnswer(answer, number, this.#keepingTools),
    importJournal: async ({ file }) => {
      const study = await (await keeping()).importJournal(file, this.#keepingTools)
      await this.#show(study)
      return this.#infoOf(study)
    },
    shareStudy: async ({ study }) => (await keeping()).shareStudy(await this.#find(study), this.#keepingTools),
    shareAnswer: async ({ title, address }) => (await keeping()).shareAnswer(title, address, this.#keepingTools),
    openLink: async ({ link, number }) => {
      const opened = await (await keeping()).openLink(link, number, this.#keepingTools)
      if ('answer' in opened) return opened
      await this.#show(opened.study)
      return { study: this.#infoOf(opened.study) }
    },
    export: async ({ study, what }) => {
      const { exportStudy } = await import('./exports.ts')
      return exportStudy(await this.#find(study), what, this.#tools)
    },
  }

  async #evidence<Name extends keyof EvidenceCalls>(
    name: Name,
    takes: EvidenceCalls[Name]['takes'],
  ): Promise<EvidenceCalls[Name]['gives']> {
    const { answers } = await import('./evidence/calls.ts')
    return answers[name](takes, { ...this.#tools, find: (study) => this.#find(study) })
  }

  get #keepingTools(): KeepingTools {
    const add = async (study: StudyRecord): Promise<void> => {
      this.#answering.giveUp()
      await this.#store.add(study)
      await this.#changed(study.id)
    }
    return { files: this.#files, data: this.#data, answering: this.#answering, add }
  }

  async #keep(...answered: Parameters<AnsweringTools['onEnd']>): Promise<void> {
    await (await keeping()).keepAnswer(...answered)
    await this.#tellAnswers()
  }

  async #tellAnswers(): Promise<null> {
    this.#emit({ event: 'answers', answers: await (await answerStore()).keptAnswers() })
    return null
  }

  get #tools(): ExportTools {
    return { data: this.#data, backends: this.#backends, report: (id) => this.#store.report(id) }
  }

  /** Checks everything that can be checked before anything is trained. */
  async #check(given: StudioConfig): Promise<Plan> {
    const [config, { planOf }] = [parseConfig(given), await import('./plan.ts')]
    return planOf(config, await this.#data.load(config.data))
  }

  async #add(title: string, what: StudyRecord['what']): Promise<StudyInfo> {
    this.#answering.giveUp()
    const study: StudyRecord = { id: crypto.randomUUID(), title, what, state: 'running', created: Date.now(), problem: undefined }
    await this.#store.add(study)
    await this.#show(study)
    await this.#changed(study.id)
    return this.#infoOf(study)
  }

  /** @param from the states that it may have; in any other it stays as it is */
  async #setState(id: string, from: readonly StudyState[], state: StudyState): Promise<StudyInfo> {
    await this.#store.update(id, (study) => (from.includes(study.state) ? { state, problem: undefined } : {}))
    await this.#changed(id)
    if (state !== 'running') await this.#runs.stopped(id)
    return this.#infoOf(await this.#find(id))
  }

  /** @throws InvalidSpecError */
  async #find(id: string): Promise<StudyRecord> {
    const study = await this.#store.study(id)
    if (study === undefined) throw new InvalidSpecError('this study was deleted, here or in another tab')
    return study
  }

  #infoOf({ id, title, what, note = '', state, created, problem }: StudyRecord): StudyInfo {
    const backend = this.#runs.backendOf(id)
    const trainer = state === 'running' ? this.#runs.trainerOf(id) : 'none'
    const config = what.kind === 'search' ? what.config : undefined
    const replay = what.kind === 'replay' ? what.replay : undefined
    return { id, title, kind: what.kind, note, config, replay, state, trainer, backend, created, problem }
  }

  /** A study was changed here: this tab and the others follow. */
  async #changed(id: string): Promise<void> {
    this.#tellStudy(id)
    await this.#follow(id)
  }

  #tellStudy(id: string): void {
    this.#tabs.tell({ tell: 'study', id, isMine: this.#runs.trainerOf(id) === 'here' })
  }

  /** Follows what the store says about a study. */
  async #follow(id: string): Promise<void> {
    const study = await this.#store.study(id)
    this.#runs.follow(id, study?.state)
    if (study?.state !== 'running') this.#paces.forget(id)
    if (study === undefined) {
      if (this.#showing?.id === id) await this.#hide()
      this.#emit({ event: 'deleted', study: id })
      return
    }
    this.#emit({ event: 'study', info: this.#infoOf(study) })
    // Also what is not in the journal may have come, as a replay's report.
    if (this.#showing?.id === id) this.#showing.redraw()
  }

  async #show(study: StudyRecord): Promise<void> {
    // Drawing and all that studies need is loaded with the first of them.
    const { Showing } = await import('./showing.ts')
    await this.#hide()
    this.#showing = new Showing(study, { ...this.#tools, emit: this.#emit })
    this.#showing.show(this.#views)
  }

  async #hide(): Promise<void> {
    const showing = this.#showing
    this.#showing = undefined
    await showing?.close()
  }

  /** Of a study that trains here. */
  #trained(id: string, told: Told): void {
    this.#paces.report(id, told)
    if (this.#showing?.id === id) this.#showing.look(told.parts)
  }
}

/** What keeps answers, shares and takes in is loaded when it is wanted. */
const keeping = () => import('./keeping/calls.ts')
const answerStore = () => import('./keeping/answerStore.ts')

/** `Pima by tpe`, `iris.csv by grid`. */
function titleOf({ data: { source }, search }: StudioConfig): string {
  const names = { pima: 'Pima', 'auto-mpg': 'Miles per gallon', concrete: 'Concrete', votes: 'Votes', 'fashion-mnist': 'Fashion-MNIST' }
  const images = source.kind === 'idx' ? imagesTitle(source) : ''
  const name = source.kind === 'sample' ? names[source.name] : source.kind === 'table' ? source.file.name : images
  return `${name} by ${search.strategy}`
}
