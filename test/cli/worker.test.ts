import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createStudy, loadDataset, MemoryJournal, openBackend, standardize, type Trial } from 'espalier'
import { RedisJournal } from 'espalier/node'
import { createClient } from 'redis'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { JournalEntry } from '../../src/study/journal/journal.ts'
import { RebuiltStudies } from '../../src/study/journal/rebuild.ts'
import type { Json } from '../../src/study/trial.ts'
import { type Dump, dumped, studiesOf } from '../support/dump.ts'
import { itWithOptuna, startOptuna } from '../support/optuna.ts'
import { describeWithRedis } from '../support/redis.ts'
import { run, start, temporaryFolder } from './support.ts'

/** `espalier worker`: several processes on one study, some of which die, on a server that dies as well. */

const STUDY = {
  space: {
    units: { type: 'int', low: 4, high: 16 },
    learningRate: { type: 'float', low: 0.001, high: 0.1, log: true },
  },
  train: {
    network: {
      loss: 'binaryCrossentropy',
      layers: [
        { units: '$units', activation: 'relu' },
        { units: 1, activation: 'sigmoid' },
      ],
    },
    optimizer: { name: 'adam', learningRate: '$learningRate' },
    batchSize: 8,
    epochs: 400,
  },
  objective: 'testLoss',
  sampler: 'random',
  pruner: { name: 'none', interval: 30 },
  batchSize: 2,
  seed: 5,
} as const
const TRIALS = 24
const FILE = { ...STUDY, data: { source: 'pima', target: 'class', scaling: 'standardize' }, budget: { trials: TRIALS } }

const workerOf = ({ systemAttrs }: Trial): string => String(systemAttrs['espalier:worker'])

/** Follows the study of a journal. */
function follow(journal: RedisJournal) {
  const rebuilt = new RebuiltStudies()
  const entries: JournalEntry[] = []
  const look = async (): Promise<readonly Trial[]> => {
    const more = await journal.read(entries.length)
    entries.push(...more)
    expect(rebuilt.apply(more)).toEqual([])
    return rebuilt.study('study')?.trials ?? []
  }
  return { rebuilt, entries, look }
}

describeWithRedis('four workers, one killed, on a server that is killed and started again', (server) => {
  it('lose no trial, and train none twice', async () => {
    const { url, restart } = server()
    const client = await createClient({ url })
      .on('error', () => {})
      .connect()
    const journal = new RedisJournal(url)
    const { entries, look } = follow(journal)
    const path = join(temporaryFolder(), 'search.yaml')
    writeFileSync(path, stringify(FILE))
    // They wait for the study.
    const workers = [1, 2, 3].map(() => start(['worker', '--journal', url, '--workers', '0', '--lease', '2']))
    const all = [start(['study', path, '--journal', url, '--workers', '0']), ...workers]

    // One is killed in mid-trial, when it has reported and has half of the epochs before it.
    let victim: { readonly worker: string; readonly process: (typeof all)[number] } | undefined
    while (victim === undefined) {
      await sleep(20)
      const going = (await look()).filter(
        ({ state, intermediateValues }) => state === 'running' && intermediateValues.size > 0 && !intermediateValues.has(200),
      )
      for (const worker of new Set(going.map(workerOf))) {
        const lease = await client.get(`:espalier:worker:${worker}`)
        const process = workers.find(({ child }) => lease?.endsWith(` ${child.pid}`))
        if (process?.child.kill('SIGKILL')) victim = { worker, process }
      }
    }
    await victim.process.finished
    const left = (await look()).filter((trial) => trial.state === 'running' && workerOf(trial) === victim.worker)
    expect(left).toHaveLength(STUDY.batchSize)

    await restart(300)
    let said = ''
    for (const { finished } of all.filter((one) => one !== victim.process)) {
      const { code, stdout, stderr } = await finished
      expect(code, stderr).toBe(0)
      said += stderr
      expect(stdout).toMatch(new RegExp(`^Done\\. ${TRIALS} trials: ${TRIALS} complete, 0 pruned, 0 failed\\.`))
    }

    expect(said).toContain('the server does not answer')
    const trials = await look()
    expect(trials.map(({ number, state }) => [number, state])).toEqual(Array.from({ length: TRIALS }, (_, i) => [i, 'complete']))
    const ends = entries.flatMap(({ op_code, trial_id }) => (op_code === 6 ? [Number(trial_id)] : []))
    expect(ends.toSorted((a, b) => a - b)).toEqual(trials.map(({ number }) => number))
    expect(new Set(entries.filter(({ op_code }) => op_code === 4).map(({ worker_id }) => worker_id)).size).toBe(4)
    const keys = await client.keys(':espalier:*')
    expect(keys.filter((key) => !key.startsWith(':espalier:writer:'))).toEqual([])
    client.destroy()
    await journal.close()

    // What the killed one had begun the others have ended, to the values that it would have come to.
    const train = { ...STUDY.train, network: { inputSize: 8, ...STUDY.train.network } }
    const copy = await createStudy({ ...STUDY, train, journal: new MemoryJournal(entries) })
    const data = standardize(await loadDataset('pima'))
    const backend = await openBackend({ prefer: 'wasm' })
    for (const { number } of left) {
      const { history } = await copy.retrain(number, backend, data)
      expect(trials[number]?.values).toEqual([history.testLoss.at(-1)])
      expect(trials.map(workerOf)[number]).not.toBe(victim.worker)
    }
    await backend.dispose()
  })

  itWithOptuna('Optuna reads what they leave, and adds trials', async () => {
    const { url } = server()
    const journal = new RedisJournal(url)
    const { rebuilt, look } = follow(journal)
    const optuna = startOptuna('journal.py')
    const ask = async (command: Readonly<Record<string, Json>>) => (await optuna.ask({ path: url, ...command })) as unknown as Dump
    await look()
    expect(studiesOf(await ask({ do: 'dump' }))).toEqual(rebuilt.studies.map(dumped))
    const continued = await ask({ do: 'continue', study: 'study', trials: 2 })
    const trials = await look()
    expect(studiesOf(continued)).toEqual(rebuilt.studies.map(dumped))
    expect(trials.slice(TRIALS).map(({ userAttrs }) => userAttrs.from)).toEqual(['Python', 'Python'])
    optuna.close()
    await journal.close()
  })
})

describe('espalier worker', () => {
  it('is for journals on a server', async () => {
    const { code, stderr } = await run(['worker', '--journal', 'search.journal'])
    expect(stderr).toContain('--journal is search.journal; workers share a journal on a Redis server, redis://host:port/database')
    expect(code).toBe(2)
  })

  it('says at once that it waits for a server', async () => {
    const { child, finished } = start(['worker', '--journal', 'redis://user:secret@127.0.0.1:1/3'])
    child.stderr.on('data', () => child.kill())
    expect((await finished).stderr).toMatch(/^redis:\/\/127\.0\.0\.1:1\/3: the server does not answer \(connect ECONNREFUSED.*\); waiting/)
  })
})
