// The Parzen estimator: a mixture of kernels over a space.

import { missing } from '../../../core/at.ts'
import type { StudyRandom } from '../../random.ts'
import { type Distribution, intervalOf, type ParamValue } from '../../space/distributions.ts'
import { below, logBetween, logDensity, quantile } from '../normal.ts'

const at = (values: Float64Array, i: number): number => values[i] ?? missing(values, i)

export interface ParzenOptions {
  /** The kernels' width in ranges, before Scott's factor; undefined where each is as wide as the farther of its neighbours is away. */
  readonly bandwidth: number | undefined
  readonly priorWeight: number
  /** Whether no kernel is narrower than the range over the number of kernels (a hundredth of it, past 100). */
  readonly magicClip: boolean
}

/** One parameter of a mixture: a kernel for every observation, and the prior as the last. */
interface Dimension {
  /** A value drawn from a kernel. */
  draw(kernel: number, random: StudyRandom): ParamValue
  /** Adds the logarithm of the value's density under each kernel to `sums`, which is (kernels). */
  addLogDensities(value: ParamValue, sums: Float64Array): void
}

/**
 * A mixture of kernels around observed configurations and a prior that covers the whole space, as `_ParzenEstimator` of
 * `optuna/samplers/_tpe/parzen_estimator.py` (3.1): normals cut off at the ends of the range, of one width in all kernels when
 * multivariate (Scott's rule) and as wide as the farther neighbour when not; for steps their mass over a step; for choices
 * a distribution that leans to the observed one.
 */
export class ParzenEstimator {
  readonly #dimensions: readonly Dimension[]
  /** The kernels' shares, which sum to 1. */
  readonly #weights: readonly number[]
  readonly #logWeights: Float64Array

  /**
   * @param observations (kernels - 1) x (distributions), values as Optuna's internal numbers
   * @param weights of the observations, as `recencyWeights`
   */
  constructor(
    distributions: readonly Distribution[],
    observations: readonly (readonly number[])[],
    weights: readonly number[],
    options: ParzenOptions,
  ) {
    const all = [...weights, options.priorWeight]
    const total = all.reduce((sum, weight) => sum + weight, 0)
    this.#weights = all.map((weight) => weight / total)
    this.#logWeights = Float64Array.from(this.#weights, Math.log)
    this.#dimensions = distributions.map((distribution, d) => {
      const observed = observations.map((values) => values[d] ?? missing(values, d))
      return distribution.type === 'categorical'
        ? choiceDimension(distribution.choices, observed, options)
        : numberDimension(distribution, observed, distributions.length, options)
    })
  }

  draw(random: StudyRandom): ParamValue[] {
    const kernel = random.weighted(this.#weights)
    return this.#dimensions.map((dimension) => dimension.draw(kernel, random))
  }

  logDensity(values: readonly ParamValue[]): number {
    const sums = this.#logWeights.slice()
    for (const [d, dimension] of this.#dimensions.entries()) dimension.addLogDensities(values[d] ?? null, sums)
    let top = at(sums, 0)
    for (let k = 1; k < sums.length; k++) top = Math.max(top, at(sums, k))
    let total = 0
    for (let k = 0; k < sums.length; k++) total += Math.exp(at(sums, k) - top)
    return top + Math.log(total)
  }
}

/** Optuna's default weights: the newest 25 observations count in full, older ones less the older they are. */
export function recencyWeights(count: number): number[] {
  const ramp = Math.max(0, count - 25)
  return Array.from({ length: count }, (_, i) => (i >= ramp ? 1 : ramp === 1 ? 1 / count : 1 / count + (i / (ramp - 1)) * (1 - 1 / count)))
}

function choiceDimension(choices: readonly ParamValue[], observed: readonly number[], { priorWeight }: ParzenOptions): Dimension {
  const base = priorWeight / (observed.length + 1)
  const rows = [...observed, -1].map((choice) => {
    const row = choices.map((_, c) => base + (c === choice ? 1 : 0))
    const total = row.reduce((sum, weight) => sum + weight, 0)
    return row.map((weight) => weight / total)
  })
  const logs = rows.map((row) => row.map(Math.log))
  return {
    draw: (kernel, random) => choices[random.weighted(rows[kernel] ?? [])] ?? null,
    addLogDensities(value, sums) {
      const place = choices.indexOf(value)
      for (let k = 0; k < sums.length; k++) sums[k] = at(sums, k) + (logs[k]?.[place] ?? Number.NEGATIVE_INFINITY)
    },
  }
}

function numberDimension(
  distribution: Exclude<Distribution, { type: 'categorical' }>,
  observed: readonly number[],
  parameters: number,
  { bandwidth, magicClip }: ParzenOptions,
): Dimension {
  const { low, high, toInterval, fromInterval } = intervalOf(distribution)
  const range = high - low
  const half = distribution.log || distribution.step === undefined ? undefined : distribution.step / 2
  const kernels = observed.length + 1
  const means = Float64Array.from([
    ...observed.map((value) => toInterval(Math.min(distribution.high, Math.max(distribution.low, value)))),
    (low + high) / 2,
  ])
  const narrowest = magicClip ? range / Math.min(100, 1 + kernels) : 1e-12
  const widths =
    bandwidth === undefined
      ? neighbourDistances(means, low, high)
      : new Float64Array(kernels).fill(bandwidth * Math.max(observed.length, 1) ** (-1 / (parameters + 4)) * range)
  for (let k = 0; k < kernels; k++) widths[k] = k === kernels - 1 ? range : Math.min(range, Math.max(narrowest, at(widths, k)))
  // Optuna 3.1 leaves the width out of a normal's density (`_truncnorm.logpdf`): its wide prior counts for (range / width) ^ parameters times
  // its weight, and hides what the other trials say.
  const logScale = means.map(
    (mean, k) =>
      logBetween((low - mean) / at(widths, k), (high - mean) / at(widths, k)) + (half === undefined ? Math.log(at(widths, k)) : 0),
  )
  return {
    draw(kernel, random) {
      const [mean, width] = [at(means, kernel), at(widths, kernel)]
      const [first, last] = [below((low - mean) / width), below((high - mean) / width)]
      const x = mean + width * quantile(first + random.uniform() * (last - first))
      return fromInterval(Math.min(high, Math.max(low, x)))
    },
    addLogDensities(value, sums) {
      const x = toInterval(Number(value))
      for (let k = 0; k < kernels; k++) {
        const mean = at(means, k)
        const width = at(widths, k)
        const density =
          half === undefined
            ? logDensity((x - mean) / width)
            : logBetween((Math.max(low, x - half) - mean) / width, (Math.min(high, x + half) - mean) / width)
        sums[k] = at(sums, k) + density - at(logScale, k)
      }
    },
  }
}

/** Of each mean the distance to the farther of its neighbours, (means); the first and the last have one neighbour. */
function neighbourDistances(means: Float64Array, low: number, high: number): Float64Array {
  const order = [...means.keys()].sort((a, b) => at(means, a) - at(means, b))
  const sorted = order.map((place) => at(means, place))
  const alone = sorted.length === 1
  const distances = new Float64Array(means.length)
  for (const [i, place] of order.entries()) {
    const mean = sorted[i] ?? missing(sorted, i)
    const left = sorted[i - 1] ?? (alone ? low : mean)
    const right = sorted[i + 1] ?? (alone ? high : mean)
    distances[place] = Math.max(mean - left, right - mean)
  }
  return distances
}
