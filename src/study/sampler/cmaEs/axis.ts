// One numeric parameter of a space as an axis from 0 to 1.

import { type FloatDistribution, type IntDistribution, type Interval, intervalOf, own, type Params } from '../../space/distributions.ts'
import { quantile } from '../normal.ts'

/** A number of the space, mapped to 0 to 1. */
export class Axis {
  readonly name: string
  readonly #step: number | undefined
  readonly #interval: Interval

  constructor(name: string, distribution: FloatDistribution | IntDistribution) {
    this.name = name
    this.#step = distribution.step
    this.#interval = intervalOf(distribution)
  }

  valueAt(x: number): number {
    const { low, high, fromInterval } = this.#interval
    return fromInterval(low + x * (high - low))
  }

  /** Undefined where it is inactive. */
  placeOf(params: Params): number | undefined {
    const value = own(params, this.name)
    return value === undefined ? undefined : Math.min(1, Math.max(0, this.#place(Number(value))))
  }

  #place(value: number): number {
    const { low, high, toInterval } = this.#interval
    return (toInterval(value) - low) / (high - low)
  }

  /** The standard deviation around the middle of the step at x with which a normal number leaves it with that probability; 0 without steps. */
  leastSpread(x: number, probability: number): number {
    if (this.#step === undefined) return 0
    const value = this.valueAt(x)
    const width = this.#place(value + this.#step / 2) - this.#place(value - this.#step / 2)
    return width / 2 / quantile(1 - probability / 2)
  }
}
