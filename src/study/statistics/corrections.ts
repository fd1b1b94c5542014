// Corrects p values for the number of comparisons.

/** How p-values of a family of tests are adjusted: `holm` bounds the chance of any false finding, `benjaminiHochberg` the share of false ones. */
export type Correction = 'holm' | 'benjaminiHochberg' | 'none'

/** The adjusted p-values, in the order given. NaN, a test that could not be made, stays NaN and does not count. */
export function adjust(ps: readonly number[], correction: Correction): number[] {
  const order = ps.flatMap((p, place) => (Number.isNaN(p) ? [] : [{ p, place }])).sort((a, b) => a.p - b.p)
  const count = order.length
  const adjusted = [...ps]
  if (correction === 'none') return adjusted
  if (correction === 'holm') {
    // Holm, "A simple sequentially rejective multiple test procedure", 1979: (count - i) p(i), never falling.
    let worst = 0
    for (const [i, { p, place }] of order.entries()) {
      worst = Math.max(worst, Math.min(1, (count - i) * p))
      adjusted[place] = worst
    }
    return adjusted
  }
  // Benjamini and Hochberg, "Controlling the false discovery rate", 1995: count / (i + 1) p(i), from the largest down never rising.
  let best = 1
  for (const [i, { p, place }] of [...order.entries()].reverse()) {
    best = Math.min(best, (count / (i + 1)) * p)
    adjusted[place] = best
  }
  return adjusted
}
