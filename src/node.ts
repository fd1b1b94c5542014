/**
 * What needs Node: files, and a Redis server.
 * @module espalier/node
 */

export * from './data/node.ts'
export { FileCheckpoints, type FileCheckpointsOptions } from './study/journal/file/checkpoints.ts'
export { FileJournal, type FileJournalOptions } from './study/journal/file/journal.ts'
export type { LockKind } from './study/journal/file/lock.ts'
export { RedisJournal, type RedisJournalOptions } from './study/journal/redis/journal.ts'
export { readTable } from './table/node.ts'
