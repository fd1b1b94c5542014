// Trains a study or a replication for the studio.

import type { Backend } from '../../backend/backend.ts'
import { InvalidSpecError } from '../../core/errors.ts'
import type { Report } from '../../report/model.ts'
import { IndexedDbCheckpoints } from '../../study/journal/indexeddb/checkpoints.ts'
import { IndexedDbJournal } from '../../study/journal/indexeddb/journal.ts'
import { createStudy } from '../../study/study.ts'
import { isFinished } from '../../study/trial.ts'
import type { StudioConfig } from '../config.ts'
import { toStudyOptions } from '../options.ts'
import { trialsAtMost } from '../parameters.ts'
import type { Progress, ReplayRequest } from '../protocol.ts'
import type { DataReader } from './data.ts'
import { journalName, type StudyRecord } from './record.ts'

/** What a training reports on its way. */
export interface Told {
  readonly done: number
  readonly trials: Progress['trials']
  readonly note: string | undefined
  /** By the number of a running trial the part of it that is trained. */
  readonly parts: ReadonlyMap<number, number> | undefined
}

export interface TrainingTools {
  readonly data: DataReader
  readonly backend: Backend
  readonly signal: AbortSignal
  readonly tell: (told: Told) => void
}

/**
 * Trains a study of the studio to its end, from the state in its journal.
 * @returns the report of a replay
 * @throws AbortedError when it was stopped: what was done is in the journal
 */
export async function train({ id, what }: StudyRecord, tools: TrainingTools): Promise<Report | undefined> {
  const [journal, checkpoints] = [new IndexedDbJournal(journalName(id)), new IndexedDbCheckpoints(journalName(id))]
  try {
    if (what.kind === 'replay') return await replay(what.replay, journal, tools)
    if (what.kind === 'imported') throw new InvalidSpecError('a journal alone does not say of which data it is: nothing can be trained')
    await search(what.config, { journal, checkpoints }, tools)
    return undefined
  } finally {
    await journal.close()
    await checkpoints.close()
  }
}

interface Stores {
  readonly journal: IndexedDbJournal
  readonly checkpoints: IndexedDbCheckpoints
}

async function search(config: StudioConfig, stores: Stores, { data, backend, signal, tell }: TrainingTools): Promise<void> {
  const rows = await data.load(config.data)
  const study = await createStudy({ ...toStudyOptions(config, rows.train), ...stores })
  const most = trialsAtMost(config)
  let parts: ReadonlyMap<number, number> = new Map()
  let note: string | undefined
  for await (const event of study.run(backend, rows, { budget: { trials: config.search.trials }, signal })) {
    if (event.type === 'notice') note = event.message
    if (event.type === 'progress') parts = event.done
    const finished = study.trials.filter(isFinished).length
    const running = study.trials.length - finished
    // More may come than was thought: a pyramid's end is not known before.
    const planned = event.type === 'end' ? study.trials.length : Math.max(most, study.trials.length)
    const begun = study.trials.reduce((sum, trial) => sum + (isFinished(trial) ? 0 : (parts.get(trial.number) ?? 0)), 0)
    tell({ done: planned === 0 ? 1 : (finished + begun) / planned, trials: { finished, running, planned }, note, parts })
  }
}

async function replay(request: ReplayRequest, journal: IndexedDbJournal, { data, backend, signal, tell }: TrainingTools): Promise<Report> {
  const { fashionReport, pimaReport, replayFashion, replayPima } = await import('../../replicate/index.ts')
  const { name, seeds, epochs } = request
  const numbers = { ...(seeds !== undefined && { seeds }), ...(epochs !== undefined && { epochs }) }
  const onProgress = (done: number, note: string) => tell({ done, note, trials: undefined, parts: undefined })
  if (name === 'pima') return pimaReport(await replayPima(backend, await data.pima(), { ...numbers, journal, signal, onProgress }))
  return fashionReport(await replayFashion(backend, await data.fashion(), { ...numbers, journal, signal, onProgress }))
}
