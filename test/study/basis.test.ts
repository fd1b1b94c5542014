import {
  type Backend,
  createStudy,
  type FitData,
  MemoryJournal,
  openBackend,
  type StudyData,
  type StudyEvent,
  type StudyOptions,
} from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hash } from '../../src/study/fingerprint.ts'
import type { JournalEntry } from '../../src/study/journal/journal.ts'
import { RebuiltStudies } from '../../src/study/journal/rebuild.ts'
import { drawFrom } from '../support/random.ts'
import { RING as data, OPTIONS } from '../support/ring.ts'

/** A study keeps to the data of its first trials, and says when the arithmetic is not theirs. */

let backend: Backend
beforeAll(async () => {
  backend = await openBackend({ prefer: 'wasm', workers: 0 })
})
afterAll(() => backend.dispose())

async function run(journal: MemoryJournal, trials: number, change: Partial<StudyOptions> = {}, rows: StudyData = data, on = backend) {
  const study = await createStudy({ ...OPTIONS, ...change, journal })
  const events: StudyEvent[] = []
  for await (const event of study.run(on, rows, { budget: { trials } })) events.push(event)
  return events.flatMap((event) => (event.type === 'notice' ? [event.message] : []))
}

async function systemAttrs(journal: MemoryJournal) {
  const rebuilt = new RebuiltStudies()
  rebuilt.apply(await journal.read(0))
  return rebuilt.study('study')?.systemAttrs ?? {}
}

const { train, test } = data
const changed = <T extends Float32Array | Uint8Array | Int32Array>(values: T, place: number, value: number): T => {
  const copy = values.slice() as T
  copy[place] = value
  return copy
}

describe('a study over data', () => {
  it.each<[string, FitData, RegExp]>([
    [
      'fewer training rows',
      { train: { ...train, rows: train.rows - 1, features: train.features.slice(0, -2), targets: train.targets.slice(0, -1) }, test },
      /the training rows were \d+ of 2 columns and are \d+ of 2 columns/,
    ],
    [
      'one feature that is another',
      { train: { ...train, features: changed(train.features, 3, 0.25) }, test },
      /the training rows have other features;/,
    ],
    [
      'one target that is another',
      { train: { ...train, targets: changed(train.targets, 5, 1 - Number(train.targets[5])) }, test },
      /the training rows have other targets;/,
    ],
    [
      'weights that there were not',
      { train: { ...train, sampleWeights: new Float32Array(train.rows).fill(2) }, test },
      /the training rows have other weights;/,
    ],
    ['other test rows', { train, test: { ...test, features: changed(test.features, 0, -9) } }, /the test rows have other features;/],
    [
      'features of another sign',
      { train: { ...train, features: train.features.map((x) => -x) }, test },
      /the training rows have other features;/,
    ],
    [
      'two rows that changed places',
      { train: { ...train, features: swapped(train.features) }, test },
      /the training rows have other features;/,
    ],
  ])('refuses %s, by name, and leaves the journal as it is', async (_, rows, message) => {
    const journal = new MemoryJournal()
    await run(journal, 2)
    const before = await journal.read(0)
    await expect(run(journal, 3, {}, rows)).rejects.toMatchObject({ name: 'InvalidSpecError', message: expect.stringMatching(message) })
    await expect(run(journal, 3, {}, rows)).rejects.toThrow(
      /study "study" cannot continue with other data: .* its 2 earlier ones, so give it its own data/,
    )
    expect(await journal.read(0)).toEqual(before)
    expect(await run(journal, 3)).toEqual([])
  })

  it('refuses test rows where there were none', async () => {
    const journal = new MemoryJournal()
    await run(journal, 2, { objective: 'loss' }, { train })
    await expect(run(journal, 3, { objective: 'loss' })).rejects.toThrow(/the test rows were none and are \d+ of 2 columns/)
  })

  it('goes on over the same numbers in other arrays', async () => {
    const journal = new MemoryJournal()
    const bytes = (rows: number, from: number) => Uint8Array.from({ length: 2 * rows }, (_, i) => (i * 37 + from) % 256)
    const as = (kind: 'bytes' | 'floats', rows: number, from: number) => {
      const features = bytes(rows, from)
      return kind === 'bytes' ? { features, scale: 1 / 255 } : { features: Float32Array.from(features, (byte) => byte * (1 / 255)) }
    }
    const rows = (kind: 'bytes' | 'floats'): FitData => ({
      train: {
        ...as(kind, train.rows, 1),
        rows: train.rows,
        targets: kind === 'bytes' ? Uint8Array.from(train.targets) : Float32Array.from(train.targets),
      },
      test: { ...as(kind, test.rows, 2), rows: test.rows, targets: Float32Array.from(test.targets) },
    })
    expect(await run(journal, 2, {}, rows('bytes'))).toEqual([])
    expect(await run(journal, 3, {}, rows('floats'))).toEqual([])
  })

  it('trains a trial again on the same data alone', async () => {
    const study = await createStudy(OPTIONS)
    for await (const _ of study.run(backend, data, { budget: { trials: 2 } }));
    const other = { train: { ...train, features: changed(train.features, 3, 0.25) }, test }
    await expect(study.retrain(1, backend, other)).rejects.toMatchObject({
      name: 'InvalidSpecError',
      message: expect.stringMatching(
        /^trial 1 of study "study" cannot be trained again on other data: the training rows have other features; give the rows/,
      ),
    })
    await expect(study.retrain(1, 'wasm' as never, data)).rejects.toThrow(/backend is the text "wasm"/)
    await expect(study.retrain(7, backend, data)).rejects.toMatchObject({ name: 'InvalidSpecError' })
    expect((await study.retrain(1, backend, data)).history.testLoss.at(-1)).toBe(study.trials[1]?.values?.[0])
  })

  it('that another process runs keeps its definition: one that is refused writes none of its own', async () => {
    const journal = new MemoryJournal()
    await run(journal, 2)
    const before = await journal.read(0)
    const release = await journal.claim('study')
    await expect(run(journal, 3, { sampler: 'quasiRandom' })).rejects.toThrow(/is run by another loop/)
    expect(await journal.read(0)).toEqual(before)
    await release()
    await run(journal, 3, { sampler: 'quasiRandom' })
    expect((await systemAttrs(journal))['espalier:definition']).toMatchObject({ sampler: 'quasiRandom' })
  })

  it('names the fold that is another; folds that the study cuts itself are one set of rows', async () => {
    const journal = new MemoryJournal()
    const folds = { repeats: { folds: 3 } }
    const of = (other: number) => (fold: number) => ({
      train: fold === other ? { ...train, features: changed(train.features, 0, 7) } : train,
      test,
    })
    await run(journal, 1, folds, of(-1))
    await expect(run(journal, 2, folds, of(2))).rejects.toThrow(/the training rows of fold 2 have other features;/)
    const cut = new MemoryJournal()
    await run(cut, 1, folds)
    expect(await run(cut, 2, folds)).toEqual([])
    expect((await systemAttrs(cut))['espalier:data']).toHaveLength(1)
  })

  it('may change its data as long as no trial has begun', async () => {
    const journal = new MemoryJournal()
    const study = await createStudy({ ...OPTIONS, journal })
    await study.enqueue({ units: 4 })
    for await (const event of study.run(
      backend,
      { train, test: { ...test, features: changed(test.features, 0, 1) } },
      { budget: { trials: 1 } },
    )) {
      if (event.type === 'batch') break
    }
    const fresh = new MemoryJournal((await journal.read(0)).filter(({ op_code }) => op_code < 4))
    expect(await run(fresh, 1)).toEqual([])
  })

  it('takes the data of a journal of 0.1.0 for its own from then on, and says so', async () => {
    const whole = new MemoryJournal()
    await run(whole, 3)
    const old = (await whole.read(0)).filter((entry) => !isBasis(entry))
    const journal = new MemoryJournal(old)
    expect(await run(journal, 4)).toEqual([
      'the journal does not say what data the 3 trials so far were trained on; from now on it does, and the study takes no other',
    ])
    expect(await run(journal, 5)).toEqual([])
    await expect(run(journal, 6, {}, { train, test: { ...test, features: changed(test.features, 0, 1) } })).rejects.toThrow(
      'other features',
    )
  })
})

const isBasis = ({ system_attr }: JournalEntry): boolean =>
  Object.keys((system_attr ?? {}) as object).some((key) => key === 'espalier:data' || key === 'espalier:arithmetic')

function swapped(features: Float32Array | Uint8Array): Float32Array | Uint8Array {
  const copy = features.slice()
  copy.set(features.slice(2, 4), 0)
  copy.set(features.slice(0, 2), 2)
  return copy
}

describe('the arithmetic', () => {
  const as = (arithmetic: string): Backend => ({
    ...backend,
    name: backend.name,
    description: backend.description,
    arithmetic,
    createSession: (population, rows) => backend.createSession(population, rows),
    dispose: () => backend.dispose(),
  })

  it('stands in the journal, and a study that moves to another says from which trial on', async () => {
    const journal = new MemoryJournal()
    expect(await run(journal, 2, {}, data, as('fused'))).toEqual([])
    expect(await run(journal, 3, {}, data, as('fused'))).toEqual([])
    const moved = await run(journal, 5, {}, data, as('plain'))
    expect(moved).toEqual([
      expect.stringMatching(/^from trial 3 on the arithmetic is plain, before it was fused; .*simd: 'plain' is the same on every/),
    ])
    expect(await run(journal, 6, {}, data, as('plain'))).toEqual([])
    expect((await systemAttrs(journal))['espalier:arithmetic']).toEqual([
      { from: 0, arithmetic: 'fused' },
      { from: 3, arithmetic: 'plain' },
    ])
  })

  it('is what the backend says', async () => {
    const journal = new MemoryJournal()
    await run(journal, 1)
    expect((await systemAttrs(journal))['espalier:arithmetic']).toEqual([{ from: 0, arithmetic: backend.arithmetic }])
    expect(backend.arithmetic).toMatch(/^(fused|plain)$/)
  })
})

describe('the hash of numbers', () => {
  it('is another for every single number, bit, order and length', () => {
    const draw = drawFrom(5)
    const values = Float32Array.from({ length: 500 }, () => draw.uniform() - 0.5)
    const seen = new Set([hash(values, 1)])
    const add = (other: Float32Array) => {
      const before = seen.size
      seen.add(hash(other, 1))
      expect(seen.size).toBe(before + 1)
    }
    const bits = new Uint32Array(values.buffer)
    for (let i = 0; i < 500; i++) {
      for (const bit of [0, 1, 15, 22, 30, 31]) {
        const copy = bits.slice()
        copy[i] = (copy[i] ?? 0) ^ (1 << bit)
        add(new Float32Array(copy.buffer))
      }
    }
    for (let i = 0; i + 1 < 500; i++) {
      const copy = values.slice()
      // Two signs: what one change does to a weak hash another takes back.
      copy[i] = -(copy[i] ?? 0)
      copy[i + 1] = -(copy[i + 1] ?? 0)
      add(copy)
      add(values.slice(0, i))
    }
    expect(hash(values, 1)).toMatch(/^[0-9a-f]{16}$/)
  })
})
