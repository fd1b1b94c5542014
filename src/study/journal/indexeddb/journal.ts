import { DisposedError } from '../../../core/errors.ts'
import type { Journal, JournalEntry } from '../journal.ts'
import { JournalDatabase } from './database.ts'

/** A journal in the browser, one database a name. Tabs and workers may share it. */
export class IndexedDbJournal implements Journal {
  readonly description: string
  readonly #database: JournalDatabase
  #closed = false

  constructor(name: string) {
    this.#database = new JournalDatabase(name)
    this.description = this.#database.description
  }

  async read(from: number): Promise<JournalEntry[]> {
    this.#check()
    return this.#database.use((database) => database.getAll('entries', IDBKeyRange.lowerBound(from + 1)))
  }

  /** @throws JournalError when they cannot be kept; none of them is in the journal then */
  async append(entries: readonly JournalEntry[]): Promise<void> {
    this.#check()
    if (entries.length === 0) return
    await this.#database.write('entries', entries, (store, entry) => store.add(entry))
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#database.close()
  }

  #check(): void {
    if (this.#closed) throw new DisposedError(`the journal in ${this.description} was closed`)
  }
}
