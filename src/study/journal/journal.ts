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
 * - `append` adds its entries together and in order, whoever else is appending, and resolves when they would survive the process;
 * - an entry that was cut off in the middle by a crash is dropped: never read, and overwritten or closed by the next append;
 * - `read` gives every whole entry from number `from` on (the first is 0), those of other writers as well.
 */
export interface Journal {
  /** For people: where it is, as 'memory' or a path. */
  readonly description: string
  read(from: number): Promise<JournalEntry[]>
  append(entries: readonly JournalEntry[]): Promise<void>
  /** Lets go of what it holds; the entries stay. */
  close(): Promise<void>
}

/**
 * A journal in which several workers run one study. What they do hangs on what they have read, so they append on that condition alone;
 * and each can see which of the others still lives, to take over the trials of those that do not.
 */
export interface SharedJournal extends Journal {
  /** Appends as `append` does if the journal has exactly `length` entries. @returns whether it had: false when somebody else came first */
  appendAt(length: number, entries: readonly JournalEntry[]): Promise<boolean>
  /** Counts a worker among the living until what is returned is called, or for some seconds after its process is gone. */
  announce(worker: string): Promise<() => Promise<void>>
  /** Those of the workers that live. */
  living(workers: readonly string[]): Promise<ReadonlySet<string>>
}

export const isShared = (journal: Journal): journal is SharedJournal => 'appendAt' in journal
