/** Answers for tests, made by hand: a table of every kind of column, networks of every kind of layer with random numbers, trees and lines. */

import { parameterLayout, splitParameters } from '../../src/core/layout.ts'
import { resolveMember, resolveTopology } from '../../src/core/resolve.ts'
import type { MemberSpec } from '../../src/core/spec.ts'
import { answerColumns } from '../../src/learn/answer/table.ts'
import { type Answer, makeAnswer } from '../../src/learn/answer.ts'
import type { Ensemble, LinearModel, Model, NetworkModel, TreesModel } from '../../src/learn/model.ts'
import type { AnswerData } from '../../src/learn/predictor/data.ts'
import { featureCount } from '../../src/learn/predictor/features.ts'
import { fitPreparation, type Preparation, type PrepareOptions } from '../../src/prepare/index.ts'
import type { Table } from '../../src/table/table.ts'
import { categories, dates, numbers, range, table } from '../prepare/tables.ts'
import { at } from '../support/close.ts'
import { type Draw, drawFrom } from '../support/random.ts'

export type Task = 'binary' | 'multiclass' | 'regression'

const TOWNS = ['Bonn', 'Ulm', 'Köln', 'Trier']

/** @param rows of which some miss values */
export function houses(rows: number, seed = 1): Table {
  const draw = drawFrom(seed)
  const holes = (share: number) => draw.uniform() < share
  const all = range(0, rows)
  const area = all.map(() => (holes(0.05) ? Number.NaN : 40 + 200 * draw.uniform()))
  const age = all.map(() => Math.round(100 * draw.uniform()))
  const town = all.map(() => (holes(0.05) ? null : (TOWNS[draw.index(4)] ?? null)))
  const price = all.map((i) =>
    Math.exp(11 + 0.005 * (Number.isNaN(at(area, i)) ? 100 : at(area, i)) - 0.003 * at(age, i) + 0.1 * draw.normal()),
  )
  return table(
    numbers('area', area),
    numbers('age', age),
    numbers(
      'level',
      all.map(() => draw.index(7)),
    ),
    numbers(
      'noise',
      all.map(() => draw.normal()),
    ),
    categories('town', town),
    categories(
      'code',
      all.map(() => String(draw.index(5))),
    ),
    categories(
      'garden',
      all.map(() => (holes(0.05) ? null : draw.index(2) === 1 ? 'yes' : 'no')),
      ['no', 'yes'],
      'boolean',
    ),
    dates(
      'sold',
      all.map(() => (holes(0.05) ? null : new Date(1.5e12 + Math.floor(1e11 * draw.uniform())).toISOString())),
    ),
    numbers('price', price),
    categories(
      'cheap',
      price.map((value) => (value < 90_000 ? 'yes' : 'no')),
      ['no', 'yes'],
      'boolean',
    ),
    categories(
      'class',
      price.map((value) => (value < 80_000 ? 'low' : value < 120_000 ? 'middle' : 'high')),
    ),
  )
}

const TARGETS = { binary: 'cheap', multiclass: 'class', regression: 'price' } as const
const LATER = ['price', 'cheap', 'class']

/** Every way in which numbers and categories become features. */
const WAYS: readonly PrepareOptions[] = [
  {
    numbers: { name: 'piecewiseLinear', bins: 8 },
    columns: { age: { numbers: 'quantile' }, code: { categories: 'targetMean' }, noise: { numbers: { name: 'periodic', frequencies: 3 } } },
  },
  { numbers: 'robust', columns: { age: { numbers: 'minMax' }, level: { numbers: 'none' }, noise: { numbers: 'standard' } } },
]

export const preparationOf = (from: Table, task: Task, rows: ArrayLike<number>, way: PrepareOptions): Preparation =>
  fitPreparation(from, rows, { ...way, target: TARGETS[task], ignore: LATER.filter((name) => name !== TARGETS[task]), missing: 'median' })

const random = (draw: Draw, count: number, scale: number): Float32Array => Float32Array.from({ length: count }, () => scale * draw.normal())

/** A network of these layers with random numbers. */
export function networkOf(layers: MemberSpec['layers'], shapes: readonly object[], inputs: number, loss: string, draw: Draw) {
  const topology = resolveTopology({ inputSize: inputs, layers: shapes, loss, batchSize: 8 } as Parameters<typeof resolveTopology>[0])
  const layout = parameterLayout(topology)
  const parameters = random(draw, layout.parameters, 0.3)
  // Variances are above 0.
  const state = Float32Array.from({ length: layout.stateSize }, () => 0.5 + draw.uniform())
  const weights = splitParameters(parameters, state, layout)
  const member = resolveMember({ layers, optimizer: 'sgd', epochs: 1 } as MemberSpec, topology, weights)
  const model: NetworkModel = { kind: 'network', topology, layers: member.layers, parameters, ...(layout.stateSize > 0 && { state }) }
  return { model, topology, member }
}

const LOSSES = { binary: 'binaryCrossentropy', multiclass: 'categoricalCrossentropy', regression: 'meanSquaredError' } as const
const OUTPUTS = { binary: 'sigmoid', multiclass: 'softmax', regression: 'linear' } as const
export const unitsOf = (task: Task): number => (task === 'multiclass' ? 3 : 1)

/** A network of every kind of layer. */
export const wholeNetwork = (inputs: number, task: Task, draw: Draw, hidden = 'selu') =>
  networkOf(
    [
      { activation: hidden },
      { type: 'batchNormalization' },
      { type: 'dropout', rate: 0.1 },
      { type: 'prelu' },
      {},
      { type: 'glu' },
      { type: 'activation', activation: 'silu' },
      { activation: OUTPUTS[task] },
    ] as MemberSpec['layers'],
    [
      { units: 9 },
      { type: 'batchNormalization' },
      { type: 'dropout' },
      { type: 'prelu' },
      { units: 10, useBias: false },
      { type: 'glu' },
      { type: 'activation' },
      { units: unitsOf(task) },
    ],
    inputs,
    LOSSES[task],
    draw,
  )

/** Trees of three leaves each. */
function treesOf(inputs: number, task: Task, draw: Draw, rounds = 5): TreesModel {
  const outputs = unitsOf(task)
  const count = rounds * outputs
  const whole = (each: (i: number) => number) => Int32Array.from({ length: 5 * count }, (_, i) => each(i))
  return {
    kind: 'trees',
    outputs,
    base: Float64Array.from({ length: outputs }, () => draw.normal()),
    roots: Int32Array.from({ length: count }, (_, t) => 5 * t),
    feature: whole((i) => (i % 5 === 0 || i % 5 === 2 ? draw.index(inputs) : -1)),
    threshold: Float32Array.from({ length: 5 * count }, () => draw.uniform()),
    left: whole((i) => (i % 5 === 0 ? i + 1 : i % 5 === 2 ? i + 1 : 0)),
    value: random(draw, 5 * count, 0.3),
  }
}

function linearOf(inputs: number, task: Task, draw: Draw): LinearModel {
  const outputs = unitsOf(task)
  return {
    kind: 'linear',
    outputs,
    coefficients: Float64Array.from({ length: inputs * outputs }, () => 0.2 * draw.normal()),
    intercepts: Float64Array.from({ length: outputs }, () => draw.normal()),
  }
}

/** An ensemble of all kinds of models over two preparations. */
export function ensembleOf(from: Table, task: Task, seed = 3): Ensemble {
  const preparations = WAYS.map((way, fold) =>
    preparationOf(
      from,
      task,
      range(0, from.rows).filter((row) => row % 2 === fold),
      way,
    ),
  )
  const models = preparations.flatMap((preparation, place) => {
    const inputs = featureCount(preparation)
    const draw = drawFrom(seed + place)
    const own: Model[] = [wholeNetwork(inputs, task, draw).model, treesOf(inputs, task, draw), linearOf(inputs, task, draw)]
    return own.map((model, i) => ({ preparation: place, weight: [0.25, 0.15, 0.1][i] ?? 0, model }))
  })
  return { preparations, models, temperature: task === 'regression' ? 1 : 1.3 }
}

export function dataOf(ensemble: Ensemble, from: Table, task: Task): AnswerData {
  const kinds = new Map(ensemble.preparations.flatMap(({ columns }) => columns.map(({ name, kind }) => [name, kind] as const)))
  const metric = task === 'regression' ? 'rootMeanSquaredError' : 'logLoss'
  return {
    version: 1,
    ensemble,
    columns: answerColumns(
      from,
      range(0, from.rows),
      [...kinds].map(([name, kind]) => ({ name, kind })),
    ),
    score: {
      metric,
      value: 0.3,
      interval: [0.2, 0.4],
      level: 0.95,
      baselines: { guess: 0.7, linear: 0.35 },
      verdict: 'betterThanGuessing',
      sentence: 'It is better than guessing, and cannot be told apart from a linear model.',
      metrics: [{ name: metric, value: 0.3, interval: [0.2, 0.4], guess: 0.7, linear: 0.35 }],
    },
    matters: {
      columns: [{ name: 'area', value: 0.2, interval: [0.1, 0.3] }],
      settings: [],
      sentences: ['The settings cannot be told apart.'],
    },
    intervals:
      task === 'regression'
        ? {
            kind: 'numbers',
            rows: 200,
            residuals: range(0, 200).map((i) => (i - 90) / 50),
            scale: { by: 'spread', edges: [5000, 20_000], sizes: [10_000, 20_000, 40_000] },
          }
        : { kind: 'classes', rows: 200, chances: range(0, 200).map((i) => i / 200) },
    data: { name: 'houses.csv', rows: from.rows, columns: from.columns.length, fingerprint: '0123456789abcdef' },
    learned: { seed: 7, budget: { seconds: 60 }, steps: 12, seconds: 60.2, rows: from.rows, folds: 2, candidates: 20, stopped: false },
    limits: ['Only 200 rows judged it.'],
  }
}

export function answerOf(task: Task, rows = 200): { answer: Answer; table: Table; data: AnswerData } {
  const from = houses(rows)
  const data = dataOf(ensembleOf(from, task), from, task)
  return { answer: makeAnswer(data), table: from, data }
}

/** A table's rows as objects, as a person has them. */
export function rowsOf(from: Table): Record<string, number | string | Date | null>[] {
  return range(0, from.rows).map((row) =>
    Object.fromEntries(
      from.columns.map((column) => {
        if ('codes' in column) return [column.name, column.categories[column.codes[row] ?? -1] ?? null]
        if ('texts' in column) return [column.name, column.texts[row] ?? null]
        const value = column.values[row] ?? Number.NaN
        return [column.name, Number.isNaN(value) ? null : column.kind === 'date' ? new Date(value) : value]
      }),
    ),
  )
}
