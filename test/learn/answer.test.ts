import { openBackend } from 'espalier'
import { afterAll, describe, expect, it } from 'vitest'
import { ACTIVATIONS, type ActivationName } from '../../src/core/activations.ts'
import { InvalidDataError } from '../../src/core/errors.ts'
import { inUnits } from '../../src/core/units.ts'
import { loadAnswer, makeAnswer } from '../../src/learn/answer.ts'
import { BLOCK } from '../../src/learn/predictor/dense.ts'
import { exp } from '../../src/learn/predictor/exp.ts'
import { loadPredictor } from '../../src/learn/predictor/index.ts'
import { compileNetwork } from '../../src/learn/predictor/network.ts'
import { prepareFeatures } from '../../src/prepare/index.ts'
import { categories, range } from '../prepare/tables.ts'
import { at } from '../support/close.ts'
import { drawFrom } from '../support/random.ts'
import { answerOf, dataOf, ensembleOf, houses, networkOf, rowsOf, type Task, unitsOf, wholeNetwork } from './answers.ts'

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
afterAll(() => backend.dispose())

const TASKS: readonly Task[] = ['binary', 'multiclass', 'regression']

/** What the backend says of the same rows. */
async function byBackend({ topology, member }: ReturnType<typeof networkOf>, features: Float32Array, rows: number): Promise<Float32Array> {
  const session = await backend.createSession({ topology, members: [member] }, {})
  try {
    return await session.predict(0, { features, rows })
  } finally {
    await session.dispose()
  }
}

function byLoops({ model }: ReturnType<typeof networkOf>, features: Float32Array, rows: number, inputs: number): Float64Array {
  const { forward, outputs } = compileNetwork(model, inputs)
  const all = new Float64Array(rows * outputs)
  for (let from = 0; from < rows; from += BLOCK) {
    const count = Math.min(BLOCK, rows - from)
    const block = new Float64Array(BLOCK * inputs)
    block.set(features.subarray(from * inputs, (from + count) * inputs))
    const said = new Float64Array(BLOCK * outputs)
    forward(block, count, said)
    all.set(said.subarray(0, count * outputs), from * outputs)
  }
  return all
}

const close = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void => {
  expect(a.length).toBe(b.length)
  for (let i = 0; i < a.length; i++) expect(Math.abs(at(a, i) - at(b, i))).toBeLessThanOrEqual(tolerance * (1 + Math.abs(at(b, i))))
}

it('computes exponentials to 3e-10 of themselves, and what is beyond float64 as the engine does', () => {
  for (let z = -700; z < 700; z += 0.37) expect(Math.abs(exp(z) / Math.exp(z) - 1), String(z)).toBeLessThan(3e-10)
  expect(exp(0)).toBe(1)
  expect(exp(-1e9)).toBeLessThan(1e-300)
  expect(exp(1e9)).toBeGreaterThan(1e300)
  expect(exp(Number.NaN)).toBeNaN()
})

describe('a network in plain loops', () => {
  const rows = 2 * BLOCK + 3
  const inputs = 7
  const features = Float32Array.from(
    { length: rows * inputs },
    (
      (draw) => () =>
        2 * draw.normal()
    )(drawFrom(5)),
  )

  it.each(TASKS)('says what the backend says, with every kind of layer: %s', async (task) => {
    const network = wholeNetwork(inputs, task, drawFrom(6))
    close(byLoops(network, features, rows, inputs), await byBackend(network, features, rows), 2e-6)
  })

  it.each(Object.keys(ACTIVATIONS) as ActivationName[])('knows the activation %s', async (activation) => {
    const parameters = Object.keys(ACTIVATIONS[activation].parameters)
    // Other numbers than the usual ones as well.
    const other = Object.fromEntries(parameters.map((name, i) => [name, name === 'approximate' ? true : [0.3, 0.8, 0.1][i]]))
    for (const given of [activation, { name: activation, ...other }]) {
      const layers = [{ activation: given }, { activation: 'linear' }] as Parameters<typeof networkOf>[0]
      const network = networkOf(layers, [{ units: 5 }, { units: 2 }], inputs, 'meanSquaredError', drawFrom(8))
      close(byLoops(network, features, rows, inputs), await byBackend(network, features, rows), 5e-6)
    }
  })
})

describe.each(TASKS)('an answer of a %s target', (task) => {
  const { answer, table, data } = answerOf(task, 2 * BLOCK + 5)
  const said = answer.predict(table)

  it('is the mean of what its models say by their weights, of features that prepareFeatures makes', async () => {
    const outputs = unitsOf(task)
    const expected = new Float64Array(table.rows * outputs)
    for (const [place, preparation] of data.ensemble.preparations.entries()) {
      const { features, inputSize } = prepareFeatures(preparation, table)
      const network = wholeNetwork(inputSize, task, drawFrom(3 + place))
      const own = data.ensemble.models.filter((one) => one.preparation === place)
      for (const { weight, model } of own) {
        const values = new Float64Array(table.rows * outputs)
        if (model.kind === 'network') {
          expect(network.model.parameters).toEqual(model.parameters)
          values.set(await byBackend(network, features, table.rows))
        } else if (model.kind === 'linear') {
          values.forEach((_, i) => {
            const [row, o] = [Math.floor(i / outputs), i % outputs]
            values[i] = at(model.intercepts, o)
            for (let f = 0; f < inputSize; f++)
              values[i] = at(values, i) + at(features, row * inputSize + f) * at(model.coefficients, f * outputs + o)
          })
        } else {
          values.forEach((_, i) => {
            const [row, o] = [Math.floor(i / outputs), i % outputs]
            values[i] = at(model.base, o)
            for (let t = o; t < model.roots.length; t += outputs) {
              let node = at(model.roots, t)
              while (at(model.feature, node) >= 0)
                node = at(model.left, node) + Number(at(features, row * inputSize + at(model.feature, node)) > at(model.threshold, node))
              values[i] = at(values, i) + at(model.value, node)
            }
          })
        }
        if (model.kind !== 'network' && task === 'binary') for (const [i, z] of values.entries()) values[i] = 1 / (1 + Math.exp(-z))
        if (model.kind !== 'network' && task === 'multiclass')
          for (let row = 0; row < table.rows; row++) {
            const part = values.subarray(3 * row, 3 * row + 3)
            const powers = part.map(Math.exp)
            const sum = powers.reduce((a, b) => a + b)
            part.set(powers.map((power) => power / sum))
          }
        const inOwn = task === 'regression' ? inUnits(Float32Array.from(values), preparation.target.units) : values
        for (const [i, value] of Array.from(inOwn).entries()) expected[i] = at(expected, i) + weight * value
      }
    }
    for (const [row, one] of said.entries()) {
      if (task === 'regression') {
        expect(Math.abs(Number(one.value) / at(expected, row) - 1)).toBeLessThan(1e-5)
        continue
      }
      const own = expected.subarray(row * outputs, (row + 1) * outputs)
      const shares = outputs === 1 ? [1 - at(own, 0), at(own, 0)] : [...own]
      const powers = shares.map((p) => p ** (1 / data.ensemble.temperature))
      const sum = powers.reduce((a, b) => a + b)
      if (!('probabilities' in one)) throw new Error('there are no probabilities')
      close(
        Object.values(one.probabilities),
        powers.map((power) => power / sum),
        1e-5,
      )
      expect(Object.keys(one.probabilities)).toEqual(answer.classNames)
    }
  })

  it('says the same of rows as objects, of each row alone, and after it was saved', () => {
    const rows = rowsOf(table)
    expect(answer.predict(rows)).toEqual(said)
    for (const place of [0, 1, BLOCK - 1, BLOCK, 2 * BLOCK + 4]) expect(answer.predict(rows.slice(place, place + 1))).toEqual([said[place]])
    const bytes = answer.save()
    expect(loadAnswer(bytes).predict(rows)).toEqual(said)
    expect(loadAnswer(bytes).data).toEqual(data)
    expect(loadPredictor(bytes).predict(rows)).toEqual(said)
    // Bytes that begin anywhere in their memory, and those of Node, whose slices are no copies.
    expect(loadAnswer(Buffer.from(bytes)).predict(rows)).toEqual(said)
    const moved = new Uint8Array(bytes.length + 3)
    moved.set(bytes, 3)
    expect(loadAnswer(moved.subarray(3)).predict(rows)).toEqual(said)
  })

  it('gives an interval or a set', () => {
    for (const one of said) {
      if ('probabilities' in one) {
        expect(one.set).toContain(one.value)
        expect(Object.values(one.probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 12)
        // The tenth of 200 chances that were said of the truth: floor(201 x 0.05).
        const least = 9 / 200
        const likely = answer.classNames.filter((name) => name === one.value || (one.probabilities[name] ?? 0) >= least)
        expect(new Set(one.set)).toEqual(new Set(likely))
        expect(one.set?.[0]).toBe(one.value)
      } else {
        const { low, high } = one.interval ?? { low: 0, high: 0 }
        // The 5th and the 196th of 200 residuals, by the size of the row's step.
        const size = (one.value - low) / (86 / 50)
        expect([10_000, 20_000, 40_000].some((step) => Math.abs(size - step) < 1e-6 * step)).toBe(true)
        expect(high - one.value).toBeCloseTo(size * (105 / 50), 4)
      }
    }
  })
})

it.each([
  ['below', range(1, 201)],
  ['above', range(-200, 0)],
])('an interval holds the prediction, also one that lies %s nearly all residuals', (_where, residuals) => {
  const { data, table } = answerOf('regression')
  const own = makeAnswer({ ...data, intervals: { kind: 'numbers', rows: 200, residuals } })
  for (const one of own.predict(table)) {
    if ('probabilities' in one) throw new Error('the target is a number')
    const { low, high } = one.interval ?? { low: Number.NaN, high: Number.NaN }
    expect([low <= one.value, one.value <= high, high - low > 150]).toEqual([true, true, true])
  }
})

describe('rows that are unlike those of training', () => {
  const { answer, table, data } = answerOf('regression')
  const [row] = rowsOf(table).filter((one) => Object.values(one).every((cell) => cell !== null))

  it('are said to be', () => {
    expect(answer.predict([{ ...row }])[0]?.outside).toEqual([])
    expect(answer.predict([{ ...row, area: 2000, town: 'Paris', age: null, sold: '2031-05-01' }])[0]?.outside).toEqual([
      { column: 'area', value: 2000, why: expect.stringMatching(/^area is 2000; the largest of training was 2\d\d/) },
      { column: 'age', value: null, why: 'age is missing; no row of training missed it' },
      { column: 'town', value: 'Paris', why: 'town is "Paris"; no row of training had that' },
      {
        column: 'sold',
        value: '2031-05-01T00:00:00.000Z',
        why: expect.stringMatching(/^sold is 2031-05-01; the largest of training was 20/),
      },
    ])
    // Training rows missed it as well.
    expect(answer.predict([{ ...row, area: null, town: '' }])[0]?.outside).toEqual([])
  })

  it('have dates as training had them: texts in its order and in UTC, as those of a file', () => {
    const columns = data.columns.map((column) => (column.name === 'sold' ? { ...column, order: 'dmy' as const } : column))
    const own = makeAnswer({ ...data, columns })
    const saidOf = (sold: string | Date) => own.predict([{ ...row, sold }])[0]
    for (const [text, iso] of [
      ['03/04/2017', '2017-04-03'],
      ['3.4.2017 10:20', '2017-04-03T10:20Z'],
      ['2017-04-03 10:20:30', '2017-04-03T10:20:30Z'],
      ['2017-04-03T10:20:30.500+02:00', '2017-04-03T08:20:30.500Z'],
      ['3 April 2017', '2017-04-03'],
      ['20170403', '2017-04-03'],
    ] as const) {
      expect(saidOf(text)).toEqual(saidOf(new Date(iso)))
      // A few rows of a file may not look like dates.
      const words = rowsOf(table).map(() => text)
      const read = table.columns.map((column) => (column.name === 'sold' ? categories('sold', words) : column))
      const dated = rowsOf(table).map((one) => ({ ...one, sold: new Date(iso) }))
      expect(own.predict({ ...table, columns: read })).toEqual(own.predict(dated))
    }
    expect(saidOf('03/04/2017')).not.toEqual(saidOf(new Date('2017-03-04')))
    expect(() => saidOf('04/13/2017')).toThrow(/column "sold": "04\/13\/2017" is no date/)
  })

  it('are refused where they cannot be read', () => {
    const refused = (change: object, message: RegExp) => expect(() => answer.predict([{ ...row }, { ...row, ...change }])).toThrow(message)
    refused({ area: 'large' }, /row 2, column "area": "large" is not a number/)
    refused({ area: Number.POSITIVE_INFINITY }, /not finite/)
    refused({ sold: 'once' }, /row 2, column "sold": "once" is no date/)
    refused({ town: {} }, /row 2, column "town": is an object/)
    const { area: _area, ...without } = row ?? {}
    expect(() => answer.predict([without])).toThrow(/row 1 has no "area", which the answer was learned from; give null/)
    expect(() => answer.predict({ ...table, columns: table.columns.slice(1) })).toThrow(
      /learned from the column "area", which the table does not have.*; add it, with empty cells where nothing is known$/,
    )
    const unnamed = { ...table, columns: table.columns.map((column, i) => ({ ...column, name: `column${i}` })) }
    expect(() => answer.predict(unnamed)).toThrow(
      /the table has none: its first line is taken for a row; put the names above it: area, age/,
    )
  })

  it('are answered however large a number is, and each for itself', () => {
    const huge = answer.predict([{ ...row, area: 1e300 }, { ...row }])
    expect(huge[0]?.outside[0]?.why).toMatch(/^area is 1e\+300; the largest of training was/)
    expect(Number.isFinite(Number(huge[0] && 'probabilities' in huge[0] ? Object.values(huge[0].probabilities)[0] : huge[0]?.value))).toBe(
      true,
    )
    expect(huge[1]).toEqual(answer.predict([{ ...row }])[0])
  })
})

it('refuses an answer whose parts do not fit', () => {
  const from = houses(60)
  const data = dataOf(ensembleOf(from, 'binary'), from, 'binary')
  const [first, ...others] = data.ensemble.models
  if (first?.model.kind !== 'network') throw new Error('the first is a network')
  const { model } = first
  const withModel = (changed: object) => ({
    ...data,
    ensemble: { ...data.ensemble, models: [{ ...first, model: { ...model, ...changed } }, ...others] },
  })
  expect(() => makeAnswer(withModel({ parameters: model.parameters.slice(1) }))).toThrow(InvalidDataError)
  expect(() => makeAnswer(withModel({ parameters: model.parameters.map((value, i) => (i === 3 ? Number.NaN : value)) }))).toThrow(
    /not finite/,
  )
  expect(() => makeAnswer({ ...data, intervals: { kind: 'numbers', rows: 1, residuals: [1] } })).toThrow(/intervals/)
  expect(() => makeAnswer({ ...data, ensemble: { ...data.ensemble, temperature: 0 } })).toThrow(/temperature/)
})

it('refuses bytes that are no answer, and damaged ones', () => {
  const bytes = answerOf('multiclass', 40).answer.save()
  for (const load of [loadAnswer, loadPredictor]) {
    expect(() => load(new Uint8Array(20))).toThrow(/this is no answer/)
    expect(() => load(bytes.slice(0, -1))).toThrow(/damaged/)
    expect(() => load(bytes.with(200, at(bytes, 200) ^ 1))).toThrow(/checksum/)
    expect(() => load(bytes.with(8, 9))).toThrow(/version 9/)
  }
})

it('has a card with its data, numbers and limits', () => {
  const { markdown, json } = answerOf('regression').answer.card()
  expect(JSON.parse(JSON.stringify(json))).toEqual(json)
  for (const part of [
    '# Predicts price',
    'rootMeanSquaredError | 0.3 | 0.2 … 0.4 | 0.7 | 0.35',
    'Only 200 rows judged it.',
    'houses.csv: 200 rows',
    '2 networks (50 %)',
    'seed: 7',
  ])
    expect(markdown).toContain(part)
  expect(markdown).toMatch(/\| area \| number \| 4\d\.?\d* … 23\d\.?\d* \| \d+ \|/)
})
