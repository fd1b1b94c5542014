import type { Journal, JournalEntry } from './journal.ts'

/** A journal that lives as long as its object. It has nothing to let go of: after `close` it can be read on. */
export class MemoryJournal implements Journal {
  readonly description = 'memory'
  readonly #entries: JournalEntry[]

  /** @param entries what it begins with, as read from another journal */
  constructor(entries: readonly JournalEntry[] = []) {
    this.#entries = [...entries]
  }

  async read(from: number): Promise<JournalEntry[]> {
    return this.#entries.slice(from)
  }

  async append(entries: readonly JournalEntry[]): Promise<void> {
    this.#entries.push(...entries)
  }

  async close(): Promise<void> {}
}
