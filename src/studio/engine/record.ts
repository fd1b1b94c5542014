// What the store keeps about a study.

import type { StudioConfig } from '../config.ts'
import type { Problem, ReplayRequest, StudyState } from '../protocol.ts'

/** What the studio's store keeps of a study; trials and networks are in its journal. */
export interface StudyRecord {
  readonly id: string
  readonly title: string
  readonly what:
    | { readonly kind: 'search'; readonly config: StudioConfig }
    | { readonly kind: 'replay'; readonly replay: ReplayRequest }
    /** Of a journal that somebody brought. */
    | { readonly kind: 'imported' }
  /** What somebody wrote about it; absent in records of earlier studios. */
  readonly note?: string
  readonly state: StudyState
  readonly created: number
  readonly problem: Problem | undefined
}

/** Of a study's journal and checkpoints. */
export const journalName = (id: string): string => `studio-${id}`
