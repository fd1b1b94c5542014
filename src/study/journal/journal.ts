// The contract of a journal: an append-only list of entries.

import type { Json } from '../trial.ts'

/** One line of an Optuna journal (`optuna/storages/_journal/storage.py`): an operation, who wrote it, and the operation's fields. */
export interface JournalEntry {
  /** JournalOperation, 0 to 9. */
  readonly op_code: number
  readonly worker_id: string
  readonly [field: string]: Json
}

/**
 * The append-only log that studies are rebuilt from. An implementation must keep:
 * - `append` adds its entries together and in order, whatever others append, and resolves when they would survive the process;
 * - an entry that was cut off in the middle by a crash is dropped: never read, and overwritten or closed by the next append;
 * - `read` gives every complete entry from number `from` on (the first is 0), including those of other writers.
 */
export interface Journal {
  /** Where it is, in words: 'memory' or a path. */
  readonly description: string
  read(from: number): Promise<JournalEntry[]>
  append(entries: readonly JournalEntry[]): Promise<void>
  /**
   * Appends as `append` does if the journal has exactly `length` entries. A study's next entries depend on what it has read, above all the number of a
   * trial, so a journal with several writers must have this; without it, a study that finds another writer stops.
   * @returns whether it had that many: false when somebody else came first
   */
  appendAt?(length: number, entries: readonly JournalEntry[]): Promise<boolean>
  /**
   * Makes this process the only one, among those that can be seen from here, to run the study of this name, until the returned function is called or the
   * process ends. Without this method nothing is prevented.
   * @throws JournalError when another one runs it
   */
  claim?(study: string): Promise<() => Promise<void>>
  /** Releases its resources; the entries stay. */
  close(): Promise<void>
}

/** A journal that several processes may write to at the same time. */
export type ConditionalJournal = Journal & Required<Pick<Journal, 'appendAt'>>

export const isConditional = (journal: Journal): journal is ConditionalJournal => journal.appendAt !== undefined

/**
 * A journal in which several workers run one study; each can see which of the others are still alive, to take over the trials of those that
 * are not.
 */
export interface SharedJournal extends ConditionalJournal {
  /** Counts a worker as alive until the returned function is called, or for some seconds after its process is gone. */
  announce(worker: string): Promise<() => Promise<void>>
  /** Those of the workers that live. */
  living(workers: readonly string[]): Promise<ReadonlySet<string>>
}

export const isShared = (journal: Journal): journal is SharedJournal => isConditional(journal) && 'announce' in journal
