import { describe, expect, it } from 'vitest'
import { InvalidDataError, InvalidSpecError } from '../../src/core/errors.ts'
import type { TreesModel } from '../../src/learn/model.ts'
import type { LearningRows } from '../../src/learn/rows.ts'
import { binFeatures, binningSteps, thresholdsOf } from '../../src/learn/trees/bins.ts'
import { Booster } from '../../src/learn/trees/booster.ts'
import { treesOutputs } from '../../src/learn/trees/outputs.ts'
import { DEFAULT_TREES, type TreesSettings } from '../../src/learn/trees/settings.ts'
import { StudyRandom } from '../../src/study/random.ts'
import { greedyTrees } from './greedyTrees.ts'

/** Rows whose features have some 12 values each, the last as a one-hot category; targets depend on them and on chance. */
function rowsOf(task: LearningRows['task'], rows = 60, seed = 1, outputs = task === 'multiclass' ? 3 : 1): LearningRows {
  const random = new StudyRandom(seed, 0)
  const inputs = 7
  const features = new Float32Array(rows * inputs)
  const targets = new Float32Array(task === 'regression' ? rows * outputs : rows)
  for (let row = 0; row < rows; row++) {
    const own = features.subarray(row * inputs, (row + 1) * inputs)
    for (let i = 0; i < 3; i++) own[i] = Math.round(random.normal() * 3)
    const category = random.integer(4)
    own[3 + category] = 1
    const signal = Math.sin(Number(own[0])) + 0.4 * Number(own[1]) + (category === 2 ? 2 : 0) + random.normal() * 0.3
    if (task === 'regression')
      for (let o = 0; o < outputs; o++) targets[row * outputs + o] = o === 0 ? signal : random.normal() + Number(own[2])
    else targets[row] = task === 'binary' ? Number(signal > 0.5) : signal < -0.3 ? 0 : signal < 0.8 ? 1 : 2
  }
  return { features, rows, inputs, targets, outputs, task }
}

/** Trees as nested lists [feature, threshold, left, right] or values. */
function nested({ roots, feature, threshold, left, value }: TreesModel): unknown[] {
  const shown = (node: number): unknown =>
    Number(feature[node]) < 0 ? value[node] : [feature[node], threshold[node], shown(Number(left[node])), shown(Number(left[node]) + 1)]
  return Array.from(roots, shown)
}

/** The same trees: features and thresholds exactly, values to float32. */
function expectSameTrees(found: unknown, wanted: unknown): void {
  if (typeof wanted === 'number') expect(found).toBeCloseTo(wanted, 5)
  else {
    const [a, b] = [found as unknown[], wanted as unknown[]]
    expect(a.length).toBe(b.length)
    expect(a.slice(0, 2)).toEqual(b.slice(0, 2))
    a.slice(2).forEach((child, i) => void expectSameTrees(child, b[i + 2]))
  }
}

const small = { ...DEFAULT_TREES, leaves: 6, minRows: 3, learningRate: 0.3 }

function boosted(data: LearningRows, settings: Partial<TreesSettings>, rounds: number): Booster {
  const booster = new Booster(data, settings)
  for (let round = 0; round < rounds; round++) booster.round()
  return booster
}

describe('boosted trees', () => {
  it.each<[string, LearningRows, Partial<TreesSettings>]>([
    ['a regression', rowsOf('regression'), {}],
    ['a regression with l2 and a limit of depth', rowsOf('regression', 50, 2), { l2: 2, depth: 2 }],
    ['a regression of two outputs', rowsOf('regression', 50, 3, 2), {}],
    ['two classes', rowsOf('binary'), { minHessian: 0.7 }],
    ['three classes', rowsOf('multiclass', 70, 4), { l2: 0.1 }],
    ['rows with weights', { ...rowsOf('binary'), sampleWeights: Array.from({ length: 60 }, (_, i) => (i * 7) % 4) }, { minRows: 2 }],
    ['one question a depth', rowsOf('regression', 60, 5), { symmetric: true, depth: 4, l2: 1 }],
    ['one question a depth, of classes', rowsOf('multiclass', 60, 6), { symmetric: true, depth: 3, l2: 0.5 }],
    ['a regression with weights', { ...rowsOf('regression'), sampleWeights: Array.from({ length: 60 }, (_, i) => (i * 3) % 5) }, {}],
  ])('are those of an exact greedy search: %s', (_, data, settings) => {
    const booster = boosted(data, { ...small, ...settings }, 4)
    const model = booster.model()
    const twin = greedyTrees(data, { ...small, ...settings }, model.base, 4)
    expect(twin.trees.some((tree) => Array.isArray(tree))).toBe(true)
    expect(model.roots.length).toBe(twin.trees.length)
    nested(model).forEach((tree, i) => void expectSameTrees(tree, twin.trees[i]))
    const evaluator = booster.evaluator(data.features, data.rows)
    evaluator.update()
    const counted = (row: number) => Number(data.sampleWeights?.[row] ?? 1) > 0
    twin.scores.forEach((scores, row) => {
      if (counted(row)) for (const [o, score] of scores.entries()) expect(evaluator.scores[row * data.outputs + o]).toBeCloseTo(score, 5)
    })
  })

  it('share columns of codes among one-hot categories, and find the same trees', () => {
    const { features, rows, inputs } = rowsOf('regression', 200)
    const bins = binFeatures(features, rows, inputs)
    expect(bins.bundles).toBe(4)
    expect(bins.features.slice(3).map(({ bundle }) => bundle)).toEqual([0, 0, 0, 0])
    for (const { bins: count, common, first } of bins.features.slice(0, 3)) expect([first, common]).toEqual([0, count])
  })

  it('take the first of features that split alike, and the middle of thresholds that do', () => {
    const features = Float32Array.from([0, 0, 1, 1, 5, 5, 9, 9].flatMap((value) => [-1, value, value]))
    const targets = Float32Array.from([-1, -1, -1, -1, 1, 1, 1, 1])
    const data: LearningRows = { features, rows: 8, inputs: 3, targets, outputs: 1, task: 'regression' }
    const model = boosted(data, { leaves: 2, minRows: 1, learningRate: 1 }, 1).model()
    expect(nested(model)).toEqual([[1, 3, -1, 1]])
  })

  it('learn nothing of constant targets, constant features, or one row', () => {
    const { features } = rowsOf('regression')
    const constant = { features, rows: 60, inputs: 7, targets: new Float32Array(60).fill(0.1), outputs: 1, task: 'regression' as const }
    expect(
      boosted(constant, { minRows: 1 }, 3)
        .model()
        .feature.every((feature) => feature === -1),
    ).toBe(true)
    const flat = { ...rowsOf('binary'), features: new Float32Array(60 * 7).fill(3) }
    const model = boosted(flat, { minRows: 1 }, 2).model()
    expect(model.feature).toEqual(Int32Array.of(-1, -1))
    const share = Array.from(flat.targets).reduce((a, b) => a + b, 0) / 60
    for (const p of treesOutputs(model, flat.features, 60, 'binary')) expect(p).toBeCloseTo(share, 6)
    const one = { features: Float32Array.of(1, 2), rows: 1, inputs: 2, targets: [7], outputs: 1, task: 'regression' as const }
    expect(treesOutputs(boosted(one, { minRows: 1 }, 2).model(), Float32Array.of(0, 0, 9, 9), 2, 'regression')).toEqual(
      Float64Array.of(7, 7),
    )
    const none = { features: new Float32Array(0), rows: 3, inputs: 0, targets: [1, 2, 3], outputs: 1, task: 'regression' as const }
    expect(boosted(none, { minRows: 1 }, 1).model().base).toEqual(Float64Array.of(2))
  })

  it('leave a class out that no row has', () => {
    const data = { ...rowsOf('multiclass'), outputs: 4 }
    const booster = boosted(data, small, 10)
    const shares = treesOutputs(booster.model(), data.features, data.rows, 'multiclass')
    for (let row = 0; row < data.rows; row++) {
      const own = shares.subarray(row * 4, row * 4 + 4)
      expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
      expect(own[3]).toBeGreaterThan(0)
      expect(own[3]).toBeLessThan(0.2)
    }
    const single = { ...rowsOf('binary'), targets: new Float32Array(60) }
    expect(treesOutputs(boosted(single, small, 3).model(), single.features, 60, 'binary')[0]).toBeCloseTo(0.5 / 60.5, 8)
  })

  it('do not see rows of weight 0', () => {
    const data = rowsOf('regression', 60)
    const sampleWeights = Array.from({ length: 60 }, (_, row) => (row < 40 ? 1 : 0))
    const kept: LearningRows = { ...data, features: data.features.slice(0, 280), rows: 40, targets: Array.from(data.targets).slice(0, 40) }
    const spoiled = { ...data, targets: Array.from(data.targets, (target, row) => (row < 40 ? target : 1e6)), sampleWeights }
    const [a, b] = [boosted(spoiled, small, 5), boosted(kept, small, 5)]
    const [x, y] = [a, b].map((booster) => treesOutputs(booster.model(), kept.features, 40, 'regression'))
    x?.forEach((value, row) => void expect(value).toBeCloseTo(Number(y?.[row]), 5))
  })

  it('give the same bits for the same seed, in pieces or not, and other trees for another seed', () => {
    const data = rowsOf('binary', 300)
    const chance = { ...small, rowFraction: 0.7, featureFraction: 0.5, extra: true, seed: 5 }
    const model = boosted(data, chance, 6).model()
    const pieces = new Booster(data, chance, binFeatures(data.features, data.rows, data.inputs))
    for (let round = 0; round < 6; round++) for (const _ of pieces.steps());
    expect(pieces.model()).toEqual(model)
    expect(boosted(data, { ...chance, seed: 6 }, 6).model()).not.toEqual(model)
    for (const name of ['rowFraction', 'featureFraction'] as const)
      expect(boosted(data, { ...chance, [name]: 1 }, 6).model(), name).not.toEqual(model)
    expect(boosted(data, { ...chance, extra: false }, 6).model()).not.toEqual(model)
  })

  it('learn from the scores of all rows where each round sees some', () => {
    const data = rowsOf('regression', 300)
    const settings = { ...small, rowFraction: 0.5 }
    const booster = boosted(data, settings, 60)
    const outputs = treesOutputs(booster.model(), data.features, 300, 'regression')
    const error = outputs.reduce((sum, value, row) => sum + (value - Number(data.targets[row])) ** 2, 0) / 300
    expect(error).toBeLessThan(0.1)
  })

  it('keep the scores of other rows, each tree gone through once', () => {
    const data = rowsOf('multiclass', 200)
    const other = rowsOf('multiclass', 90, 9)
    const booster = new Booster(data, small)
    const evaluator = booster.evaluator(other.features, 90)
    for (const rounds of [0, 1, 4, 9]) {
      while (booster.rounds < rounds) booster.round()
      const under = booster.steps()
      under.next()
      evaluator.update()
      expect(evaluator.rounds).toBe(rounds)
      expect(evaluator.outputs()).toEqual(treesOutputs(booster.model(rounds), other.features, 90, 'multiclass'))
      for (const _ of under);
    }
    expect(booster.model(4).roots.length).toBe(12)
    expect(booster.model(4)).toEqual(boosted(data, small, 4).model())
  })

  it.each<[string, Partial<LearningRows>, string]>([
    ['no rows', { rows: 0 }, 'there are no rows to learn from'],
    ['features of another size', { inputs: 6 }, 'features has 420 numbers; 60 rows of 6 inputs are 360'],
    ['targets of another size', { targets: [1] }, 'targets has 1 numbers'],
    ['a class that is none', { targets: new Float32Array(60).fill(2) }, 'target 0 is 2; it must be a class from 0 to 1'],
    ['weights that are all 0', { sampleWeights: new Float32Array(60) }, 'all sampleWeights are 0'],
    ['a weight below 0', { sampleWeights: new Float32Array(60).fill(-1) }, 'sampleWeights[0] is -1'],
    ['a feature that is no number', { features: new Float32Array(420).fill(Number.NaN) }, 'feature 0 of row 0 is NaN'],
  ])('refuse %s', (_, change, message) => {
    const make = () => new Booster({ ...rowsOf('binary'), ...change })
    expect(make).toThrow(InvalidDataError)
    expect(make).toThrow(message)
  })

  it.each([false, true])('that ask one question a depth give the same bits in pieces, with random thresholds: %s', (extra) => {
    const data = rowsOf('regression', 300, 8)
    const settings = { symmetric: true, depth: 5, l2: 1, rowFraction: 0.8, featureFraction: 0.6, extra, seed: 3 }
    const whole = boosted(data, settings, 12)
    const pieces = new Booster(data, settings)
    for (let round = 0; round < 12; round++) for (const _ of pieces.steps());
    expect(pieces.model()).toEqual(whole.model())
    const error = treesOutputs(whole.model(), data.features, data.rows, 'regression').reduce(
      (s, p, i) => s + (p - Number(data.targets[i])) ** 2,
      0,
    )
    const base = data.targets as Float32Array
    const mean = base.reduce((a, b) => a + b, 0) / base.length
    expect(error).toBeLessThan(0.5 * base.reduce((s, y) => s + (y - mean) ** 2, 0))
  })

  it('refuse settings that mean nothing', () => {
    const data = rowsOf('binary')
    const wrong = {
      leaves: 1,
      learningRate: 0,
      depth: -1,
      minRows: 0,
      minHessian: -1,
      l2: -1,
      rowFraction: 0,
      featureFraction: 1.5,
      seed: -1,
    }
    for (const [name, value] of Object.entries(wrong)) {
      expect(() => new Booster(data, { [name]: value }), name).toThrow(InvalidSpecError)
      expect(() => new Booster(data, { [name]: value }), name).toThrow(`${name} is ${value}; it must be`)
    }
    expect(() => new Booster(data, {}, binFeatures(new Float32Array(8), 4, 2))).toThrow('the bins are of 4 rows of 2 inputs')
  })
})

describe('bins', () => {
  it('lie between all values where these are few', () => {
    expect(thresholdsOf(Float32Array.of(1, 1, 2, 4), 255)).toEqual(Float32Array.of(1.5, 3))
    expect(thresholdsOf(Float32Array.of(5), 255)).toEqual(new Float32Array(0))
  })

  it('part neighbouring float32 numbers', () => {
    const low = 1
    const high = 1 + 2 ** -23
    const [threshold] = thresholdsOf(Float32Array.of(low, high), 255)
    expect(threshold).toBe(low)
    const most = 3.4028234663852886e38
    expect(thresholdsOf(Float32Array.of(-most, most), 255)).toEqual(Float32Array.of(0))
  })

  it('hold about as many rows each where values are many, and common values alone', () => {
    const values = Float32Array.from({ length: 10_000 }, (_, i) => (i % 4 === 0 ? 0.25 : i / 10_000)).sort()
    const thresholds = thresholdsOf(values, 64)
    expect(thresholds.length).toBeLessThanOrEqual(63)
    expect(thresholds.length).toBeGreaterThan(55)
    const bin = (value: number) => {
      const found = thresholds.findIndex((threshold) => value <= threshold)
      return found < 0 ? thresholds.length : found
    }
    const sizes = new Array(thresholds.length + 1).fill(0)
    for (const value of values) sizes[bin(value)]++
    const common = bin(0.25)
    expect(values.filter((value) => bin(value) === common).every((value) => value === 0.25)).toBe(true)
    for (const [i, size] of sizes.entries()) if (i !== common) expect(size).toBeLessThan(200)
  })

  it('are the same in pieces', () => {
    const { features, rows, inputs } = rowsOf('regression', 100)
    const steps = binningSteps(features, rows, inputs)
    let count = 0
    for (;;) {
      const { done, value } = steps.next()
      if (!done) count++
      else {
        expect(value).toEqual(binFeatures(features, rows, inputs))
        break
      }
    }
    expect(count).toBeGreaterThan(inputs)
  })

  it('know all rows of large tables by a sample', () => {
    const rows = 250_000
    const features = Float32Array.from({ length: rows }, (_, row) => (row * 7919) % rows)
    const { codes, features: binned } = binFeatures(features, rows, 1)
    const [{ thresholds } = { thresholds: new Float32Array(0) }] = binned
    expect(thresholds.length).toBe(254)
    for (const row of [0, 1, 99, 100_000, 249_999]) {
      const found = thresholds.findIndex((threshold) => Number(features[row]) <= threshold)
      expect(codes[row]).toBe(found < 0 ? 254 : found)
    }
  })
})
