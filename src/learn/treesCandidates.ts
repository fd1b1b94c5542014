/** The boosted trees that are tried: a portfolio of settings that are good on many tables, then others near the best so far. */

import type { TreesCandidate } from './again.ts'
import { Draw } from './draw.ts'
import type { Entry } from './library.ts'
import type { Problem } from './problem.ts'
import type { TreesSettings } from './trees/settings.ts'

interface TreesPlan {
  readonly rounds: number
  readonly targets: 'auto' | 'standard'
  readonly settings: Partial<TreesSettings>
}

/** By name, so that orders can be read. Learned until more rounds help no more, `rounds` at most. */
const TREES = {
  small: {
    rounds: 1000,
    targets: 'standard',
    settings: { learningRate: 0.05, leaves: 8, minRows: 5, l2: 1, rowFraction: 0.8, featureFraction: 0.7 },
  },
  usual: {
    rounds: 800,
    targets: 'auto',
    settings: { learningRate: 0.05, leaves: 31, minRows: 10, l2: 1, rowFraction: 0.8, featureFraction: 0.6 },
  },
  large: {
    rounds: 600,
    targets: 'standard',
    settings: { learningRate: 0.05, leaves: 127, minRows: 3, l2: 1, rowFraction: 0.8, featureFraction: 0.7 },
  },
  extra: {
    rounds: 800,
    targets: 'auto',
    settings: { learningRate: 0.05, leaves: 31, minRows: 3, l2: 1, featureFraction: 0.8, extra: true },
  },
  largeExtra: {
    rounds: 600,
    targets: 'auto',
    settings: { learningRate: 0.04, leaves: 255, minRows: 1, l2: 0.3, featureFraction: 0.7, extra: true },
  },
  symmetric: {
    rounds: 1200,
    targets: 'standard',
    settings: { learningRate: 0.05, symmetric: true, depth: 6, l2: 1, rowFraction: 0.8, featureFraction: 0.6 },
  },
  symmetricExtra: {
    rounds: 1000,
    targets: 'auto',
    settings: { learningRate: 0.05, symmetric: true, depth: 8, l2: 3, rowFraction: 0.8, featureFraction: 0.7, extra: true },
  },
  flat: { rounds: 1000, targets: 'auto', settings: { learningRate: 0.08, symmetric: true, depth: 4, l2: 3, rowFraction: 0.8 } },
  few: {
    rounds: 1000,
    targets: 'standard',
    settings: { learningRate: 0.04, leaves: 16, minRows: 3, l2: 3, rowFraction: 0.6, featureFraction: 0.4 },
  },
} as const satisfies Record<string, TreesPlan>

/** Of many rows: larger steps and fewer of them, for a round takes long. */
const TREES_OF_MANY: readonly TreesPlan[] = [
  { rounds: 400, targets: 'auto', settings: { learningRate: 0.1, leaves: 15, minRows: 20, l2: 1, rowFraction: 0.9, featureFraction: 0.5 } },
  {
    rounds: 400,
    targets: 'standard',
    settings: { learningRate: 0.08, leaves: 31, minRows: 10, l2: 1, rowFraction: 0.8, featureFraction: 0.6 },
  },
  { rounds: 500, targets: 'standard', settings: { learningRate: 0.1, symmetric: true, depth: 6, l2: 3, rowFraction: 0.8 } },
  {
    rounds: 300,
    targets: 'auto',
    settings: { learningRate: 0.1, leaves: 63, minRows: 20, l2: 10, rowFraction: 0.7, featureFraction: 0.5 },
  },
  { rounds: 400, targets: 'auto', settings: { learningRate: 0.1, leaves: 31, minRows: 5, l2: 1, featureFraction: 0.7, extra: true } },
]
const MANY_ROWS = 15_000

/** Of some thousand rows large trees know what they say; of few rows smooth functions are followed by questions that many leaves share, and classes by few leaves. */
const SOME_ROWS = 3000
const ORDERS: Readonly<Record<'some' | 'numbers' | 'classes', readonly (keyof typeof TREES)[]>> = {
  some: ['large', 'symmetric', 'extra', 'largeExtra', 'small', 'usual', 'symmetricExtra', 'few', 'flat'],
  numbers: ['symmetric', 'extra', 'symmetricExtra', 'small', 'largeExtra', 'flat', 'usual', 'few', 'large'],
  classes: ['small', 'extra', 'symmetric', 'few', 'usual', 'symmetricExtra', 'flat', 'large', 'largeExtra'],
}

function treesPlans({ rows, task }: Problem): readonly TreesPlan[] {
  if (rows.length > MANY_ROWS) return TREES_OF_MANY
  const order = rows.length > SOME_ROWS ? 'some' : task === 'regression' ? 'numbers' : 'classes'
  return ORDERS[order].map((name) => TREES[name])
}

/** A tree a class each round: from so many on steps are twice as large, and half as many. */
const MANY_CLASSES = 4

function hurried(plan: TreesPlan, { task, outputs }: Problem): TreesPlan {
  if (task === 'regression' || outputs < MANY_CLASSES) return plan
  const { learningRate = 0.05 } = plan.settings
  return { ...plan, rounds: Math.ceil(plan.rounds / 2), settings: { ...plan.settings, learningRate: 2 * learningRate } }
}

/** The trees of a turn: of the portfolio, then near the best of the library, or drawn by chance. */
export function treesOf(turn: number, problem: Problem, entries: readonly Entry[], seed: number): TreesCandidate {
  const given = treesPlans(problem)[turn]
  const { rounds, targets, settings } =
    given === undefined ? drawnTrees(new Draw(seed, turn + TREES_APART), problem, entries) : hurried(given, problem)
  const { learningRate = 0.05, minRows = 20, l2 = 0, rowFraction = 1, featureFraction = 1, extra = false } = settings
  const { leaves = 31, symmetric = false, depth = 0 } = settings
  const described = {
    leaves: symmetric ? 2 ** depth : leaves,
    questions: symmetric ? 'a depth' : 'a node',
    thresholds: extra ? 'random' : 'best',
    ...{ learningRate, minRows, l2, rowFraction, featureFraction, targets },
  }
  return { encoding: { numbers: 'none', targets }, rounds, settings, described }
}

/** Keeps the random numbers of trees apart from those of networks. */
const TREES_APART = 2 ** 20

/** How often trees are drawn near one of the best: the rest is drawn anew, for those may all be of a kind. */
const NEAR = 0.75

function drawnTrees(draw: Draw, problem: Problem, entries: readonly Entry[]): TreesPlan {
  const isMany = problem.rows.length > MANY_ROWS
  const rounds = isMany ? 400 : 1000
  const best = entries.filter(({ kind }) => kind === 'trees').slice(0, 6)
  const parent = draw.next() < NEAR ? best[Math.floor(draw.next() ** 2 * best.length)] : undefined
  if (parent !== undefined) return { rounds, ...nearTrees(draw, parent.settings) }
  const symmetric = draw.next() < 0.4
  const plan: TreesPlan = {
    rounds,
    targets: draw.of(['auto', 'standard']),
    settings: {
      learningRate: (isMany ? 0.06 : 0.03) * 3 ** draw.next(),
      ...(symmetric
        ? { symmetric, depth: draw.of([4, 5, 6, 7, 8]) }
        : { leaves: Math.round(4 * 32 ** draw.next()), minRows: Math.round(20 ** draw.next()) }),
      l2: 0.1 * 100 ** draw.next(),
      rowFraction: 0.5 + 0.5 * draw.next(),
      featureFraction: 0.3 + 0.7 * draw.next(),
      extra: draw.next() < 0.5,
    },
  }
  return hurried(plan, problem)
}

/** Others like those that were good. */
function nearTrees(draw: Draw, own: Entry['settings']): Omit<TreesPlan, 'rounds'> {
  const number = (name: string) => Number(own[name])
  const near = (name: string, spread: number, least: number, most: number) =>
    Math.min(most, Math.max(least, number(name) * Math.exp(spread * (2 * draw.next() - 1))))
  const leaves = near('leaves', 0.8, 3, 400)
  const symmetric = own.questions === 'a depth'
  return {
    targets: draw.next() < 0.8 ? (own.targets as TreesPlan['targets']) : draw.of(['auto', 'standard']),
    settings: {
      learningRate: near('learningRate', 0.3, 0.02, 0.25),
      ...(symmetric
        ? { symmetric, depth: Math.max(2, Math.min(9, Math.round(Math.log2(leaves)))) }
        : { leaves: Math.round(leaves), minRows: Math.round(near('minRows', 0.7, 1, 60)) }),
      l2: near('l2', 1, 0.03, 30),
      rowFraction: near('rowFraction', 0.2, 0.4, 1),
      featureFraction: near('featureFraction', 0.35, 0.2, 1),
      extra: own.thresholds === 'random',
    },
  }
}
