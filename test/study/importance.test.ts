import { describe, expect, it } from 'vitest'
import { fanova } from '../../src/study/importance/fanova.ts'
import { FlatTree, growForest } from '../../src/study/importance/forest.ts'
import { permutationImportance } from '../../src/study/importance/permutation.ts'
import { contour, slice } from '../../src/study/importance/slice.ts'
import { tableOf } from '../../src/study/importance/table.ts'
import { StudyRandom } from '../../src/study/random.ts'
import { intervalOf, type Params, valueAt } from '../../src/study/space/distributions.ts'
import { categorical, float, int, Space, type SpaceSpec } from '../../src/study/space/space.ts'
import type { Trial } from '../../src/study/trial.ts'
import { expectClose, FLOAT64 } from '../support/close.ts'
import { completeTrials, trialOf } from '../support/trials.ts'

/** Random configurations of the space and their values. */
function trialsOf(space: SpaceSpec, count: number, objective: (params: Params) => number): Trial[] {
  const declared = new Space(space)
  const params = Array.from({ length: count }, (_, number) => {
    const random = new StudyRandom(11, number)
    return declared.build((_name, distribution) => {
      if (distribution.type === 'categorical') return valueAt(distribution, random.integer(distribution.choices.length))
      const { low, high, fromInterval } = intervalOf(distribution)
      return fromInterval(low + random.uniform() * (high - low))
    })
  })
  return completeTrials(space, params, params.map(objective))
}

const of = (params: Params, name: string): number => Number(params[name])
const CUBE = { a: float(0, 1), b: float(0, 1), c: float(0, 1) }
const cube = trialsOf(CUBE, 60, (p) => 3 * of(p, 'a') + of(p, 'b') + 4 * of(p, 'b') * of(p, 'c'))
const importanceOf = (trials: readonly Trial[], name: string, options = {}): number =>
  fanova(trials, options).parameters.find((one) => one.name === name)?.importance ?? Number.NaN

describe('the forest', () => {
  const table = tableOf(cube)

  it('is the same for the same seed and another for another', () => {
    const grown = (seed: number): string => JSON.stringify(growForest(table, { seed, trees: 5 }))
    expect(grown(3)).toBe(grown(3))
    expect(grown(3)).not.toBe(grown(4))
  })

  it('holds what its trees were grown from, and averages what it cannot tell apart', () => {
    for (const tree of growForest(table)) {
      for (const [row, target] of table.targets.entries()) {
        if ((tree.counts[row] ?? 0) > 0)
          expect(new FlatTree(tree).predict(table.columns, row, row, new Uint8Array(table.columns.length))).toBe(target)
      }
    }
    const same = tableOf(completeTrials({ a: float(0, 1) }, [{ a: 0.5 }, { a: 0.5 }, { a: 0.5 }], [1, 2, 6]))
    for (const { root, counts } of growForest(same)) {
      const [one = 0, two = 0, six = 0] = counts
      expect(root).toEqual({ value: expect.closeTo((one + 2 * two + 6 * six) / 3, 12) })
    }
  })

  it('splits once at depth 1, where the squared error falls most', () => {
    const steps = tableOf(
      completeTrials(
        { a: float(0, 1) },
        [0.1, 0.2, 0.7, 0.9].map((a) => ({ a })),
        [5, 5, 8, 8],
      ),
    )
    const splits = growForest(steps, { maxDepth: 1 }).flatMap(({ root }) => ('column' in root ? [root] : []))
    expect(splits.length).toBeGreaterThan(40)
    for (const { threshold, below, above } of splits) {
      expect([0.4, 0.45, 0.5, 0.55].some((middle) => Math.abs(middle - threshold) < 1e-12)).toBe(true)
      expect([below, above]).toEqual([{ value: 5 }, { value: 8 }])
    }
  })
})

describe('fANOVA', () => {
  it('is the variance over the whole space, cell by cell', () => {
    const few = cube.slice(0, 10)
    const table = tableOf(few)
    // The prediction is constant between neighbouring thresholds: sums over all cells are the integrals.
    const cells = [0, 1, 2].map((column) => {
      const sorted = Float64Array.from(table.columns[column] ?? []).sort()
      const cuts = [0, ...[...sorted.slice(1)].flatMap((x, i) => [...sorted.slice(0, i + 1)].map((y) => x / 2 + y / 2)), 1].sort(
        (x, y) => x - y,
      )
      const edges = [...new Set(cuts)]
      return edges.slice(1).map((end, i) => ({ x: ((edges[i] ?? 0) + end) / 2, width: end - (edges[i] ?? 0) }))
    })
    const [as = [], bs = [], cs = []] = cells
    const expected = growForest(table, { trees: 2, seed: 5 }).map((tree) => {
      const at = (a: number, b: number, c: number): number =>
        new FlatTree(tree).predict(
          [a, b, c].map((x) => Float64Array.of(x)),
          0,
          0,
          new Uint8Array(3),
        )
      let [mean, square] = [0, 0]
      const single = [as.map(() => 0), bs.map(() => 0), cs.map(() => 0)]
      const pairAB = as.map(() => bs.map(() => 0))
      for (const [i, a] of as.entries()) {
        for (const [j, b] of bs.entries()) {
          for (const [k, c] of cs.entries()) {
            const value = at(a.x, b.x, c.x)
            mean += value * a.width * b.width * c.width
            square += value * value * a.width * b.width * c.width
            add(single[0], i, value * b.width * c.width)
            add(single[1], j, value * a.width * c.width)
            add(single[2], k, value * a.width * b.width)
            add(pairAB[i], j, value * c.width)
          }
        }
      }
      const total = square - mean * mean
      const variances = single.map((values, column) =>
        values.reduce((sum, v, i) => sum + (v - mean) ** 2 * (cells[column]?.[i]?.width ?? 0), 0),
      )
      const ab = pairAB.reduce(
        (sum, row, i) => sum + row.reduce((s, v, j) => s + (v - mean) ** 2 * (bs[j]?.width ?? 0), 0) * (as[i]?.width ?? 0),
        0,
      )
      return [...variances.map((v) => v / total), Math.max(0, ab - (variances[0] ?? 0) - (variances[1] ?? 0)) / total]
    })
    const found = fanova(few, { trees: 2, seed: 5, pairs: true })
    const fractions = [
      ...['a', 'b', 'c'].map((name) => found.parameters.find((one) => one.name === name)?.fraction ?? Number.NaN),
      found.pairs.find(({ names }) => names.join() === 'a,b')?.fraction ?? Number.NaN,
    ]
    const means = [0, 1, 2, 3].map((i) => expected.reduce((sum, tree) => sum + (tree[i] ?? Number.NaN) / expected.length, 0))
    expectClose(fractions, means, 'fractions of a, b, c and of a with b', FLOAT64)
  })

  it('adds up to 1, most important first, and finds the pair that interacts', () => {
    // A third of what hangs on b and c hangs on both: each alone explains 1, both together 1 more, a 0.0075.
    const corner = trialsOf(CUBE, 150, (p) => (of(p, 'b') > 0.5 && of(p, 'c') > 0.5 ? 4 : 0) + 0.3 * of(p, 'a'))
    const { parameters, pairs } = fanova(corner, { pairs: true })
    expect(parameters.reduce((sum, { importance }) => sum + importance, 0)).toBeCloseTo(1, 12)
    expect(parameters.map(({ fraction }) => fraction)).toEqual(parameters.map(({ fraction }) => fraction).toSorted((a, b) => b - a))
    expect(pairs[0]?.names).toEqual(['b', 'c'])
    expect(pairs[0]?.fraction).toBeGreaterThan(0.25)
    expect(pairs).toHaveLength(3)
    expect(pairs[1]?.fraction).toBeLessThan(0.05)
    const all = [...parameters, ...pairs].reduce((sum, { fraction }) => sum + fraction, 0)
    expect(all).toBeGreaterThan(0.9)
    expect(all).toBeLessThanOrEqual(1 + 1e-9)
  })

  it('takes a categorical parameter as a whole, and gives one of a single value nothing', () => {
    const space = { a: float(0, 1), kind: categorical(['x', 'y', 'z']), only: categorical(['o']), one: int(3, 3) }
    const trials = trialsOf(space, 60, (p) => (p.kind === 'y' ? 2 : 0) + 0.5 * of(p, 'a'))
    const { parameters } = fanova(trials)
    expect(parameters.map(({ name }) => name).slice(0, 2)).toEqual(['kind', 'a'])
    expect(parameters[0]?.importance).toBeGreaterThan(0.8)
    expect(parameters.slice(2).map(({ importance }) => importance)).toEqual([0, 0])
  })

  it('assesses conditional parameters; `params` asks for the trials that have them', () => {
    const space = { deep: categorical([false, true]), second: float(0, 1, { when: 'deep' }), rate: float(0, 1) }
    const trials = trialsOf(space, 80, (p) => (p.deep === true ? 1 + 3 * of(p, 'second') : 0) + 0.2 * of(p, 'rate'))
    const all = fanova(trials).parameters
    expect(all.map(({ name }) => name)).toEqual(['deep', 'second', 'rate'])
    expect(all[1]?.importance).toBeGreaterThan(0.1)
    const inside = fanova(trials, { params: ['second', 'rate'] }).parameters
    expect(inside[0]).toMatchObject({ name: 'second', importance: expect.closeTo(1, 1) })
    expect(tableOf(trials, { params: ['second'] }).trials.every(({ params }) => params.deep === true)).toBe(true)
  })

  it('measures a logarithmic range as it is, as Optuna, or by its logarithm', () => {
    const space = { rate: float(1e-5, 1, { log: true }), a: float(0, 1) }
    // All that happens to the rate happens below 1 % of its range.
    const trials = trialsOf(space, 100, (p) => Math.min(2, Math.abs(Math.log10(of(p, 'rate')) + 5)) + 0.3 * of(p, 'a'))
    expect(importanceOf(trials, 'rate')).toBeLessThan(0.6)
    expect(importanceOf(trials, 'rate', { scale: 'declared' })).toBeGreaterThan(0.9)
  })

  it('takes the objective asked for, and complete trials with a finite value only', () => {
    const two = cube.map((trial): Trial => ({ ...trial, values: [0, of(trial.params, 'c')] }))
    expect(importanceOf(two, 'c', { objective: 1 })).toBeGreaterThan(0.9)
    const more = [
      ...cube,
      ...(['pruned', 'fail', 'running'] as const).map((state) => trialOf(99, state, { params: { a: 1 }, values: [1e9] })),
    ]
    const infinite = trialOf(99, 'complete', { params: { a: 1 }, values: [Number.POSITIVE_INFINITY] })
    expect(fanova([...more, infinite])).toEqual(fanova(cube))
  })

  it('joins the ranges of a space that grew', () => {
    const wider = completeTrials({ ...CUBE, a: float(-1, 2) }, [{ a: -1, b: 0, c: 0 }], [-3])
    const table = tableOf([...cube, ...wider])
    expect(table.bounds[0]).toEqual({ low: -1, high: 2 })
    const other = completeTrials({ a: categorical(['x', 'y']) }, [{ a: 'x' }], [1])
    expect(() => tableOf([...cube, ...other])).toThrow('the parameter a is float in one trial and categorical in another')
  })

  it('says why it can tell nothing', () => {
    expect(() => fanova([])).toThrow('0 complete trials have a finite value of objective 0; at least two are needed to see what matters')
    expect(() => fanova(cube, { params: ['z'] })).toThrow('of objective 0 and the parameters z')
    expect(() => fanova(cube.map((trial): Trial => ({ ...trial, values: [1] })))).toThrow('all 60 trials have the same value')
  })
})

const add = (values: number[] | undefined, place: number, value: number): void => {
  if (values !== undefined) values[place] = (values[place] ?? 0) + value
}

describe('permutation importance', () => {
  it('finds what predictions need, and nothing in noise', () => {
    const space = { a: float(0, 1), b: float(0, 1), kind: categorical(['x', 'y', 'z']), noise: float(0, 1) }
    const trials = trialsOf(space, 120, (p) => 3 * of(p, 'a') + of(p, 'b') + (p.kind === 'x' ? 2 : 0))
    const found = permutationImportance(trials)
    expect(found.map(({ name }) => name)).toEqual(['kind', 'a', 'b', 'noise'])
    expect(found.reduce((sum, { importance }) => sum + importance, 0)).toBeCloseTo(1, 12)
    expect(found[0]?.increase).toBeGreaterThan(0.5)
    expect(Math.abs(found[3]?.increase ?? 1)).toBeLessThan(0.05)
    expect(permutationImportance(trials)).toEqual(found)
  })

  it('gives nothing where there is nothing to learn', () => {
    const flat = cube.map((trial): Trial => ({ ...trial, values: [1] }))
    expect(permutationImportance(flat).map(({ importance, increase }) => [importance, increase])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ])
  })
})

describe('slice and contour', () => {
  const space = {
    rate: float(1e-3, 1, { log: true }),
    kind: categorical(['x', 'y']),
    units: int(1, 4),
    extra: float(0, 1, { when: 'units > 2' }),
  }
  const trials = trialsOf(space, 150, (p) => Math.log10(of(p, 'rate')) + (p.kind === 'x' ? 5 : 0) + of(p, 'units'))

  it('follow one parameter, the others averaged out', () => {
    const { points, curve } = slice(trials, 'rate', { grid: 7 })
    expect(points).toHaveLength(150)
    expect(points[3]).toEqual({ number: 3, x: trials[3]?.params.rate, value: trials[3]?.values?.[0] })
    expectClose(
      curve.map(({ x }) => Math.log10(Number(x))),
      [-3, -2.5, -2, -1.5, -1, -0.5, 0],
      'grid',
      FLOAT64,
    )
    // Averaged over kind (2.5) and over units from 1 to 4 (2.5).
    const expected = curve.map(({ x }) => Math.log10(Number(x)) + 5)
    for (const [i, { mean, sd }] of curve.entries()) {
      expect(Math.abs(mean - (expected[i] ?? Number.NaN))).toBeLessThan(0.4)
      expect(sd).toBeGreaterThan(0)
    }
    expect(slice(trials, 'units').curve.map(({ x }) => x)).toEqual([1, 2, 3, 4])
    expect(slice(trials, 'extra').points.length).toBeLessThan(100)
  })

  it('follow two', () => {
    const { x, y, z, points } = contour(trials, 'kind', 'units')
    expect([x, y]).toEqual([
      ['x', 'y'],
      [1, 2, 3, 4],
    ])
    expect(points).toHaveLength(150)
    for (const [i, row] of z.entries()) {
      expect((row[0] ?? 0) - (row[1] ?? 0)).toBeCloseTo(5, 0)
      if (i > 0) expect((row[0] ?? 0) - (z[i - 1]?.[0] ?? 0)).toBeGreaterThan(0.5)
    }
  })

  it('refuse what they cannot show', () => {
    expect(() => slice(trials, 'momentum')).toThrow('no complete trial has the parameter momentum; they have rate, kind, units')
    expect(() => contour(trials, 'rate', 'rate')).toThrow('both axes are rate')
  })
})
