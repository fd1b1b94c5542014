// Searches a space for the largest value of an acquisition function.

import type { StudyRandom } from '../../random.ts'
import { cardinality, type Params } from '../../space/distributions.ts'
import type { Space } from '../../space/space.ts'
import { drawEvenly } from '../random.ts'
import type { Codec } from './codec.ts'

/** Spaces up to this size are scored whole. */
const MAX_LISTED = 2000
const DRAWS = 600
const STARTS = 6
const MOVES = 80

export interface Search {
  readonly space: Space
  readonly codec: Codec
  /** The score of a configuration as a point, (dimensions); higher is better. */
  readonly score: (point: Float64Array) => number
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
 * The configuration with the highest score: exact in a small space, otherwise the best of even draws and of walks from the best of them and
 * from known configurations. Undefined if nothing that was tried is allowed.
 */
export function findBest(search: Search, random: StudyRandom): Params | undefined {
  const { space, known } = search
  if (space.size <= MAX_LISTED) return best([...space.enumerate()].flatMap((params) => consider(params, search)))?.params
  const draws = Array.from({ length: DRAWS }, () => drawEvenly(space, random)).flatMap((params) => consider(params, search))
  const starts = [...draws.sort((a, b) => b.score - a.score).slice(0, STARTS), ...known.flatMap((params) => consider(params, search, true))]
  return best(starts.flatMap((start) => walk(start, search, random)))?.params
}

const best = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.reduce<Candidate | undefined>((a, b) => (a === undefined || b.score > a.score ? b : a), undefined)

function consider(params: Params, { codec, score, allows }: Search, always = false): Candidate[] {
  if (!always && !allows(params)) return []
  const point = codec.encode(params)
  return [{ params, point, score: score(point) }]
}

/** Random steps, those kept that lead higher: longer after one that did, shorter after one that did not, so that one in five does. */
function walk(start: Candidate, search: Search, random: StudyRandom): Candidate[] {
  let at = start
  let radius = 0.1
  for (let move = 0; move < MOVES; move++) {
    const [next] = consider(search.codec.decode(step(at.point, radius, search.codec, random)), search)
    const isBetter = next !== undefined && next.score > at.score
    if (isBetter) at = next
    radius *= isBetter ? 1.6 : 0.89
  }
  return search.allows(at.params) ? [at] : []
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
