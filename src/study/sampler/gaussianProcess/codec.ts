// Configurations as points of the unit cube, and back.

import { at } from '../../../core/at.ts'
import { cardinality, type Distribution, type Interval, intervalOf, own, type Params, valueAt } from '../../space/distributions.ts'
import type { Space } from '../../space/space.ts'
import type { Trial } from '../../trial.ts'

interface Dimension {
  readonly name: string
  readonly distribution: Distribution
  /** Undefined for a categorical one. */
  readonly interval: Interval | undefined
}

/**
 * Configurations as points: a number at its place in its range, 0 to 1 (in the logarithm where it says `log`), a choice as its index among
 * the choices. Parameters with a single value have no dimension. An inactive number is in the middle of its range, an inactive choice
 * is -1: two configurations without it do not differ in it.
 */
export class Codec {
  readonly dimensions: readonly Dimension[]
  readonly categorical: readonly boolean[]
  readonly space: Space
  readonly #places: ReadonlyMap<string, number>
  /** Of configurations that were asked for before: those of a study's trials are asked for at every proposal. */
  readonly #known = new WeakMap<Params, Float64Array>()

  constructor(space: Space) {
    this.space = space
    this.dimensions = space.parameters
      .filter(({ distribution }) => cardinality(distribution) > 1)
      .map(({ name, distribution }) => ({
        name,
        distribution,
        interval: distribution.type === 'categorical' ? undefined : intervalOf(distribution),
      }))
    this.categorical = this.dimensions.map(({ interval }) => interval === undefined)
    this.#places = new Map(this.dimensions.map(({ name }, d) => [name, d]))
  }

  /** (dimensions) */
  encode(params: Params): Float64Array {
    const point = new Float64Array(this.dimensions.length)
    for (let d = 0; d < point.length; d++) {
      const { name, distribution, interval } = at(this.dimensions, d)
      const value = own(params, name)
      if (distribution.type === 'categorical') point[d] = value === undefined ? -1 : distribution.choices.indexOf(value)
      else if (interval === undefined || value === undefined) point[d] = 0.5
      else point[d] = Math.min(1, Math.max(0, (interval.toInterval(Number(value)) - interval.low) / (interval.high - interval.low)))
    }
    return point
  }

  /** The same, remembered; nobody may write to it. */
  encodeTrial({ params }: Pick<Trial, 'params'>): Float64Array {
    const known = this.#known.get(params)
    if (known !== undefined) return known
    const read = this.encode(params)
    this.#known.set(params, read)
    return read
  }

  /** The configuration nearest to a point, (dimensions), without inactive parameters. */
  decode(point: Float64Array): Params {
    return this.space.build((name, distribution) => {
      const d = this.#places.get(name)
      const interval = d === undefined ? undefined : this.dimensions[d]?.interval
      if (d === undefined) return valueAt(distribution, 0)
      const x = at(point, d)
      return interval === undefined
        ? valueAt(distribution, Math.max(0, x))
        : interval.fromInterval(interval.low + x * (interval.high - interval.low))
    })
  }
}
