import { access } from 'node:fs/promises'
import type { CheckpointStore, Journal } from '../index.ts'
import { FileCheckpoints, FileJournal, RedisJournal } from '../node.ts'
import { note } from './arguments.ts'

/** Whether a journal is on a Redis server; else it is a file. */
export const isOnRedis = (journal: string): boolean => /^rediss?:/.test(journal)

/**
 * Opens a journal by its path, or by its address: redis://user:password@host:port/database?prefix=…
 * @param lease see RedisJournalOptions
 */
export function openJournal(where: string, lease?: number): { readonly journal: Journal; readonly checkpoints: CheckpointStore } {
  if (!isOnRedis(where)) {
    const journal = new FileJournal(where, { onNotice: note, gracePeriod: 5 })
    return { journal, checkpoints: new FileCheckpoints(where, { onNotice: note }) }
  }
  const [url = '', query] = where.split('?')
  const prefix = new URLSearchParams(query).get('prefix') ?? ''
  const journal = new RedisJournal(url, { prefix, onNotice: note, ...(lease !== undefined && { lease }) })
  return { journal, checkpoints: journal.checkpoints }
}

/** The same of a journal that is there already. @throws the file system's error where there is no file */
export async function openExistingJournal(where: string): Promise<Journal> {
  if (!isOnRedis(where)) await access(where)
  return openJournal(where).journal
}
