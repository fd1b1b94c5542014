import { runInNewContext } from 'node:vm'
import { type Backend, type FitSpec, fit, fitPopulation, fromArrays, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** Numbers as people have them: taken to the same bits, or refused by row and column. */

const ROWS = 24
const bytes = Array.from({ length: ROWS * 4 }, (_, i) => (i * 37) % 256)
const labels = Array.from({ length: ROWS }, (_, i) => i % 3)
const floats = Float32Array.from(bytes, (value) => value / 255)
const rowsOf = <T>(values: ArrayLike<number>, make: (row: number[]) => T): T[] =>
  Array.from({ length: ROWS }, (_, row) => make(Array.from({ length: 4 }, (_c, column) => values[row * 4 + column] ?? 0)))
const spec: FitSpec = {
  network: {
    inputSize: 4,
    loss: 'sparseCategoricalCrossentropy',
    layers: [
      { units: 5, activation: 'tanh' },
      { units: 3, activation: 'softmax' },
    ],
  },
  optimizer: 'adam',
  epochs: 2,
  seed: 3,
  batchSize: 8,
}
/** The same program in another window. */
const foreign = (script: string): never => runInNewContext(script) as never

const clamped = Uint8ClampedArray.from(bytes)
const shared = new Float32Array(new SharedArrayBuffer(floats.byteLength))
shared.set(floats)

const FEATURES: readonly [string, unknown][] = [
  ['a Float32Array', floats],
  ['a Float64Array', Float64Array.from(bytes, (value) => value / 255)],
  ['flat plain numbers', bytes.map((value) => value / 255)],
  ['rows of plain numbers', rowsOf(floats, (row) => row)],
  ['rows of Float32Arrays', rowsOf(floats, (row) => Float32Array.from(row))],
  ['rows of Float64Arrays', rowsOf(bytes, (row) => Float64Array.from(row, (value) => value / 255))],
  ['a Float32Array of another window', foreign(`Float32Array.from([${bytes.join()}], (value) => value / 255)`)],
  ['rows of another window', foreign(`[${rowsOf(floats, (row) => `[${row.join()}]`).join()}]`)],
  ['an array on a SharedArrayBuffer', shared],
  [
    'a proxy of rows',
    new Proxy(
      rowsOf(floats, (row) => new Proxy(row, {})),
      {},
    ),
  ],
  ['frozen rows', Object.freeze(rowsOf(floats, (row) => Object.freeze(row)))],
]
const BYTES: readonly [string, unknown][] = [
  ['a Uint8Array', Uint8Array.from(bytes)],
  ['a Uint8ClampedArray', clamped],
  ['a Buffer', Buffer.from(bytes)],
  ['rows of Uint8Arrays', rowsOf(bytes, (row) => Uint8Array.from(row))],
  ['rows of Uint8ClampedArrays', rowsOf(bytes, (row) => Uint8ClampedArray.from(row))],
]
const TARGETS: readonly [string, unknown][] = [
  ['plain numbers', labels],
  ['an array a row', labels.map((label) => [label])],
  ...[Float64Array, Int8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Uint8Array, Uint8ClampedArray].map(
    (Kind): [string, unknown] => [`a ${Kind.name}`, Kind.from(labels)],
  ),
]

describe('arrays of every kind', () => {
  let backend: Backend
  let right: readonly number[]
  let rightOfBytes: readonly number[]
  const lossOf = async (data: Parameters<typeof fit>[2]) => (await fit(backend, spec, data)).history.loss

  beforeAll(async () => {
    backend = await openBackend({ prefer: 'wasm', workers: 0 })
    right = await lossOf({ train: { features: floats, rows: ROWS, targets: Int32Array.from(labels) } })
    rightOfBytes = await lossOf({
      train: { features: Uint8Array.from(bytes), scale: 1 / 255, rows: ROWS, targets: Int32Array.from(labels) },
    })
  })
  afterAll(() => backend.dispose())

  it.each(FEATURES)('train to the same bits: features as %s', async (_, features) => {
    const given = { features: features as never, targets: labels }
    expect(await lossOf({ train: fromArrays({ ...given, inputSize: 4, task: 'multiclass' }) })).toEqual(right)
    expect(await lossOf({ train: { ...given, rows: ROWS } })).toEqual(right)
  })

  it.each(BYTES)('train to the same bits: bytes as %s', async (_, features) => {
    const given = { features: features as never, targets: labels, scale: 1 / 255 }
    const dataset = fromArrays({ ...given, inputSize: 4, task: 'multiclass' })
    expect(dataset.features.constructor).toBe(Uint8Array)
    expect(await lossOf({ train: dataset })).toEqual(rightOfBytes)
    expect(await lossOf({ train: { ...given, rows: ROWS } })).toEqual(rightOfBytes)
  })

  it.each(TARGETS)('train to the same bits: class numbers as %s', async (_, targets) => {
    const given = { features: floats, targets: targets as never }
    expect(await lossOf({ train: fromArrays({ ...given, inputSize: 4, task: 'multiclass' }) })).toEqual(right)
    expect(await lossOf({ train: { ...given, rows: ROWS } })).toEqual(right)
  })

  it('takes a dataset to train on in place of { train }, in fit and fitPopulation', async () => {
    const dataset = fromArrays({ features: floats, inputSize: 4, targets: labels, task: 'multiclass' })
    expect(await lossOf(dataset)).toEqual(right)
    const members = [
      { layers: [{ activation: 'tanh' as const }, { activation: 'softmax' as const }], optimizer: 'adam' as const, epochs: 2, seed: 3 },
    ]
    const topology = { inputSize: 4, units: [5, 3], loss: 'sparseCategoricalCrossentropy' as const, batchSize: 8 }
    const [member] = await fitPopulation(backend, topology, members, dataset)
    expect(member?.history.loss).toEqual(right)
  })

  it('predicts rows of every kind alike', async () => {
    const result = await fit(backend, spec, { train: { features: floats, rows: ROWS, targets: labels } })
    const wanted = await result.predict(floats)
    for (const [kind, features] of FEATURES) expect(await result.predict(features as never), kind).toEqual(wanted)
    const ofBytes = await result.predict(Uint8Array.from(bytes), 1 / 255)
    for (const [kind, features] of BYTES) expect(await result.predict(features as never, 1 / 255), kind).toEqual(ofBytes)
    expect(await result.predict(rowsOf(floats, (row) => row).slice(0, 1))).toEqual(wanted.slice(0, 3))
  })

  it('takes true and false as 1 and 0, and targets of several columns as rows', () => {
    const { features, targets } = fromArrays({
      features: [
        [true, 2],
        [false, 3],
      ],
      targets: [true, false],
      task: 'binary',
    })
    expect([features, targets]).toEqual([Float32Array.of(1, 2, 0, 3), Float32Array.of(1, 0)])
    const regression = fromArrays({
      features: [[1], [2]],
      targets: [
        [1, 2],
        [3, 4],
      ],
      task: 'regression',
    })
    expect(regression).toMatchObject({ targets: Float32Array.of(1, 2, 3, 4), outputSize: 2, targetNames: ['y0', 'y1'] })
  })

  const holey = [
    [1, 2],
    [3, 4],
  ]
  delete (holey[1] as unknown[])[0]
  const CELLS: readonly [string, unknown, RegExp][] = [
    [
      'null, as JSON has NaN',
      JSON.parse(
        JSON.stringify([
          [1, 2],
          [3, Number.NaN],
        ]),
      ),
      /row 1 \(from 0\), column "b" is null; it is missing/,
    ],
    [
      'undefined',
      [
        [1, undefined],
        [3, 4],
      ],
      /row 0 \(from 0\), column "b" is undefined; it is missing/,
    ],
    [
      'the empty text',
      [
        [1, 2],
        ['', 4],
      ],
      /row 1 \(from 0\), column "a" is the text ""; it is missing/,
    ],
    [
      'NaN',
      [
        [1, 2],
        [Number.NaN, 4],
      ],
      /row 1 \(from 0\), column "a" is NaN; it is missing/,
    ],
    ['a hole', holey, /row 1 \(from 0\), column "a" is undefined; it is missing/],
    [
      'text of a number',
      [
        [1, 2],
        ['3', 4],
      ],
      /row 1 \(from 0\), column "a" is the text "3"; it must be a number/,
    ],
    [
      'other text',
      [
        [1, 'high'],
        [3, 4],
      ],
      /row 0 \(from 0\), column "b" is the text "high"; it must be a number/,
    ],
    [
      'infinity',
      [
        [1, 2],
        [3, Number.POSITIVE_INFINITY],
      ],
      /row 1 \(from 0\), column "b" is Infinity/,
    ],
    ['what float32 cannot hold', Float64Array.of(1, 2, 3, 1e300), /row 1 \(from 0\), column "b" is Infinity/],
    [
      'a date',
      [
        [1, new Date(0)],
        [3, 4],
      ],
      /row 0 \(from 0\), column "b" is a Date/,
    ],
    [
      'a BigInt',
      [
        [1, 2n],
        [3, 4],
      ],
      /row 0 \(from 0\), column "b" is the BigInt 2n/,
    ],
    [
      'an array in a cell',
      [
        [1, [2]],
        [3, 4],
      ],
      /row 0 \(from 0\), column "b" is an Array/,
    ],
    ['a short row', [[1, 2], [3]], /row 1 \(from 0\) has 1 numbers; row 0 has 2/],
    ['a row of null', [[1, 2], null], /row 1 \(from 0\) is null; every row must be an array of numbers/],
    [
      'rows of objects',
      [
        { a: 1, b: 2 },
        { a: 3, b: 4 },
      ],
      /features: row 0 \(from 0\), column "a" is an object/,
    ],
    ['a missing row', Object.assign(new Array(2), { 0: [1, 2] }), /row 1 \(from 0\) is undefined/],
    ['a BigInt64Array', BigInt64Array.of(1n, 2n, 3n, 4n), /features is a BigInt64Array; it must be an array of numbers/],
    ['an ArrayBuffer', new ArrayBuffer(16), /features is an ArrayBuffer/],
    ['a DataView', new DataView(new ArrayBuffer(16)), /features is a DataView/],
    ['null', null, /features is null/],
    ['text', '1,2,3,4', /features is the text "1,2,3,4"/],
    ['a Set', new Set([1, 2]), /features is a Set/],
  ]
  it.each(CELLS)('are refused by row and column in features: %s', async (_, features, message) => {
    const make = () => fromArrays({ features: features as never, inputSize: 2, featureNames: ['a', 'b'], targets: [0, 1], task: 'binary' })
    expect(make).toThrow(message)
    expect(make).toThrow(expect.objectContaining({ name: 'InvalidDataError' }))
  })

  const WRONG_TARGETS: readonly [string, unknown, RegExp][] = [
    ['null', [1, null], /targets: row 1 \(from 0\).* is null; it is missing/],
    ['undefined', [undefined, 1], /targets: row 0 \(from 0\).* is undefined; it is missing/],
    ['the empty text', [1, ''], /targets: row 1 \(from 0\).* is the text ""; it is missing/],
    ['text', ['1', 0], /targets: row 0 \(from 0\).* is the text "1"; it must be a number/],
    ['NaN', [0, Number.NaN], /targets: row 1 \(from 0\).* is NaN/],
    ['null in a row', [[1], [null]], /targets: row 1 \(from 0\), column "y" is null/],
    ['a hole', new Array(2), /targets: row 0 \(from 0\).* is undefined/],
    ['a BigInt64Array', BigInt64Array.of(0n, 1n), /targets is a BigInt64Array/],
  ]
  it.each(['binary', 'multiclass', 'regression'] as const)('are refused by row in the targets of %s', (task) => {
    for (const [kind, targets, message] of WRONG_TARGETS)
      expect(() => fromArrays({ features: [[1], [2]], targets: targets as never, task }), kind).toThrow(message)
  })

  it.each(['train', 'test'] as const)('are refused by row and column in the %s rows of fit', async (part) => {
    const good = {
      features: [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ],
      targets: [0, 1],
    }
    const bad = {
      ...good,
      features: [
        [1, 2, 3, 4],
        [1, null, 3, 4],
      ] as never,
    }
    await expect(fit(backend, { ...spec, batchSize: 2 }, { train: good, test: good, [part]: bad })).rejects.toThrow(
      `${part}.features: row 1 (from 0), column 1 is null`,
    )
  })
})
