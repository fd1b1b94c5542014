/** What is tried: a portfolio of settings that are good on many tables, then others near the best so far. */

import { at } from '../core/at.ts'
import { Purpose, philox4x32 } from '../core/random.ts'
import type { Encoding } from './inputs.ts'
import type { Entry } from './library.ts'
import type { NetworkSettings, NetworkShape } from './networks.ts'
import type { Problem } from './problem.ts'
import type { TreesSettings } from './trees/settings.ts'

/** Networks of one shape, which train together. */
export interface NetworkGroup {
  readonly shape: NetworkShape
  readonly settings: readonly NetworkSettings[]
  /** What all have in common, in plain names. */
  readonly described: Readonly<Record<string, string | number>>
}

/** Boosted trees. */
export interface TreesCandidate {
  readonly encoding: Encoding
  readonly rounds: number
  readonly settings: Partial<TreesSettings>
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
} as const satisfies Record<string, Exclude<Encoding['numbers'], undefined>>
type EncodingName = keyof typeof ENCODINGS

/** What a group of networks has in common, before it is fitted to the number of rows. */
interface Plan {
  readonly encoding: EncodingName
  readonly hidden: readonly number[]
  /** Passes through the rows, by the usual number. */
  readonly length: number
  readonly labelSmoothing: number
}

/** Groups that are tried first, in this order, each with the settings below by number. */
const PORTFOLIO: readonly { readonly plan: Plan; readonly settings: readonly number[] }[] = [
  { plan: { encoding: 'piecewise 12', hidden: [128, 64], length: 1, labelSmoothing: 0 }, settings: [0, 1, 2, 3, 4, 5] },
  { plan: { encoding: 'robust', hidden: [128, 64], length: 2, labelSmoothing: 0 }, settings: [0, 1, 2, 3, 4, 5] },
  { plan: { encoding: 'piecewise 24', hidden: [256], length: 1, labelSmoothing: 0 }, settings: [0, 1, 6, 3, 4, 5] },
  { plan: { encoding: 'piecewise by target', hidden: [128, 64], length: 1, labelSmoothing: 0 }, settings: [0, 1, 2, 3, 6, 5] },
  { plan: { encoding: 'quantile', hidden: [256, 128], length: 1, labelSmoothing: 0 }, settings: [0, 1, 2, 3, 4, 5] },
  { plan: { encoding: 'periodic', hidden: [128, 64], length: 1, labelSmoothing: 0 }, settings: [0, 1, 2, 3, 4, 5] },
]

const SETTINGS: readonly NetworkSettings[] = [
  { activation: 'mish', learningRate: 0.01, weightDecay: 0.03, dropout: 0 },
  { activation: 'silu', learningRate: 0.004, weightDecay: 0.01, dropout: 0 },
  { activation: 'mish', learningRate: 0.01, weightDecay: 0.1, dropout: 0.15 },
  { activation: 'selu', learningRate: 0.004, weightDecay: 0.03, dropout: 0 },
  { activation: 'relu', learningRate: 0.003, weightDecay: 0.3, dropout: 0.3 },
  { activation: 'silu', learningRate: 0.001, weightDecay: 0.3, dropout: 0.1 },
  { activation: 'mish', learningRate: 0.02, weightDecay: 0.01, dropout: 0 },
]

/** Passes and rows of an update that suit a number of rows: few rows are gone through often, in small batches. */
export function usual(rows: number): { epochs: number; batchSize: number } {
  const batchSize = Math.max(16, Math.min(512, 2 ** Math.round(Math.log2(rows / 16))))
  const steps = 1600 * Math.min(4, Math.max(1, rows / 4000) ** 0.5)
  return { batchSize, epochs: Math.max(2, Math.min(120, Math.round((steps * batchSize) / rows))) }
}

function groupOf({ encoding, hidden, length, labelSmoothing }: Plan, settings: readonly NetworkSettings[], problem: Problem): NetworkGroup {
  const { epochs, batchSize } = usual(at(problem.folds, 0).train.length)
  const smoothing = problem.task === 'regression' ? 0 : labelSmoothing
  return {
    shape: {
      encoding: { numbers: ENCODINGS[encoding] },
      hidden,
      batchSize,
      epochs: Math.max(2, Math.round(epochs * length)),
      labelSmoothing: smoothing,
    },
    settings,
    described: { encoding, layers: hidden.length, width: at(hidden, 0), labelSmoothing: smoothing },
  }
}

/** The networks of a turn, counted from 0: of the portfolio, then near the best of the library. */
export function networksOf(turn: number, problem: Problem, entries: readonly Entry[], seed: number): NetworkGroup {
  const fixed = PORTFOLIO[turn]
  if (fixed !== undefined) return groupOf(fixed.plan, fixed.settings.map((i) => at(SETTINGS, i)), problem)
  const draw = new Draw(seed, turn)
  const best = entries.filter(({ kind }) => kind === 'network').slice(0, 8)
  const parent = best[Math.floor(draw.next() ** 2 * best.length)]
  const plan: Plan = {
    encoding: draw.next() < 0.5 && parent !== undefined ? (parent.settings.encoding as EncodingName) : draw.of(Object.keys(ENCODINGS) as EncodingName[]),
    hidden: draw.of([[64], [128, 64], [256], [256, 128], [128, 128], [256, 256], [128, 64, 32]]),
    length: draw.of([0.7, 1, 1.5, 2]),
    labelSmoothing: draw.of([0, 0, 0.05]),
  }
  const near = (value: number, spread: number, least: number, most: number) =>
    Math.min(most, Math.max(least, value * Math.exp(spread * (2 * draw.next() - 1))))
  const settings = Array.from({ length: 6 }, (): NetworkSettings => {
    const own = best[Math.floor(draw.next() * best.length)]?.settings
    if (own === undefined || draw.next() < 0.2)
      return {
        activation: draw.of(['mish', 'silu', 'selu', 'relu', 'gelu']),
        learningRate: 0.001 * 30 ** draw.next(),
        weightDecay: 0.003 * 200 ** draw.next(),
        dropout: draw.of([0, 0, 0.1, 0.2, 0.3, 0.4]),
      }
    return {
      activation: draw.next() < 0.7 ? (own.activation as NetworkSettings['activation']) : draw.of(['mish', 'silu', 'selu', 'relu', 'gelu']),
      learningRate: near(Number(own.learningRate), 0.7, 0.0003, 0.05),
      weightDecay: near(Number(own.weightDecay), 1, 0.001, 1),
      dropout: Math.min(0.6, Math.max(0, Number(own.dropout) + draw.of([-0.1, 0, 0, 0.1]))),
    }
  })
  return groupOf(plan, settings, problem)
}

const TREES: readonly { readonly rounds: number; readonly settings: Partial<TreesSettings> }[] = [
  { rounds: 600, settings: { learningRate: 0.05, leaves: 31, minRows: 3, l2: 1, featureFraction: 0.8, extra: true } },
  { rounds: 500, settings: { learningRate: 0.05, leaves: 8, minRows: 5, l2: 1, rowFraction: 0.8, featureFraction: 0.7 } },
  { rounds: 500, settings: { learningRate: 0.05, leaves: 31, minRows: 10, l2: 1, rowFraction: 0.8, featureFraction: 0.6 } },
  { rounds: 800, settings: { learningRate: 0.05, leaves: 12, minRows: 3, l2: 3, rowFraction: 0.7, featureFraction: 0.4, extra: true } },
  { rounds: 600, settings: { learningRate: 0.03, leaves: 16, minRows: 3, l2: 3, rowFraction: 0.6, featureFraction: 0.4 } },
  { rounds: 800, settings: { learningRate: 0.04, leaves: 4, minRows: 5, l2: 0.3, rowFraction: 0.8, featureFraction: 0.5 } },
  { rounds: 500, settings: { learningRate: 0.03, leaves: 63, minRows: 20, l2: 10, rowFraction: 0.7, featureFraction: 0.5 } },
  { rounds: 800, settings: { learningRate: 0.04, leaves: 63, minRows: 1, l2: 0.3, featureFraction: 0.6, rowFraction: 0.9, extra: true } },
]

/** The trees of a turn; undefined when none are left to try. */
export function treesOf(turn: number): TreesCandidate | undefined {
  const found = TREES[turn]
  if (found === undefined) return undefined
  const { rounds, settings } = found
  const { leaves = 31, learningRate = 0.05, extra = false } = settings
  return { encoding: { numbers: 'none' }, rounds, settings, described: { leaves, learningRate, thresholds: extra ? 'random' : 'best' } }
}

/** Numbers from 0 to 1, of one turn. */
class Draw {
  readonly #seed: number
  readonly #turn: number
  #count = 0

  constructor(seed: number, turn: number) {
    this.#seed = seed
    this.#turn = turn
  }

  next(): number {
    const [word] = philox4x32([this.#count++, this.#turn, 0, 1], [this.#seed, Purpose.study])
    return word / 2 ** 32
  }

  of<T extends NonNullable<unknown>>(list: readonly T[]): T {
    return at(list, Math.floor(this.next() * list.length))
  }
}
