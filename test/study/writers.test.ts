import 'fake-indexeddb/auto'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createStudy, float, type Journal, MemoryJournal, type Sampler, type StudyOptions, type Trial } from 'espalier'
import { FileJournal, RedisJournal } from 'espalier/node'
import { expect, it, onTestFinished } from 'vitest'
import { EntryWriter } from '../../src/study/journal/entries.ts'
import { IndexedDbJournal } from '../../src/study/journal/indexeddb/journal.ts'
import { RebuiltStudies } from '../../src/study/journal/rebuild.ts'
import { temporaryFolder } from '../support/bundle.ts'
import { itWithOptuna, startOptuna } from '../support/optuna.ts'
import { describeWithRedis } from '../support/redis.ts'

/** Several writers on one journal at the same time: every trial keeps its own values, whoever asked for it. */

const LOCKS = ['symlink', 'open'] as const
const OPTIONS = { space: { x: float(0, 1) }, objective: 'minimize', sampler: 'random', seed: 1 } as const satisfies StudyOptions

const programs = new URL('programs/', import.meta.url)

function start(program: string, args: readonly string[]): ChildProcess & { readonly stdout: NonNullable<ChildProcess['stdout']> } {
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, programs)), ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** What the process printed, by lines, when it has ended. */
async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly lines: string[]; readonly stderr: string }> {
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, lines: stdout.trim().split('\n'), stderr }
}

/** Runs the asking program so many times at once. @returns the numbers that each was given */
async function askSideBySide(processes: number, args: readonly string[]): Promise<number[][]> {
  const children = Array.from({ length: processes }, () => start('ask.mjs', args))
  await Promise.all(children.map(({ stdout }) => once(stdout, 'data')))
  const ends = children.map(ended)
  for (const { stdin } of children) stdin?.write('go\n')
  return (await Promise.all(ends)).map(({ code, lines, stderr }) => {
    expect([code, stderr]).toEqual([0, ''])
    return lines.filter((line) => /^\d+$/.test(line)).map(Number)
  })
}

/** Every entry applies; every trial is complete with its own x, and no two have the same. */
async function expectOwnValues(journal: Journal, count: number): Promise<readonly Trial[]> {
  const rebuilt = new RebuiltStudies()
  expect(rebuilt.apply(await journal.read(0))).toEqual([])
  const trials = rebuilt.study('study')?.trials ?? []
  expect(trials).toHaveLength(count)
  for (const { state, values, params, intermediateValues } of trials) {
    expect([state, values]).toEqual(['complete', [params.x]])
    if (intermediateValues.size > 0) expect([...intermediateValues.values()]).toEqual([params.x])
  }
  expect(new Set(trials.map(({ params }) => params.x)).size).toBe(count)
  return trials
}

async function folder(): Promise<string> {
  const { path, remove } = await temporaryFolder()
  onTestFinished(remove)
  return path
}

// Samplers know nothing of locks: each of both once.
it.each([
  ['symlink', 'tpe'],
  ['open', 'random'],
] as const satisfies readonly (readonly [(typeof LOCKS)[number], string])[])(
  'four processes ask and tell in one file under the %s lock, with %s',
  async (lock, sampler) => {
    const path = join(await folder(), 'journal')
    const numbers = await askSideBySide(4, [path, lock, '25', sampler])
    expect(numbers.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    await expectOwnValues(new FileJournal(path), 100)
  },
  60_000,
)

for (const lock of LOCKS) {
  itWithOptuna(`asks and tells while Optuna adds trials to the same file under the ${lock} lock`, async () => {
    const path = join(await folder(), 'journal')
    const journal = new FileJournal(path, { lock })
    const study = await createStudy({ ...OPTIONS, journal })
    const optuna = startOptuna('beside.py')
    onTestFinished(() => optuna.close())
    let running = true
    const theirs = optuna.ask({ path, lock, trials: 40 }).finally(() => {
      running = false
    })
    let asked = 0
    while (running) {
      const [trial] = await study.ask()
      await study.tell(trial?.number ?? -1, Number(trial?.params.x))
      asked++
      // Optuna looks for the lock ever more seldom, up to a second apart: without a pause it would hardly ever find it free.
      await sleep(20)
    }
    expect(await theirs).toEqual({ trials: 40, errors: [] })
    expect(asked).toBeGreaterThan(20)
    await expectOwnValues(journal, 40 + asked)
  })
}

describeWithRedis('a journal in Redis', (server) => {
  it('has four processes that ask and tell', async () => {
    const numbers = await askSideBySide(4, [`${server().url}?prefix=asked`, 'none', '25'])
    expect(numbers.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    const journal = new RedisJournal(server().url, { prefix: 'asked' })
    onTestFinished(() => journal.close())
    await expectOwnValues(journal, 100)
  })
})

const journals: readonly [string, () => Promise<() => Journal>][] = [
  [
    'memory',
    async () => {
      const journal = new MemoryJournal()
      return () => journal
    },
  ],
  [
    'a file',
    async () => {
      const path = join(await folder(), 'journal')
      return () => new FileJournal(path)
    },
  ],
  [
    'IndexedDB',
    async () => {
      const name = await folder()
      return () => new IndexedDbJournal(name)
    },
  ],
]

it.each(journals)('three studies of one process ask and tell in %s', async (_, make) => {
  const open = await make()
  await Promise.all(
    Array.from({ length: 3 }, async () => {
      const study = await createStudy({ ...OPTIONS, journal: open() })
      for (let i = 0; i < 15; i++) {
        const trials = await study.ask(2)
        for (const { number, params } of trials.toReversed()) await study.tell(number, Number(params.x))
      }
    }),
  )
  await expectOwnValues(open(), 90)
})

it.each(journals.slice(0, 2))('a second loop over a study in %s is refused, and the first goes on', async (_, make) => {
  const open = await make()
  const [first, second] = [await createStudy({ ...OPTIONS, journal: open() }), await createStudy({ ...OPTIONS, journal: open() })]
  const other = await createStudy({ ...OPTIONS, name: 'another', journal: open() })
  let ended = ''
  for await (const event of first.optimize(({ x }) => Number(x), { budget: { trials: 20 } })) {
    if (event.type === 'end') ended = event.reason
    if (event.type !== 'batch') continue
    const refused = second.optimize(({ x }) => Number(x), { budget: { trials: 20 } }).next()
    await expect(refused).rejects.toMatchObject({ name: 'JournalError' })
    await expect(refused).rejects.toThrow(/study "study" is run by (process \d+|another loop of this process); wait for its end or stop it/)
    // Another study of the journal may run, and somebody may ask.
    for await (const { type } of other.optimize(({ x }) => Number(x), { budget: { trials: other.trials.length + 1 } }))
      if (type === 'end') break
    expect((await second.ask(1)).length).toBe(1)
  }
  expect(ended).toBe('budget')
  // It has ended: the next may begin.
  for await (const { type } of second.optimize(({ x }) => Number(x), { budget: { trials: 25 } })) if (type === 'end') break
  expect(second.trials).toHaveLength(25)
})

it('a second process that runs a study is refused by the number of the first; one that was killed is followed at once', async () => {
  const path = join(await folder(), 'journal')
  const first = start('optimize.mjs', [path, '40', '60000'])
  await once(first.stdout, 'data')
  const second = await ended(start('optimize.mjs', [path, '40', '0']))
  expect(second.code).not.toBe(0)
  expect(second.stderr).toContain(`${path}: study "study" is run by process ${first.pid}; wait for its end or stop it`)
  const gone = once(first, 'close')
  first.kill('SIGKILL')
  await gone
  const third = await ended(start('optimize.mjs', [path, '40', '0']))
  expect([third.code, third.stderr, third.lines.at(-1)]).toEqual([0, '', 'budget'])
  expect(third.lines.filter((line) => line === 'called')).toHaveLength(40)
  await expectOwnValues(new FileJournal(path), 40)
})

it.each(['random', 'tpe', 'cmaEs'] as const)(
  'loops that cannot see one another, as on two machines, come to the trials that one alone has: %s',
  async (sampler) => {
    const path = join(await folder(), 'journal')
    const unclaimed = (): Journal => {
      const journal = new FileJournal(path)
      return {
        description: journal.description,
        read: (from) => journal.read(from),
        append: (entries) => journal.append(entries),
        appendAt: (length, entries) => journal.appendAt(length, entries),
        close: () => journal.close(),
      }
    }
    await Promise.all(
      [1, 2, 3].map(async (pause) => {
        const study = await createStudy({ ...OPTIONS, sampler, batchSize: 3, journal: unclaimed() })
        const value = async ({ x }: { readonly [name: string]: unknown }) => {
          await sleep(pause)
          return Number(x)
        }
        for await (const { type } of study.optimize(value, { budget: { trials: 31 } })) if (type === 'end') break
      }),
    )
    const trials = await expectOwnValues(unclaimed(), 31)
    const alone = await createStudy({ ...OPTIONS, sampler, batchSize: 3 })
    for await (const { type } of alone.optimize(({ x }) => Number(x), { budget: { trials: 31 } })) if (type === 'end') break
    expect(trials.map(({ params }) => params)).toEqual(alone.trials.map(({ params }) => params))
  },
)

it('a sampler that takes longer than others take to write is asked once, and again only where another trial has what it proposed', async () => {
  const memory = new MemoryJournal()
  const write = new EntryWriter({ worker: 'other', now: () => new Date() })
  const distribution = { type: 'float', low: 0, high: 1, log: false, step: undefined } as const
  let others: number[] = []
  const journal: Journal = {
    description: 'busy',
    read: (from) => memory.read(from),
    append: (entries) => memory.append(entries),
    // Before each append somebody else adds a trial.
    appendAt: async (length, entries) => {
      const x = others.shift()
      const id = (await memory.read(0)).filter(({ op_code }) => op_code === 4).length
      if (x !== undefined) await memory.append([write.createTrial(0), write.setTrialParam(id, 'x', x, distribution)])
      return memory.appendAt(length, entries)
    },
    close: () => memory.close(),
  }
  let asked = 0
  const sampler: Sampler = { name: 'slow', batchSize: 1, sample: () => ({ x: ++asked * 0.1 }) }
  const study = await createStudy({ ...OPTIONS, sampler, journal })
  others = [0.91, 0.92, 0.93, 0.94]
  const [first] = await study.ask()
  expect([asked, first?.number, first?.params]).toEqual([1, 4, { x: 0.1 }])
  // The other takes the very configuration, twice.
  others = [0.2, 0.95, 0.30000000000000004]
  const [second] = await study.ask()
  expect([asked, second?.number, second?.params.x]).toEqual([4, 8, 0.4])
})

it('a journal of your own without appendAt stops the study that finds another writer', async () => {
  const memory = new MemoryJournal()
  const journal: Journal = {
    description: 'a list',
    read: (from) => memory.read(from),
    append: (entries) => memory.append(entries),
    close: () => memory.close(),
  }
  const study = await createStudy({ ...OPTIONS, journal })
  for (let i = 0; i < 3; i++) await study.tell((await study.ask())[0]?.number ?? -1, i)
  const write = new EntryWriter({ worker: 'other', now: () => new Date() })
  await memory.append([write.createTrial(0)])
  await expect(study.ask()).rejects.toThrow(
    'a list: somebody else has written to this journal, which has no appendAt; what study "study" wrote last may stand with the wrong trial',
  )
  // What is there is read, and counts from then on.
  const again = await createStudy({ ...OPTIONS, journal })
  expect(again.trials).toHaveLength(5)
})
