// Says that it is ready, and once it is told to go appends to a journal, entry by entry: append.mjs PATH LOCK NAME COUNT
import { once } from 'node:events'
import { EntryWriter } from '../../../src/study/journal/entries.ts'
import { FileJournal } from '../../../src/study/journal/file/journal.ts'

const [path = '', lock, name = '', count] = process.argv.slice(2)
const journal = new FileJournal(path, { lock: lock === 'open' ? 'open' : 'symlink' })
const write = new EntryWriter({ worker: name, now: () => new Date() })
console.log('ready')
await once(process.stdin, 'data')
for (let i = 0; i < Number(count); i++) await journal.append([write.setStudyUserAttr(0, name, i)])
