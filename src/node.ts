// What needs Node: files. The package's entry `espalier/node`.
export * from './data/node.ts'
export { FileJournal, type FileJournalOptions } from './study/journal/file/journal.ts'
