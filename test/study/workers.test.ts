import { type Backend, createStudy, int, MemoryJournal, openBackend, type StudyEvent, type StudyOptions, type Trial } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EntryWriter } from '../../src/study/journal/entries.ts'
import type { JournalEntry, SharedJournal } from '../../src/study/journal/journal.ts'
import { RING as data, OPTIONS } from '../support/ring.ts'

/** Several workers on one study, in one process: what a shared journal must make of it. test/cli/worker.test.ts has processes. */

class SharedMemoryJournal extends MemoryJournal implements SharedJournal {
  readonly alive = new Set<string>()
  length = 0
  refused = 0

  override append(entries: readonly JournalEntry[]): Promise<void> {
    this.length += entries.length
    return super.append(entries)
  }

  override async appendAt(length: number, entries: readonly JournalEntry[]): Promise<boolean> {
    if (length !== this.length) {
      this.refused++
      return false
    }
    await this.append(entries)
    return true
  }

  async announce(worker: string): Promise<() => Promise<void>> {
    this.alive.add(worker)
    return async () => void this.alive.delete(worker)
  }

  async living(workers: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(workers.filter((worker) => this.alive.has(worker)))
  }
}

/** How often each trial, by its id, was ended. */
async function ends(journal: SharedMemoryJournal): Promise<number[]> {
  const counts: number[] = []
  for (const { op_code, state, trial_id } of await journal.read(0)) {
    if (op_code === 4) counts.push(0)
    if (op_code === 6 && state !== 0) counts[Number(trial_id)] = (counts[Number(trial_id)] ?? 0) + 1
  }
  return counts
}

let backend: Backend
beforeAll(async () => {
  backend = await openBackend({ prefer: 'wasm', workers: 0 })
})
afterAll(() => backend.dispose())

/** Runs so many workers to the end of the study. @returns their events */
async function work(options: StudyOptions, workers: number, trials?: number): Promise<StudyEvent[][]> {
  return Promise.all(
    Array.from({ length: workers }, async () => {
      const study = await createStudy(options)
      const events: StudyEvent[] = []
      for await (const event of study.run(backend, data, { budget: { trials } })) events.push(event)
      return events
    }),
  )
}

describe('workers that share a journal', () => {
  it.each(['none', { name: 'successiveHalving', minResource: 3, reductionFactor: 2 }] as const)(
    'train every trial once, no more than the budget, to the values it has alone; pruner %j',
    async (pruner) => {
      const journal = new SharedMemoryJournal()
      const options: StudyOptions = { ...OPTIONS, journal, batchSize: 3, pruner }
      const events = await work(options, 4, 20)
      const { trials } = await createStudy(options)
      expect(trials).toHaveLength(20)
      expect(await ends(journal)).toEqual(trials.map(() => 1))
      expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(20)
      expect(journal.refused).toBeGreaterThan(0)
      // All of them had a part in it, and all knew of the end.
      for (const one of events) {
        expect(one.map(({ type }) => type)).toContain('batch')
        expect(one.at(-1)).toEqual({ type: 'end', reason: 'budget' })
      }
      const alone = await createStudy({ ...OPTIONS, batchSize: 3 })
      for await (const _ of alone.run(backend, data, { budget: { trials: 20 } }));
      expect(trials.map(({ params }) => params)).toEqual(alone.trials.map(({ params }) => params))
      for (const { number, state, values, intermediateValues } of trials) {
        const reference = alone.trials[number]
        if (state === 'complete') expect(values).toEqual(reference?.values)
        for (const [step, value] of intermediateValues) expect(value).toBe(reference?.intermediateValues.get(step))
      }
    },
  )

  it('are the same as none when there is one', async () => {
    const journal = new SharedMemoryJournal()
    const options: StudyOptions = { ...OPTIONS, sampler: 'tpe', pruner: 'median' }
    await work({ ...options, journal }, 1, 24)
    const alone = await createStudy(options)
    for await (const _ of alone.run(backend, data, { budget: { trials: 24 } }));
    const plain = (trials: readonly Trial[]) =>
      trials.map(
        ({ datetimeStart: _start, datetimeComplete: _complete, systemAttrs: { 'espalier:worker': _worker, ...attrs }, ...trial }) => ({
          ...trial,
          attrs,
        }),
      )
    expect(plain((await createStudy({ ...options, journal })).trials)).toEqual(plain(alone.trials))
  })

  it('try every configuration of a finite space once', async () => {
    const journal = new SharedMemoryJournal()
    const options: StudyOptions = { ...OPTIONS, space: { units: int(2, 8) }, train: smaller, journal, batchSize: 2 }
    const events = await work(options, 3)
    const { trials } = await createStudy(options)
    expect(trials.map(({ params }) => params.units).toSorted()).toEqual([2, 3, 4, 5, 6, 7, 8])
    for (const one of events) expect(one.at(-1)).toEqual({ type: 'end', reason: 'exhausted' })
  })

  it('take over the trials of one that is gone, and what it still says of them counts no more', async () => {
    const journal = new SharedMemoryJournal()
    const options: StudyOptions = { space: { x: int(0, 1000) }, objective: 'minimize', sampler: 'random', batchSize: 2, journal }
    const called: string[] = []
    const first = await createStudy(options)
    let wake = (): void => undefined
    const asleep = new Promise<void>((resolve) => {
      wake = resolve
    })
    const sleeping = (async () => {
      const sleeper = first.optimize(
        async (_params, { number }) => {
          called.push(`first ${number}`)
          await asleep
          return -1
        },
        { budget: { trials: 6 } },
      )
      for await (const { type } of sleeper) if (type === 'end') return
    })()
    await expect.poll(() => called).toEqual(['first 0', 'first 1'])

    const second = await createStudy(options)
    const run = second.optimize(
      ({ x }, { number }) => {
        called.push(`second ${number}`)
        // While the first lives, its trials are left to it.
        if (number === 3) journal.alive.delete([...journal.alive][0] ?? '')
        return Number(x)
      },
      { budget: { trials: 6 } },
    )
    for await (const { type } of run) if (type === 'end') break
    expect(called.slice(2)).toEqual([2, 3, 0, 1, 4, 5].map((number) => `second ${number}`))
    wake()
    await sleeping
    expect(first.trials.map(({ values }) => values)).toEqual(second.trials.map(({ params }) => [params.x]))
    expect(await ends(journal)).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('wait for the last trials of the others, and go when they are told to', async () => {
    const journal = new SharedMemoryJournal()
    const options: StudyOptions = { ...OPTIONS, journal, batchSize: 2 }
    journal.alive.add('other')
    const write = new EntryWriter({ worker: 'other', now: () => new Date() })
    const study = await createStudy(options)
    await journal.append([write.createTrial(0), write.setTrialSystemAttr(0, 'espalier:worker', 'other')])
    const controller = new AbortController()
    const running = (async () => {
      // Of the other's trial nothing says what data it is of; it is waited for, and nothing trained.
      for await (const { type } of study.run(backend, data, { budget: { trials: 1 }, signal: controller.signal }))
        expect(type).toBe('notice')
    })()
    setTimeout(() => controller.abort(), 50)
    await expect(running).rejects.toMatchObject({ name: 'AbortError' })
    await expect(study.tell(0, 1)).rejects.toThrow("trial 0 is another worker's")
    expect(journal.alive).toEqual(new Set(['other']))
  })

  it('ask and tell side by side', async () => {
    const journal = new SharedMemoryJournal()
    const options: StudyOptions = { space: { x: int(0, 9) }, objective: 'minimize', sampler: 'grid', journal }
    const studies = await Promise.all([createStudy(options), createStudy(options)])
    const asked = (await Promise.all(studies.map((study) => study.ask(5)))).flat()
    expect(asked.map(({ params }) => params.x).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    await Promise.all(asked.map(({ number, params }, i) => studies[i % 2]?.tell(number, Number(params.x))))
    expect(await ends(journal)).toEqual(asked.map(() => 1))
    await expect(studies[0].tell(3, 0)).rejects.toThrow('trial 3 is complete')
  })
})

const smaller: StudyOptions['train'] = {
  ...OPTIONS.train,
  network: {
    ...OPTIONS.train.network,
    layers: [
      { units: '$units', activation: 'tanh' },
      { units: 1, activation: 'sigmoid' },
    ],
  },
  optimizer: { name: 'adam', learningRate: 0.01 },
}
