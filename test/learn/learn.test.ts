/** `learn`, from a table to an answer, on tables small enough to be learned in moments. */

import { type Backend, type LearnOptions, learn, loadAnswer, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at } from '../../src/core/at.ts'
import { categories, numbers, range, table } from '../prepare/tables.ts'
import { drawFrom } from '../support/random.ts'

const STEP = { budget: { steps: 1 }, seed: 7 } as const satisfies LearnOptions

/** y of `a` and `town`; `noise` says nothing. */
function world(rows: number, seed: number, target: 'number' | 'class' | 'chance') {
  const draw = drawFrom(seed)
  const a = range(0, rows).map(() => draw.normal())
  const town = range(0, rows).map(() => draw.index(3))
  const y = a.map((value, i) => 2 * value + at([0, 4, -3], at(town, i)) + 0.3 * draw.normal())
  const names = (isFirst: (i: number) => boolean) =>
    categories(
      'y',
      range(0, rows).map((i) => (isFirst(i) ? 'yes' : 'no')),
    )
  return table(
    numbers('a', a),
    categories(
      'town',
      town.map((i) => at(['Bonn', 'Ulm', 'Trier'], i)),
    ),
    numbers(
      'noise',
      a.map(() => draw.normal()),
    ),
    target === 'number' ? numbers('y', y) : names(target === 'class' ? (i) => at(y, i) > 0 : () => draw.uniform() < 0.8),
  )
}

describe('learn', () => {
  let backend: Backend
  beforeAll(async () => {
    backend = await openBackend({ prefer: 'wasm', workers: 2 })
  })
  afterAll(() => backend.dispose())

  it('finds what a number depends on, and says how sure that is', async () => {
    const answer = await learn(backend, world(120, 1, 'number'), { target: 'y', ...STEP })
    expect(answer.score.metric).toBe('rootMeanSquaredError')
    expect(answer.score.verdict).not.toBe('noBetterThanGuessing')
    // The noise is 0.3, the spread 3.6; a straight line sees all of it.
    expect(answer.score.value).toBeLessThan(0.8)
    expect(answer.score.baselines.linear).toBeLessThan(0.4)
    expect(answer.score.baselines.guess).toBeGreaterThan(2)
    const [first, second, third] = answer.matters.columns.map(({ name }) => name)
    expect(new Set([first, second])).toEqual(new Set(['a', 'town']))
    expect(third).toBe('noise')
    const [row] = answer.predict([{ a: 1, town: 'Ulm', noise: 0 }])
    if (row === undefined || !('interval' in row)) throw new Error('a number has an interval')
    expect(Math.abs(row.value - 6)).toBeLessThan(1)
    expect(row.interval.low).toBeLessThan(6)
    expect(row.interval.high).toBeGreaterThan(6)
  })

  it('gives the same bits for the same seed and steps, with one worker or two, and after saving', async () => {
    const one = await openBackend({ prefer: 'wasm', workers: 1 })
    try {
      const rows = world(80, 2, 'class')
      const answers = [await learn(backend, rows, { target: 'y', ...STEP }), await learn(one, rows, { target: 'y', ...STEP })]
      const said = answers.map((answer) => answer.predict(rows).map((row) => ('probabilities' in row ? row.probabilities : row)))
      expect(said[1]).toEqual(said[0])
      const [first] = answers
      if (first === undefined) throw new Error('there are two answers')
      expect(answers[1]?.score).toEqual(first.score)
      expect(loadAnswer(first.save()).predict(rows)).toEqual(first.predict(rows))
      const other = await learn(backend, rows, { target: 'y', ...STEP, seed: 8 })
      expect(other.score.value).not.toBe(first.score.value)
    } finally {
      await one.dispose()
    }
  })

  it('says of chance that it is no better than guessing', async () => {
    for (const seed of [3, 4, 5]) {
      const { score } = await learn(backend, world(100, seed, 'chance'), { target: 'y', ...STEP })
      expect(score.verdict, `seed ${seed}`).toBe('noBetterThanGuessing')
      expect(score.sentence).toContain('No better than guessing')
    }
  })

  it('tells the best so far, and stops with it', async () => {
    const stop = new AbortController()
    const told: number[] = []
    const answer = await learn(backend, world(80, 6, 'number'), {
      target: 'y',
      budget: { steps: 1000 },
      groups: { both: ['a', 'town'] },
      signal: stop.signal,
      onProgress: ({ answer: best, done }) => {
        told.push(done)
        expect(best.score.value).toBeGreaterThan(0)
        if (told.length === 2) stop.abort()
      },
    })
    expect(told.length).toBe(2)
    expect(answer.data.learned.stopped).toBe(true)
    expect(answer.data.learned.steps).toBe(1)
    // Shuffled together, and asked of few rows, for nobody waits long who has stopped it.
    expect(answer.matters.columns.map(({ name }) => name)).toEqual(['both', 'noise'])
    const gone = AbortSignal.abort(new Error('not wanted'))
    await expect(learn(backend, world(80, 6, 'number'), { target: 'y', ...STEP, signal: gone })).rejects.toThrow('not wanted')
  })

  it('ends when its seconds are over, and says what they came to', async () => {
    const started = performance.now()
    const { data } = await learn(backend, world(200, 7, 'number'), { target: 'y', budget: { seconds: 3 } })
    expect((performance.now() - started) / 1000).toBeLessThan(30)
    expect(data.learned.budget).toEqual({ seconds: 3 })
    expect(data.learned.seconds).toBeGreaterThan(1)
  })

  it('goes on for longer than a timer can count, until it is stopped', async () => {
    for (const seconds of [3e6, 1e12]) {
      const stop = new AbortController()
      const onProgress = () => stop.abort()
      const { data } = await learn(backend, world(120, 1, 'number'), { target: 'y', budget: { seconds }, signal: stop.signal, onProgress })
      expect(data.score.verdict).not.toBe('noBetterThanGuessing')
    }
  })

  it('guesses where there was no time for anything else, says so, and can be kept', async () => {
    for (const kind of ['number', 'class'] as const) {
      const rows = world(80, 9, kind)
      const guess = await learn(backend, rows, { target: 'y', budget: { seconds: 1e-6 } })
      const { data } = guess
      expect(data.score.verdict).toBe('noBetterThanGuessing')
      expect(data.score.sentence).toBe('No better than guessing: in 0.000001 seconds nothing else was learned; give it more.')
      expect(data.score.baselines.linear).toBeNull()
      expect(data.score.value).toBeCloseTo(data.score.baselines.guess, 1)
      expect(data.columns.map(({ name }) => name)).toEqual(['a', 'town', 'noise'])
      const answer = loadAnswer(guess.save())
      const said = answer.predict([
        { a: 1, town: 'Ulm', noise: 0 },
        { a: 99, town: 'Rome', noise: null },
      ])
      const [one, other] = said
      expect(other?.value).toEqual(one?.value)
      expect(other?.outside.map(({ column }) => column)).toEqual(['a', 'town', 'noise'])
      if (one === undefined || !('interval' in one)) continue
      // The spread of the target is 3.6.
      expect(one.interval.high - one.interval.low).toBeGreaterThan(10)
    }
    const stop = new AbortController()
    queueMicrotask(() => stop.abort())
    const stopped = await learn(backend, world(80, 9, 'class'), { target: 'y', ...STEP, signal: stop.signal })
    expect(stopped.score.sentence).toBe('No better than guessing: it was stopped before anything was learned.')
    const area = stopped.data.score.metrics.find(({ name }) => name === 'auc')
    expect(area).toMatchObject({ value: 0.5, interval: [0.5, 0.5] })
  })

  it('learns counts by a guess as well', async () => {
    const draw = drawFrom(3)
    const counts = table(
      numbers(
        'a',
        range(0, 60).map(() => draw.normal()),
      ),
      numbers(
        'y',
        range(0, 60).map(() => draw.index(5)),
      ),
    )
    const guess = await learn(backend, counts, { target: 'y', loss: 'poisson', budget: { seconds: 1e-6 } })
    const [said] = loadAnswer(guess.save()).predict([{ a: 0 }])
    expect(guess.score.metric).toBe('meanPoissonDeviance')
    expect(Math.abs(Number(said?.value) - 2)).toBeLessThan(0.6)
  })

  it('learns from numbers that are very large or very small, and refuses those it cannot square', async () => {
    const draw = drawFrom(4)
    const a = range(0, 60).map(() => draw.normal())
    const by = (factor: number, feature: number) =>
      table(
        numbers(
          'a',
          a.map((value) => value * feature),
        ),
        numbers(
          'y',
          a.map((value) => value * factor),
        ),
      )
    const plain = (await learn(backend, by(1, 1), { target: 'y', ...STEP })).score
    for (const factor of [2 ** 200, 2 ** -200]) {
      const answer = await learn(backend, by(factor, 1), { target: 'y', ...STEP })
      const { score } = loadAnswer(answer.save())
      expect(score.value / factor).toBeCloseTo(plain.value, 6)
      expect(score.interval[0] / factor).toBeCloseTo(plain.interval[0], 6)
    }
    for (const feature of [1e300, 1e-300])
      expect((await learn(backend, by(1, feature), { target: 'y', ...STEP })).score.verdict, String(feature)).not.toBe(
        'noBetterThanGuessing',
      )
    await expect(learn(backend, by(1e200, 1), { target: 'y', ...STEP })).rejects.toThrow('give it in other units: divided by 1e200')
    await expect(learn(backend, by(1e-200, 1), { target: 'y', ...STEP })).rejects.toThrow('give it in other units: multiplied by 1e200')
  })

  it('refuses what cannot be learned from, and says what to do', async () => {
    const rows = world(40, 8, 'class')
    const fail = (options: object, message: string | RegExp) =>
      expect(learn(backend, rows, { ...STEP, ...options } as LearnOptions)).rejects.toThrow(message)
    await fail({ target: 'z' }, 'z')
    await fail({ budget: { seconds: 0 } }, 'budget is')
    // An answer could not be kept with it.
    await fail({ budget: { seconds: Number.POSITIVE_INFINITY } }, 'a finite number above 0')
    await fail({ budget: { steps: 1.5 } }, 'budget is')
    await fail({ budget: undefined }, 'budget is')
    await fail({ target: 'y', groups: ['a'] }, 'groups.0 is the text "a"; it must be a list of columns')
    await fail({ target: 'y', groups: { one: ['a'], two: ['a'] } }, 'column "a" is in groups.one and again in groups.two')
    await fail({ target: 'y', groups: { one: ['b'] } }, 'there is no such column')
    const fault = () => {
      throw new Error('a fault of the page')
    }
    await fail({ target: 'y', onProgress: fault }, 'a fault of the page')
    await expect(learn(backend, world(12, 8, 'class'), { target: 'y', ...STEP })).rejects.toThrow('at least 20 are needed')
  })
})
