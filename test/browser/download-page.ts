// What download.test.ts runs in its page.

export { download } from '../../src/data/download.ts'
export { readTable } from '../../src/table/read.ts'
