// The studies of a session of the MCP server: each a process `espalier study`, watched by its journal.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import domino from '@mixmark-io/domino'
import { unlessAbsent } from '../../data/node/system.ts'
import type { Journal } from '../../index.ts'
import { RebuiltStudies, type StudyRecord } from '../../study/journal/rebuild.ts'
import { isFinished } from '../../study/trial.ts'
import { UsageError } from '../exit.ts'
import { openExistingJournal } from '../journal.ts'
import { withoutSecrets } from '../output.ts'
import type { MadePage } from '../studio/server.ts'
import { version } from '../version.ts'

/** The command line, which this file is bundled beside. */
const CLI = fileURLToPath(new URL('./cli.js', import.meta.url))

/** What a study is asked for with. */
export interface StudyOrder {
  /** Of the study file. */
  readonly path: string
  readonly journal: string
  /** Of the study in its journal. */
  readonly study: string
  readonly trials: number | undefined
  readonly workers: number | undefined
}

type State = 'running' | 'done' | 'stopped' | 'failed'

/** How a study is. */
export interface StudyNow {
  readonly state: State
  /** What the process said when it failed. */
  readonly words: string
  /** Undefined until the journal has it. */
  readonly record: StudyRecord | undefined
  readonly ended: number
  readonly wanted: number | undefined
}

class Run {
  readonly order: StudyOrder
  readonly #child: ChildProcess
  readonly #rebuilt = new RebuiltStudies()
  #journal: Journal | undefined
  #words = ''
  #state: State = 'running'
  #isStopping = false
  /** What was last added to the journal is read by one at a time. */
  #reading: Promise<unknown> = Promise.resolve()

  constructor(order: StudyOrder, folder: string) {
    this.order = order
    const { path, journal, trials, workers } = order
    const args = ['study', path, '--journal', journal, '--json']
    if (trials !== undefined) args.push('--trials', String(trials))
    if (workers !== undefined) args.push('--workers', String(workers))
    this.#child = spawn(process.execPath, [...process.execArgv, CLI, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#words = (this.#words + chunk.toString()).slice(-4000)
    })
    this.#child.on('error', (error) => {
      this.#words += String(error)
      this.#state = 'failed'
    })
    this.#child.on('close', (code) => {
      this.#state = this.#isStopping ? 'stopped' : code === 0 ? 'done' : 'failed'
    })
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  async now(): Promise<StudyNow> {
    const reading = this.#reading.then(() => this.#read())
    this.#reading = reading.catch(() => undefined)
    const record = await reading
    const ended = record?.trials.filter(isFinished).length ?? 0
    return { state: this.#state, words: this.#words.trim(), record, ended, wanted: this.order.trials }
  }

  async #read(): Promise<StudyRecord | undefined> {
    this.#journal ??= await unlessAbsent(openExistingJournal(this.order.journal), undefined)
    if (this.#journal === undefined) return undefined
    this.#rebuilt.apply(await this.#journal.read(this.#rebuilt.entriesRead))
    return this.#rebuilt.studies.find(({ name }) => name === this.order.study)
  }

  /** Waits until it ends, at most so long. */
  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (!this.isRunning) return
    const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(milliseconds))])
    await once(this.#child, 'close', { signal: limit }).catch(() => undefined)
  }

  /** It saves what it has, and ends. */
  async stop(): Promise<void> {
    if (this.isRunning) {
      this.#isStopping = true
      const ended = once(this.#child, 'close')
      this.#child.kill('SIGTERM')
      await ended
    }
    await this.#journal?.close()
    this.#journal = undefined
  }
}

export class Studies {
  readonly #runs = new Map<string, Run>()
  /** As each was last made. */
  readonly #pages = new Map<string, StudyPage>()
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** @returns the name it has here @throws UsageError where it runs already */
  begin(order: StudyOrder): string {
    for (const [name, { isRunning, order: other }] of this.#runs)
      if (isRunning && other.journal === order.journal)
        throw new UsageError(`the study of ${other.path} runs already, as ${name}; watch_study tells how it is`)
    const name = `study-${this.#runs.size + 1}`
    this.#runs.set(name, new Run(order, this.#folder))
    return name
  }

  /** @throws UsageError where there is none of this name */
  find(name: string): Pick<Run, 'now' | 'wait' | 'stop' | 'isRunning' | 'order'> {
    const found = this.#runs.get(name)
    if (found !== undefined) return found
    const known = [...this.#runs.keys()].join(', ')
    throw new UsageError(`there is no study "${name}" in this session${known === '' ? '; run_study begins one' : `; there are ${known}`}`)
  }

  lines(): { readonly name: string; readonly text: string }[] {
    return Array.from(this.#runs, ([name, { order, isRunning }]) => ({ name, text: `${order.path}${isRunning ? ' (running)' : ''}` }))
  }

  /** The report of a study; it asks again while it runs. */
  async page(name: string): Promise<MadePage | undefined> {
    const run = this.#runs.get(name)
    if (run === undefined) return undefined
    const { state, record, ended } = await run.now()
    const isRunning = state === 'running'
    if (record === undefined || record.trials.length === 0) return { html: WAITING, again: isRunning ? AGAIN : undefined }
    const of = `${state}, ${ended} of ${record.trials.length}`
    const known = this.#pages.get(name)
    const page = known?.of === of ? known : await this.#make(run, state, of, record)
    this.#pages.set(name, page)
    return { html: page.html, again: isRunning ? Math.max(AGAIN, Math.ceil(REST * page.seconds)) : undefined }
  }

  async #make({ order }: Pick<Run, 'order'>, state: State, of: string, record: StudyRecord): Promise<StudyPage> {
    const before = process.cpuUsage()
    const [{ studyReport }, { renderHtml }] = await Promise.all([import('../../report/study/report.ts'), import('../../report/html.ts')])
    const facts = [
      { name: 'State', value: state },
      { name: 'Journal', value: withoutSecrets(order.journal) },
      { name: 'Package', value: `espalier ${version}` },
    ]
    const html = renderHtml(studyReport(record, facts), { document: domino.createDocument() })
    const { user, system } = process.cpuUsage(before)
    return { of, html, seconds: (user + system) / 1e6 }
  }

  /** Ends all of them; each saves what it has. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#runs.values(), (run) => run.stop()))
  }
}

/** A page as it was made. */
interface StudyPage {
  /** What it shows: the study's state, and its trials. */
  readonly of: string
  readonly html: string
  /** Of the processor, that it took. */
  readonly seconds: number
}

/** Seconds after which the page of a study that runs asks again. */
const AGAIN = 3
/** Making the page of thousands of trials takes seconds, in which the server answers no call: it takes a tenth of the time at most. */
const REST = 9
const WAITING =
  '<!doctype html>\n<meta charset="utf-8"><title>espalier</title><p>The study has begun; its first trials are being trained.</p>\n'
