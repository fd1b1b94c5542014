// Takes the lock of a journal, says so, and keeps it until it is killed: hold.mjs PATH LOCK
import { acquireLock } from '../../../src/study/journal/file/lock.ts'

const [path = '', lock] = process.argv.slice(2)
await acquireLock(path, { kind: lock === 'open' ? 'open' : 'symlink', gracePeriod: 30, onNotice: () => {} })
console.log('held')
setInterval(() => {}, 60_000)
