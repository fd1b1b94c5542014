// Sends the page what it shows of the open study.

import type { Report } from '../../report/model.ts'
import type { StudyRecord as JournalStudy } from '../../study/journal/rebuild.ts'
import type { Trial } from '../../study/trial.ts'
import type { EngineEvent, TrialRow, ViewName } from '../protocol.ts'
import { BestNetwork } from './bestNetwork.ts'
import { JournalReader } from './journalReader.ts'
import type { NetworkTools } from './network.ts'
import { problemOf } from './problems.ts'
import type { StudyRecord } from './record.ts'
import { columnsOf, rowOf } from './rows.ts'
import { drawView } from './views.ts'

/** How often to look at the journal, in ms. */
const LOOK = 250
/** The least time between two drawings in ms; and the largest part of the engine's time that drawing may take, as 1 in this many. */
const DRAW = 1000
const SHARE = 10

export interface ShowingTools extends NetworkTools {
  readonly report: (id: string) => Promise<Report | undefined>
  readonly emit: (event: EngineEvent) => void
}

/** The study that the page shows: sends its trials as they change, and draws the views that are asked for. It reads the journal and never writes. */
export class Showing {
  readonly id: string
  readonly #what: StudyRecord['what']
  readonly #tools: ShowingTools
  readonly #journal: JournalReader
  readonly #network: BestNetwork | undefined
  /** What was sent of each trial, by part and number. */
  readonly #sent = new Map<string, { readonly trial: Trial; readonly done: number }>()
  /** What every view was drawn from. */
  readonly #drawn = new Map<ViewName, string>()
  #views: readonly ViewName[] = []
  #parts: ReadonlyMap<number, number> = new Map()
  #fresh = true
  /** Whether there is something to draw. */
  #isDue = true
  #nextDrawing = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #looking = false
  #again = false
  #closed = false

  constructor({ id, what }: StudyRecord, tools: ShowingTools) {
    this.id = id
    this.#what = what
    this.#tools = tools
    this.#journal = new JournalReader(id)
    if (what.kind === 'search') this.#network = new BestNetwork(what.config, () => this.#journal.entries(), tools)
    this.look()
  }

  /** Which views are wanted from now on; new ones are drawn at once. */
  show(views: readonly ViewName[]): void {
    const added = views.filter((view) => !this.#views.includes(view))
    for (const view of added) this.#drawn.delete(view)
    this.#views = views
    if (added.length > 0) this.redraw()
  }

  /** Something may have changed. @param parts how far the running trials are, by number */
  look(parts?: ReadonlyMap<number, number>): void {
    if (parts !== undefined) this.#parts = parts
    this.#again = true
    if (this.#looking || this.#timer !== undefined || this.#closed) return
    void this.#look()
  }

  /** Something that is not in the journal can be seen: draws at once. */
  redraw(): void {
    this.#isDue = true
    this.#nextDrawing = 0
    this.look()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#journal.close()
  }

  async #look(): Promise<void> {
    this.#looking = true
    this.#again = false
    try {
      const before = this.#journal.length
      const studies = await this.#journal.read()
      if (this.#closed) return
      if (this.#journal.length > before) this.#isDue = true
      this.#send(studies)
      if (this.#isDue && performance.now() >= this.#nextDrawing) await this.#draw(studies.at(-1))
    } catch (error) {
      if (!this.#closed) this.#tools.emit({ event: 'problem', problem: problemOf(error) })
    } finally {
      this.#looking = false
    }
    if (this.#closed) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#again || this.#isDue) this.look()
    }, LOOK)
  }

  #send(studies: readonly JournalStudy[]): void {
    const several = this.#what.kind === 'replay' || studies.length > 1
    const rows = studies.flatMap((study) => study.trials.flatMap((trial) => this.#changed(study, trial, several ? study.name : undefined)))
    if (rows.length === 0 && !this.#fresh) return
    this.#tools.emit({ event: 'trials', study: this.id, fresh: this.#fresh, columns: columnsOf(studies), rows })
    this.#fresh = false
  }

  #changed(study: JournalStudy, trial: Trial, part: string | undefined): TrialRow[] {
    const key = `${part ?? ''} ${trial.number}`
    const done = part === undefined ? (this.#parts.get(trial.number) ?? 0) : 0
    const sent = this.#sent.get(key)
    if (sent?.trial === trial && (sent.done === done || trial.state !== 'running')) return []
    this.#sent.set(key, { trial, done })
    return [rowOf(study, trial, part, done)]
  }

  async #draw(study: JournalStudy | undefined): Promise<void> {
    const began = performance.now()
    this.#isDue = false
    const length = this.#journal.length
    const report = this.#views.includes('replay') ? await this.#tools.report(this.id) : undefined
    for (const view of this.#views) {
      const isOfNetwork = view === 'confusion' || view === 'calibration'
      const network = (isOfNetwork ? this.#network?.see(study, () => this.redraw()) : undefined) ?? NO_NETWORK
      const from = isOfNetwork ? `network ${typeof network === 'object' ? network.trial : network}` : `${length} ${report !== undefined}`
      if (this.#drawn.get(view) === from || this.#closed || !this.#views.includes(view)) continue
      this.#drawn.set(view, from)
      const { blocks, empty } = drawView(view, { study, report, network })
      this.#tools.emit({ event: 'view', view: { study: this.id, view, blocks, empty } })
      // Between two charts the engine listens.
      await new Promise((resolve) => setTimeout(resolve))
    }
    const took = performance.now() - began
    this.#nextDrawing = performance.now() + Math.max(DRAW, (SHARE - 1) * took)
  }
}

const NO_NETWORK = 'A replay trains many networks; its report compares them.'
