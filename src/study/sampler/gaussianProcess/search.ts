// Searches a space for the largest value of an acquisition function.

import { missing } from '../../../core/at.ts'
import type { StudyRandom } from '../../random.ts'
import { cardinality, type Params } from '../../space/distributions.ts'
import type { Space } from '../../space/space.ts'
import { drawEvenly } from '../random.ts'
import type { Acquisition } from './acquisition.ts'
import type { Codec } from './codec.ts'
import { minimize } from './minimize.ts'

const at = (values: Float64Array, i: number): number => values[i] ?? missing(values, i)

/** Spaces up to this size are scored whole. */
const MAX_LISTED = 2000
/** Even draws, and draws near each known configuration. */
const DRAWS = 160
const NEAR = 30
/** How many of all these are climbed from. */
const STARTS = 4
/** Random moves of a climb where some parameters are choices or few steps, of which there is no slope. */
const MOVES = 40
/** Evaluations of the slope in a climb. */
const EVALUATIONS = 16
/** Numbers of fewer steps than this are moved at random as well. */
const FEW = 12

export interface Search {
  readonly space: Space
  readonly codec: Codec
  readonly acquisition: Acquisition
  /** Whether it may be proposed at all. */
  readonly allows: (params: Params) => boolean
  /** Configurations whose neighbourhood is searched as well. */
  readonly known: readonly Params[]
}

interface Candidate {
  readonly params: Params
  readonly point: Float64Array
  readonly score: number
}

/**
 * The configuration with the highest score: exact in a small space, otherwise the best of climbs from the best of draws, even ones and ones near the
 * known configurations. Undefined if nothing that was tried is allowed.
 */
export function findBest(search: Search, random: StudyRandom): Params | undefined {
  const { space, codec, known } = search
  if (space.size <= MAX_LISTED) return best([...space.enumerate()].flatMap((params) => consider(params, search)))?.params
  const starts = new Starts()
  for (const params of known) starts.add(consider(params, search, true))
  for (let draw = 0; draw < DRAWS; draw++) starts.add(consider(drawEvenly(space, random), search, false, starts.least))
  for (const params of known) {
    const point = codec.encode(params)
    // Close and far by turns: how far the good ones reach, nobody knows.
    for (let draw = 0; draw < NEAR; draw++) {
      const near = step(point, 0.3 * 0.5 ** (draw % 6), codec, random)
      starts.add(consider(codec.decode(near), search, false, starts.least))
    }
  }
  const climbed = starts.candidates.flatMap((start) => climb(walk(start, search, random), search))
  return best(climbed.filter(({ params }) => search.allows(params)))?.params
}

/** The best so far, at most STARTS. */
class Starts {
  readonly candidates: Candidate[] = []

  /** What is not above this is not wanted. */
  get least(): number {
    return this.candidates.length < STARTS ? Number.NEGATIVE_INFINITY : (this.candidates.at(-1)?.score ?? Number.NEGATIVE_INFINITY)
  }

  add(found: readonly Candidate[]): void {
    for (const candidate of found) {
      if (!(candidate.score > this.least)) continue
      const place = this.candidates.findIndex(({ score }) => score < candidate.score)
      this.candidates.splice(place < 0 ? this.candidates.length : place, 0, candidate)
      this.candidates.length = Math.min(STARTS, this.candidates.length)
    }
  }
}

const best = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.reduce<Candidate | undefined>((a, b) => (a === undefined || b.score > a.score ? b : a), undefined)

function consider(params: Params, { codec, acquisition, allows }: Search, always = false, atLeast?: number): Candidate[] {
  if (!always && !allows(params)) return []
  const point = codec.encode(params)
  return [{ params, point, score: acquisition.score(point, atLeast) }]
}

const hasSlope = ({ interval, distribution }: Codec['dimensions'][number]): boolean =>
  interval !== undefined && cardinality(distribution) >= FEW

/** Random steps, those kept that lead higher: longer after one that did, shorter after one that did not, so that one in five does. None in a space of numbers. */
function walk(start: Candidate, search: Search, random: StudyRandom): Candidate {
  const { codec } = search
  if (codec.dimensions.every(hasSlope)) return start
  let at = start
  let radius = 0.1
  for (let move = 0; move < MOVES; move++) {
    const [next] = consider(codec.decode(step(at.point, radius, codec, random)), search, false, at.score)
    const isBetter = next !== undefined && next.score > at.score
    if (isBetter) at = next
    radius *= isBetter ? 1.6 : 0.89
  }
  return at
}

/** A point near by: about half of its dimensions moved, one at least. */
function step(point: Float64Array, radius: number, { dimensions }: Codec, random: StudyRandom): Float64Array {
  const certain = random.integer(point.length)
  return point.map((x, d) => {
    const dimension = dimensions[d]
    if (dimension === undefined || (d !== certain && random.uniform() < 0.5)) return x
    const count = cardinality(dimension.distribution)
    if (dimension.interval === undefined) return d === certain || random.uniform() < 0.3 ? random.integer(count) : x
    return Math.min(1, Math.max(0, x + Math.max(radius, 1 / count) * random.normal()))
  })
}

/** Half of the range is 5 of these, so that a step of 1 stays near by. */
const STRETCH = 10 / Math.PI

/**
 * Follows the slope in the numbers, which are laid on a half circle so that none leaves its range, and rounds what it comes to. Both ends of the climb: the
 * rounded one may be lower, or not allowed.
 */
function climb(start: Candidate, search: Search): Candidate[] {
  const { codec, acquisition } = search
  const free = codec.dimensions.flatMap((dimension, d) => (hasSlope(dimension) ? [d] : []))
  if (free.length === 0) return [start]
  const pointAt = (angles: Float64Array): Float64Array => {
    const point = start.point.slice()
    for (const [i, d] of free.entries()) point[d] = 0.5 - 0.5 * Math.cos(at(angles, i) / STRETCH)
    return point
  }
  // At the very end of a range the circle has no slope.
  const angles = Float64Array.from(free, (d) => STRETCH * Math.acos(1 - 2 * Math.min(1 - 1e-4, Math.max(1e-4, at(start.point, d)))))
  const { x } = minimize(
    (there) => {
      const { score, slope } = acquisition.slope(pointAt(there))
      return {
        value: -score,
        gradient: Float64Array.from(free, (d, i) => (-at(slope, d) * 0.5 * Math.sin(at(there, i) / STRETCH)) / STRETCH),
      }
    },
    angles,
    EVALUATIONS,
  )
  return [start, ...consider(codec.decode(pointAt(x)), search)]
}
