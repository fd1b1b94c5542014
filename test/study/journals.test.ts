import 'fake-indexeddb/auto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, readFileSync, readlinkSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { EntryWriter } from '../../src/study/journal/entries.ts'
import { CorruptJournalError, JournalError } from '../../src/study/journal/errors.ts'
import { FileJournal } from '../../src/study/journal/file/journal.ts'
import { acquireLock } from '../../src/study/journal/file/lock.ts'
import { IndexedDbJournal } from '../../src/study/journal/indexeddb/journal.ts'
import type { Journal } from '../../src/study/journal/journal.ts'
import { MemoryJournal } from '../../src/study/journal/memory.ts'
import { RedisJournal } from '../../src/study/journal/redis/journal.ts'
import { bundleProgram, temporaryFolder } from '../support/bundle.ts'
import { describeWithRedis } from '../support/redis.ts'

const LOCKS = ['symlink', 'open'] as const

const write = new EntryWriter({ worker: 'espalier-7', now: () => new Date(2024, 1, 29, 12, 30, 1, 5) })
const attr = (value: Parameters<EntryWriter['setStudyUserAttr']>[2]) => write.setStudyUserAttr(0, 'key', value)

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

/** Each gives the same journal again and again, as another process would open it. */
const implementations: readonly { name: string; opener: () => () => Promise<Journal> }[] = [
  {
    name: 'memory',
    opener: () => {
      const journal = new MemoryJournal()
      return async () => journal
    },
  },
  ...LOCKS.map((lock) => ({
    name: `file, ${lock} lock`,
    opener: () => async () => new FileJournal(join(folder.path, 'journal.log'), { lock }),
  })),
  { name: 'IndexedDB', opener: () => async () => new IndexedDbJournal(folder.path) },
]

describe.each(implementations)('a journal in $name', ({ opener }) => keepsTheContract(opener))
describeWithRedis('a journal in Redis', (server) =>
  keepsTheContract(() => {
    const journals: Journal[] = []
    onTestFinished(async () => void (await Promise.all(journals.map((journal) => journal.close()))))
    return async () => {
      const journal = new RedisJournal(server().url, { prefix: folder.path })
      journals.push(journal)
      return journal
    }
  }),
)

function keepsTheContract(opener: () => () => Promise<Journal>): void {
  it('is empty at first, and says where it is', async () => {
    const journal = await opener()()
    expect(await journal.read(0)).toEqual([])
    expect(journal.description).not.toBe('')
  })

  it('gives back what was appended, from any number on', async () => {
    const open = opener()
    const journal = await open()
    const entries = [
      write.createStudy('größe 😀', ['minimize', 'maximize']),
      attr({ list: [Number.NaN, Number.POSITIVE_INFINITY, -0, 'NaN'] }),
      attr(null),
    ]
    await journal.append(entries)
    await journal.append([])
    await journal.append([attr(3), attr(4)])
    const all = [...entries, attr(3), attr(4)]
    for (const reader of [journal, await open()]) {
      for (const from of [0, 3, 1, 5, 4, 9]) expect(await reader.read(from)).toStrictEqual(all.slice(from))
    }
  })

  it('shows a reader what others append', async () => {
    const open = opener()
    const [a, b] = [await open(), await open()]
    await a.append([attr(0)])
    expect(await b.read(0)).toHaveLength(1)
    await a.append([attr(1)])
    await b.append([attr(2)])
    expect(await b.read(1)).toEqual([attr(1), attr(2)])
    expect(await a.read(2)).toEqual([attr(2)])
  })

  it('keeps entries appended together together, and in order', async () => {
    const open = opener()
    const [a, b] = [await open(), await open()]
    const batch = (name: string, i: number) => [0, 1, 2].map((j) => attr(`${name}${i}.${j}`))
    await Promise.all(Array.from({ length: 10 }, (_, i) => [a.append(batch('a', i)), b.append(batch('b', i))]).flat())
    const values = (await a.read(0)).map(({ user_attr }) => JSON.stringify(user_attr))
    const groups = Array.from({ length: 20 }, (_, i) => values.slice(3 * i, 3 * i + 3))
    const expected = ['a', 'b'].map((name) => Array.from({ length: 10 }, (_, i) => batch(name, i).map((e) => JSON.stringify(e.user_attr))))
    for (const [i, name] of ['a', 'b'].entries()) expect(groups.filter(([first]) => first?.includes(name))).toEqual(expected[i])
  })

  it('keeps its entries when it is closed', async () => {
    const open = opener()
    const journal = await open()
    await journal.append([attr(0)])
    await journal.close()
    expect(await (await open()).read(0)).toEqual([attr(0)])
  })
}

describe('a journal file', () => {
  const path = () => join(folder.path, 'journal.log')
  const bytesOf = (...values: Parameters<typeof attr>[0][]) =>
    Buffer.from(values.map((value) => `${JSON.stringify(attr(value))}\n`).join(''))

  it('drops a last line torn at any byte, says so once, and goes on as if it had never been', async () => {
    const [before, last] = [bytesOf(0, 1), bytesOf('torn ü')]
    for (let length = 1; length < last.length - 1; length++) {
      writeFileSync(path(), Buffer.concat([before, last.subarray(0, length)]))
      const notices: string[] = []
      const journal = new FileJournal(path(), { onNotice: (notice) => notices.push(notice) })
      expect(await journal.read(0)).toEqual([attr(0), attr(1)])
      expect(await journal.read(2)).toEqual([])
      await journal.append([attr(2)])
      expect(await journal.read(2)).toEqual([attr(2)])
      expect(readFileSync(path())).toEqual(bytesOf(0, 1, 2))
      expect(notices).toEqual([expect.stringMatching(`cut off by a crash; its ${length} bytes? (is|are) dropped`)])
    }
  })

  it('drops a torn line that nobody read, and one that blocks of zeros follow', async () => {
    const blank = Buffer.alloc(100)
    for (const tail of [Buffer.from('{"op_co'), blank, Buffer.from('{"op_code": 2, \n'), Buffer.from('\n')]) {
      writeFileSync(path(), Buffer.concat([bytesOf(0), tail]))
      const notices: string[] = []
      await new FileJournal(path(), { onNotice: (notice) => notices.push(notice) }).append([attr(1)])
      expect(readFileSync(path())).toEqual(bytesOf(0, 1))
      expect(notices).toHaveLength(1)
    }
  })

  it('takes a line that lacks only its newline for an entry, and closes it', async () => {
    writeFileSync(path(), bytesOf(0, 1).subarray(0, -1))
    const journal = new FileJournal(path())
    expect(await journal.read(0)).toEqual([attr(0), attr(1)])
    expect(await journal.read(2)).toEqual([])
    await journal.append([attr(2)])
    expect(await journal.read(2)).toEqual([attr(2)])
    expect(readFileSync(path())).toEqual(bytesOf(0, 1, 2))
  })

  it('finds a torn line behind one longer than it reads at once', async () => {
    const long = 'x'.repeat(200_000)
    writeFileSync(path(), Buffer.concat([bytesOf(long), bytesOf(long).subarray(0, 150_000)]))
    const journal = new FileJournal(path())
    await journal.append([attr(1)])
    expect(await journal.read(0)).toEqual([attr(long), attr(1)])
  })

  it.each([
    ['no JSON in the middle', '{"op_code": 2, "wor{"op_code":2,"worker_id":"b"}\n', 3],
    ['an empty line in the middle', '\n', 3],
    ['another JSON in the middle', '[1, 2]\n', 3],
    ['no entry in the middle', '{"worker_id": "a"}\n', 3],
  ])('names the line with %s', async (_, text, line) => {
    writeFileSync(path(), Buffer.concat([bytesOf(0, 1), Buffer.from(text), bytesOf(2)]))
    const journal = new FileJournal(path())
    await expect(journal.read(0)).rejects.toThrow(CorruptJournalError)
    await expect(journal.read(0)).rejects.toThrow(`${path()}: line ${line} is no journal entry: `)
    writeFileSync(path(), bytesOf(0, 1))
    expect(await journal.read(2)).toEqual([])
    writeFileSync(path(), Buffer.concat([bytesOf(0, 1), Buffer.from(text), bytesOf(2)]))
    await expect(journal.read(2)).rejects.toThrow(`line ${line}`)
  })

  it.each(['# Notes\nof mine\n', 'x', '{"my": "settings"}', '{}\n', '[]'])('touches no other file: %j', async (text) => {
    writeFileSync(path(), text)
    const journal = new FileJournal(path())
    await expect(journal.read(0)).rejects.toThrow('line 1 is no journal entry')
    await expect(journal.append([attr(0)])).rejects.toThrow('the last line is no journal entry')
    expect(readFileSync(path(), 'utf8')).toBe(text)
    expect(await readdir(folder.path)).toEqual(['journal.log'])
  })

  it('says what to do when it cannot be written, and can be used on', async () => {
    const journal = new FileJournal(join(folder.path, 'nowhere', 'journal.log'))
    await expect(journal.append([attr(0)])).rejects.toThrow(JournalError)
    await expect(journal.append([attr(0)])).rejects.toThrow('there is no such folder; create it first')
    await expect(new FileJournal(folder.path).read(0)).rejects.toThrow('this is a folder')
  })

  it('sees that the file was replaced', async () => {
    const journal = new FileJournal(path())
    await journal.append([attr(0), attr(1)])
    await journal.read(0)
    writeFileSync(path(), bytesOf(0))
    await expect(journal.read(2)).rejects.toThrow('was replaced while it was read')
  })

  it('is not used after it was closed', async () => {
    const journal = new FileJournal(path())
    await journal.close()
    expect(() => journal.append([attr(0)])).toThrow('was closed')
    await expect(journal.read(0)).rejects.toThrow('was closed')
  })

  it("makes Optuna's locks, and leaves nothing of them", async () => {
    const lockPath = `${path()}.lock`
    for (const kind of LOCKS) {
      const lock = await acquireLock(path(), { kind, gracePeriod: 30, onNotice: () => {} })
      if (kind === 'symlink') expect(readlinkSync(lockPath)).toBe(path())
      else expect(lstatSync(lockPath)).toMatchObject({ size: 0 })
      expect(await readdir(folder.path)).toEqual(['journal.log.lock'])
      await lock.release()
      expect(await readdir(folder.path)).toEqual([])
    }
  })

  it.each(LOCKS)('waits with the %s lock for whoever holds either', async (lock) => {
    const journal = new FileJournal(path(), { lock })
    for (const make of [() => symlinkSync(path(), `${path()}.lock`), () => writeFileSync(`${path()}.lock`, '')]) {
      make()
      let done = false
      const appended = journal.append([attr(0)]).then(() => {
        done = true
      })
      await sleep(100)
      expect(done).toBe(false)
      unlinkSync(`${path()}.lock`)
      await appended
    }
    expect(await journal.read(0)).toHaveLength(2)
    expect(await readdir(folder.path)).toEqual(['journal.log'])
  })

  it.each(LOCKS)('shared by two processes under the %s lock loses and mixes nothing', async (lock) => {
    const program = await bundleProgram(new URL('./programs/append.ts', import.meta.url), folder.path)
    const processes = ['a', 'b'].map((name) =>
      spawn(process.execPath, [program, path(), lock, name, '200'], { stdio: ['pipe', 'pipe', 'inherit'] }),
    )
    await Promise.all(processes.map(({ stdout }) => once(stdout, 'data')))
    const ended = processes.map((one) => once(one, 'exit'))
    for (const { stdin } of processes) stdin.end('go')
    expect(await Promise.all(ended)).toEqual([
      [0, null],
      [0, null],
    ])
    const entries = await new FileJournal(path()).read(0)
    const of = (name: string) => entries.flatMap(({ user_attr }) => Object.entries(user_attr as object).filter(([key]) => key === name))
    const expected = (name: string) => Array.from({ length: 200 }, (_, i) => [name, i])
    expect([of('a'), of('b')]).toEqual([expected('a'), expected('b')])
    expect(entries).toHaveLength(400)
  })

  it.each(LOCKS)('takes the %s lock from a process that was killed with it', async (lock) => {
    const program = await bundleProgram(new URL('./programs/hold.ts', import.meta.url), folder.path)
    await new FileJournal(path()).append([attr(0)])
    const holder = spawn(process.execPath, [program, path(), lock], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    const notices: string[] = []
    const journal = new FileJournal(path(), { lock, gracePeriod: 1, onNotice: (notice) => notices.push(notice) })
    const started = performance.now()
    holder.kill('SIGKILL')
    await journal.append([attr(1)])
    expect(performance.now() - started).toBeGreaterThan(1000)
    expect(notices).toContainEqual(expect.stringMatching(/has not moved for \d+\.\d s; the lock was taken from it/))
    expect(await journal.read(0)).toEqual([attr(0), attr(1)])
    expect((await readdir(folder.path)).filter((name) => name.includes('lock'))).toEqual([])
  })
})
