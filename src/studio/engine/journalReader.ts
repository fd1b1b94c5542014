import { IndexedDbJournal } from '../../study/journal/indexeddb/journal.ts'
import type { JournalEntry } from '../../study/journal/journal.ts'
import { Replay, type StudyRecord } from '../../study/journal/replay.ts'
import { journalName } from './record.ts'

/** A study's journal as it grows, whichever tab writes it. */
export class JournalReader {
  readonly #journal: IndexedDbJournal
  readonly #replay = new Replay()

  constructor(id: string) {
    this.#journal = new IndexedDbJournal(journalName(id))
  }

  /** How many entries were read. */
  get length(): number {
    return this.#replay.entriesRead
  }

  /** Reads what was added. @returns all studies of the journal as they are now: one of a search, several of a replay */
  async read(): Promise<readonly StudyRecord[]> {
    this.#replay.apply(await this.#journal.read(this.#replay.entriesRead))
    return this.#replay.studies
  }

  entries(): Promise<JournalEntry[]> {
    return this.#journal.read(0)
  }

  close(): Promise<void> {
    return this.#journal.close()
  }
}
