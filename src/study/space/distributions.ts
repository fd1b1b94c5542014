// The distributions of parameters, and the values they allow.

import { InvalidSpecError } from '../../core/errors.ts'

/** What a parameter of a study may be: a choice of a categorical one, or the number of another. */
export type ParamValue = number | string | boolean | null
/** The values of a configuration; a parameter whose condition does not hold is absent. */
export type Params = Readonly<Record<string, ParamValue>>

/**
 * What a record holds under a name; undefined where it does not. People name parameters as they like, and every object has a `constructor`
 * with something that it inherits.
 */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

/** Optuna's three distributions (`optuna/distributions.py`). Both ends belong to the range; with `log` it is even in the logarithm. */
export interface FloatDistribution {
  readonly type: 'float'
  readonly low: number
  readonly high: number
  readonly log: boolean
  /** Values are low, low + step, … up to high; any real number when undefined. */
  readonly step: number | undefined
}
/** Whole numbers; otherwise as `FloatDistribution`. */
export interface IntDistribution {
  readonly type: 'int'
  readonly low: number
  readonly high: number
  readonly log: boolean
  readonly step: number
}
/** Choices without an order. */
export interface CategoricalDistribution {
  readonly type: 'categorical'
  readonly choices: readonly ParamValue[]
}
/** The values that a parameter may have. */
export type Distribution = FloatDistribution | IntDistribution | CategoricalDistribution

/** How many values it has; Infinity for a float without a step. */
export function cardinality(distribution: Distribution): number {
  if (distribution.type === 'categorical') return distribution.choices.length
  const { low, high, step } = distribution
  if (low === high) return 1
  return step === undefined ? Number.POSITIVE_INFINITY : Math.floor((high - low) / step + 1e-8) + 1
}

/** The value at a place of the distribution's own order, 0 … cardinality - 1. */
export function valueAt(distribution: Distribution, index: number): ParamValue {
  if (distribution.type === 'categorical') {
    const choice = distribution.choices[index]
    if (choice === undefined) throw new RangeError(`there is no choice ${index} of ${distribution.choices.length}`)
    return choice
  }
  return distribution.step === undefined ? distribution.low : stepped(distribution.low, distribution.step, index)
}

/**
 * low + index x step without the last bits' noise: 0.1 + 2 x 0.1 is 0.3. Whole numbers have none, and keep every digit; others have as many
 * digits as distinguish the steps.
 */
function stepped(low: number, step: number, index: number): number {
  const value = low + index * step
  if (Number.isInteger(low) && Number.isInteger(step)) return value
  if (Math.abs(value) < 1e-8 * step) return 0
  const digits = Math.max(12, 8 + Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(value)) / step)))
  return digits > 15 ? value : Number(value.toPrecision(digits))
}

/** The value as the distribution itself gives it: another program's 0.1 + 2 x 0.1, 0.30000000000000004, is 0.3. */
export function canonical(distribution: Distribution, value: ParamValue): ParamValue {
  if (distribution.type !== 'float' || distribution.step === undefined || typeof value !== 'number') return value
  const { low, step } = distribution
  return contains(distribution, value) ? stepped(low, step, Math.round((value - low) / step)) : value
}

/** Whether the value is one of the distribution's. */
export function contains(distribution: Distribution, value: ParamValue): boolean {
  if (distribution.type === 'categorical') return distribution.choices.includes(value)
  if (typeof value !== 'number') return false
  const { low, high, step } = distribution
  if (step === undefined) return value >= low && value <= high
  // An end may be the last bits' noise away: 0.1 + 2 x 0.1 where high is 0.3.
  const steps = (value - low) / step
  const isStep = distribution.type === 'int' ? Number.isInteger(steps) : Math.abs(steps - Math.round(steps)) < 1e-8
  return isStep && Math.round(steps) >= 0 && Math.round(steps) < cardinality(distribution)
}

/** Optuna's internal representation: the number itself, or the place of a choice. */
export function toInternal(distribution: Distribution, value: ParamValue): number {
  if (distribution.type !== 'categorical') return Number(value)
  const index = distribution.choices.indexOf(value)
  if (index < 0) throw new InvalidSpecError(`${JSON.stringify(value)} is not a choice; it must be one of ${shownChoices(distribution)}`)
  return index
}

export function fromInternal(distribution: Distribution, internal: number): ParamValue {
  return distribution.type === 'categorical' ? valueAt(distribution, internal) : internal
}

const shownChoices = ({ choices }: CategoricalDistribution): string => choices.map((choice) => JSON.stringify(choice)).join(', ')

/**
 * A distribution as an interval of numbers that sampling may treat as continuous: the logarithm where it is even in that, and half a
 * step more at either end where values are steps, so that every step has the same width (`optuna/_transform.py`).
 * A categorical distribution has none: its choices have no order.
 */
export interface Interval {
  readonly low: number
  readonly high: number
  toInterval(value: number): number
  /** The nearest value of the distribution. */
  fromInterval(x: number): number
}

export function intervalOf(distribution: FloatDistribution | IntDistribution): Interval {
  const { low, high, log, step } = distribution
  const half = step === undefined ? 0 : step / 2
  // So far out there are no halves between whole numbers: they are counted from the low end.
  const origin = step !== undefined && !log && Math.max(Math.abs(low), Math.abs(high)) > 2 ** 50 ? low : 0
  const to = (value: number): number => (log ? Math.log(value) : value - origin)
  const steps = step === undefined ? 0 : cardinality(distribution) - 1
  const end = step === undefined ? high : low + steps * step
  return {
    low: log ? Math.log(low - half) : low - origin - half,
    high: log ? Math.log(end + half) : end - origin + half,
    toInterval: to,
    fromInterval: (x) => {
      const value = log ? Math.exp(x) : x
      if (step === undefined) return Math.min(high, Math.max(low, value))
      return stepped(low, step, Math.min(steps, Math.max(0, Math.round((value - (low - origin)) / step))))
    },
  }
}
