import 'fake-indexeddb/auto'
import { deleteDB } from 'idb'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { IndexedDbJournal } from '../../src/study/journal/indexeddb/journal.ts'

const entry = (i: number) => ({ op_code: 2, worker_id: 'w', study_id: 0, user_attr: { i } })

afterEach(() => vi.unstubAllGlobals())

describe('a journal in IndexedDB', () => {
  it('keeps journals of other names apart', async () => {
    const [a, b] = [new IndexedDbJournal('a'), new IndexedDbJournal('b')]
    await a.append([entry(0)])
    expect(await b.read(0)).toEqual([])
    await Promise.all([a.close(), b.close()])
  })

  it('adds all entries or none, and numbers them on without a gap', async () => {
    const journal = new IndexedDbJournal('atomic')
    await journal.append([entry(0)])
    const unclonable = { ...entry(2), user_attr: { i: () => {} } } as unknown as ReturnType<typeof entry>
    await expect(journal.append([entry(1), unclonable])).rejects.toThrow('IndexedDB "espalier-journal:atomic": ')
    await journal.append([entry(3)])
    expect(await journal.read(0)).toEqual([entry(0), entry(3)])
    expect(await journal.read(1)).toEqual([entry(3)])
    await journal.close()
  })

  it('lets others delete the database, and begins anew', async () => {
    const journal = new IndexedDbJournal('deleted')
    await journal.append([entry(0)])
    await deleteDB('espalier-journal:deleted')
    expect(await journal.read(0)).toEqual([])
    await journal.close()
  })

  it('is not used after it was closed', async () => {
    const journal = new IndexedDbJournal('closed')
    await journal.close()
    await expect(journal.append([entry(0)])).rejects.toThrow('was closed')
    await expect(journal.read(0)).rejects.toThrow('was closed')
  })

  it('says what to do where there is no IndexedDB', async () => {
    vi.stubGlobal('indexedDB', undefined)
    await expect(new IndexedDbJournal('none').read(0)).rejects.toThrow('keep the journal in memory or in a file')
  })
})
