// Follows a study's journal as it grows.

import { IndexedDbJournal } from '../../study/journal/indexeddb/journal.ts'
import type { JournalEntry } from '../../study/journal/journal.ts'
import { RebuiltStudies, type StudyRecord } from '../../study/journal/rebuild.ts'
import { journalName } from './record.ts'

/** A study's journal as it grows, whichever tab writes it. */
export class JournalReader {
  readonly #journal: IndexedDbJournal
  readonly #rebuilt = new RebuiltStudies()

  constructor(id: string) {
    this.#journal = new IndexedDbJournal(journalName(id))
  }

  /** How many entries were read. */
  get length(): number {
    return this.#rebuilt.entriesRead
  }

  /** Reads what was added. @returns all studies of the journal as they are now: one of a search, several of a replay */
  async read(): Promise<readonly StudyRecord[]> {
    this.#rebuilt.apply(await this.#journal.read(this.#rebuilt.entriesRead))
    return this.#rebuilt.studies
  }

  entries(): Promise<JournalEntry[]> {
    return this.#journal.read(0)
  }

  close(): Promise<void> {
    return this.#journal.close()
  }
}
