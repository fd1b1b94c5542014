/** A preparation in ONNX: raw columns become the features of the models. Computed in float64, as here, and rounded to float32 at the end. */

import { at, missing } from '../../core/at.ts'
import { encodeCategory, saysMissing } from '../../prepare/categories.ts'
import type { NumberEncoding } from '../../prepare/numbers/kinds.ts'
import { A, B, C, D, E, F } from '../../prepare/numbers/normal.ts'
import { BOUND, GREATEST, LEAST, NEAREST } from '../../prepare/numbers/quantile.ts'
import type { CategoryPreparation, ColumnPreparation, DatePreparation, NumberPreparation, Preparation } from '../../prepare/preparation.ts'
import type { OnnxGraph, Value } from './graph.ts'

/** Calculates with columns of float64, (rows x 1) or (rows x n). */
class Doubles {
  readonly graph: OnnxGraph

  constructor(graph: OnnxGraph) {
    this.graph = graph
  }

  row(...values: readonly number[]): Value {
    return this.graph.constant('double', values)
  }

  add = (x: Value, y: number | Value): Value => this.graph.op('Add', [x, typeof y === 'number' ? this.row(y) : y])
  sub = (x: Value, y: number | Value): Value => this.graph.op('Sub', [x, typeof y === 'number' ? this.row(y) : y])
  mul = (x: Value, y: number | Value): Value => this.graph.op('Mul', [x, typeof y === 'number' ? this.row(y) : y])
  div = (x: Value, y: number | Value): Value => this.graph.op('Div', [x, typeof y === 'number' ? this.row(y) : y])
  floor = (x: Value): Value => this.graph.op('Floor', [x])
  where = (condition: Value, x: Value, y: Value): Value => this.graph.op('Where', [condition, x, y])
  less = (x: Value, y: number | Value): Value => this.graph.op('Less', [x, typeof y === 'number' ? this.row(y) : y])
  polynomial = (coefficients: readonly number[], x: Value): Value =>
    coefficients
      .slice(0, -1)
      .reduceRight<Value>((sum, c) => this.add(this.mul(sum, x), c), this.row(at(coefficients, coefficients.length - 1)))
}

/** What JavaScript says of the quarters of a turn, and of a whole one: the sine of a half is 1.2e-16, not 0, and trees may tell the two apart. */
const QUARTERS = [0, 0.25, 0.5, 0.75, 0].map((turn) => 2 * Math.PI * turn)

/**
 * sin and cos of a part of a full turn, (rows x n) each; ONNX Runtime has the cosine in float32 alone, so whole turns are taken off before, and quarters, near
 * which float32 is off by more than the number itself, are looked up.
 */
function circle(doubles: Doubles, turns: Value): { readonly sin: Value; readonly cos: Value } {
  const { graph } = doubles
  const part = doubles.sub(turns, doubles.floor(turns))
  const angle = graph.cast(doubles.mul(part, 2 * Math.PI), 'float')
  const quarters = doubles.mul(part, 4)
  const isQuarter = graph.op('Equal', [quarters, doubles.floor(quarters)])
  const place = graph.cast(doubles.where(isQuarter, quarters, doubles.row(0)), 'int64')
  const exactly = (of: (angle: number) => number, operator: string): Value =>
    doubles.where(isQuarter, graph.op('Gather', [graph.constant('float', QUARTERS.map(of)), place]), graph.op(operator, [angle]))
  return { sin: exactly(Math.sin, 'Sin'), cos: exactly(Math.cos, 'Cos') }
}

/** As `quantileNormal` of src/prepare/numbers/quantile.ts. */
function quantileFeature(doubles: Doubles, x: Value, quantiles: readonly number[]): Value {
  const { graph } = doubles
  const all = doubles.row(...quantiles)
  const count = (operator: string): Value =>
    graph.op('ReduceSum', [graph.cast(graph.op(operator, [all, x]), 'double'), graph.constant('int64', [1])], { keepdims: { int: 1 } })
  // The last place whose quantile is not above x, and the first whose quantile is not below it; what lies outside is replaced at the end.
  const last = doubles.sub(count('LessOrEqual'), 1)
  const first = count('Less')
  const within = (place: Value): Value => graph.op('Min', [graph.op('Max', [place, doubles.row(0)]), doubles.row(quantiles.length - 1)])
  const valueAt = (place: Value): Value => graph.op('Gather', [all, graph.cast(within(place), 'int64')])
  const part = (place: Value): Value => doubles.div(place, quantiles.length - 1)
  const [low, high] = [valueAt(last), valueAt(first)]
  const isEqual = graph.op('LessOrEqual', [first, last])
  const middle = doubles.mul(doubles.add(part(first), part(last)), 0.5)
  // Where x is one of the quantiles both are the same, and nothing is divided.
  const width = doubles.where(isEqual, doubles.row(1), doubles.sub(high, low))
  const between = doubles.add(part(last), doubles.mul(doubles.div(doubles.sub(part(first), part(last)), width), doubles.sub(x, low)))
  const below = doubles.where(isEqual, middle, between)
  const isLeast = graph.op('Or', [
    doubles.less(doubles.sub(x, BOUND), at(quantiles, 0)),
    graph.op('LessOrEqual', [below, doubles.row(NEAREST)]),
  ])
  const isGreatest = graph.op('Or', [
    graph.op('Greater', [doubles.add(x, BOUND), doubles.row(at(quantiles, quantiles.length - 1))]),
    graph.op('GreaterOrEqual', [below, doubles.row(1 - NEAREST)]),
  ])
  const kept = graph.op('Min', [graph.op('Max', [below, doubles.row(NEAREST)]), doubles.row(1 - NEAREST)])
  return doubles.where(isLeast, doubles.row(LEAST), doubles.where(isGreatest, doubles.row(GREATEST), normalOf(doubles, kept)))
}

/** As `normalQuantile` of src/prepare/numbers/normal.ts, of numbers over 0 and under 1. */
function normalOf(doubles: Doubles, p: Value): Value {
  const { graph } = doubles
  const q = doubles.sub(p, 0.5)
  const r = doubles.sub(doubles.row(0.180625), doubles.mul(q, q))
  const central = doubles.div(doubles.mul(q, doubles.polynomial(A, r)), doubles.polynomial(B, r))
  const isLow = doubles.less(q, 0)
  const tail = doubles.where(isLow, p, doubles.sub(doubles.row(1), p))
  const s = graph.op('Sqrt', [graph.op('Neg', [graph.op('Log', [tail])])])
  const ratio = (from: number, above: readonly number[], below: readonly number[]): Value => {
    const x = doubles.sub(s, from)
    return doubles.div(doubles.polynomial(above, x), doubles.polynomial(below, x))
  }
  const size = doubles.where(graph.op('LessOrEqual', [s, doubles.row(5)]), ratio(1.6, C, D), ratio(5, E, F))
  const outer = doubles.where(isLow, graph.op('Neg', [size]), size)
  return doubles.where(graph.op('LessOrEqual', [graph.op('Abs', [q]), doubles.row(0.425)]), central, outer)
}

/** A number's features, as `writeNumber` of src/prepare/numbers/encode.ts, (rows x features) of float32. */
function numberFeatures(doubles: Doubles, x: Value, encoding: NumberEncoding): Value {
  const { graph } = doubles
  switch (encoding.kind) {
    case 'none':
      return graph.cast(x, 'float')
    case 'standard':
      return graph.cast(doubles.div(doubles.sub(x, encoding.mean), encoding.scale), 'float')
    case 'minMax':
      return graph.cast(doubles.div(doubles.sub(x, encoding.min), encoding.scale), 'float')
    case 'robust': {
      const { unit } = encoding
      const measured = unit === undefined ? x : graph.op('Log', [doubles.add(doubles.div(graph.op('Max', [x, doubles.row(0)]), unit), 1)])
      const scaled = doubles.mul(doubles.sub(measured, encoding.median), encoding.factor)
      if (!encoding.smoothClip) return graph.cast(scaled, 'float')
      const third = doubles.div(scaled, 3)
      return graph.cast(doubles.div(scaled, graph.op('Sqrt', [doubles.add(doubles.mul(third, third), 1)])), 'float')
    }
    case 'quantile':
      return graph.cast(quantileFeature(doubles, x, encoding.quantiles), 'float')
    case 'piecewiseLinear': {
      const { edges } = encoding
      const lows = edges.slice(0, -1)
      const parts = doubles.div(doubles.sub(x, doubles.row(...lows)), doubles.row(...lows.map((low, i) => at(edges, i + 1) - low)))
      // The first bin goes on below 0, the last above 1.
      const least = lows.map((_low, i) => (i === 0 ? -Number.MAX_VALUE : 0))
      const most = lows.map((_low, i) => (i === lows.length - 1 ? Number.MAX_VALUE : 1))
      return graph.cast(graph.op('Min', [graph.op('Max', [parts, doubles.row(...least)]), doubles.row(...most)]), 'float')
    }
    case 'periodic': {
      const scaled = doubles.div(doubles.sub(x, encoding.mean), encoding.scale)
      const { sin, cos } = circle(doubles, doubles.mul(scaled, doubles.row(...encoding.frequencies)))
      return graph.op('Concat', [cos, sin], { axis: { int: 1 } })
    }
    default:
      return encoding satisfies never
  }
}

const DAY = 86_400_000

/** Year and month (0 to 11) of days since 1970 in the Gregorian calendar (Hinnant 2013: "chrono-Compatible Low-Level Date Algorithms", civil_from_days). */
function calendar(d: Doubles, days: Value): { readonly year: Value; readonly month: Value } {
  const parted = (x: Value, by: number): Value => d.floor(d.div(x, by))
  // Years begin in March, so that the day that is not in every year is the last.
  const shifted = d.add(days, 719_468)
  const era = parted(shifted, 146_097)
  const day = d.sub(shifted, d.mul(era, 146_097))
  const yearOfEra = parted(d.sub(d.add(d.sub(day, parted(day, 1460)), parted(day, 36_524)), parted(day, 146_096)), 365)
  const dayOfYear = d.sub(day, d.sub(d.add(d.mul(yearOfEra, 365), parted(yearOfEra, 4)), parted(yearOfEra, 100)))
  const fromMarch = parted(d.add(d.mul(dayOfYear, 5), 2), 153)
  const month = d.where(d.less(fromMarch, 10), d.add(fromMarch, 2), d.sub(fromMarch, 10))
  const next = d.where(d.less(month, 2), d.row(1), d.row(0))
  return { year: d.add(d.add(yearOfEra, d.mul(era, 400)), next), month }
}

/** A date's features, of milliseconds since 1970; as `writeDate` of src/prepare/dates.ts. */
function dateFeatures(d: Doubles, x: Value, { parts }: DatePreparation): Value {
  const days = d.floor(d.div(x, DAY))
  const features = parts.map((part) => {
    if ('mean' in part) {
      const line = part.part === 'elapsed' ? d.div(x, DAY) : calendar(d, days).year
      return d.graph.cast(d.div(d.sub(line, part.mean), part.scale), 'float')
    }
    const turns = {
      month: () => d.div(calendar(d, days).month, 12),
      // The first of January 1970 was a Thursday.
      weekday: () => d.div(d.add(days, 4), 7),
      hour: () => d.div(d.floor(d.div(d.sub(x, d.mul(days, DAY)), 1000)), 86_400),
    }[part.part]()
    const { sin, cos } = circle(d, turns)
    return d.graph.op('Concat', [sin, cos], { axis: { int: 1 } })
  })
  return d.graph.op('Concat', features, { axis: { int: 1 } })
}

function filledFeatures(doubles: Doubles, x: Value, column: NumberPreparation | DatePreparation): Value {
  const { graph } = doubles
  const isMissing = graph.op('IsNaN', [x])
  // Without what fills it in a missing value stays, and so what is said is NaN.
  const filled = column.fill === null ? x : doubles.where(isMissing, doubles.row(column.fill), x)
  const read = column.kind === 'number' && column.rounded ? graph.cast(graph.cast(filled, 'float'), 'double') : filled
  const features = column.kind === 'number' ? numberFeatures(doubles, read, column.encoding) : dateFeatures(doubles, read, column)
  return column.indicator ? graph.op('Concat', [features, graph.cast(isMissing, 'float')], { axis: { int: 1 } }) : features
}

/** The features of every category, of a missing one, and of any other word, a row each; a word's row is found by its name. */
function categoryFeatures(graph: OnnxGraph, words: Value, { categories, encoding, fill, indicator }: CategoryPreparation): Value {
  const isFilled = saysMissing(encoding)
  const usual = fill === null || isFilled ? -1 : categories.indexOf(fill)
  const rows = [...categories.keys(), usual, -2].map((code, i) => [
    ...encodeCategory(code, categories.length, encoding),
    ...(indicator ? [Number(i === categories.length)] : []),
  ])
  const width = (rows[0] ?? missing(rows, 0)).length
  const place = graph.op(
    'LabelEncoder',
    [words],
    {
      keys_strings: [...categories, ''],
      values_int64s: { ints: [...categories.keys(), categories.length] },
      default_int64: { int: categories.length + 1 },
    },
    'ai.onnx.ml',
  )
  const flat = graph.op('Reshape', [place, graph.constant('int64', [-1])])
  return graph.op('Gather', [graph.constant('float', rows.flat(), [rows.length, width]), flat])
}

/** (rows x features) of float32, of inputs by the names of columns. */
export function writeFeatures(graph: OnnxGraph, { columns }: Preparation, inputs: ReadonlyMap<string, Value>): Value {
  const doubles = new Doubles(graph)
  const features = columns.map((column: ColumnPreparation) => {
    const input = inputs.get(column.name)
    if (input === undefined) throw new Error(`column ${column.name} has no input`)
    return column.kind === 'category' ? categoryFeatures(graph, input, column) : filledFeatures(doubles, input, column)
  })
  return features.length === 1 ? (features[0] ?? missing(features, 0)) : graph.op('Concat', features, { axis: { int: 1 } })
}
