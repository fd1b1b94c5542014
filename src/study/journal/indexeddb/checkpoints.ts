// Stores checkpoints in IndexedDB.

import type { Checkpoint } from '../../../train/result.ts'
import type { CheckpointStore } from '../checkpoints.ts'
import { JournalDatabase } from './database.ts'

/** Checkpoints beside a journal in the browser, in the same database. */
export class IndexedDbCheckpoints implements CheckpointStore {
  readonly #database: JournalDatabase

  /** @param journal the name of the journal they belong to */
  constructor(journal: string) {
    this.#database = new JournalDatabase(journal)
  }

  /** @throws JournalError when they cannot be stored; the key keeps what it had */
  async save(key: string, checkpoints: readonly Checkpoint[]): Promise<void> {
    await this.#database.write('checkpoints', [checkpoints], (store, value) => store.put(value, key))
  }

  async load(key: string): Promise<readonly Checkpoint[] | undefined> {
    return this.#database.use((database) => database.get('checkpoints', key))
  }

  async delete(key: string): Promise<void> {
    await this.#database.write('checkpoints', [key], (store, one) => store.delete(one))
  }

  async keys(): Promise<string[]> {
    return this.#database.use((database) => database.getAllKeys('checkpoints'))
  }

  /** Closes the database; the checkpoints stay. */
  async close(): Promise<void> {
    await this.#database.close()
  }
}
