// Trials as a table of numbers for the forest.

import { InvalidDataError } from '../../core/errors.ts'
import { isFeasible } from '../feasibility.ts'
import { cardinality, type Distribution, own, type ParamValue, toInternal } from '../space/distributions.ts'
import type { Trial } from '../trial.ts'

export interface TableOptions {
  /** Which of several objectives; the first by default. */
  readonly objective?: number | undefined
  /** Only these parameters, and only the trials that have them all. Unless said, all parameters, filled in where a trial has not got one. */
  readonly params?: readonly string[] | undefined
  /** `declared` measures a parameter that is even in its logarithm by that, `linear` as it is. */
  readonly scale?: 'linear' | 'declared' | undefined
}

/** A parameter's columns: one of a number, one a choice of a categorical one. */
export interface Feature {
  readonly name: string
  readonly distribution: Distribution
  /** Places in the table. */
  readonly columns: readonly number[]
}

/** A column's range, of which all is as likely. */
export interface Bounds {
  readonly low: number
  readonly high: number
}

/** Complete trials as numbers. */
export interface Table {
  /** In the order of their names' first appearance. A parameter with a single value has no columns. */
  readonly features: readonly Feature[]
  /** One a column. */
  readonly bounds: readonly Bounds[]
  /** One a column, each of (trials). */
  readonly columns: readonly Float64Array[]
  /** The objective, (trials). */
  readonly targets: Float64Array
  readonly trials: readonly Trial[]
  readonly scale: 'linear' | 'declared'
}

/**
 * The complete trials with a finite value that meet their outcome constraints. Optuna assesses only the parameters that every trial has; here those that are active in some trials
 * only are assessed as well: where one is not active, a number is taken to be in the middle of its range and a categorical one to
 * be no choice. (Where every trial has every parameter, there is no difference; `params` gives Optuna's way.)
 * @throws InvalidDataError when there are fewer than two such trials, or when they disagree about what a parameter is
 */
export function tableOf(trials: readonly Trial[], { objective = 0, params, scale = 'linear' }: TableOptions = {}): Table {
  const used = trials.filter(
    (trial) =>
      trial.state === 'complete' &&
      Number.isFinite(trial.values?.[objective]) &&
      isFeasible(trial) &&
      (params ?? []).every((name) => Object.hasOwn(trial.params, name)),
  )
  if (used.length < 2) {
    const which = params === undefined ? '' : ` and the parameters ${params.join(', ')}`
    const met = trials.some((trial) => trial.state === 'complete' && !isFeasible(trial)) ? ' and meet their outcome constraints' : ''
    throw new InvalidDataError(
      `${used.length} complete trials have a finite value of objective ${objective}${which}${met}; at least two are needed to see what matters`,
    )
  }
  const distributions = merged(used)
  const names = params ?? [...distributions.keys()]
  const bounds: Bounds[] = []
  const columns: Float64Array[] = []
  const features = names.map((name): Feature => {
    const distribution = distributions.get(name)
    if (distribution === undefined) throw new InvalidDataError(`no complete trial has the parameter ${name}`)
    const first = columns.length
    if (cardinality(distribution) > 1) {
      const encoded = used.map(({ params }) => encode(distribution, own(params, name), scale))
      for (const [place, range] of boundsOf(distribution, scale).entries()) {
        bounds.push(range)
        columns.push(Float64Array.from(encoded, (values) => values[place] ?? Number.NaN))
      }
    }
    return { name, distribution, columns: columns.slice(first).map((_, i) => first + i) }
  })
  const targets = Float64Array.from(used, ({ values }) => values?.[objective] ?? Number.NaN)
  return { features, bounds, columns, targets, trials: used, scale }
}

/** A value as its columns' numbers; undefined where the parameter is not active. */
export function encode(distribution: Distribution, value: ParamValue | undefined, scale: 'linear' | 'declared'): number[] {
  if (distribution.type === 'categorical') {
    const chosen = value === undefined ? -1 : toInternal(distribution, value)
    return distribution.choices.map((_, i) => (i === chosen ? 1 : 0))
  }
  const [{ low, high } = { low: Number.NaN, high: Number.NaN }] = boundsOf(distribution, scale)
  return [value === undefined ? (low + high) / 2 : scaled(distribution, Number(value), scale)]
}

function boundsOf(distribution: Distribution, scale: 'linear' | 'declared'): Bounds[] {
  if (distribution.type === 'categorical') return distribution.choices.map(() => ({ low: 0, high: 1 }))
  return [{ low: scaled(distribution, distribution.low, scale), high: scaled(distribution, distribution.high, scale) }]
}

const scaled = (distribution: Distribution, value: number, scale: 'linear' | 'declared'): number =>
  scale === 'declared' && distribution.type !== 'categorical' && distribution.log ? Math.log(value) : value

/** One distribution a parameter: of those that trials saw, as when a study was resumed with a wider space, what holds them all. */
function merged(trials: readonly Trial[]): Map<string, Distribution> {
  const distributions = new Map<string, Distribution>()
  for (const { distributions: own } of trials) {
    for (const [name, distribution] of Object.entries(own)) {
      const before = distributions.get(name)
      distributions.set(name, before === undefined || before === distribution ? distribution : mergedPair(name, before, distribution))
    }
  }
  return distributions
}

function mergedPair(name: string, a: Distribution, b: Distribution): Distribution {
  if (a.type === 'categorical' && b.type === 'categorical') return { ...a, choices: [...new Set([...a.choices, ...b.choices])] }
  if (a.type === 'categorical' || b.type === 'categorical' || a.type !== b.type) {
    throw new InvalidDataError(`the parameter ${name} is ${a.type} in one trial and ${b.type} in another; its importance has no meaning`)
  }
  return { ...a, low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) }
}
