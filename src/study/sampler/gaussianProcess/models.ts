// The processes of a study: of its objective, and of its constraints.

import { at } from '../../../core/at.ts'
import { fitHyperparameters } from './fit.ts'
import { GaussianProcess, type Hyperparameters, type Sample } from './model.ts'

/** The most points of a process: a proposal costs their number squared. */
const MOST = 200
/** The most points that hyperparameters are fitted to, which costs their number to the third. */
const MOST_FITTED = 80

/** What was observed, in the order of the trials. */
export interface Observed {
  readonly points: readonly Float64Array[]
  readonly values: readonly number[]
  /** Values as a process can model them: mean 0, variance 1. */
  readonly transform: (values: readonly number[]) => Float64Array
  /** Places of the observations, the best first. */
  readonly ranked: readonly number[]
}

/** A process, and which observations it was given. */
export interface Model {
  readonly process: GaussianProcess
  /** Their places, ascending. */
  readonly kept: readonly number[]
  /** The same process if values that it expects were observed at these points as well: the mean stays the same, and nothing is left to learn there. */
  believing(points: readonly Float64Array[]): GaussianProcess
}

interface Known {
  readonly sample: Sample
  readonly hyperparameters: Hyperparameters
  process: GaussianProcess | undefined
}

/**
 * Makes models by name, and remembers of each what the next one has in common with it: hyperparameters, which are fitted again when there are an eighth more
 * observations, and the factor's rows of the same points. What is made is a function of the observations alone.
 */
export class Models {
  readonly #known = new Map<string, Known>()

  of(name: string, { points, values, transform, ranked }: Observed, categorical: readonly boolean[]): Model {
    const count = lastFit(values.length)
    const fitted = spread([...Array(count).keys()], MOST_FITTED)
    const early = transform(values.slice(0, count))
    const known = this.#fit(name, sampleOf(fitted, points, early, categorical))
    const kept = chosen(ranked, MOST)
    const sample = sampleOf(kept, points, transform(values), categorical)
    const { hyperparameters } = known
    const process = new GaussianProcess(sample, hyperparameters, known.process)
    known.process = process
    const believing = (more: readonly Float64Array[]): GaussianProcess => {
      if (more.length === 0) return process
      const y = Float64Array.from([...sample.y, ...more.map((point) => process.meanAt(point))])
      return new GaussianProcess(
        { x: joined([...kept.map((i) => at(points, i)), ...more], categorical.length), y, categorical },
        hyperparameters,
        process,
      )
    }
    return { process, kept, believing }
  }

  #fit(name: string, sample: Sample): Known {
    const before = this.#known.get(name)
    if (before !== undefined && isSame(before.sample, sample)) return before
    const known = { sample, hyperparameters: fitHyperparameters(sample), process: undefined }
    this.#known.set(name, known)
    return known
  }
}

/** Of how many observations the last fit was: every one at first, then every eighth more. */
function lastFit(count: number): number {
  let fitted = Math.min(count, 2)
  for (;;) {
    const next = fitted + Math.max(1, fitted >> 3)
    if (next > count) return fitted
    fitted = next
  }
}

/** Places of at most `most` observations, ascending: the best half of them, and of the others every so many. */
function chosen(ranked: readonly number[], most: number): number[] {
  const ascending = (places: readonly number[]): number[] => [...places].sort((a, b) => a - b)
  if (ranked.length <= most) return ascending(ranked)
  const half = most >> 1
  return ascending([...ranked.slice(0, half), ...spread(ascending(ranked.slice(half)), most - half)])
}

/** At most so many of them, evenly spread. */
function spread<T>(all: readonly T[], most: number): T[] {
  const count = Math.min(most, all.length)
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)] as T)
}

const sampleOf = (
  places: readonly number[],
  points: readonly Float64Array[],
  y: Float64Array,
  categorical: readonly boolean[],
): Sample => ({
  x: joined(
    places.map((i) => at(points, i)),
    categorical.length,
  ),
  y: Float64Array.from(places, (i) => at(y, i)),
  categorical,
})

/** Points one after the other, (points, dimensions). */
function joined(points: readonly Float64Array[], dimensions: number): Float64Array {
  const x = new Float64Array(points.length * dimensions)
  for (const [i, point] of points.entries()) x.set(point, i * dimensions)
  return x
}

const isSame = (a: Sample, b: Sample): boolean => isEqual(a.x, b.x) && isEqual(a.y, b.y) && isEqual(a.categorical, b.categorical)

function isEqual<T>(a: ArrayLike<T>, b: ArrayLike<T>): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
