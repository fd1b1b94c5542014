// Spreads labels along an axis so that they do not overlap.

/**
 * Moves positions along a line by as little as keeps them in order and `gap` apart, between `low` and `high`; closer if there are too many.
 * @returns the new places, in the order given
 */
export function spreadApart(places: readonly number[], gap: number, low: number, high: number): number[] {
  const room = Math.min(gap, (high - low) / Math.max(1, places.length - 1))
  const order = places.map((place, i) => ({ place, i })).sort((a, b) => a.place - b.place)
  const moved = order.map(({ place }) => place)
  for (let k = 0; k < moved.length; k++) moved[k] = Math.max(moved[k] ?? low, k === 0 ? low : (moved[k - 1] ?? low) + room)
  for (let k = moved.length - 1; k >= 0; k--)
    moved[k] = Math.min(moved[k] ?? high, k === moved.length - 1 ? high : (moved[k + 1] ?? high) - room)
  const result = [...places]
  for (const [k, { i }] of order.entries()) result[i] = moved[k] ?? Number.NaN
  return result
}

/** Text that ends in … if it is wider than this many px. */
export function fitted(text: string, width: number, ofText: (text: string) => number): string {
  if (ofText(text) <= width) return text
  const letters = [...text]
  while (letters.length > 1 && ofText(`${letters.join('')}…`) > width) letters.pop()
  return `${letters.join('')}…`
}
