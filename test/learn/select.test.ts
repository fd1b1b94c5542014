/** The choice of an ensemble, and the rows that may judge it. */

import { describe, expect, it } from 'vitest'
import { at } from '../../src/core/at.ts'
import { finish } from '../../src/core/steps.ts'
import { Library } from '../../src/learn/library.ts'
import { type Problem, readProblem } from '../../src/learn/problem.ts'
import { combine, meanLoss, selectEnsemble } from '../../src/learn/select.ts'
import { categories, numbers, range, table } from '../prepare/tables.ts'
import { drawFrom } from '../support/random.ts'

const ROWS = 90

function problemOf(target: 'number' | 'class', seed = 1): Problem {
  const draw = drawFrom(seed)
  const x = range(0, ROWS).map(() => draw.normal())
  const y = x.map((value) => value + draw.normal())
  const own =
    target === 'number'
      ? numbers('y', y)
      : categories(
          'y',
          y.map((value) => (value > 1 ? 'c' : value > 0 ? 'b' : 'a')),
        )
  return readProblem(table(numbers('x', x), own), { target: 'y' }, seed)
}

/** Predictions that miss the truth by chance. */
function guesses({ truth }: Problem, spread: number, seed: number): Float64Array {
  const draw = drawFrom(seed)
  return truth.map((value) => value + spread * draw.normal())
}

describe('selectEnsemble', () => {
  const { truth, task, outputs } = problemOf('number')
  const choosing = { task, outputs, truth, rows: Uint32Array.from(truth.keys()) }

  it('gives all weight to a model that is never wrong', () => {
    const library = [guesses(problemOf('number'), 1, 1), truth.slice(), guesses(problemOf('number'), 1, 2)]
    const weights = selectEnsemble(choosing, library)
    expect(at(weights, 1)).toBeGreaterThan(0.4)
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
  })

  it('is better than each of many that err by chance, on the rows that choose and on others', () => {
    const problem = problemOf('number')
    const library = range(0, 8).map((i) => guesses(problem, 1, 10 + i))
    const half = { ...choosing, rows: choosing.rows.filter((row) => row % 2 === 0) }
    const other = { ...choosing, rows: choosing.rows.filter((row) => row % 2 === 1) }
    const combined = combine(library, selectEnsemble(half, library))
    const alone = library.map((one) => meanLoss(other, one))
    expect(meanLoss(other, combined)).toBeLessThan(0.5 * Math.min(...alone))
  })

  it('holds few rows to equal weights, and lets many say what they say', () => {
    const of = (count: number) => {
      const own = { task: 'binary', outputs: 1, truth: new Float64Array(count).fill(1), rows: Uint32Array.from(range(0, count)) } as const
      return selectEnsemble(own, [new Float64Array(count).fill(0.6), new Float64Array(count).fill(0.5)])
    }
    expect(at(of(3), 0)).toBeGreaterThan(0.51)
    expect(at(of(3), 0)).toBeLessThan(0.6)
    expect(at(of(2000), 0)).toBeGreaterThan(0.95)
  })

  it.each(['number', 'class'] as const)('finds no better weights near those it gives: of a %s', (target) => {
    const problem = problemOf(target)
    const all = { task: problem.task, outputs: problem.outputs, truth: problem.truth, rows: Uint32Array.from(problem.truth.keys()) }
    const library = range(0, 5).map((i) => {
      if (target === 'number') return guesses(problem, 0.5 + 0.1 * i, 40 + i)
      const draw = drawFrom(50 + i)
      const rows = Array.from(problem.truth, (own) => range(0, 3).map((c) => 0.2 + draw.uniform() + (c === own ? 0.5 : 0)))
      return Float64Array.from(rows.flatMap((row) => row.map((p) => p / row.reduce((a, b) => a + b, 0))))
    })
    const weights = selectEnsemble(all, library)
    const best = Math.min(...library.map((one) => meanLoss(all, one)))
    const cost = (some: Float64Array) =>
      meanLoss(all, combine(library, some)) / (target === 'number' ? 2 * best : 1) +
      (4 / ROWS) * some.reduce((sum, weight) => sum + weight * Math.log(5 * weight), 0)
    for (const i of range(0, 5))
      for (const share of [0.02, -0.01]) {
        const other = weights.map((weight, k) => (1 - share) * weight + (k === i ? share : 0))
        expect(cost(other)).toBeGreaterThan(cost(weights))
      }
  })
})

describe('the rows that judge', () => {
  it('are dealt so that every part has its share of every class', () => {
    const { truth, judges, judgeCount, classNames, folds } = problemOf('class')
    expect(judgeCount).toBe(8)
    for (const index of classNames.keys()) {
      const all = truth.filter((own) => own === index).length
      for (const judge of range(0, judgeCount)) {
        const own = truth.filter((value, row) => value === index && judges[row] === judge).length
        expect(Math.abs(own - all / judgeCount)).toBeLessThanOrEqual(2)
      }
    }
    for (const { train, held } of folds) {
      expect(train.length + held.length).toBe(ROWS)
      expect(held.some((row) => train.includes(row))).toBe(false)
    }
  })

  it('never choose what is said of themselves: their targets may be anything', () => {
    const problem = problemOf('number')
    const chosen = (own: Problem) => {
      const library = new Library(own)
      for (const i of range(0, 10))
        library.add({
          kind: 'network',
          candidate: i,
          settings: { i },
          predicted: guesses(problem, 1 + i / 10, 30 + i),
          models: [],
          again: { of: 'guess' },
        })
      return finish(library.choose())
    }
    const plain = chosen(problem)
    const judge = 3
    // Large, so that whoever looked at them would choose otherwise.
    const strange = problem.truth.map((value, row) => (problem.judges[row] === judge ? value + 100 * (row % 2) : value))
    const changed = chosen({ ...problem, truth: strange })
    const byCandidate = ({ entries, judgedBy }: typeof plain) => {
      const weights = new Map(entries.map(({ candidate }, i) => [candidate, at(at(judgedBy, judge), i)]))
      return range(0, 10).map((i) => weights.get(i))
    }
    // The order of the library may change, and with it the draws of the bags: what was chosen is of the same models.
    expect(byCandidate(changed).map((weight) => (weight ?? 0) > 0.2)).toEqual(byCandidate(plain).map((weight) => (weight ?? 0) > 0.2))
  })

  it('are weighed the same whichever of equals came first: networks and trees come when they are done', () => {
    const problem = problemOf('number')
    const libraryOf = (order: readonly number[]) => {
      const library = new Library(problem)
      for (const candidate of order)
        library.add({
          kind: candidate % 2 === 0 ? 'network' : 'trees',
          candidate,
          settings: {},
          // Mirrored at the truth: other predictions of the same loss.
          predicted: problem.truth.map((own, row) => own + (row % 2 === candidate % 2 ? 0.5 : -0.5)),
          models: [],
          again: { of: 'guess' },
        })
      return { order: library.entries.map(({ candidate }) => candidate), chosen: finish(library.choose()) }
    }
    const candidates = range(0, 70)
    const plain = libraryOf(candidates)
    expect(plain.order).toEqual(candidates.slice(0, 60))
    expect(libraryOf(candidates.toReversed())).toEqual(plain)
  })

  it('are chosen for in pieces, from what is there as choosing begins', () => {
    const problem = problemOf('number')
    const library = new Library(problem)
    for (const i of range(0, 6))
      library.add({
        kind: 'network',
        candidate: i,
        settings: { i },
        predicted: guesses(problem, 1, 40 + i),
        models: [],
        again: { of: 'guess' },
      })
    const whole = finish(library.choose())
    const choosing = library.choose()
    let pieces = 0
    for (;;) {
      const { done, value } = choosing.next()
      if (done) {
        expect(value).toEqual(whole)
        break
      }
      if (pieces++ === 0)
        library.add({ kind: 'network', candidate: 9, settings: {}, predicted: problem.truth.slice(), models: [], again: { of: 'guess' } })
    }
    // Each choice, for 8 judges and once for all, takes many steps.
    expect(pieces).toBeGreaterThan(9 * 10)
  })

  it('leave those to others that their rows chose in a heat', () => {
    const problem = problemOf('number')
    const library = new Library(problem)
    library.add({
      kind: 'network',
      candidate: 0,
      settings: {},
      predicted: problem.truth.slice(),
      models: [],
      again: { of: 'guess' },
      unfit: 2,
    })
    library.add({ kind: 'network', candidate: 1, settings: {}, predicted: guesses(problem, 1, 1), models: [], again: { of: 'guess' } })
    const { judgedBy } = finish(library.choose())
    expect(at(at(judgedBy, 2), 0)).toBe(0)
    expect(at(at(judgedBy, 1), 0)).toBeGreaterThan(0.4)
  })
})
