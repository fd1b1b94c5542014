import { learn, loadAnswer, openBackend, readTable, scorePredictions } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finish } from '../../src/core/steps.ts'
import { dealGroups } from '../../src/learn/deal.ts'
import { readProblem } from '../../src/learn/problem.ts'
import { ofGroups } from '../../src/learn/score/clusters.ts'
import type { Judged } from '../../src/learn/score/judged.ts'
import { differenceOf, type ScoreMetric, scoreOf } from '../../src/learn/score/score.ts'
import type { Table } from '../../src/table/table.ts'
import { drawFrom } from '../support/random.ts'

/** Visits of patients: each patient has a mark that says who it is, and an offset of his own, which nothing else tells. */
function visits(patients: number, seed: number, of = 6) {
  const draw = drawFrom(seed)
  return Array.from({ length: patients }, (_, patient) => {
    const [mark, offset] = [draw.normal(), draw.normal()]
    return Array.from({ length: of }, () => {
      const x = draw.normal()
      return { patient: `p${patient}`, mark, x, y: 0.8 * x + offset + 0.3 * draw.normal() }
    })
  }).flat()
}

const tableOf = (rows: readonly ReturnType<typeof visits>[number][], y = (own: number): string => String(own)): Promise<Table> =>
  readTable(['patient,mark,x,y', ...rows.map(({ patient, mark, x, y: own }) => [patient, mark, x, y(own)].join(','))].join('\n'))

describe('rows dealt by whole groups', () => {
  const draw = drawFrom(4)
  const groups = Int32Array.from({ length: 3000 }, () => Math.floor(150 * draw.uniform() ** 1.3))
  const truth = Float64Array.from(groups, (group) => Number(draw.uniform() < (group % 7 === 0 ? 0.6 : 0.1)))

  it.each([
    ['classes', truth, 2],
    ['numbers', truth.map((own) => own + draw.normal()), 0],
  ] as const)('%s: none is in two parts, and the parts are alike', (_, values, classes) => {
    const parts = finish(dealGroups(Float64Array.from(values), classes, groups, 8, 1))
    const partOf = new Map<number, number>()
    for (const [row, group] of groups.entries()) {
      expect(partOf.get(group) ?? parts[row]).toBe(parts[row])
      partOf.set(group, parts[row] ?? -1)
    }
    const all = values.reduce((sum, value) => sum + value, 0) / values.length
    for (let part = 0; part < 8; part++) {
      const own = values.filter((_value, row) => parts[row] === part)
      expect(own.length).toBeGreaterThan(250)
      expect(own.length).toBeLessThan(500)
      expect(Math.abs(own.reduce((sum, value) => sum + value, 0) / own.length - all)).toBeLessThan(0.1)
    }
    expect(finish(dealGroups(Float64Array.from(values), classes, groups, 8, 2))).not.toEqual(parts)
  })

  it('holds in every fold and for every judge, of few rows and of many', async () => {
    for (const [patients, of] of [
      [5, 6],
      [40, 6],
      [30, 900],
      [9, 2500],
    ] as const) {
      const table = await tableOf(visits(patients, 1, of))
      const { folds, judges, grouping, options } = readProblem(table, { target: 'y' }, 3, { by: 'patient' })
      if (grouping === undefined) throw new Error('it was told by what')
      expect(options.ignore).toEqual(['patient'])
      for (const { train, held } of folds) {
        const judged = new Set(Array.from(held, (row) => grouping.groups[row]))
        expect(train.some((row) => judged.has(grouping.groups[row]))).toBe(false)
        expect(held.length).toBeGreaterThan(0)
      }
      const judgeOf = new Map<number | undefined, Set<number>>()
      for (const [row, judge] of judges.entries()) {
        const group = grouping.groups[row]
        judgeOf.set(group, (judgeOf.get(group) ?? new Set()).add(judge))
      }
      expect([...judgeOf.values()].every(({ size }) => size === 1)).toBe(true)
      expect(new Set(judges.filter((judge) => judge !== 255)).size).toBeGreaterThan(1)
    }
  })

  it('refuses what names no groups', async () => {
    const table = await tableOf(visits(40, 1))
    const read = (by: string | number) => readProblem(table, { target: 'y' }, 3, { by })
    expect(() => read('x')).toThrow(
      'by is "x", whose numbers seem to measure something; if they name groups, say so by kinds: { "x": category }',
    )
    const numbered = await readTable(
      `patient,y\n${visits(30, 1)
        .map(({ patient, y }) => `${patient.slice(1)},${y}\n`)
        .join('')}`,
    )
    expect(readProblem(numbered, { target: 'y' }, 3, { by: 'patient' }).grouping).toMatchObject({ by: 'patient', count: 30 })
    expect(() => read('patients')).toThrow('did you mean "patient"?')
    expect(() => readProblem(table, { target: 'patient' }, 3, { by: 'patient' })).toThrow('which is predicted')
    await expect(tableOf(visits(4, 1)).then((few) => readProblem(few, { target: 'y' }, 3, { by: 'patient' }))).rejects.toThrow(
      'by is "patient", which has 4 groups among the rows to learn from; at least 5 are needed',
    )
    const gap = await readTable(
      `patient,y\n${visits(30, 1)
        .map(({ patient, y }, i) => `${i === 7 ? '' : patient},${y}\n`)
        .join('')}`,
    )
    expect(() => readProblem(gap, { target: 'y' }, 3, { by: 'patient' })).toThrow('by is "patient", which row 8 of the table does not have')
  })

  it('is hinted at where a column seems to name what rows are of', async () => {
    const said = readProblem(await tableOf(visits(40, 1)), { target: 'y' }, 3).said
    expect(said).toEqual([expect.stringContaining('"patient" seems to name what several rows are of')])
    expect(readProblem(await tableOf(visits(40, 1)), { target: 'y' }, 3, { by: 'patient' }).said).toEqual([])
    expect(readProblem(await tableOf(visits(60, 1, 1)), { target: 'y' }, 3).said).toEqual([])
  })
})

describe('intervals of rows that belong together', () => {
  /** Fixed predictions whose errors have a part that is their group's. */
  function judged(task: 'classes' | 'numbers', groups: number, seed: number): Judged {
    const draw = drawFrom(seed)
    const rows = Array.from({ length: groups }, (_, group) => {
      const offset = draw.normal()
      return Array.from({ length: 10 }, () => {
        const x = draw.normal()
        return { group, x, z: x + 0.7 * offset + 0.7 * draw.normal() }
      })
    }).flat()
    const together = { groups: Int32Array.from(rows, ({ group }) => group) }
    if (task === 'numbers')
      return { task, actual: Float64Array.from(rows, ({ z }) => z), predicted: Float64Array.from(rows, ({ x }) => 0.9 * x), ...together }
    const chances = rows.map(({ x }) => 1 / (1 + Math.exp(-1.5 * x)))
    return {
      ...{ task, actual: Int32Array.from(rows, ({ z }) => Number(z > 0)), classes: 2, ...together },
      probabilities: Float64Array.from(chances.flatMap((p) => [1 - p, p])),
    }
  }
  const alone = ({ groups: _, ...rest }: Judged): Judged => rest

  it.each([
    ['numbers', 'rootMeanSquaredError'],
    ['numbers', 'meanAbsoluteError'],
    ['numbers', 'r2'],
    ['classes', 'logLoss'],
    ['classes', 'accuracy'],
    ['classes', 'balancedAccuracy'],
    ['classes', 'auc'],
  ] as const)('of %s hold %s in 92 to 98.5 of 100, where rows for themselves hold fewer', (task, metric: ScoreMetric) => {
    const DRAWS = 200
    const truth = scoreOf({ judged: alone(judged(task, 10_000, 1)) }, metric).value
    const holds = (of: (one: Judged) => Judged): number => {
      let held = 0
      for (let seed = 0; seed < DRAWS; seed++) {
        const { low, high } = scoreOf({ judged: of(judged(task, 40, 100 + seed)) }, metric)
        if (low <= truth && truth <= high) held++
      }
      return held / DRAWS
    }
    const [together, apart] = [holds((one) => one), holds(alone)]
    expect(together).toBeGreaterThan(0.92)
    expect(together).toBeLessThan(0.985)
    expect(apart).toBeLessThan(together - 0.01)
  })

  it('are those of rows where every row is a group, and never narrower', () => {
    const one = judged('numbers', 40, 7)
    const single = { ...one, groups: Int32Array.from(one.actual.keys()) }
    const estimate = scoreOf({ judged: single }, 'rootMeanSquaredError')
    const plain = scoreOf({ judged: alone(one) }, 'rootMeanSquaredError')
    expect(estimate.low).toBeCloseTo(plain.low, 12)
    expect(estimate.high).toBeCloseTo(plain.high, 12)
    // Errors that cancel within each group.
    expect(ofGroups(Float64Array.of(1, -1, 1, -1, 1, -1), Int32Array.of(0, 0, 1, 1, 2, 2), 0.95)).toBeGreaterThanOrEqual(1)
    // All right: nothing says that those of another group would be.
    expect(
      ofGroups(
        new Float64Array(40).fill(1),
        Int32Array.from({ length: 40 }, (_, i) => i % 4),
        0.95,
      ),
    ).toBeGreaterThan(10)
  })

  it('widen differences and what a program judges by itself', () => {
    const one = judged('classes', 40, 3)
    const [apart, together] = [
      differenceOf({ judged: alone(one) }, undefined, 'logLoss'),
      differenceOf({ judged: one }, undefined, 'logLoss'),
    ]
    expect(together.value).toBe(apart.value)
    expect(together.high - together.low).toBeGreaterThan(1.1 * (apart.high - apart.low))
    expect(scorePredictions({ judged: one }).high).toBe(scoreOf({ judged: one }, 'logLoss').high)
    const broken = { ...one, groups: new Int32Array(3) }
    expect(() => scorePredictions({ judged: broken })).toThrow('it must be an Int32Array of 400, the number of each row')
  })
})

describe('learn by whole groups', () => {
  let backend: Awaited<ReturnType<typeof openBackend>>
  beforeAll(async () => {
    backend = await openBackend({ prefer: 'wasm', workers: 0 })
  })
  afterAll(() => backend.dispose())

  it('says what rows of others will cost, which rows dealt one by one do not', async () => {
    const [table, others] = [await tableOf(visits(30, 11)), visits(400, 12)]
    const budget = { steps: 1 }
    const by = await learn(backend, table, { target: 'y', by: 'patient', budget, seed: 5 })
    const apart = await learn(backend, table, { target: 'y', ignore: ['patient'], budget, seed: 5 })
    const trueOf = (answer: typeof by): number => {
      const said = answer.predict(others.map(({ mark, x }) => ({ mark, x })))
      return Math.sqrt(said.reduce((sum, { value }, row) => sum + (Number(value) - (others[row]?.y ?? 0)) ** 2, 0) / said.length)
    }
    const [low, high] = by.score.interval
    expect(low).toBeLessThan(trueOf(by))
    expect(high).toBeGreaterThan(trueOf(by))
    expect(apart.score.interval[1]).toBeLessThan(trueOf(apart))
    expect(by.data.learned.by).toEqual({ column: 'patient', groups: 30 })
    expect(by.data.columns.map(({ name }) => name)).toEqual(['mark', 'x'])
    expect(by.card().markdown).toContain('of whole groups by patient, 30 in all')
    expect(apart.data.limits.join()).toContain('"patient" seems to name')
    expect(loadAnswer(by.save()).data.learned.by).toEqual(by.data.learned.by)
  })
})
