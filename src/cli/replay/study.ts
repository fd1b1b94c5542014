// What `espalier replay` must know of a published study. The studies themselves, their reports and charts are loaded by `run`: every command has these tables.

import { cpus } from 'node:os'
import type { Backend } from '../../index.ts'
import type { Judgement } from '../../replicate/claims.ts'
import type { Fact, Report } from '../../report/model.ts'
import type { Journal } from '../../study/journal/journal.ts'
import { typed, withoutSecrets } from '../output.ts'
import { version } from '../version.ts'

export interface ReplayOptions {
  readonly stages?: readonly string[]
  readonly seeds?: number
  readonly epochs?: number
  /** Minutes. */
  readonly budget?: number
  /** A folder with the study's files. */
  readonly data?: string
  /** Whether `learn` is tried as well: on all splits, or on so many of a set. */
  readonly learn?: true | number
  /** Whether what the study left open is tried. */
  readonly extension?: boolean
  /** How many are tried on a table. */
  readonly configurations?: number
}

interface ReplayTools {
  readonly backend: Backend
  readonly journal: Journal | undefined
  /** Of a journal of lines. */
  readonly journalPath: string | undefined
  readonly signal: AbortSignal
  readonly onProgress: (done: number, note: string) => void
}

export interface Replayed {
  readonly report: Report
  /** Of the report's files, where it is not the study's own name. */
  readonly file?: string
  /** By what they were measured on; '' where there is only one. */
  readonly judgements: Readonly<Record<string, readonly Judgement[]>>
  /** For a terminal. */
  readonly tables: readonly string[]
  /** For --json. */
  readonly summary: Readonly<Record<string, unknown>>
}

export interface ReplayedStudy {
  readonly about: string
  readonly stages: readonly string[]
  readonly mostSeeds: number
  readonly usualSeeds: number
  readonly seedsAre: string
  readonly usualEpochs: number
  readonly epochsAre: string
  /** Of the studies that it runs; of what it writes itself, line by line; or none unless asked for, or at all: then it takes minutes. */
  readonly journal: 'kept' | 'lines' | 'asked' | 'none'
  /** Whether its data is read from a folder that the user has; 'optional' where a journal says enough. */
  readonly folder: 'required' | 'optional' | 'none'
  run(given: ReplayOptions, tools: ReplayTools): Promise<Replayed>
}

/** How the numbers of a report came to be. */
export function facts(backend: Backend): Fact[] {
  const [first] = cpus()
  return [
    { name: 'Command', value: typed(['espalier', ...process.argv.slice(2)].map(withoutSecrets)) },
    { name: 'Backend', value: backend.description },
    {
      name: 'Machine',
      value: `${cpus().length} x ${first?.model.trim() ?? 'unknown'}, Node ${process.versions.node}, ${process.platform}`,
    },
    { name: 'Version', value: `espalier ${version}` },
    { name: 'Written', value: new Date().toISOString().slice(0, 16).replace('T', ' ') },
  ]
}
