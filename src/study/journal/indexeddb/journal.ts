// A journal in IndexedDB.

import { DisposedError } from '../../../core/errors.ts'
import { runsAlready } from '../errors.ts'
import type { Journal, JournalEntry } from '../journal.ts'
import { JournalDatabase } from './database.ts'

/** A journal in the browser, one database per name. Tabs and workers may share it. */
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

  /** @throws JournalError when they cannot be stored; then none of them is in the journal */
  async append(entries: readonly JournalEntry[]): Promise<void> {
    this.#check()
    if (entries.length === 0) return
    await this.#database.write('entries', entries, (store, entry) => store.add(entry))
  }

  /** @throws JournalError as `append` */
  async appendAt(length: number, entries: readonly JournalEntry[]): Promise<boolean> {
    this.#check()
    return this.#database.writeIf(
      'entries',
      entries,
      async (store) => (await store.count()) === length,
      (store, entry) => store.add(entry),
    )
  }

  /** Among the tabs and workers of this origin, by Web Locks; without them nothing is prevented. */
  async claim(study: string): Promise<() => Promise<void>> {
    const { locks } = globalThis.navigator ?? {}
    if (locks === undefined) return async () => undefined
    return new Promise((resolve, reject) => {
      const held = locks.request(`${this.description}, study ${study}`, { ifAvailable: true }, (lock) => {
        if (lock === null) throw runsAlready(this.description, study, 'another tab or worker of this page')
        return new Promise<void>((release) => {
          resolve(async () => {
            release()
            await held
          })
        })
      })
      held.catch(reject)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#database.close()
  }

  #check(): void {
    if (this.#closed) throw new DisposedError(`the journal in ${this.description} was closed`)
  }
}
