/** The networks that are tried: a portfolio of settings that are good on many tables, then others near the best so far. */

import { at } from '../core/at.ts'
import { Draw } from './draw.ts'
import type { Encoding } from './inputs.ts'
import type { Entry } from './library.ts'
import type { NetworkSettings, NetworkShape } from './networks.ts'
import type { Problem } from './problem.ts'

/** Networks of one shape, which train together. */
export interface NetworkGroup {
  readonly shape: NetworkShape
  readonly settings: readonly NetworkSettings[]
  /** What all have in common, in plain names. */
  readonly described: Readonly<Record<string, string | number>>
}

/** How numbers become features, by the name that a person sees. */
const ENCODINGS = {
  'piecewise 12': { name: 'piecewiseLinear', bins: 12 },
  'piecewise 24': { name: 'piecewiseLinear', bins: 24 },
  'piecewise 6': { name: 'piecewiseLinear', bins: 6 },
  'piecewise by target': { name: 'piecewiseLinear', bins: 16, edges: 'target', minSamplesLeaf: 8 },
  periodic: { name: 'periodic', frequencies: 8 },
  quantile: { name: 'quantile' },
  robust: { name: 'robust' },
  'robust by logarithm': { name: 'robust', logarithm: true },
} as const satisfies Record<string, Exclude<Encoding['numbers'], undefined>>
type EncodingName = keyof typeof ENCODINGS

/** What a group of networks has in common, before it is fitted to the number of rows. */
interface Plan {
  readonly encoding: EncodingName
  readonly hidden: readonly number[]
  /** Passes through the rows, by the usual number. */
  readonly length: number
  /** Whether a skewed target is learned by its logarithm. */
  readonly targets: 'auto' | 'standard'
}

/** Shapes that are tried first, in this order. */
const PORTFOLIO: readonly Plan[] = [
  { encoding: 'piecewise 12', hidden: [128, 64], length: 1, targets: 'auto' },
  { encoding: 'robust by logarithm', hidden: [128, 128, 64], length: 1.5, targets: 'auto' },
  { encoding: 'piecewise by target', hidden: [128, 64], length: 1, targets: 'standard' },
  { encoding: 'piecewise 24', hidden: [256], length: 1, targets: 'auto' },
  { encoding: 'quantile', hidden: [256, 128], length: 1, targets: 'standard' },
  { encoding: 'periodic', hidden: [128, 64], length: 1, targets: 'auto' },
]

/** Shapes that are drawn later. */
const SHAPES = [[64], [128, 64], [256], [256, 128], [128, 128], [256, 256], [128, 64, 32], [128, 128, 64]] as const

/**
 * Settings that each of them is tried with: numbers want to be followed closely; classes want restraint where they are few rows and much chance, and none
 * where many are told apart well.
 */
const SETTINGS: Readonly<Record<'numbers' | 'classes', readonly NetworkSettings[]>> = {
  numbers: [
    { activation: 'mish', learningRate: 0.01, weightDecay: 0.03, dropout: 0 },
    { activation: 'silu', learningRate: 0.004, weightDecay: 0.01, dropout: 0 },
    { activation: 'gelu', learningRate: 0.008, weightDecay: 0.03, dropout: 0.05 },
    { activation: 'mish', learningRate: 0.01, weightDecay: 0.1, dropout: 0.15 },
    { activation: 'selu', learningRate: 0.004, weightDecay: 0.03, dropout: 0 },
    { activation: 'relu', learningRate: 0.003, weightDecay: 0.3, dropout: 0.3 },
    { activation: 'mish', learningRate: 0.02, weightDecay: 0.01, dropout: 0 },
    { activation: 'mish', learningRate: 0.005, weightDecay: 0.3, dropout: 0.1 },
  ],
  classes: [
    { activation: 'mish', learningRate: 0.01, weightDecay: 1, dropout: 0.5 },
    { activation: 'silu', learningRate: 0.002, weightDecay: 0.3, dropout: 0.1 },
    { activation: 'selu', learningRate: 0.002, weightDecay: 3, dropout: 0.2 },
    { activation: 'mish', learningRate: 0.02, weightDecay: 0.3, dropout: 0.3 },
    { activation: 'silu', learningRate: 0.005, weightDecay: 1, dropout: 0.2 },
    { activation: 'mish', learningRate: 0.005, weightDecay: 3, dropout: 0.5 },
    { activation: 'mish', learningRate: 0.01, weightDecay: 0.03, dropout: 0 },
    { activation: 'selu', learningRate: 0.01, weightDecay: 0.3, dropout: 0.3 },
  ],
}

/** From so many on more updates, each of fewer rows, are worth their time. */
const SOME_ROWS = 2000

/** Passes and rows of an update that suit a number of rows: few rows are gone through often, in small batches. */
function usual(rows: number): { epochs: number; batchSize: number } {
  const isSome = rows > SOME_ROWS
  const batchSize = Math.max(16, Math.min(512, 2 ** Math.round(Math.log2(rows / (isSome ? 32 : 16)))))
  const steps = 1600 * (isSome ? 1.5 : 1) * Math.min(4, Math.max(1, rows / 4000) ** 0.5)
  return { batchSize, epochs: Math.max(2, Math.min(120, Math.round((steps * batchSize) / rows))) }
}

/** Passes of classes, by those of numbers: after them they learn rows by heart. */
const CLASSES_LEARN_FASTER = 0.6

function groupOf({ encoding, hidden, length, targets }: Plan, settings: readonly NetworkSettings[], problem: Problem): NetworkGroup {
  const { epochs, batchSize } = usual(at(problem.folds, 0).train.length)
  const patience = problem.task === 'regression' ? 1 : CLASSES_LEARN_FASTER
  return {
    shape: {
      encoding: { numbers: ENCODINGS[encoding], targets },
      hidden,
      batchSize,
      epochs: Math.max(2, Math.round(epochs * length * patience)),
    },
    settings,
    described: { encoding, layers: hidden.length, width: at(hidden, 0), targets },
  }
}

const shapeOf = ({ layers, width }: Entry['settings']): readonly number[] | undefined =>
  SHAPES.find((shape) => shape.length === layers && shape[0] === width)

/** The networks of a turn, counted from 0: of the portfolio, then near the best of the library. */
export function networksOf(turn: number, problem: Problem, entries: readonly Entry[], seed: number): NetworkGroup {
  const fixed = PORTFOLIO[turn]
  if (fixed !== undefined) return groupOf(fixed, SETTINGS[problem.task === 'regression' ? 'numbers' : 'classes'], problem)
  const draw = new Draw(seed, turn)
  const best = entries.filter(({ kind }) => kind === 'network').slice(0, 8)
  const parent = best[Math.floor(draw.next() ** 2 * best.length)]
  const plan: Plan = {
    encoding:
      draw.next() < 0.5 && parent !== undefined
        ? (parent.settings.encoding as EncodingName)
        : draw.of(Object.keys(ENCODINGS) as EncodingName[]),
    hidden: (draw.next() < 0.4 && parent !== undefined ? shapeOf(parent.settings) : undefined) ?? draw.of(SHAPES),
    length: draw.of([0.7, 1, 1.5, 2]),
    targets: draw.of(['auto', 'standard']),
  }
  const near = (value: number, spread: number, least: number, most: number) =>
    Math.min(most, Math.max(least, value * Math.exp(spread * (2 * draw.next() - 1))))
  const settings = Array.from({ length: 6 }, (): NetworkSettings => {
    const own = best[Math.floor(draw.next() * best.length)]?.settings
    if (own === undefined || draw.next() < 0.2)
      return {
        activation: draw.of(['mish', 'silu', 'selu', 'relu', 'gelu']),
        learningRate: 0.001 * 30 ** draw.next(),
        weightDecay: 0.003 * 1000 ** draw.next(),
        dropout: draw.of([0, 0, 0.1, 0.2, 0.35, 0.5]),
      }
    return {
      activation: draw.next() < 0.7 ? (own.activation as NetworkSettings['activation']) : draw.of(['mish', 'silu', 'selu', 'relu', 'gelu']),
      learningRate: near(Number(own.learningRate), 0.7, 0.0003, 0.05),
      weightDecay: near(Number(own.weightDecay), 1, 0.001, 10),
      dropout: Math.min(0.6, Math.max(0, Number(own.dropout) + draw.of([-0.1, 0, 0, 0.1]))),
    }
  })
  return groupOf(plan, settings, problem)
}
