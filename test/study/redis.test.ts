import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { createClient } from 'redis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { EntryWriter } from '../../src/study/journal/entries.ts'
import { CorruptJournalError, JournalError } from '../../src/study/journal/errors.ts'
import type { JournalEntry } from '../../src/study/journal/journal.ts'
import { RebuiltStudies } from '../../src/study/journal/rebuild.ts'
import { RedisJournal, type RedisJournalOptions } from '../../src/study/journal/redis/journal.ts'
import { type Dump, dumped, studiesOf } from '../support/dump.ts'
import { describeWithOptuna, type Optuna, startOptuna } from '../support/optuna.ts'
import { describeWithRedis } from '../support/redis.ts'

/** What a journal in Redis does beyond the contract of all (journals.test.ts); test/cli/worker.test.ts has the processes. */

const write = new EntryWriter({ worker: 'espalier-7', now: () => new Date(2024, 1, 29) })
const attr = (value: number) => write.setStudyUserAttr(0, 'key', value)

const connected = (url: string) => createClient({ url }).connect()

describeWithRedis('a journal in Redis', (server) => {
  let client: Awaited<ReturnType<typeof connected>>
  let prefixes = 0
  let prefix = ''
  beforeAll(async () => {
    client = await connected(server().url)
  })
  afterAll(() => client?.destroy())
  beforeEach(() => {
    prefix = `test ${prefixes++}`
  })

  function open(options: RedisJournalOptions = {}, url = server().url): RedisJournal {
    const journal = new RedisJournal(url, { prefix, ...options })
    onTestFinished(() => journal.close())
    return journal
  }

  it("has Optuna's keys and log numbers, and leaves its snapshot alone", async () => {
    await client.set(`${prefix}:snapshot`, 'a pickle')
    const journal = open()
    await journal.append([attr(0), attr(Number.NaN)])
    await journal.close()
    expect((await client.keys(`${prefix}:*`)).toSorted()).toEqual(
      ['log:0', 'log:1', 'log_number', 'snapshot'].map((key) => `${prefix}:${key}`),
    )
    expect(await client.get(`${prefix}:log_number`)).toBe('1')
    expect(await client.get(`${prefix}:log:1`)).toBe('{"op_code":2,"worker_id":"espalier-7","study_id":0,"user_attr":{"key":NaN}}')
    expect(await client.get(`${prefix}:snapshot`)).toBe('a pickle')
  })

  it('appends at a length, or not at all', async () => {
    const [a, b] = [open(), open()]
    expect(await a.appendAt(0, [attr(0), attr(1)])).toBe(true)
    expect(await b.appendAt(0, [attr(2)])).toBe(false)
    expect(await b.appendAt(3, [attr(2)])).toBe(false)
    const raced = await Promise.all([a, b, a, b].map((journal, i) => journal.appendAt(2, [attr(i)])))
    expect(raced.filter(Boolean)).toHaveLength(1)
    expect(await b.read(0)).toHaveLength(3)
  })

  it('reads more entries than it asks for at once', async () => {
    const entries = Array.from({ length: 2500 }, (_, i) => attr(i))
    await open().append(entries)
    expect(await open().read(3)).toEqual(entries.slice(3))
  })

  it('counts workers among the living while they renew their lease, and some time after', async () => {
    const [journal, other] = [open({ lease: 0.4 }), open()]
    const leave = await journal.announce('a')
    const stay = await journal.announce('b')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(await other.living(['a', 'b', 'c'])).toEqual(new Set(['a', 'b']))
    await leave()
    expect(await other.living(['a', 'b', 'c'])).toEqual(new Set(['b']))
    // As when its process is killed: the key stays, and is not renewed.
    await client.set(`${prefix}:espalier:worker:c`, '', { expiration: { type: 'PX', value: 400 } })
    expect(await other.living(['b', 'c'])).toEqual(new Set(['b', 'c']))
    await expect.poll(() => other.living(['b', 'c'])).toEqual(new Set(['b']))
    await stay()
  })

  it('appends once when the connection breaks before the answer', async () => {
    // Passes everything on until it is armed; then it swallows an answer, and breaks the connection.
    let armed = false
    const { port } = new URL(server().url)
    const proxy = createServer((near) => {
      const far = connect(Number(port), '127.0.0.1')
      near.on('error', () => far.destroy()).on('close', () => far.destroy())
      far.on('error', () => near.destroy()).on('close', () => near.destroy())
      near.pipe(far)
      far.on('data', (chunk) => {
        if (armed) near.destroy()
        else near.write(chunk)
        armed = false
      })
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    onTestFinished(() => void proxy.close())
    const address = proxy.address()
    const notices: string[] = []
    const url = `redis://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    const journal = open({ onNotice: (notice) => notices.push(notice) }, url)
    await journal.append([attr(0)])
    armed = true
    await journal.append([attr(1), attr(2)])
    armed = true
    expect(await journal.appendAt(3, [attr(3)])).toBe(true)
    expect(notices).toHaveLength(2)
    expect(notices[0]).toMatch(/the server does not answer \(.*\); waiting for it up to 60 s/)
    expect(await journal.read(0)).toEqual([0, 1, 2, 3].map(attr))
  })

  it('says what is wrong with a server, without its password', async () => {
    const address = server().url.replace('//', '//user:secret@')
    const refused = open({ patience: 0 }, address)
    expect(refused.description).toBe(`${server().url}?prefix=${encodeURIComponent(prefix)}`)
    await expect(refused.read(0)).rejects.toThrow(/^redis:\/\/127\.0\.0\.1:\d+: the server refuses: WRONGPASS/)
    await expect(refused.read(0)).rejects.not.toThrow('secret')
    const absent = open({ patience: 0.3 }, 'redis://127.0.0.1:1').read(0)
    await expect(absent).rejects.toThrow(JournalError)
    await expect(absent).rejects.toThrow('redis://127.0.0.1:1: the server has not answered for 0.3 s (connect ECONNREFUSED')
    expect(() => new RedisJournal('http://127.0.0.1')).toThrow('the address of a Redis server is redis://host:port/database')
    await client.rPush(`${prefix}:log_number`, 'no number')
    await expect(open().append([attr(0)])).rejects.toThrow(/: the server refuses: .*WRONGTYPE/)
    const closed = open()
    await closed.close()
    await expect(closed.read(0)).rejects.toThrow('was closed')
  })

  it('tells of entries that are lost, missing, or none', async () => {
    const journal = open()
    await journal.append([attr(0), attr(1), attr(2)])
    expect(await journal.read(0)).toHaveLength(3)
    await client.set(`${prefix}:log:1`, '{"op_code": 2')
    await expect(journal.read(0)).rejects.toThrow(`${prefix}:log:1 is no journal entry: "{\\"op_code\\": 2"`)
    await client.del(`${prefix}:log:1`)
    await expect(journal.read(0)).rejects.toThrow(`${prefix}:log:1 is missing`)
    await client.set(`${prefix}:log_number`, 0)
    await expect(journal.read(0)).rejects.toThrow(CorruptJournalError)
    await expect(journal.read(0)).rejects.toThrow('has 1 entries where it had 3; a server that must forget nothing has appendonly yes')
  })

  it('waits for an entry that Optuna has counted on a cluster and not written yet', async () => {
    const journal = open()
    await journal.append([attr(0)])
    await client.incr(`${prefix}:log_number`)
    const read = journal.read(0)
    await new Promise((resolve) => setTimeout(resolve, 150))
    await client.set(`${prefix}:log:1`, JSON.stringify(attr(1)))
    expect(await read).toEqual([attr(0), attr(1)])
  })

  it('treats damaged checkpoints as absent, and says so', async () => {
    const notices: string[] = []
    const { checkpoints } = open({ onNotice: (notice) => notices.push(notice) })
    await client.hSet(`${prefix}:espalier:checkpoints`, 'study-0', 'damaged')
    expect(await checkpoints.load('study-0')).toBeUndefined()
    expect(notices).toEqual([expect.stringMatching(/study-0.*; the trial begins anew/)])
  })

  describeWithOptuna('with Optuna', () => {
    let optuna: Optuna
    beforeAll(() => {
      optuna = startOptuna('journal.py')
    })
    afterAll(() => optuna?.close())
    let path = ''
    beforeEach(() => {
      path = `${server().url}?prefix=${prefix}`
    })
    afterEach(() => client.flushAll())

    it('reads all that it writes, and it reads on', async () => {
      const answer = (await optuna.ask({ do: 'write', path })) as unknown as Dump
      const journal = open()
      const rebuilt = new RebuiltStudies()
      expect(rebuilt.apply(await journal.read(0))).toEqual([])
      expect(rebuilt.studies.map(dumped)).toEqual(studiesOf(answer))
      expect(rebuilt.studies.map(({ trials }) => trials.length)).toEqual([14, 7, 0])
      const more: JournalEntry[] = [write.createTrial(3), write.setStudyUserAttr(3, 'and back', 'ü😀')]
      await journal.append(more)
      rebuilt.apply(more)
      expect(studiesOf((await optuna.ask({ do: 'dump', path })) as unknown as Dump)).toEqual(rebuilt.studies.map(dumped))
    })

    it('is written to by both at the same time', async () => {
      const journal = open()
      await journal.append([write.createStudy('shared', ['minimize'])])
      const asked = optuna.ask({ do: 'append', path, count: 100 })
      for (let i = 0; i < 100; i++) await journal.append([write.setStudyUserAttr(0, 'espalier', i)])
      await asked
      const values = (await journal.read(1)).map(({ user_attr }) => Object.entries(user_attr as object)[0])
      for (const writer of ['espalier', 'python'])
        expect(values.filter(([key] = ['', 0]) => key === writer)).toEqual(Array.from({ length: 100 }, (_, i) => [writer, i]))
      expect(values).toHaveLength(200)
    })
  })
})
