// Opens the journal that a command names: a file or a Redis server.

import { access } from 'node:fs/promises'
import type { CheckpointStore, Journal } from '../index.ts'
import { FileCheckpoints, FileJournal, RedisJournal, type RedisJournalOptions } from '../node.ts'
import { JournalError } from '../study/journal/errors.ts'
import { note } from './arguments.ts'
import { UsageError } from './exit.ts'

/** Whether a journal is on a Redis server; else it is a file. */
export const isOnRedis = (journal: string): boolean => /^rediss?:/i.test(journal)

/** Whether it is an address rather than a path; one letter before the colon is a drive. */
export const isAddress = (journal: string): boolean => isOnRedis(journal) || /^[a-z][a-z0-9+.-]+:\/\//i.test(journal)

/**
 * Opens a journal by its path, or by its address: redis://user:password@host:port/database?prefix=…
 * @param lease see RedisJournalOptions
 */
export function openJournal(where: string, lease?: number): { readonly journal: Journal; readonly checkpoints: CheckpointStore } {
  if (!isOnRedis(where)) {
    refuseAddress(where)
    const journal = new FileJournal(where, { onNotice: note, gracePeriod: 5 })
    return { journal, checkpoints: new FileCheckpoints(where, { onNotice: note }) }
  }
  const [url = '', query] = where.split('?')
  const prefix = new URLSearchParams(query).get('prefix') ?? ''
  const journal = openRedis(url, { prefix, onNotice: note, ...(lease !== undefined && { lease }) })
  return { journal, checkpoints: journal.checkpoints }
}

/** @throws UsageError if the address is invalid */
function openRedis(url: string, options: RedisJournalOptions): RedisJournal {
  try {
    return new RedisJournal(url, options)
  } catch (cause) {
    if (cause instanceof JournalError) throw new UsageError(cause.message, { cause })
    throw cause
  }
}

/** @throws UsageError for the address of something that keeps no journals */
function refuseAddress(where: string): void {
  if (isAddress(where)) throw new UsageError(`the journal is ${where}; it must be the path of a file, or redis://host:port/database`)
}

/** The same for an existing journal. @throws the file system's error where there is no file */
export async function openExistingJournal(where: string): Promise<Journal> {
  if (!isAddress(where)) await access(where)
  return openJournal(where).journal
}
