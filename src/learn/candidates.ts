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
  /** Whether a skewed target is learned by its logarithm. */
  readonly targets: 'auto' | 'standard'
}

/** Shapes that are tried first, in this order. */
const PORTFOLIO: readonly Plan[] = [
  { encoding: 'piecewise 12', hidden: [128, 64], length: 1, targets: 'auto' },
  { encoding: 'robust', hidden: [128, 64], length: 1.5, targets: 'auto' },
  { encoding: 'piecewise by target', hidden: [128, 64], length: 1, targets: 'standard' },
  { encoding: 'piecewise 24', hidden: [256], length: 1, targets: 'auto' },
  { encoding: 'quantile', hidden: [256, 128], length: 1, targets: 'standard' },
  { encoding: 'periodic', hidden: [128, 64], length: 1, targets: 'auto' },
]

/** Settings that each of them is tried with: classes are often few rows and much chance, and want restraint; numbers want to be followed closely. */
const SETTINGS: Readonly<Record<'numbers' | 'classes', readonly NetworkSettings[]>> = {
  numbers: [
    { activation: 'mish', learningRate: 0.01, weightDecay: 0.03, dropout: 0 },
    { activation: 'silu', learningRate: 0.004, weightDecay: 0.01, dropout: 0 },
    { activation: 'mish', learningRate: 0.01, weightDecay: 0.1, dropout: 0.15 },
    { activation: 'selu', learningRate: 0.004, weightDecay: 0.03, dropout: 0 },
    { activation: 'relu', learningRate: 0.003, weightDecay: 0.3, dropout: 0.3 },
    { activation: 'mish', learningRate: 0.02, weightDecay: 0.01, dropout: 0 },
  ],
  classes: [
    { activation: 'mish', learningRate: 0.005, weightDecay: 3, dropout: 0.5 },
    { activation: 'selu', learningRate: 0.002, weightDecay: 3, dropout: 0.2 },
    { activation: 'silu', learningRate: 0.002, weightDecay: 0.3, dropout: 0.1 },
    { activation: 'mish', learningRate: 0.01, weightDecay: 0.03, dropout: 0 },
    { activation: 'relu', learningRate: 0.002, weightDecay: 3, dropout: 0.4 },
    { activation: 'selu', learningRate: 0.004, weightDecay: 0.1, dropout: 0 },
  ],
}

/** Passes and rows of an update that suit a number of rows: few rows are gone through often, in small batches. */
function usual(rows: number): { epochs: number; batchSize: number } {
  const batchSize = Math.max(16, Math.min(512, 2 ** Math.round(Math.log2(rows / 16))))
  const steps = 1600 * Math.min(4, Math.max(1, rows / 4000) ** 0.5)
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
    hidden: draw.of([[64], [128, 64], [256], [256, 128], [128, 128], [256, 256], [128, 64, 32]]),
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

interface TreesPlan {
  readonly rounds: number
  readonly targets: 'auto' | 'standard'
  readonly settings: Partial<TreesSettings>
}

const TREES: readonly TreesPlan[] = [
  { rounds: 600, targets: 'auto', settings: { learningRate: 0.05, leaves: 31, minRows: 3, l2: 1, featureFraction: 0.8, extra: true } },
  {
    rounds: 500,
    targets: 'standard',
    settings: { learningRate: 0.05, leaves: 8, minRows: 5, l2: 1, rowFraction: 0.8, featureFraction: 0.7 },
  },
  {
    rounds: 500,
    targets: 'auto',
    settings: { learningRate: 0.05, leaves: 31, minRows: 10, l2: 1, rowFraction: 0.8, featureFraction: 0.6 },
  },
  {
    rounds: 800,
    targets: 'standard',
    settings: { learningRate: 0.05, leaves: 12, minRows: 3, l2: 3, rowFraction: 0.7, featureFraction: 0.4, extra: true },
  },
  {
    rounds: 600,
    targets: 'auto',
    settings: { learningRate: 0.04, leaves: 127, minRows: 1, l2: 0.3, rowFraction: 0.9, featureFraction: 0.6, extra: true },
  },
  {
    rounds: 800,
    targets: 'auto',
    settings: { learningRate: 0.04, leaves: 4, minRows: 5, l2: 0.3, rowFraction: 0.8, featureFraction: 0.5 },
  },
  {
    rounds: 600,
    targets: 'standard',
    settings: { learningRate: 0.03, leaves: 16, minRows: 3, l2: 3, rowFraction: 0.6, featureFraction: 0.4 },
  },
  {
    rounds: 500,
    targets: 'auto',
    settings: { learningRate: 0.03, leaves: 63, minRows: 20, l2: 10, rowFraction: 0.7, featureFraction: 0.5 },
  },
]

/** Of many rows: larger steps and fewer of them, for a round takes long. */
const TREES_OF_MANY: readonly TreesPlan[] = [
  { rounds: 250, targets: 'auto', settings: { learningRate: 0.1, leaves: 15, minRows: 20, l2: 1, rowFraction: 0.9, featureFraction: 0.5 } },
  {
    rounds: 250,
    targets: 'standard',
    settings: { learningRate: 0.08, leaves: 31, minRows: 10, l2: 1, rowFraction: 0.8, featureFraction: 0.6 },
  },
  {
    rounds: 200,
    targets: 'auto',
    settings: { learningRate: 0.1, leaves: 63, minRows: 20, l2: 10, rowFraction: 0.7, featureFraction: 0.5 },
  },
  { rounds: 300, targets: 'auto', settings: { learningRate: 0.1, leaves: 31, minRows: 5, l2: 1, featureFraction: 0.7, extra: true } },
]
const MANY_ROWS = 15_000

/** Of some thousand rows the best thresholds are known well, and random ones lose; of few they are chance. */
const SOME_ROWS = 5000
const TREES_OF_SOME = [2, 7, 6, 0, 4, 1, 3, 5].map((place) => at(TREES, place))

function treesPlans(rows: number): readonly TreesPlan[] {
  if (rows > MANY_ROWS) return TREES_OF_MANY
  return rows > SOME_ROWS ? TREES_OF_SOME : TREES
}

/** The trees of a turn: of the portfolio, then drawn by chance. */
export function treesOf(turn: number, { rows }: Problem, seed: number): TreesCandidate {
  const plan = treesPlans(rows.length)[turn] ?? drawnTrees(new Draw(seed, turn + TREES_APART), rows.length)
  const { rounds, targets, settings } = plan
  const { leaves = 31, learningRate = 0.05, extra = false } = settings
  const described = { leaves, learningRate, thresholds: extra ? 'random' : 'best', targets }
  return { encoding: { numbers: 'none', targets }, rounds, settings, described }
}

/** Keeps the random numbers of trees apart from those of networks. */
const TREES_APART = 2 ** 20

function drawnTrees(draw: Draw, rows: number): TreesPlan {
  const isMany = rows > MANY_ROWS
  return {
    rounds: isMany ? 250 : 700,
    targets: draw.of(['auto', 'standard']),
    settings: {
      learningRate: (isMany ? 0.06 : 0.02) * 4 ** draw.next(),
      leaves: Math.round(4 * 32 ** draw.next()),
      minRows: Math.round(20 ** draw.next()),
      l2: 0.1 * 100 ** draw.next(),
      rowFraction: 0.5 + 0.5 * draw.next(),
      featureFraction: 0.3 + 0.7 * draw.next(),
      extra: draw.next() < 0.5,
    },
  }
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
