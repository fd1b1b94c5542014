import { describe, expect, it } from 'vitest'
import { attribute } from '../../src/learn/matters/attributions.ts'
import { columnImportance } from '../../src/learn/matters/columns.ts'
import { dependenceOf, gridOf } from '../../src/learn/matters/dependence.ts'
import { settingsImportance } from '../../src/learn/matters/settings.ts'
import type { JudgedClasses, JudgedNumbers } from '../../src/learn/score/judged.ts'
import type { Trial } from '../../src/study/trial.ts'
import { drawFrom } from '../support/random.ts'

const COLUMNS = ['a', 'b', 'c', 'd', 'e']

/** Rows of five numbers, and y = 2 a + b + b d plus noise: c and e say nothing. */
function world(rows: number, seed: number) {
  const draw = drawFrom(seed)
  const features = Float64Array.from({ length: rows * 5 }, () => draw.normal())
  const of = (row: number, column: number): number => features[row * 5 + column] ?? Number.NaN
  const y = Float64Array.from({ length: rows }, (_, row) => 2 * of(row, 0) + of(row, 1) * (1 + of(row, 3)) + 0.5 * draw.normal())
  return { rows, of, y }
}

/** A model of it that also follows e a little, by chance. */
const said = (at: (column: number) => number): number => 2 * at(0) + at(1) * (1 + at(3)) + 0.05 * at(4)

function judgedOf({ rows, of, y }: ReturnType<typeof world>): JudgedNumbers {
  return { task: 'numbers', actual: y, predicted: Float64Array.from({ length: rows }, (_, row) => said((column) => of(row, column))) }
}

const replacing =
  ({ rows, of }: ReturnType<typeof world>) =>
  (columns: readonly string[], from: Uint32Array): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) =>
      said((column) => of(columns.includes(COLUMNS[column] ?? '') ? (from[row] ?? Number.NaN) : row, column)),
    )

const groups = COLUMNS.map((name) => ({ name, columns: [name] }))

describe('columns', () => {
  it('matter where the answer is worse without them, in order, with ties said', async () => {
    const own = world(400, 1)
    const found = await columnImportance(judgedOf(own), groups, replacing(own))
    expect(found.map(({ name }) => name).slice(0, 1)).toEqual(['a'])
    expect(
      found
        .filter(({ matters }) => matters)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['a', 'b', 'd'])
    const first = found[0]
    expect(first?.place).toEqual({ best: 1, worst: 1 })
    expect(first?.tied).toEqual([])
    // Without a the squared error grows by twice the variance of 2 a, which is 8.
    expect(first?.value).toBeGreaterThan(Math.sqrt(0.25 + 6) - 0.5)
    expect(first?.value).toBeLessThan(Math.sqrt(0.25 + 10) - 0.5)
    const useless = found.filter(({ name }) => name === 'c' || name === 'e')
    expect(useless.flatMap(({ tied }) => tied)).toEqual(expect.arrayContaining(['c', 'e']))
    for (const { low } of useless) expect(low).toBeLessThanOrEqual(0)
  })

  it('are shuffled together where they are grouped', async () => {
    const own = world(400, 2)
    const [together] = await columnImportance(judgedOf(own), [{ name: 'all', columns: COLUMNS }, ...groups], replacing(own))
    expect(together?.name).toBe('all')
    const seen: (readonly string[])[] = []
    await columnImportance(judgedOf(own), [{ name: 'pair', columns: ['a', 'c'] }], (columns, from) => {
      seen.push(columns)
      return replacing(own)(columns, from)
    })
    expect(seen).toEqual(Array.from({ length: 5 }, () => ['a', 'c']))
  })

  it('that say nothing are seldom called important, and their intervals hold 0', async () => {
    let [wrong, held] = [0, 0]
    const worlds = 40
    for (let seed = 0; seed < worlds; seed++) {
      const draw = drawFrom(100 + seed)
      // Chances that follow four columns of noise, as an overfitted model's do.
      const rows = 150
      const noise = Float64Array.from({ length: rows * 4 }, () => draw.normal())
      const chance = (at: (column: number) => number): number => 1 / (1 + Math.exp(-0.5 * (at(0) + at(1) - at(2) - at(3))))
      const probabilities = (from: (row: number, column: number) => number): Float64Array =>
        Float64Array.from({ length: rows * 2 }, (_, i) => {
          const second = chance((column) => noise[from(i >> 1, column) * 4 + column] ?? Number.NaN)
          return i % 2 === 1 ? second : 1 - second
        })
      const judged: JudgedClasses = {
        task: 'classes',
        classes: 2,
        actual: Int32Array.from({ length: rows }, () => draw.index(2)),
        probabilities: probabilities((row) => row),
      }
      const names = ['0', '1', '2', '3']
      const found = await columnImportance(
        judged,
        names.map((name) => ({ name, columns: [name] })),
        (columns, from) => probabilities((row, column) => (columns.includes(String(column)) ? (from[row] ?? row) : row)),
        { seed },
      )
      wrong += Number(found.some(({ matters }) => matters))
      held += found.filter(({ low, high }) => low <= 0 && high >= 0).length
    }
    expect(wrong / worlds).toBeLessThanOrEqual(0.05)
    expect(held / worlds / 4).toBeGreaterThan(0.93)
  })

  it('refuse predictions of other rows', async () => {
    const own = world(50, 3)
    await expect(columnImportance(judgedOf(own), groups, () => new Float64Array(3))).rejects.toThrow('3 numbers were predicted for 50 rows')
    await expect(columnImportance(judgedOf(own), groups, replacing(own), { shuffles: 0 })).rejects.toThrow('shuffles is 0')
  })
})

describe('curves', () => {
  it('are what the model says, row by row and on average', async () => {
    const own = world(30, 4)
    const { mean, curves } = await dependenceOf([-1, 0, 2], (value) =>
      Float64Array.from({ length: 30 }, (_, row) => said((column) => (column === 0 ? value : own.of(row, column)))),
    )
    // 2 a is a straight line, for each row from where the rest puts it.
    for (let row = 0; row < 30; row++) {
      expect((curves[row * 3 + 1] ?? 0) - (curves[row * 3] ?? 0)).toBeCloseTo(2, 10)
      expect((curves[row * 3 + 2] ?? 0) - (curves[row * 3 + 1] ?? 0)).toBeCloseTo(4, 10)
    }
    expect((mean[2] ?? 0) - (mean[0] ?? 0)).toBeCloseTo(6, 10)
    await expect(dependenceOf([], () => new Float64Array(1))).rejects.toThrow('grid is empty')
  })

  it('are taken at values that rows have, each once', () => {
    expect(gridOf(Float64Array.of(3, 1, Number.NaN, 2, 2, 2, 5), 3)).toEqual([1, 2, 5])
    expect(gridOf(Float64Array.of(1, 0, 1), 20)).toEqual([0, 1])
    expect(gridOf(new Float64Array())).toEqual([])
  })
})

describe('a row’s attributions', () => {
  it('add up, and are a plane’s own terms exactly', async () => {
    const own = world(60, 5)
    const weights = [2, 1, 0, -1, 0.5]
    const plane = (at: (column: number) => number): number => weights.reduce((sum, weight, column) => sum + weight * at(column), 3)
    const mixed = (model: typeof plane) => (mask: Uint8Array, background: Uint32Array) =>
      Float64Array.from(background, (row, i) => model((column) => (mask[i * 5 + column] === 1 ? own.of(0, column) : own.of(row, column))))
    const { base, values, prediction } = await attribute(5, 60, mixed(plane), { pairs: 60 })
    for (const [column, weight] of weights.entries()) {
      const mean = Array.from({ length: 60 }, (_, row) => own.of(row, column)).reduce((a, b) => a + b, 0) / 60
      expect(values[column]).toBeCloseTo(weight * (own.of(0, column) - mean), 10)
    }
    expect(base + values.reduce((a, b) => a + b, 0)).toBeCloseTo(prediction, 10)
    expect(prediction).toBeCloseTo(
      plane((column) => own.of(0, column)),
      10,
    )
  })

  it('come within their standard errors of the exact ones', async () => {
    // f = b d against a background of one row of zeros: half of the product each.
    const product = (mask: Uint8Array, background: Uint32Array) =>
      Float64Array.from(
        background,
        (_, i) => (mask[i * 3] === 1 ? 4 : 0) * (mask[i * 3 + 1] === 1 ? 3 : 0) + (mask[i * 3 + 2] === 1 ? 1 : 0),
      )
    const { values } = await attribute(3, 1, product, { pairs: 5 })
    expect([...values]).toEqual([6, 6, 1])
    // Against many rows the sample scatters as it says: 40 samples, of which 68 % within one error and 95 % within two.
    const own = world(500, 6)
    const mixed = (mask: Uint8Array, background: Uint32Array) =>
      Float64Array.from(background, (row, i) => said((column) => (mask[i * 5 + column] === 1 ? 1 : own.of(row, column))))
    const exact = await attribute(5, 500, mixed, { pairs: 4000, seed: 999 })
    let [one, two] = [0, 0]
    for (let seed = 0; seed < 40; seed++) {
      const { values: some, errors } = await attribute(5, 500, mixed, { pairs: 50, seed })
      const off = Math.abs((some[1] ?? 0) - (exact.values[1] ?? 0)) / (errors[1] ?? Number.NaN)
      one += Number(off < 1) / 40
      two += Number(off < 2) / 40
    }
    expect(one).toBeGreaterThan(0.5)
    expect(two).toBeGreaterThan(0.87)
    expect(one).toBeLessThan(0.88)
  })

  it('refuse what cannot be', async () => {
    await expect(attribute(0, 1, () => new Float64Array())).rejects.toThrow('columns is 0')
    await expect(attribute(1, 1, () => new Float64Array(), { pairs: 1 })).rejects.toThrow('predict gave 0 numbers for 4 rows')
  })
})

describe('settings', () => {
  /** Candidates spread evenly, with values by the weights of six settings and noise. */
  function trials(count: number, weights: readonly number[], seed: number, failing = 0): Trial[] {
    const draw = drawFrom(seed)
    return Array.from({ length: count }, (_, number) => {
      const places = weights.map(() => draw.uniform())
      const value = places.reduce((sum, x, i) => sum + (weights[i] ?? 0) * x, 0.2 * draw.normal())
      const fails = (places[5] ?? 0) < failing
      return {
        number,
        state: fails ? 'fail' : 'complete',
        params: Object.fromEntries(places.map((x, i) => [`s${i}`, 10 ** (4 * x - 4)])),
        distributions: Object.fromEntries(
          places.map((_, i) => [`s${i}`, { type: 'float', low: 1e-4, high: 1, log: true, step: undefined }]),
        ),
        values: fails ? undefined : [value],
        intermediateValues: new Map(),
        userAttrs: {},
        systemAttrs: {},
        datetimeStart: undefined,
        datetimeComplete: undefined,
      }
    })
  }

  const FEW = { direction: 'minimize', trees: 8, drawings: 40 } as const

  it('are named where one is first in nearly every drawing, on the declared scale', () => {
    const { surely, settings, text } = settingsImportance(trials(60, [2, 0.5, 0, 0, 0, 0], 1), FEW)
    expect(surely).toBe('s0')
    expect(settings[0]?.first).toBeGreaterThanOrEqual(95)
    expect(settings[0]?.value).toBeGreaterThan(0.5)
    expect(text).toMatch(/^s0 matters most: first in (38|39|40) of 40 drawings\.$/)
  })

  it('are not told apart where two do as much', () => {
    const { surely, text } = settingsImportance(trials(60, [1, 1, 0, 0, 0, 0], 2), FEW)
    expect(surely).toBeUndefined()
    expect(text).toContain('cannot be told apart')
  })

  it('are not named of noise', () => {
    for (const seed of [1, 2, 3, 4])
      expect(settingsImportance(trials(40, [0, 0, 0, 0, 0, 0], seed), FEW).surely, `seed ${seed}`).toBeUndefined()
  })

  it('count failures as the worst', () => {
    // The sixth setting does nothing but let candidates fail.
    const { settings } = settingsImportance(trials(80, [0.3, 0, 0, 0, 0, 0], 3, 0.3), FEW)
    expect(settings[0]?.name).toBe('s5')
    expect(() => settingsImportance([], FEW)).toThrow('0 candidates have a value')
  })
})
