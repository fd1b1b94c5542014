// What needs Node: files, and a Redis server. The package's entry `espalier/node`.
export * from './data/node.ts'
export { FileCheckpoints, type FileCheckpointsOptions } from './study/journal/file/checkpoints.ts'
export { FileJournal, type FileJournalOptions } from './study/journal/file/journal.ts'
export { RedisJournal, type RedisJournalOptions } from './study/journal/redis/journal.ts'
