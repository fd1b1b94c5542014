// The IndexedDB database of one journal.

import type { DBSchema, IDBPDatabase, IDBPObjectStore } from 'idb'
import type { Checkpoint } from '../../../train/result.ts'
import type { JournalEntry } from '../journal.ts'
import { OpenedDatabase } from './opened.ts'

interface JournalSchema extends DBSchema {
  /** Keys count from 1 without gaps: an aborted transaction takes back the keys it generated (Indexed Database API 3.0, 2.11). */
  entries: { key: number; value: JournalEntry }
  checkpoints: { key: string; value: readonly Checkpoint[] }
}
type StoreName = 'entries' | 'checkpoints'
type WritableStore<Name extends StoreName> = IDBPObjectStore<JournalSchema, [Name], Name, 'readwrite'>

/** The name of a journal's database in IndexedDB. */
export const databaseName = (journal: string): string => `espalier-journal:${journal}`

/** The database of one journal. */
export class JournalDatabase extends OpenedDatabase<JournalSchema> {
  constructor(journal: string) {
    const name = databaseName(journal)
    super({ name, description: `IndexedDB "${name}"`, create, advice: ADVICE })
  }

  /**
   * Everything requested for the items is done and on disk, or nothing is.
   * @throws JournalError saying what to do
   */
  async write<Name extends StoreName, Item>(
    name: Name,
    items: readonly Item[],
    request: (store: WritableStore<Name>, item: Item) => Promise<unknown>,
  ): Promise<void> {
    await this.writeIf(name, items, async () => true, request)
  }

  /**
   * The same, if `condition` holds for the store at the time of writing. It may await its own requests, and nothing else.
   * @returns whether it held
   */
  writeIf<Name extends StoreName, Item>(
    name: Name,
    items: readonly Item[],
    condition: (store: WritableStore<Name>) => Promise<boolean>,
    request: (store: WritableStore<Name>, item: Item) => Promise<unknown>,
  ): Promise<boolean> {
    return this.use(async (database) => {
      const transaction = database.transaction(name, 'readwrite', { durability: 'strict' })
      const requests: Promise<unknown>[] = [transaction.done]
      try {
        const holds = await condition(transaction.store)
        if (!holds) {
          await transaction.done
          return false
        }
        for (const item of items) requests.push(request(transaction.store, item))
        await Promise.all(requests)
        return true
      } catch (error) {
        // A value that cannot be cloned throws, and the transaction would still commit the rest; a failed request has aborted it.
        if (transaction.error === null) transaction.abort()
        await Promise.allSettled(requests)
        throw error
      }
    })
  }
}

function create(database: IDBPDatabase<JournalSchema>): void {
  database.createObjectStore('entries', { autoIncrement: true })
  database.createObjectStore('checkpoints')
}

const ADVICE = {
  QuotaExceededError: "the browser's storage is full; nothing was added; free some of it and resume",
  InvalidStateError: 'the database was closed, or the browser keeps no data here (private browsing); keep the journal in memory',
  SecurityError: 'this page may not keep data; keep the journal in memory',
  VersionError: 'a later version of this package made the database; use that one',
}
