// What would decide a claim that is undecided.

import type { Evidence } from './claims.ts'

/** What would decide an undecided claim, if everything is as it was measured. */
interface Plan {
  /** Repeats; Infinity where more than 10,000 are needed, NaN where no number of repeats can, because an interval is of something else. */
  readonly repeats: number
  readonly verdict: 'reproduced' | 'not reproduced'
  /** The comparison that needs as many. */
  readonly what: string
}

/** What would decide a claim with this evidence; undefined if something has, or nothing was measured. */
export function planFor(evidence: readonly Evidence[]): Plan | undefined {
  const open = evidence.filter(({ outcome }) => outcome === 'open')
  if (open.length === 0 || evidence.some(({ outcome }) => outcome === 'fails')) return undefined
  // One comparison that lies on the wrong side is enough to fail, so the one that needs least decides.
  const wrong = open.filter(isWrong)
  if (wrong.length > 0) {
    const [first] = [...wrong].sort((a, b) => order(a.repeats) - order(b.repeats))
    return first && { repeats: first.repeats, verdict: 'not reproduced', what: first.what }
  }
  const [last] = [...open].sort((a, b) => order(b.repeats) - order(a.repeats))
  return last && { repeats: last.repeats, verdict: 'reproduced', what: last.what }
}

const isWrong = ({ side, value, bound }: Evidence): boolean => (side === 'above' ? value < bound : value > bound)
/** What no number of repeats decides comes after all others. */
const order = (repeats: number): number => (Number.isNaN(repeats) ? Number.MAX_VALUE : Math.min(repeats, Number.MAX_SAFE_INTEGER))
