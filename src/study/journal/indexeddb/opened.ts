// A database of the browser that is opened when it is needed.

import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { JournalError } from '../errors.ts'

/** What to do about an error of the browser. */
type Advice = Readonly<Record<'QuotaExceededError' | 'InvalidStateError' | 'SecurityError' | 'VersionError', string>>

interface Opening<Schema extends DBSchema> {
  readonly name: string
  /** What messages call it. */
  readonly description: string
  /** Makes the stores of a new one. */
  readonly create: (database: IDBPDatabase<Schema>) => void
  readonly advice: Advice
}

/** A database of the browser, opened when it is first used, and again when the browser or another tab has closed it. */
export class OpenedDatabase<Schema extends DBSchema> {
  readonly description: string
  readonly #opening: Opening<Schema>
  #opened: Promise<IDBPDatabase<Schema>> | undefined

  constructor(opening: Opening<Schema>) {
    this.description = opening.description
    this.#opening = opening
  }

  /** @throws JournalError saying what to do */
  async use<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#open())
    } catch (cause) {
      const name = cause instanceof Error || cause instanceof DOMException ? cause.name : ''
      const advice = new Map(Object.entries(this.#opening.advice)).get(name) ?? (cause instanceof Error ? cause.message : String(cause))
      throw new JournalError(`${this.description}: ${advice}`, { cause })
    }
  }

  async close(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    ;(await opened)?.close()
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    if (typeof indexedDB === 'undefined') throw new JournalError('there is no IndexedDB here; keep the journal in memory or in a file')
    const forget = () => {
      this.#opened = undefined
    }
    this.#opened ??= openDB<Schema>(this.#opening.name, 1, {
      upgrade: this.#opening.create,
      // Somebody is deleting the database, and an open connection would block that.
      blocking: (_current, _blocked, event) => {
        forget()
        ;(event.target as IDBDatabase).close()
      },
      terminated: forget,
    }).catch((error) => {
      forget()
      throw error
    })
    return this.#opened
  }
}
