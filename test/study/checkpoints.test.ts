import 'fake-indexeddb/auto'
import { readFileSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { CheckpointStore } from '../../src/study/journal/checkpoints.ts'
import { FileCheckpoints } from '../../src/study/journal/file/checkpoints.ts'
import { IndexedDbCheckpoints } from '../../src/study/journal/indexeddb/checkpoints.ts'
import { MemoryCheckpoints } from '../../src/study/journal/memory.ts'
import { RedisJournal } from '../../src/study/journal/redis/journal.ts'
import type { Checkpoint } from '../../src/train/result.ts'
import { temporaryFolder } from '../support/bundle.ts'
import { describeWithRedis } from '../support/redis.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const history = { loss: [], accuracy: [], testLoss: [], testAccuracy: [], testMetrics: {}, learningRate: [] }
const plain = (): Checkpoint => ({
  epoch: 0,
  optimizer: 'sgd',
  state: { parameters: Float32Array.of(1), slots: [], steps: 0, products: [1, 1, 1] },
  history,
})
const full = (): Checkpoint => ({
  epoch: 2,
  optimizer: 'nadam',
  state: {
    parameters: Float32Array.of(1.5, -0, Number.NaN, 1e-45),
    slots: [Float32Array.of(0, 1, 2, Number.POSITIVE_INFINITY), Float32Array.of(3, 4, 5, 6)],
    steps: 12,
    products: [0.9 ** 12, 0.999 ** 12, 1 / 3],
  },
  history: {
    loss: [0.1, Number.NaN],
    accuracy: [Number.NaN, Number.NaN],
    testLoss: [0.3, Number.POSITIVE_INFINITY],
    testAccuracy: [0.5, 0.25],
    testMetrics: { f1: [0.1, 0.2] },
    learningRate: [0.001, 1e-21],
    stepLosses: [1, 2, 3],
  },
  best: { epoch: 1, parameters: Float32Array.of(1, 2, 3, 4) },
})

const implementations: readonly { name: string; opener: () => () => CheckpointStore }[] = [
  {
    name: 'memory',
    opener: () => {
      const store = new MemoryCheckpoints()
      return () => store
    },
  },
  { name: 'a folder', opener: () => () => new FileCheckpoints(join(folder.path, 'journal.log')) },
  { name: 'IndexedDB', opener: () => () => new IndexedDbCheckpoints(folder.path) },
]

describe.each(implementations)('checkpoints in $name', ({ opener }) => keepsTheContract(opener))
describeWithRedis('checkpoints in Redis', (server) =>
  keepsTheContract(() => {
    const journals: RedisJournal[] = []
    onTestFinished(async () => void (await Promise.all(journals.map((journal) => journal.close()))))
    return () => {
      const journal = new RedisJournal(server().url, { prefix: folder.path })
      journals.push(journal)
      return journal.checkpoints
    }
  }),
)

function keepsTheContract(opener: () => () => CheckpointStore): void {
  it('are absent at first', async () => {
    const store = opener()()
    expect(await store.load('a')).toBeUndefined()
    expect(await store.keys()).toEqual([])
    await store.delete('a')
  })

  it('come back equal, bit for bit, to whoever opens the store', async () => {
    const open = opener()
    await open().save('a', [full(), plain()])
    await open().save('b', [])
    expect(await open().load('a')).toStrictEqual([full(), plain()])
    expect(await open().load('b')).toEqual([])
  })

  it('share no memory with what was saved or loaded', async () => {
    const store = opener()()
    const given = plain()
    await store.save('a', [given])
    given.state.parameters[0] = 7
    for (let i = 0; i < 2; i++) {
      const [loaded] = (await store.load('a')) ?? []
      expect(loaded?.state.parameters).toEqual(Float32Array.of(1))
      loaded?.state.parameters.fill(9)
    }
  })

  it('are replaced and deleted by key, whatever the key', async () => {
    const store = opener()()
    const long = [`${'x'.repeat(300)}-0`, `${'x'.repeat(300)}-1`, `${'😀'.repeat(80)}/a=b`, 'a=b']
    const keys = ['study-0', '../größe/😀 100%*', 'a.b', 'a', 'con:"<|>?\\', '--json-3', 'a\nb', ...long]
    for (const key of keys) await store.save(key, [full()])
    await store.save('a', [plain()])
    await store.delete('a.b')
    expect((await store.keys()).sort()).toEqual(keys.filter((key) => key !== 'a.b').sort())
    expect(await store.load('a')).toStrictEqual([plain()])
    expect(await store.load('a.b')).toBeUndefined()
  })
}

describe('a folder of checkpoints', () => {
  const path = () => join(folder.path, 'journal.log.checkpoints', 'a.safetensors')

  async function saved() {
    const notices: string[] = []
    const store = new FileCheckpoints(join(folder.path, 'journal.log'), { onNotice: (notice) => notices.push(notice) })
    await store.save('a', [full()])
    return { store, notices, bytes: readFileSync(path()) }
  }

  it('treats a torn file as absent, and says so', async () => {
    const { store, notices, bytes } = await saved()
    for (let length = 0; length < bytes.length; length += 7) {
      writeFileSync(path(), bytes.subarray(0, length))
      expect(await store.load('a')).toBeUndefined()
    }
    expect(notices).toHaveLength(Math.ceil(bytes.length / 7))
    expect(notices.every((notice) => notice.startsWith(path()) && notice.endsWith('the trial begins anew'))).toBe(true)
  })

  it('never takes damaged numbers for whole ones', async () => {
    const { store, notices, bytes } = await saved()
    let whole = 0
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes)
      damaged[at] = (damaged[at] ?? 0) ^ 4
      writeFileSync(path(), damaged)
      const loaded = await store.load('a')
      if (loaded === undefined) continue
      whole++
      expect(loaded).toStrictEqual([full()])
    }
    expect(notices.length + whole).toBe(bytes.length)
    expect(notices.length).toBeGreaterThan(0.9 * bytes.length)
  })

  it('leaves nothing else, and clears away what a crash has left', async () => {
    const { store } = await saved()
    await store.save('a', [plain()])
    expect(await readdir(join(folder.path, 'journal.log.checkpoints'))).toEqual(['a.safetensors'])
    writeFileSync(`${path()}.0000.tmp`, 'half')
    expect(await store.keys()).toEqual(['a'])
    await store.delete('a')
    expect(await readdir(join(folder.path, 'journal.log.checkpoints'))).toEqual([])
  })

  it('says where it cannot write', async () => {
    const store = new FileCheckpoints(join(folder.path, 'nowhere', 'journal.log'))
    await expect(store.save('a', [plain()])).rejects.toThrow('there is no such folder')
  })
})
